"""What a payer asks for before it decides a claim (277, 005010X213 or 006020X313)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from edi.records.acknowledgment import Status
from edi.records.party import Party, Person


@dataclass(slots=True, kw_only=True)
class AskedLine:
    """What is asked for one service line, loop 2220D."""

    procedure: str
    statuses: tuple[Status, ...]
    control_number: str = ""  # REF FJ
    service_from: date | None = None
    due: date | None = None  # DTP 106


@dataclass(slots=True, kw_only=True)
class InformationRequest:
    """One request about one claim, loop 2200D. `trace` (TRN02) is what the answer must give back. A status
    whose `code_list` is LOI names a document by its LOINC code; `asked_on` is the day of the request."""

    trace: str
    payer: Party
    provider: Party
    patient: Person
    statuses: tuple[Status, ...] = ()
    lines: tuple[AskedLine, ...] = ()
    patient_control_number: str = ""  # REF EJ
    payer_claim_control_number: str = ""  # REF 1K
    clearinghouse_trace: str = ""  # REF D9
    type_of_bill: str = ""
    asked_on: date | None = None  # STC02, else BHT04
    due: date | None = None  # DTP 106, the earliest
    service_from: date | None = None
    service_to: date | None = None
    sender_id: str = ""  # ISA06
    interchange_control_number: str = ""
    transaction_control_number: str = ""  # ST02
    loops: Any = field(default=None, repr=False, compare=False)
