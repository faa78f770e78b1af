"""837 claims from and to flat records; one file a guide beside what the three share.

files.py    `read_claims` and `write_claims`
reading.py  a claim loop to a `Claim`; writing.py: a `Claim` to segments
professional.py, institutional.py, dental.py: what only that guide has
"""
