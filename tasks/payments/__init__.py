"""Remittances: what an 835 means and how it is posted.

remittance_facts.py  one remittance: whom it pays, whether it balances, what it decides
judge_payment.py     what each adjustment means for the books and for people
posting.py           one file posted, or queued with the reason
"""
