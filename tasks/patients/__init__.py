"""What is asked of patients, and when not.

guarantors.py  who pays what is the patient's part, as the encounter says
accounts.py    claims by guarantor
due.py         which claims a statement asks for, and why the others are left out
plan_standing.py  how payment plans stand
kept.py        what the ledger keeps of it, and its copies for people
mailing.py     the file of a mailing house: written, and proven to be whole
"""
