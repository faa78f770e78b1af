"""Acknowledgments: TA1 of an interchange, 999 of its syntax, 277CA of its claims."""

from dataclasses import dataclass
from datetime import date

from edi.records.party import Cents, Party, Person


@dataclass(slots=True, kw_only=True)
class InterchangeAcknowledgment:
    """TA1: of which interchange, A E or R, and the note code (025 is a duplicate)."""

    control_number: str  # TA101, the acknowledged ISA13, nine digits
    created: date | None
    status: str  # TA104: A, E, R
    note: str = "000"  # TA105
    time: str = "0000"
    sender_id: str = ""  # ISA06 of the answer
    interchange_control_number: str = ""  # ISA13 of the answer


@dataclass(slots=True, kw_only=True)
class SegmentFault:
    """IK3 with its IK4s: where a transaction set is wrong, and the codes for it."""

    segment: str
    position: int  # in the transaction set, ST is 1
    loop: str = ""
    code: str = ""  # IK304
    elements: tuple[tuple[str, str, str], ...] = ()  # position "2" or "5-3", IK403, copy of bad data
    cause: tuple[str, int, str, str] | None = None  # CTX: segment, position, loop, element that ask for it


@dataclass(slots=True, kw_only=True)
class TransactionAcknowledgment:
    """AK2 with its IK5: one transaction set, A E R (M W X), and its faults."""

    transaction_set: str
    control_number: str  # ST02
    status: str  # IK501
    codes: tuple[str, ...] = ()  # IK502-06
    faults: tuple[SegmentFault, ...] = ()


@dataclass(slots=True, kw_only=True)
class ImplementationAcknowledgment:
    """999: one functional group. `group_control_number` is GS06 of what is acknowledged."""

    functional_code: str  # AK101: HC, HP ...
    group_control_number: str
    status: str  # AK901: A E P R
    version: str = ""
    included: int = 0
    received: int = 0
    accepted: int = 0
    codes: tuple[str, ...] = ()  # AK905-09
    transactions: tuple[TransactionAcknowledgment, ...] = ()
    sender_id: str = ""
    interchange_control_number: str = ""
    transaction_control_number: str = ""  # ST02 of the answer


@dataclass(slots=True, kw_only=True)
class Status:
    """One STC composite: category (A0-A8), status code, entity; action WQ or U; cents; its day. `code_list`
    names the list that the code is of: "" claim status codes, RX those of pharmacies, LOI LOINC."""

    category: str
    code: str
    entity: str = ""
    action: str = "WQ"  # STC03
    effective: date | None = None
    amount: Cents | None = None
    text: str = ""
    code_list: str = ""

    @property
    def rejects(self) -> bool:
        """U rejects; so do A3, A6, A7, A8 whatever STC03 says (X12 RFIs 2145, 1211, 2203)."""
        return self.action == "U" or self.category in ("A3", "A4", "A6", "A7", "A8")


@dataclass(slots=True, kw_only=True)
class ClaimStatus:
    """One claim of a 277CA, loop 2200D: its number, statuses and the payer's own number."""

    patient_control_number: str
    statuses: tuple[Status, ...]
    payer_claim_control_number: str = ""  # REF 1K
    clearinghouse_trace: str = ""  # REF D9
    institutional_bill_type: str = ""
    service_from: date | None = None
    service_to: date | None = None
    patient: Person | None = None
    lines: tuple[tuple[str, tuple[Status, ...]], ...] = ()  # line control number, statuses
    line_services: tuple[tuple[str, Cents], ...] = ()  # beside `lines`: procedure and charge (2220D SVC)

    @property
    def rejected(self) -> bool:
        return any(s.rejects for s in self.statuses) or any(s.rejects for _, ss in self.lines for s in ss)


@dataclass(slots=True, kw_only=True)
class ProviderStatus:
    """One billing provider of a 277CA (2000C, 2200C) with the claims listed under it."""

    provider: Party
    trace: str = ""
    statuses: tuple[Status, ...] = ()  # 2200C, where given: U here rejects all its claims
    accepted_count: int | None = None  # QTY QA
    rejected_count: int | None = None  # QTY QC
    accepted_amount: Cents | None = None  # AMT YU
    rejected_amount: Cents | None = None  # AMT YY
    claims: tuple[ClaimStatus, ...] = ()


@dataclass(slots=True, kw_only=True)
class ClaimAcknowledgment:
    """277CA: one for each ST that was received. `batch_reference` echoes BHT03 (2200B TRN02)."""

    source: Party  # who answers
    receiver: Party
    batch_reference: str
    source_trace: str = ""
    received: date | None = None
    processed: date | None = None
    statuses: tuple[Status, ...] = ()  # 2200B: U here rejects every claim of the ST
    accepted_count: int | None = None  # 2200B QTY 90
    rejected_count: int | None = None  # QTY AA
    accepted_amount: Cents | None = None
    rejected_amount: Cents | None = None
    providers: tuple[ProviderStatus, ...] = ()
    sender_id: str = ""
    interchange_control_number: str = ""
    transaction_control_number: str = ""  # ST02 of the answer
