"""A practice: who bills, its providers, its fees."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from config import schedule
from config.identifiers import npi_is_valid, state_is_valid


def is_key(text: str) -> bool:
    """Whether a text may be the key of a partner: the name of its file without .toml."""
    return re.fullmatch(_KEY, text) is not None


class PartnerModel(BaseModel):
    """Base of all partner models: frozen, unknown keys refused, values never in a message."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
        validate_default=True,
    )


def _npi(value: str) -> str:
    if not npi_is_valid(value):
        raise ValueError("an NPI has ten digits with a Luhn check digit; look it up in the NPI registry")
    return value


def _dollars_to_cents(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("write dollars, like 125.00")
    try:
        cents = Decimal(str(value)) * 100
    except ArithmeticError:
        raise ValueError("write dollars, like 125.00") from None
    if not cents.is_finite() or cents != cents.to_integral_value() or cents < 0:
        raise ValueError("write dollars with at most two decimals, like 125.00")
    return int(cents)


_KEY = r"^[a-z0-9][a-z0-9_-]{0,39}$"
Key = Annotated[str, Field(pattern=_KEY)]
Npi = Annotated[str, AfterValidator(_npi)]
Taxonomy = Annotated[str, Field(pattern=r"^[0-9A-Z]{9}X$")]
Phone = Annotated[str, Field(pattern=r"^[2-9]\d{9}$")]
Cents = Annotated[int, BeforeValidator(_dollars_to_cents)]


class PostalAddress(PartnerModel):
    """A US address. A billing provider's needs a street (no P.O. box) and nine digits of ZIP."""

    line1: str = Field(min_length=1, max_length=55, description="street and number")
    line2: str = Field("", max_length=55, description="suite, floor")
    city: str = Field(min_length=2, max_length=30, description="city")
    state: str = Field(description="the two letters, like NY")
    zip: str = Field(pattern=r"^\d{5}(\d{4})?$", description="five or nine digits, no hyphen")

    @field_validator("state")
    @classmethod
    def _state(cls, value: str) -> str:
        if not state_is_valid(value):
            raise ValueError("write the state's two letters, like NY")
        return value


class PracticeProvider(PartnerModel):
    """A person who renders services for the practice. `cleanclaim enrolments` keeps who is credentialed."""

    npi: Npi = Field(description="ten digits with their check digit")
    last: str = Field(min_length=1, max_length=60, description="last name, as in the NPI registry")
    first: str = Field("", max_length=35, description="first name")
    taxonomy: Taxonomy | Literal[""] = Field("", description="ten characters of the NUCC's list")


class Practice(PartnerModel):
    """One practice, file practices/KEY.toml. Its name and address are those of its NPI record."""

    key: Key = Field(description="the file's name without .toml; not written into the file")
    name: str = Field(min_length=1, max_length=60, description="billing name, as in the NPI registry")
    npi: Npi = Field(description="the group's or owner's NPI: ten digits with their check digit")
    tax_id: str = Field(pattern=r"^\d{9}$", description="nine digits, no hyphen")
    tax_id_type: Literal["EI", "SY"] = Field("EI", description="EI employer's, SY social security")
    taxonomy: Taxonomy | Literal[""] = Field("", description="ten characters of the NUCC's list")
    specialty: str = Field("", description="in words, for people")
    address: PostalAddress = Field(description="where it practises: a street, with nine digits of ZIP")
    pay_to: PostalAddress | None = Field(None, description="where payments go, where that differs")
    contact_name: str = Field(min_length=1, max_length=60, description="the person a payer may call")
    contact_phone: Phone = Field(description="ten digits")
    clia: str = Field("", pattern=r"^(\d{2}D\d{7})?$", description="CLIA number, like 33D1234567")
    clia_certificate: Literal["", "waiver", "full"] = Field(
        "", description="what its CLIA certificate allows: waived tests alone, or tests of any kind"
    )
    cost_reports_closed_to: date | None = Field(
        None,
        description="the last day of which an institution's Medicare cost report is closed (CMS-838); "
        "empty: not known",
    )
    claims_since: date | None = Field(
        None, description="the day from which all its claims are in this ledger; empty: not known"
    )
    inbox: str = Field("", description="subfolder of the inbox; default the key")
    pick_up_cron: str = Field(
        "",
        description="when encounters are picked up and judged for this practice, besides the home's own "
        "schedules, like 30 12,17 * * 1-5; the whole inbox is looked at then. Empty: at no time of its own",
    )
    pick_up_zone: str = Field("", description="zone of pick_up_cron; empty: the home's")
    facilities: tuple[Npi, ...] = Field(
        (), description="NPIs of facilities whose documents in a shared folder are this practice's"
    )
    place_of_service: str = Field(
        "", pattern=r"^(\d{2})?$", description="where a document gives none, as FHIR and HL7 v2 often do"
    )
    providers: tuple[PracticeProvider, ...] = Field((), description="who renders services here")
    bank_accounts: tuple[Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{4,34}$")], ...] = Field(
        (), description="its accounts as the bank's files name them; the last four characters are enough"
    )
    fee_schedule: Mapping[str, Cents] = Field(
        default_factory=dict, description="procedure, or procedure-modifier, and its charge in dollars"
    )

    @field_validator("address")
    @classmethod
    def _a_street_with_nine_digits(cls, value: PostalAddress) -> PostalAddress:
        # X12 005010X222A1, 2010AA N3 and N4: a billing provider's address is a street, with ZIP+4.
        if len(value.zip) != 9:
            raise ValueError("a billing address needs nine digits of ZIP")
        if re.match(r"(?i)\s*(p\.?\s*o\.?\s*box|post office box|lock ?box)\b", value.line1):
            raise ValueError("a billing address is a street; write the P.O. box in pay_to")
        return value

    @field_validator("inbox")
    @classmethod
    def _one_folder(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", value):
            raise ValueError("the name of one folder: letters, digits, dot, hyphen, underscore")
        return value

    @field_validator("pick_up_cron")
    @classmethod
    def _cron_or_never(cls, value: str) -> str:
        return schedule.checked(value) if value else ""

    @field_validator("pick_up_zone")
    @classmethod
    def _known_zone(cls, value: str, found: ValidationInfo) -> str:
        if value and not found.data.get("pick_up_cron", "invalid"):
            raise ValueError("give pick_up_cron too: a zone alone picks up nothing")
        return schedule.known_zone(value) if value else ""

    @field_validator("fee_schedule")
    @classmethod
    def _procedures(cls, value: Mapping[str, int]) -> Mapping[str, int]:
        for procedure in value:
            if not re.fullmatch(r"[0-9A-Z]{5}(-[0-9A-Z]{2})?", procedure):
                raise ValueError("a fee belongs to a procedure of five characters, like 99213 or 93000-26")
        return value

    @field_validator("providers")
    @classmethod
    def _once(cls, value: tuple[PracticeProvider, ...]) -> tuple[PracticeProvider, ...]:
        if len({provider.npi for provider in value}) < len(value):
            raise ValueError("the same NPI is listed twice")
        return value

    @property
    def folder(self) -> str:
        """The practice's subfolder of the inbox."""
        return self.inbox or self.key

    def has_account(self, account: str) -> bool:
        """Whether an account of a bank's file is this practice's."""
        return any(account.endswith(known) for known in self.bank_accounts)

    def provider(self, npi: str) -> PracticeProvider | None:
        return next((provider for provider in self.providers if provider.npi == npi), None)

    def charge_for(self, procedure: str, modifiers: tuple[str, ...] = ()) -> int | None:
        """The practice's charge for one unit in cents, or None where its fee schedule lacks it."""
        for modifier in modifiers:
            if (charge := self.fee_schedule.get(f"{procedure}-{modifier}")) is not None:
                return charge
        return self.fee_schedule.get(procedure)
