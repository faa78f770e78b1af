"""What an 837P says of few claims: dates, transport, certificates, equipment, forms."""

from dataclasses import dataclass
from datetime import date

from edi.records.party import Address, Cents, Party


@dataclass(slots=True, kw_only=True)
class Ambulance:
    """CR1 with its addresses (2310E and F, 2420G and H)."""

    reason: str = ""  # CR104
    miles: str = ""
    weight: str = ""  # pounds
    round_trip_purpose: str = ""
    stretcher_purpose: str = ""
    pick_up: Address | None = None
    drop_off: Address | None = None
    drop_off_name: str = ""


@dataclass(slots=True, kw_only=True)
class Conditions:
    """CRC: a category, whether its conditions apply, and which."""

    category: str  # 07 ambulance, E1 E2 E3 vision, 75 homebound, ZZ EPSDT, 09 equipment, 70 hospice
    codes: tuple[str, ...]
    applies: bool = True


@dataclass(slots=True, kw_only=True)
class SpinalManipulation:
    """CR2."""

    condition: str = ""
    description: str = ""
    description2: str = ""


@dataclass(slots=True, kw_only=True)
class Professional:
    """Loop 2300 of the 837P beside what a `Claim` has."""

    acute_manifestation: date | None = None  # DTP 453
    last_x_ray: date | None = None  # DTP 455
    prescription: date | None = None  # DTP 471, of hearing or vision aids
    disability_from: date | None = None  # DTP 314, 360 or 361
    disability_to: date | None = None
    last_worked: date | None = None  # DTP 297
    return_to_work: date | None = None  # DTP 296
    care_assumed: date | None = None  # DTP 090
    care_relinquished: date | None = None  # DTP 091
    first_contact: date | None = None  # DTP 444
    ambulance: Ambulance | None = None
    spinal_manipulation: SpinalManipulation | None = None
    conditions: tuple[Conditions, ...] = ()  # CRC
    anesthesia_procedures: tuple[str, ...] = ()  # HI BP, BO
    condition_codes: tuple[str, ...] = ()  # HI BG
    primary_care: Party | None = None  # 2310A P3


@dataclass(slots=True, kw_only=True)
class Equipment:
    """SV5: rent or price of the line's equipment."""

    days: str  # of need
    rental: Cents = 0
    purchase: Cents = 0
    rental_period: str = ""  # 1 weekly, 4 monthly, 6 daily


@dataclass(slots=True, kw_only=True)
class FormAnswer:
    """FRM."""

    question: str
    answer: str = ""  # Y N W
    reply: str = ""
    day: date | None = None
    percent: str = ""


@dataclass(slots=True, kw_only=True)
class Form:
    """2440: a form and its answers."""

    number: str
    list: str = "UT"
    answers: tuple[FormAnswer, ...] = ()


@dataclass(slots=True, kw_only=True)
class Measurement:
    """MEA: what is measured (OG, TR), its measure (HT, R1 to R4) and its value."""

    reference: str
    measure: str
    value: str


@dataclass(slots=True, kw_only=True)
class ProfessionalLine:
    """Loop 2400 of the 837P beside what a `ServiceLine` has."""

    copay_exempt: bool = False  # SV115
    equipment: Equipment | None = None
    certificate_transmission: str = ""  # PWK CT
    ambulance: Ambulance | None = None
    certification_type: str = ""  # CR301
    certification_months: str = ""
    conditions: tuple[Conditions, ...] = ()
    prescribed: date | None = None  # DTP 471
    certification_revised: date | None = None  # DTP 607
    therapy_start: date | None = None  # DTP 463
    last_certified: date | None = None  # DTP 461
    last_seen: date | None = None  # DTP 304
    hemoglobin_tested: date | None = None  # DTP 738
    creatinine_tested: date | None = None  # DTP 739
    shipped: date | None = None  # DTP 011
    last_x_ray: date | None = None  # DTP 455
    initial_treatment: date | None = None  # DTP 454
    ambulance_patients: str = ""  # QTY PT
    obstetric_units: str = ""  # QTY FL
    results: tuple[Measurement, ...] = ()
    mammography: str = ""  # REF EW
    referring_clia: str = ""  # REF F4
    immunization_batch: str = ""  # REF BT
    sales_tax: Cents | None = None  # AMT T
    postage: Cents | None = None  # AMT F4
    purchased_from: Party | None = None  # 2420B; PS101 is its identifier
    purchased_charge: Cents | None = None  # PS102
    forms: tuple[Form, ...] = ()
