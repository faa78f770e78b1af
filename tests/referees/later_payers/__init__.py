"""Encounters with two and three coverages from the inbox to the last payer's answer. What must be billed to
whom is counted from the documents and the files on the wire by `count_later_bills.py`, which imports nothing
of the project.

    python -m tests.referees.later_payers 3100
"""
