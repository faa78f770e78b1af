"""What a payer is asked: of a claim that it has (276), of a person's coverage (270)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from edi.records.party import Cents, Party, Person


@dataclass(slots=True, kw_only=True)
class StatusInquiry:
    """One claim of a 276, loop 2200D, or 2200E where `patient` is set. The answer echoes `trace` (TRN02).

    `payer` goes by its `id` (PI or XV), `provider` is the billing provider by its NPI.
    """

    trace: str
    payer: Party
    provider: Party
    subscriber: Person
    patient: Person | None = None
    payer_claim_control_number: str = ""  # REF 1K
    type_of_bill: str = ""  # REF BLT, institutional
    patient_control_number: str = ""  # REF EJ
    charge: Cents | None = None  # AMT T3
    service_from: date | None = None
    service_to: date | None = None
    receiver: Party = field(default_factory=Party)  # 2100B, who asks; written from the envelope's submitter
    reference: str = ""  # BHT03, read only
    loops: Any = field(default=None, repr=False, compare=False)


@dataclass(slots=True, kw_only=True)
class EligibilityInquiry:
    """One person of a 270: the subscriber, or the dependent where `patient` is set. The answer echoes `trace`
    (TRN02).

    `payer` goes by its `id`, `provider` asks by its NPI. `service_from` is the day that is asked about.
    """

    trace: str
    payer: Party
    provider: Party
    subscriber: Person
    patient: Person | None = None
    service_types: tuple[str, ...] = ("30",)  # EQ01: the plan as a whole
    service_from: date | None = None
    service_to: date | None = None
    reference: str = ""  # BHT03, read only
    loops: Any = field(default=None, repr=False, compare=False)
