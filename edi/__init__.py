"""X12 for claims: read, check, write and acknowledge 837, 835, 999, 277CA and TA1 files.

Sources are paths (`str` or `Path`), bytes or binary streams. Reading streams, and never raises on
content. Results are flat records (`edi.records`).
"""

from typing import Final

from edi.acknowledgments.eligibility_inquiries import (
    read_eligibility_inquiries,
    write_eligibility,
    write_eligibility_inquiries,
)
from edi.acknowledgments.information_requests import read_information_requests
from edi.acknowledgments.inquiry_answers import read_claim_statuses, read_eligibility
from edi.acknowledgments.reading import read_acknowledgments
from edi.acknowledgments.replies import acknowledge
from edi.acknowledgments.status_inquiries import (
    read_status_inquiries,
    write_claim_statuses,
    write_status_inquiries,
)
from edi.acknowledgments.writing import write_acknowledgments, write_interchange_acknowledgment
from edi.checks.files import check
from edi.claims.files import read_claims, write_claims
from edi.claims.patient_information import read_patient_information, write_patient_information
from edi.errors import CharacterError, EdiError, SourceError, UnwritableError
from edi.explain import Explanation, explain_file
from edi.findings import Answer, Finding
from edi.read import loops
from edi.read.envelopes import read_envelopes
from edi.records import *  # noqa: F403
from edi.records import __all__ as _records
from edi.remittances.files import read_remittances
from edi.remittances.writing import write_remittances

COMPILED: Final = not str(loops.__file__).endswith(".py")
"""Whether what runs for every segment is compiled here (`make compiled`), or pure Python."""

__all__ = [
    "COMPILED",
    "Answer",
    "CharacterError",
    "EdiError",
    "Finding",
    "SourceError",
    "Explanation",
    "UnwritableError",
    "acknowledge",
    "check",
    "read_acknowledgments",
    "read_claim_statuses",
    "read_claims",
    "read_eligibility",
    "read_envelopes",
    "read_information_requests",
    "read_remittances",
    "read_eligibility_inquiries",
    "read_patient_information",
    "read_status_inquiries",
    "explain_file",
    "write_acknowledgments",
    "write_claim_statuses",
    "write_eligibility",
    "write_eligibility_inquiries",
    "write_claims",
    "write_interchange_acknowledgment",
    "write_patient_information",
    "write_remittances",
    "write_status_inquiries",
    *_records,
]
