"""A claim as a file that went out says it, and when it last went to a payer."""

from dataclasses import replace

import edi
from edi.records import Claim
from ledger.queries import filing
from ledger.queries.filing import Filed
from ledger.sending import batches
from ledger.storage import documents
from tasks.home.home import Home


def sent_claim(home: Home, sha256: str, number: str) -> Claim:
    """The claim with a patient control number in the file of a hash."""
    data = documents.read(home.ledger, sha256)
    return next(claim for claim in edi.read_claims(data) if claim.patient_control_number == number)


def as_it_went_out(home: Home, submission_id: int, number: str) -> Claim | None:
    """The claim that went out before this submission in its order: what a void takes back.

    Its billing provider, its payer and its member may be others today. None: the file is not here, as of a
    claim that a partner's list counted as out.
    """
    sha256 = batches.file_before(home.ledger, submission_id)
    if not sha256:
        return None
    # Without the loops it was read from: they would open a functional group of their own in the new file,
    # whose answers name no batch of ours. Our claims are made from data, so the fields say all of it.
    return replace(sent_claim(home, sha256, number), loops=None)


def last_filed(home: Home, claim_id: int, payer: str) -> Filed | None:
    """The last time that a claim went to a payer; None: never from here."""
    filed, _ = filing.filings(home.ledger, claim_id)
    return next((one for one in reversed(filed) if one.payer == payer), None)
