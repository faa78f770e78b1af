"""A remittance advice: the payment, its claims, lines and provider-level adjustments."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from edi.records.lazy import Lazy
from edi.records.party import Adjustment, Cents, Party, Person


@dataclass(slots=True, kw_only=True)
class ServicePayment(Lazy):
    """One SVC, loop 2110. `charge - sum(adjustments) == paid`."""

    procedure: str
    charge: Cents
    paid: Cents
    modifiers: tuple[str, ...] = ()
    procedure_qualifier: str = "HC"
    revenue_code: str = ""
    units: str = "1"
    submitted_procedure: str = ""  # SVC06, where the payer changed the code
    submitted_modifiers: tuple[str, ...] = ()
    submitted_units: str = ""  # SVC07, where the payer changed them
    service_from: date | None = None
    service_to: date | None = None
    control_number: str = ""  # REF 6R
    allowed: Cents | None = None  # AMT B6
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()  # LQ HE: RARC
    loops: Any = field(default=None, repr=False, compare=False)


@dataclass(slots=True, kw_only=True)
class ClaimPayment(Lazy):
    """One CLP, loop 2100. `charge - all adjustments == paid`. `loops` is the loop it was read from."""

    patient_control_number: str
    status: str  # CLP02
    charge: Cents
    paid: Cents
    patient_owes: Cents | None = None
    filing_code: str = ""
    payer_claim_control_number: str = ""
    facility_code: str = ""
    frequency: str = ""  # CLP09
    drg: str = ""  # CLP11, of a stay
    patient: Person | None = None
    subscriber: Person | None = None
    corrected: Person | None = None  # NM1 74
    rendering: Party | None = None
    crossover: Party | None = None  # NM1 TT
    corrected_payer: Party | None = None  # NM1 PR: the one that pays before this one
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()  # MIA, MOA: RARC
    inpatient: tuple[str, ...] = ()  # MIA01 to MIA24 as text, "" where a remark stands
    outpatient: tuple[str, ...] = ()  # MOA01 to MOA09 likewise
    references: tuple[tuple[str, str], ...] = ()
    received: date | None = None  # DTM 050
    statement_from: date | None = None  # DTM 232
    statement_to: date | None = None
    coverage_expired: date | None = None  # DTM 036
    amounts: tuple[tuple[str, Cents], ...] = ()  # AMT: I interest, AU coverage, ...
    quantities: tuple[tuple[str, str], ...] = ()  # QTY: CA covered days, ...
    lines: tuple[ServicePayment, ...] = ()
    loops: Any = field(default=None, repr=False, compare=False)


@dataclass(slots=True, kw_only=True)
class ProviderAdjustment:
    """One reason of a PLB. A positive amount lowers the payment."""

    provider_id: str
    fiscal_period_end: date
    reason: str
    amount: Cents
    reference: str = ""


@dataclass(slots=True, kw_only=True)
class Remittance:
    """One 835 transaction. `sum(paid of claims) - sum(provider adjustments) == payment`.

    `claims` is a one-pass iterator when read from a stream, any iterable when made to be written;
    `provider_adjustments` and `findings` are complete only when it has ended.
    """

    trace: str  # TRN02
    payment: Cents  # BPR02
    method: str  # BPR04: ACH CHK NON FWT BOP
    paid_on: date  # BPR16
    payer: Party
    payee: Party
    originator: str = ""  # TRN03
    handling: str = "I"  # BPR01
    credit: str = "C"  # BPR03
    production_date: date | None = None  # DTM 405
    receiver_id: str = ""  # REF EV
    sender_id: str = ""  # ISA06
    interchange_control_number: str = ""  # ISA13 it came in
    transaction_control_number: str = ""  # ST02
    claims: Iterator[ClaimPayment] | list[ClaimPayment] = field(default_factory=list)
    provider_adjustments: list[ProviderAdjustment] = field(default_factory=list)
    findings: list[Any] = field(default_factory=list, repr=False)
    loops: Any = field(default=None, repr=False, compare=False)
