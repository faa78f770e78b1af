"""The encounter: one documented meeting of a patient and a provider, as CleanClaim takes it in.

Every format is read into this model, and the project's own JSON is exactly this model. It is
lenient on purpose: what is absent is empty here and becomes a finding that names it, since a
person has to see it; only what cannot be read at all (a date that is none, money that is none)
refuses a file. Amounts come as decimal dollars ("125.00") and are kept in integer cents.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from intake.amounts import dollars
from intake.days import day_of

MOST_DOLLARS = Decimal("99999999.99")
"""What an amount of X12 holds: ten digits with the cents (HIPAA guides, appendix B)."""
MOST_UNITS = Decimal("99999999.999")
"""What SV104 holds: eight digits before the point and three behind it."""
YEARS = range(1900, 2200)


def _cents(value: Any) -> Any:
    """Dollars in text or a number become cents; more than two decimals, or ten digits, are refused."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("an amount is written in dollars, like 125.00")
    found = dollars(value) if isinstance(value, str) else Decimal(str(value))
    if found is None or not found.is_finite():
        raise ValueError("an amount is written in dollars, like 125.00")
    if found.copy_abs() > MOST_DOLLARS:
        raise ValueError("an amount has at most ten digits with its cents")
    if found != (rounded := found.quantize(_CENT)):
        raise ValueError("an amount has at most two decimals")
    return int(rounded * 100)


def _units(value: Decimal) -> Decimal:
    """At most eight digits and three decimals; zeros behind those are left out."""
    # copy_abs, since abs() rounds, and raises where the exponent is huge
    if value.copy_abs() > MOST_UNITS:
        raise ValueError("units have at most eight digits before the point")
    if value != (rounded := value.quantize(_THOUSANDTH)):
        raise ValueError("units have at most three decimals")
    return value if _few_decimals(value) else rounded


_CENT, _THOUSANDTH = Decimal("0.01"), Decimal("0.001")


def _few_decimals(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and -3 <= exponent <= 0


def _dollars(cents: int | None) -> str | None:
    return None if cents is None else f"{Decimal(cents) / 100:.2f}"


Money = Annotated[int, BeforeValidator(_cents), PlainSerializer(_dollars, return_type=str, when_used="json")]
OptionalMoney = Annotated[
    int | None,
    BeforeValidator(_cents),
    PlainSerializer(_dollars, return_type=str | None, when_used="json"),
]


def _any_day(value: Any) -> Any:
    """A day in text as `intake.days` reads it; a number is no day, though it counts seconds for some."""
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str) or (value.strip() and day_of(value) is None):
        raise ValueError("not a date; write 2026-11-16")
    return day_of(value)


def _day(value: Any) -> Any:
    """The same, of a year that a person now alive or a claim can have: others are slips or stand-ins."""
    found = _any_day(value)
    if found is not None and found.year not in YEARS:
        raise ValueError(f"the year is not from {YEARS[0]} to {YEARS[-1]}")
    return found


Day = Annotated[date | None, BeforeValidator(_day)]
OpenDay = Annotated[date | None, BeforeValidator(_any_day)]
"""The end of a span, which many systems write as 9999-12-31 where it is open."""
Units = Annotated[Decimal, AfterValidator(_units)]
Pointer = Annotated[int, Field(ge=0, le=999)]


class _Model(BaseModel):
    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, frozen=True, hide_input_in_errors=True
    )


class Address(_Model):
    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""


class Person(_Model):
    last: str = ""
    first: str = ""
    middle: str = ""
    suffix: str = ""
    birth_date: Day = None
    sex: Literal["F", "M", "U", ""] = ""
    address: Address | None = None
    death_date: Day = None


class Patient(Person):
    medical_record_number: str = ""


class Provider(_Model):
    """A rendering, referring, ordering or supervising provider, or a service facility (only `last`)."""

    last: str = ""
    first: str = ""
    npi: str = ""
    taxonomy: str = ""
    address: Address | None = None


class Coverage(_Model):
    """One insurance of the patient. `payer` is a payer's key, its payer id or its name."""

    order: Literal["P", "S", "T"] = "P"
    payer: str = ""
    payer_name: str = Field("", description="its name, where `payer` is an id that may be another system's")
    member_id: str = ""
    group_number: str = ""
    group_name: str = ""
    relationship: str = Field(
        "18", description="X12 relationship to the subscriber; 18 is self, 19 child, 01 spouse"
    )
    subscriber: Person | None = Field(None, description="The insured person, where that is not the patient")
    insurance_type: str = Field("", description="Medicare secondary type, SBR05")
    active_from: OpenDay = None
    active_to: OpenDay = None


class Line(_Model):
    """One documented service. `pointers` count the encounter's diagnoses from 1."""

    procedure: str = ""
    charge: OptionalMoney = None
    modifiers: tuple[str, ...] = Field((), max_length=99)
    pointers: tuple[Pointer, ...] = Field((), max_length=99)
    units: Units = Decimal(1)
    unit_code: Literal["UN", "MJ"] = "UN"
    service_from: Day = None
    service_to: Day = None
    place_of_service: str = ""
    description: str = ""
    ndc: str = ""
    ndc_quantity: str = ""
    ndc_unit: str = ""
    revenue_code: str = ""
    rendering: Provider | None = None
    ordering: Provider | None = None
    note: str = ""


class Accident(_Model):
    causes: tuple[Literal["AA", "EM", "OA"], ...] = Field((), max_length=9)
    state: str = ""
    day: Day = None


class Attachment(_Model):
    report_type: str
    transmission: str = "EL"
    control_number: str = ""


class Documentation(_Model):
    """What the note says beyond its codes; the E/M edit reads it."""

    minutes: int | None = Field(None, ge=0, le=1440, description="total time on the day, in minutes")
    decision_making: Literal["", "straightforward", "low", "moderate", "high"] = ""
    signed: bool | None = None


class Concept(_Model):
    """A documented concept without a billing code, e.g. SNOMED CT: shown to the coder, never billed.

    `reason` is why the visit was, `visit` its kind, `charge` what a bill names in its own way.
    """

    system: str
    code: str
    text: str = ""
    role: Literal["diagnosis", "procedure", "visit", "reason", "charge"] = "diagnosis"


class Encounter(_Model):
    """One encounter. `source`, `id` and `version` name it; a higher version replaces a lower one."""

    source: str = Field(min_length=1, max_length=80, description="the system that documents it")
    id: str = Field(min_length=1, max_length=80, description="its number in that system")
    version: int = Field(1, ge=1, le=2_147_483_647)
    practice: str = Field(
        "", description="the practice's key, tax id or NPI; empty: the file's folder says it"
    )
    patient: Patient = Patient()
    coverages: tuple[Coverage, ...] = Field((), max_length=99)
    service_date: Day = Field(None, description="used by lines that give no date of their own")
    place_of_service: str = ""
    diagnoses: tuple[str, ...] = Field(
        (), max_length=999, description="ICD-10-CM, principal first, with or without dots"
    )
    lines: tuple[Line, ...] = Field((), max_length=999)
    rendering: Provider | None = None
    referring: Provider | None = None
    supervising: Provider | None = None
    service_facility: Provider | None = None
    accident: Accident | None = None
    onset: Day = None
    admission: Day = None
    discharge: Day = None
    prior_authorization: str = ""
    referral_number: str = ""
    clia: str = ""
    note: str = ""
    attachments: tuple[Attachment, ...] = Field((), max_length=99)
    patient_paid: OptionalMoney = None
    documentation: Documentation = Documentation()
    concepts: tuple[Concept, ...] = Field((), description="documented concepts that carry no billing code")
    doubts: tuple[str, ...] = Field(
        (),
        description="what may not be as it was documented, without the patient's data: a person looks first",
    )
