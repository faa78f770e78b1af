"""An encounter becomes a claim, and what is found in it.

claim_from_encounter.py  the claim of an encounter, its practice and its payers
institutional.py, dental.py, professional.py  what only those kinds of claims have
form.py                  text, identifiers and parties in X12's form
encounter_claims.py      the claims of the ledger's encounters
claim_numbers.py         CLM01
edit_context.py          what the edits may know beside the claim
prior_claims.py          earlier claims of a patient in the words of the edits
validation.py            what the chunks of one validation share
findings.py              everything found in one encounter
source_findings.py       doubts of the reader that a person must look at
needs_coding.py          documented in concepts, without codes to bill by
overrides.py             a person's overrides in the words of the edits
"""
