"""X12 for claims: read, check, write and acknowledge 837, 835, 999, 277CA and TA1 files.

Sources are paths (`str` or `Path`), bytes or binary streams. Reading streams and never raises on
content; results are flat records (`edi.records`) with the loops reachable behind them.
"""

from edi.acknowledging import write_acknowledgments, write_interchange_acknowledgment
from edi.acknowledgment import read_acknowledgments
from edi.answers import read_claim_statuses, read_eligibility
from edi.checking import check
from edi.claims import read_claims, write_claims
from edi.envelopes import read_envelopes
from edi.errors import CharacterError, EdiError, SourceError, UnwritableError
from edi.findings import Answer, Finding
from edi.records import *  # noqa: F403
from edi.records import __all__ as _records
from edi.remittance import read_remittances
from edi.remittance_writing import write_remittances
from edi.replying import acknowledge
from edi.telling import Story, tell

__all__ = [
    "Answer",
    "CharacterError",
    "EdiError",
    "Finding",
    "SourceError",
    "Story",
    "UnwritableError",
    "acknowledge",
    "check",
    "read_acknowledgments",
    "read_claim_statuses",
    "read_claims",
    "read_eligibility",
    "read_envelopes",
    "read_remittances",
    "tell",
    "write_acknowledgments",
    "write_claims",
    "write_interchange_acknowledgment",
    "write_remittances",
    *_records,
]
