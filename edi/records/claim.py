"""A claim, its service lines, and the envelope it travels in."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from edi.records.dental import Dental, DentalLine
from edi.records.party import Adjustment, Cents, Party, Person
from edi.records.professional import Professional, ProfessionalLine

PAYER_ORDERS: Final = "PSTABCDEFGH"
"""SBR01 of the first payer to the eleventh, in their order."""


@dataclass(slots=True, kw_only=True)
class Contract:
    """CN1: what was agreed with the payer."""

    type: str
    amount: Cents | None = None
    percentage: str = ""
    code: str = ""
    discount: str = ""
    version: str = ""


@dataclass(slots=True, kw_only=True)
class LineAdjudication:
    """What another payer decided of a line: loop 2430 (SVD, CAS, DTP 573).

    A line that it put together with another one names that one's number (`bundled_into`); one that it took
    apart has a decision for each procedure.
    """

    payer_id: str
    paid: Cents
    procedure: str = ""
    modifiers: tuple[str, ...] = ()
    units: str = "1"
    bundled_into: str = ""  # SVD06
    adjustments: tuple[Adjustment, ...] = ()
    adjudicated: date | None = None
    remaining_patient_liability: Cents | None = None
    loops: Any = field(default=None, repr=False, compare=False)


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
    remarks: tuple[str, ...] = ()  # MIA, MOA: RARC of the whole claim
    inpatient: tuple[str, ...] = ()  # 837I: MIA01 to MIA24 as text, "" for MIA02 and where a remark stands
    outpatient: tuple[str, ...] = ()  # MOA01 to MOA09 likewise
    loops: Any = field(default=None, repr=False, compare=False)


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
    referral_number: str = ""  # REF 9F
    clia: str = ""
    contract: Contract | None = None
    note: str = ""  # NTE ADD
    emergency: bool = False
    epsdt: bool = False
    family_planning: bool = False
    non_covered: Cents | None = None  # 837I SV207
    operating: Party | None = None  # 837I 2420A
    other_operating: Party | None = None  # 837I 2420B
    tooth: str = ""  # 837D TOO02
    surfaces: tuple[str, ...] = ()  # TOO03
    oral_cavity: tuple[str, ...] = ()  # SV304
    dental: DentalLine | None = None
    professional: ProfessionalLine | None = None
    adjudications: tuple[LineAdjudication, ...] = ()
    paid: Cents | None = None
    loops: Any = field(default=None, repr=False, compare=False)


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
    external_causes_present: tuple[str, ...] = ()  # beside the causes, as the diagnoses' on admission
    present_on_admission: tuple[str, ...] = ()  # beside the diagnoses: Y N U W or ""
    drg: str = ""
    principal_procedure: DatedCode | None = None
    other_procedures: tuple[DatedCode, ...] = ()
    occurrences: tuple[DatedCode, ...] = ()
    occurrence_spans: tuple[DatedCode, ...] = ()
    values: tuple[DatedCode, ...] = ()
    conditions: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    estimated_amount_due: Cents | None = None  # AMT F3, from the patient
    attending: Party | None = None
    operating: Party | None = None
    other_operating: Party | None = None


@dataclass(slots=True, kw_only=True)
class Claim:
    """One claim, loop 2300 with the parties above it. `kind` is P, I or D (the guide).

    `patient` is None where the patient is the subscriber; then `relationship` is "18".
    `loops` is the loop it was read from (None for a claim made from data), and that of a line, another
    payer or an adjudication likewise. It keeps what the record has no field for: `write_claims` writes
    that too. `dataclasses.replace` carries it along; set it to None to write what the fields say and no more.
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
    property_claim_number: str = ""  # REF Y4 of the patient: property and casualty, workers' compensation
    property_patient_id: str = ""  # REF 1W of a patient who is not the subscriber
    property_contact_name: str = ""  # PER IC, 837P only
    property_contact_phone: str = ""
    contract: Contract | None = None
    file_information: tuple[str, ...] = ()  # K3
    epsdt_referrals: tuple[str, ...] = ()  # CRC ZZ, 837P and 837I
    other_references: tuple[tuple[str, str], ...] = ()
    note_code: str = "ADD"
    note: str = ""  # NTE02
    attachments: tuple[Attachment, ...] = ()
    other_payers: tuple[OtherPayer, ...] = ()
    institutional: Institutional | None = None
    dental: Dental | None = None
    professional: Professional | None = None
    loops: Any = field(default=None, repr=False, compare=False)


@dataclass(slots=True, kw_only=True)
class Envelope:
    """Sender, receiver and the numbers of a file: ISA, GS, BHT, 1000A and 1000B.

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
    authorization_qualifier: str = "00"  # ISA01: 03, where the receiver asks for what ISA02 says
    authorization: str = ""
    security_qualifier: str = "00"  # ISA03: 01 for a password
    security: str = field(default="", repr=False)
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
