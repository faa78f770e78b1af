"""What a payer answers: eligibility (271) and the status of claims that were asked about (277)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from edi.records.acknowledgment import Status
from edi.records.party import Cents, Party, Person

# A date of an answer: qualifier (291 plan, 346 begin, 356 eligible from ...), first day, last day or None.
AnswerDate = tuple[str, date | None, date | None]


@dataclass(slots=True, kw_only=True)
class Refusal:
    """AAA: why an inquiry was not answered, and in which loop it says so."""

    loop: str
    reason: str  # AAA03: 72 member id, 75 not found, 42 try later ...
    follow_up: str  # AAA04: C correct and resend, N do not resend ...


@dataclass(slots=True, kw_only=True)
class Benefit:
    """One EB with what belongs to it (loop 2110C or 2110D)."""

    information: str  # EB01: 1 active, 6 inactive, A co-insurance, B co-payment, C deductible ...
    coverage_level: str = ""  # IND, FAM ...
    service_types: tuple[str, ...] = ()
    insurance_type: str = ""
    plan: str = ""
    period: str = ""  # EB06: 23 calendar year, 29 remaining ...
    amount: Cents | None = None
    percent: str = ""  # EB08 as on the wire: "0.2" is 20 %
    quantity_qualifier: str = ""
    quantity: str = ""
    authorization: str = ""  # EB11: Y needed, N not, U unknown
    in_network: str = ""  # EB12: Y, N, W (does not matter), U
    procedure: str = ""
    references: tuple[tuple[str, str], ...] = ()
    dates: tuple[AnswerDate, ...] = ()
    messages: tuple[str, ...] = ()
    parties: tuple[tuple[str, Party], ...] = ()  # entity (PR another payer, P3 primary care ...) and who


@dataclass(slots=True, kw_only=True)
class Eligibility:
    """One person's answer in a 271: the subscriber's, or a dependent's (then `patient` is set).

    `refusals` are those of this person and of the levels above. `loops` is the 2000C or 2000D. Where a level
    above refused and nobody is named, `refused_at` is its loop; `reference` (BHT03) names what it refuses.
    """

    payer: Party
    provider: Party
    subscriber: Person
    patient: Person | None = None
    traces: tuple[str, ...] = ()  # TRN02, ours where TRN01 is 2
    references: tuple[tuple[str, str], ...] = ()
    dates: tuple[AnswerDate, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    refused_at: str = ""
    reference: str = ""
    sender_id: str = ""  # ISA06 of the answer
    interchange_control_number: str = ""
    transaction_control_number: str = ""  # ST02 of the answer
    loops: Any = field(default=None, repr=False, compare=False)

    @property
    def active(self) -> bool | None:
        """Whether coverage is active (EB01 1 to 5) or not (6 to 8); None where no benefit says."""
        codes = {b.information for b in self.benefits}
        if codes & {"1", "2", "3", "4", "5"}:
            return True
        return False if codes & {"6", "7", "8"} else None


@dataclass(slots=True, kw_only=True)
class LineStatus:
    """One line of a status answer, loop 2220."""

    procedure: str
    charge: Cents
    paid: Cents
    control_number: str = ""
    statuses: tuple[Status, ...] = ()
    service_from: date | None = None
    service_to: date | None = None


@dataclass(slots=True, kw_only=True)
class ClaimStatusAnswer:
    """One claim of a 277 that answers a 276, loop 2200D or 2200E. `trace` echoes the inquiry's TRN02.

    Where who asked or the provider is refused and no claim under it is answered, `refused_at` is that level's
    loop (2200B, 2200C), and `reference` (BHT03) names what it refuses.
    """

    trace: str
    payer: Party
    provider: Party
    patient: Person
    statuses: tuple[Status, ...] = ()
    patient_control_number: str = ""  # REF EJ
    payer_claim_control_number: str = ""  # REF 1K
    clearinghouse_trace: str = ""  # REF D9
    type_of_bill: str = ""
    charge: Cents | None = None  # STC04
    paid: Cents | None = None  # STC05
    paid_on: date | None = None  # STC06
    check_number: str = ""  # STC09
    service_from: date | None = None
    service_to: date | None = None
    lines: tuple[LineStatus, ...] = ()
    refused_at: str = ""
    reference: str = ""
    sender_id: str = ""  # ISA06 of the answer
    interchange_control_number: str = ""
    transaction_control_number: str = ""  # ST02 of the answer
    loops: Any = field(default=None, repr=False, compare=False)
