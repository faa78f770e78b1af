"""Batches: claim files from their plan to the partner.

plan.py              which claims share an interchange, and its envelope
claims_of_batch.py   its claims as they are written, and what holds those that may not go
check.py             which claims of a written file are at fault
at_fault.py          what of it is at fault, as findings that hold and as words
sent_claim.py        a claim as a file that went out says it
send_batch.py        one batch sent, never lost and never twice
partner_evidence.py  whether the partner answers files that this ledger never sent
choices.py           what may be decided on a batch now
story.py             what is known of a batch, and what is awaited
known_sent.py        what has gone out, known from outside the ledger
"""
