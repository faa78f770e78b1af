"""A claim as a file that went out says it."""

import edi
from edi.records import Claim
from ledger.storage import documents
from tasks.home.home import Home


def sent_claim(home: Home, sha256: str, number: str) -> Claim:
    """The claim with a patient control number in the file of a hash."""
    data = documents.read(home.ledger, sha256)
    return next(claim for claim in edi.read_claims(data) if claim.patient_control_number == number)
