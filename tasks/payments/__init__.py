"""Remittances: what an 835 means and how it is posted.

remittance_facts.py  one remittance: whom it pays, whether it balances, what it says of each claim
paper.py             one that came on paper, as the same record
stored.py            the remittances of a stored file, read again
posting.py           one file posted, or queued with the reason
"""
