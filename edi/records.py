"""The flat records: what a claim, a remittance and an acknowledgment are, without their loops.

Every amount is in integer cents, every date a `datetime.date`. A record is what the rest of the
product (and anyone who needs only X12) works with; `professional.py`, `institutional.py`,
`dental.py`, `remittance.py` and `acknowledgment.py` turn it into the loops of its guide and back.
Records hold no rules: `edi.check` has those.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Cents = int


@dataclass(slots=True, kw_only=True)
class Address:
    """N3 and N4 of any party. `zip` has five or nine digits, no hyphen."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""


@dataclass(slots=True, kw_only=True)
class Party:
    """A person or organisation in an NM1 (or N1) loop. An organisation has only `last`."""

    last: str = ""
    first: str = ""
    middle: str = ""
    suffix: str = ""
    person: bool = False
    npi: str = ""
    tax_id: str = ""
    tax_id_type: str = "EI"  # EI employer's, SY social security
    taxonomy: str = ""
    id: str = ""  # NM109 where it is no NPI: payer id, member id, receiver id
    id_qualifier: str = ""  # NM108 of `id`: PI, XV, MI, II, 46
    address: Address | None = None
    contact_name: str = ""
    contact_phone: str = ""
    secondary_ids: tuple[tuple[str, str], ...] = ()  # REF qualifier and value


@dataclass(slots=True, kw_only=True)
class Person:
    """A subscriber or patient: name, birth date (DMG02), sex (DMG03: F, M, U), address."""

    last: str = ""
    first: str = ""
    middle: str = ""
    suffix: str = ""
    birth_date: date | None = None
    sex: str = ""
    member_id: str = ""
    address: Address | None = None
    death_date: date | None = None
    organisation: bool = False  # workers' compensation: the subscriber may be an employer


@dataclass(slots=True, kw_only=True)
class Adjustment:
    """One reason of a CAS: group (CO, PR, OA, PI, CR), CARC, cents (positive lowers the payment)."""

    group: str
    reason: str
    amount: Cents
    quantity: str = ""


@dataclass(slots=True, kw_only=True)
class LineAdjudication:
    """What another payer decided of a line: loop 2430 (SVD, CAS, DTP 573)."""

    payer_id: str
    paid: Cents
    procedure: str = ""
    modifiers: tuple[str, ...] = ()
    units: str = "1"
    adjustments: tuple[Adjustment, ...] = ()
    adjudicated: date | None = None
    remaining_patient_liability: Cents | None = None


@dataclass(slots=True, kw_only=True)
class OtherPayer:
    """Another payer of the same claim: loop 2320 with its 2330A subscriber and 2330B payer."""

    order: str  # SBR01: P, S, T ...
    payer: Party
    subscriber: Person
    relationship: str = "18"
    group_number: str = ""
    group_name: str = ""
    filing_code: str = ""
    insurance_type: str = ""  # SBR05, Medicare secondary
    paid: Cents | None = None  # AMT D
    non_covered: Cents | None = None  # AMT A8
    remaining_patient_liability: Cents | None = None  # AMT EAF
    adjustments: tuple[Adjustment, ...] = ()
    adjudicated: date | None = None  # DTP 573 in 2330B
    payer_claim_control_number: str = ""  # REF F8 in 2330B
    benefits_assigned: str = "Y"
    release_of_information: str = "Y"


@dataclass(slots=True, kw_only=True)
class ServiceLine:
    """One service line, loop 2400. `pointers` count the claim's diagnoses from 1."""

    number: int
    procedure: str = ""
    charge: Cents = 0
    service_from: date | None = None
    service_to: date | None = None  # None: the same day
    units: str = "1"  # as on the wire: "1", "2.5"
    unit_code: str = "UN"  # UN units, MJ minutes, DA days
    modifiers: tuple[str, ...] = ()
    pointers: tuple[int, ...] = ()
    place_of_service: str = ""  # "": as the claim's
    description: str = ""  # SV101-7
    procedure_qualifier: str = "HC"
    revenue_code: str = ""  # 837I SV201
    control_number: str = ""  # REF 6R
    ndc: str = ""  # LIN03, eleven digits
    ndc_quantity: str = ""
    ndc_unit: str = ""  # F2 GR ME ML UN
    prescription_number: str = ""
    rendering: Party | None = None
    ordering: Party | None = None
    referring: Party | None = None
    supervising: Party | None = None
    service_facility: Party | None = None
    prior_authorization: str = ""
    clia: str = ""
    note: str = ""  # NTE ADD
    emergency: bool = False
    epsdt: bool = False
    family_planning: bool = False
    tooth: str = ""  # 837D
    surfaces: tuple[str, ...] = ()
    oral_cavity: tuple[str, ...] = ()
    adjudications: tuple[LineAdjudication, ...] = ()
    paid: Cents | None = None


@dataclass(slots=True, kw_only=True)
class Accident:
    """CLM11 and DTP 439: related causes (AA auto, EM employment, OA other), state, day."""

    causes: tuple[str, ...] = ()
    state: str = ""
    country: str = ""
    day: date | None = None


@dataclass(slots=True, kw_only=True)
class Attachment:
    """PWK: report type, how it is sent (AA EL EM FT FX BM), its control number."""

    report_type: str
    transmission: str
    control_number: str = ""


@dataclass(slots=True, kw_only=True)
class DatedCode:
    """An institutional procedure, occurrence (span) or value code, with its date(s) or cents."""

    code: str
    on: date | None = None
    to: date | None = None
    amount: Cents | None = None


@dataclass(slots=True, kw_only=True)
class Institutional:
    """What only an 837I says. CLM05-1 and CL1, statement dates, HI codes beside diagnoses."""

    type_of_bill: str = ""  # facility code of two digits; CLM05-3 is the claim's frequency
    admission_type: str = ""
    admission_source: str = ""
    patient_status: str = ""
    statement_from: date | None = None
    statement_to: date | None = None
    admission: date | None = None
    admission_hour: str = ""  # HHMM
    discharge_hour: str = ""
    admitting_diagnosis: str = ""
    reason_diagnoses: tuple[str, ...] = ()
    external_causes: tuple[str, ...] = ()
    present_on_admission: tuple[str, ...] = ()  # beside the diagnoses: Y N U W or ""
    drg: str = ""
    principal_procedure: DatedCode | None = None
    other_procedures: tuple[DatedCode, ...] = ()
    occurrences: tuple[DatedCode, ...] = ()
    occurrence_spans: tuple[DatedCode, ...] = ()
    values: tuple[DatedCode, ...] = ()
    conditions: tuple[str, ...] = ()
    attending: Party | None = None
    operating: Party | None = None
    other_operating: Party | None = None


@dataclass(slots=True, kw_only=True)
class Claim:
    """One claim, loop 2300 with the parties above it. `kind` is P, I or D (the guide).

    `patient` is None where the patient is the subscriber; then `relationship` is "18".
    `loops` holds the node it was read from (None for a claim made from data).
    """

    patient_control_number: str
    charge: Cents
    billing: Party
    payer: Party
    subscriber: Person
    kind: str = "P"
    payer_order: str = "P"  # SBR01
    relationship: str = "18"
    patient: Person | None = None
    group_number: str = ""
    group_name: str = ""
    filing_code: str = ""  # SBR09: MB, MC, CI, BL, HM, ...
    insurance_type: str = ""  # SBR05
    place_of_service: str = ""
    frequency: str = "1"
    payer_claim_control_number: str = ""  # REF F8
    diagnoses: tuple[str, ...] = ()  # without dots, principal first
    diagnosis_version: str = "ABK"  # ABK: ICD-10-CM; BK: ICD-9-CM
    lines: tuple[ServiceLine, ...] = ()
    signature_on_file: str = "Y"  # CLM06
    assignment: str = "A"  # CLM07
    benefits_assigned: str = "Y"  # CLM08
    release_of_information: str = "Y"  # CLM09
    delay_reason: str = ""  # CLM20
    special_program: str = ""  # CLM12
    patient_paid: Cents | None = None  # AMT F5
    accident: Accident | None = None
    onset: date | None = None  # DTP 431
    initial_treatment: date | None = None  # DTP 454
    last_seen: date | None = None  # DTP 304
    last_menstrual_period: date | None = None  # DTP 484
    admission: date | None = None  # DTP 435
    discharge: date | None = None  # DTP 096
    pay_to: Party | None = None  # 2010AB
    referring: Party | None = None
    rendering: Party | None = None
    supervising: Party | None = None
    service_facility: Party | None = None
    prior_authorization: str = ""  # REF G1
    referral_number: str = ""  # REF 9F
    clia: str = ""  # REF X4
    medical_record_number: str = ""  # REF EA
    clearinghouse_trace: str = ""  # REF D9
    other_references: tuple[tuple[str, str], ...] = ()
    note_code: str = "ADD"
    note: str = ""  # NTE02
    attachments: tuple[Attachment, ...] = ()
    other_payers: tuple[OtherPayer, ...] = ()
    institutional: Institutional | None = None
    loops: Any = field(default=None, repr=False, compare=False)


@dataclass(slots=True, kw_only=True)
class Envelope:
    """Who sends to whom, under which numbers: ISA, GS, BHT, 1000A and 1000B.

    `control_number` is ISA13 and GS06; ST02 counts from 0001. `usage` is P or T (ISA15).
    `created` and `time` (HHMM) are the business date of the batch, never the clock's.
    """

    sender_id: str
    receiver_id: str
    control_number: int
    created: date
    usage: str
    submitter: Party
    receiver: Party
    time: str = "0000"
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    application_sender: str = ""  # GS02, default the sender id
    application_receiver: str = ""  # GS03
    batch_reference: str = ""  # BHT03, unique; default the control number
    version: str = ""  # GS08; default the guide's
    ack_requested: str = "1"  # ISA14
    element: str = "*"
    repetition: str = "^"
    component: str = ":"
    segment: str = "~"
    newline: str = "\n"  # after each segment terminator; "" for none
    claims_per_transaction: int = 5000


@dataclass(slots=True, kw_only=True)
class ServicePayment:
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
    service_from: date | None = None
    service_to: date | None = None
    control_number: str = ""  # REF 6R
    allowed: Cents | None = None  # AMT B6
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()  # LQ HE: RARC


@dataclass(slots=True, kw_only=True)
class ClaimPayment:
    """One CLP, loop 2100. `charge - all adjustments == paid`."""

    patient_control_number: str
    status: str  # CLP02
    charge: Cents
    paid: Cents
    patient_owes: Cents | None = None
    filing_code: str = ""
    payer_claim_control_number: str = ""
    facility_code: str = ""
    frequency: str = ""  # CLP09
    patient: Person | None = None
    subscriber: Person | None = None
    corrected: Person | None = None  # NM1 74
    rendering: Party | None = None
    crossover: Party | None = None  # NM1 TT
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()  # MIA, MOA: RARC
    references: tuple[tuple[str, str], ...] = ()
    received: date | None = None  # DTM 050
    statement_from: date | None = None  # DTM 232
    statement_to: date | None = None
    coverage_expired: date | None = None  # DTM 036
    amounts: tuple[tuple[str, Cents], ...] = ()  # AMT: I interest, AU coverage, ...
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


@dataclass(slots=True, kw_only=True)
class Status:
    """One STC composite: category (A0-A8), status code, entity; action WQ or U; cents; its day."""

    category: str
    code: str
    entity: str = ""
    action: str = "WQ"  # STC03
    effective: date | None = None
    amount: Cents | None = None
    text: str = ""

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
