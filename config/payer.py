"""A payer: its ids, limits and habits."""

import re
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from config.practice import Cents, Key, PartnerModel, PostalAddress

# SBR09 of 005010X222A1.
FilingCode = Literal[
    "11", "12", "13", "14", "15", "16", "17", "AM", "BL", "CH", "CI", "DS", "FI", "HM", "LM",
    "MA", "MB", "MC", "OF", "TV", "VA", "WC", "ZZ",
]  # fmt: skip
Days = Annotated[int, Field(ge=1, le=3650)]
Procedure = Annotated[str, Field(pattern=r"^[0-9A-Z]{5}$")]


class EditSwitch(PartnerModel):
    """An edit switched off, or raised to a hold, for one payer: why, and until when (that day included)."""

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]{1,5}-\d{2}$", description="the edit, like MOD-01")
    reason: str = Field(min_length=5, description="why, and who said so")
    until: date = Field(description="last day on which it counts")

    def holds_on(self, day: date) -> bool:
        return day <= self.until


class PayerPolicy(PartnerModel):
    """A medical-necessity policy: which diagnoses (or beginnings of codes, no dots) support a procedure."""

    name: str = Field(min_length=1, description="the policy's number or title")
    procedures: tuple[Procedure, ...] = Field(description="procedures it covers")
    diagnoses: tuple[str, ...] = Field(description="diagnoses that support them, or how they begin")
    times: int = Field(0, ge=0, le=999, description="how often they are covered in `days`; 0: no limit")
    days: int = Field(0, ge=0, le=36500, description="the days that `times` counts, the service's included")
    since: date | None = Field(None, description="first day of service it is in force for")
    until: date | None = Field(None, description="last day of service")


class TelehealthRule(PartnerModel):
    """How this payer takes telehealth for services of some days; days without a rule are left alone."""

    places: tuple[str, ...] = Field(description="places of service that it takes, like 02 and 10")
    modifiers: tuple[str, ...] = Field(
        (), description="modifiers of which a line carries one, like 95 and 93; none: it wants none"
    )
    since: date | None = Field(None, description="first day of service it is in force for")
    until: date | None = Field(None, description="last day of service")


class DeniedLine(PartnerModel):
    """A kind of line that it denies: what is said of it is what such a line has (PAY-01 holds it)."""

    name: str = Field(pattern=r"^[0-9a-z-]{1,40}$", description="its name, like the id of its cause")
    code: str = Field(min_length=1, max_length=40, description="what it denies it under, like CARC 197")
    reason: str = Field(min_length=5, description="why, and who said so")
    practice: str | None = Field(None, description="key of the practice")
    provider: str | None = Field(None, description='NPI of the rendering provider; "": none is named')
    procedure: str | None = Field(None, description="procedure code")
    modifiers: str | None = Field(None, description='modifiers, a blank between; "": it has none')
    place: str | None = Field(None, description="place of service")
    diagnosis: str | None = Field(
        None, description="category of the first diagnosis: its first three letters"
    )
    units: str | None = Field(None, description="units, like 2")
    authorized: Literal["yes", "no"] | None = Field(None, description="whether it names an authorization")
    since: date | None = Field(None, description="first day of service it is in force for")
    until: date = Field(description="last day of service: then it is to be looked at again")

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What such a line has, by name."""
        said = (
            *(("practice", self.practice), ("provider", self.provider), ("procedure", self.procedure)),
            *(("modifiers", self.modifiers), ("place", self.place), ("diagnosis", self.diagnosis)),
            *(("units", self.units), ("authorized", self.authorized)),
        )
        return tuple((name, value) for name, value in said if value is not None)

    @model_validator(mode="after")
    def _says_something(self) -> "DeniedLine":
        if not self.facts:
            raise ValueError("a rule without a fact would hold every claim; say what such a line has")
        return self


class AdjustmentPolicy(PartnerModel):
    """What an adjustment code of this payer means for the books, where the table of codes says otherwise."""

    carc: str = Field(pattern=r"^[0-9A-Z]{1,3}$", description="the adjustment reason, like 104")
    group: Literal["", "CO", "PR", "OA", "PI", "CR"] = Field("", description="only under this group")
    meaning: Literal["contractual", "incentive", "withhold", "capitation", "work"] = Field(
        description="written off, an incentive, withheld until a settlement, capitation, or work for a person"
    )
    reason: str = Field(min_length=5, description="the contract's clause, or who said so")
    since: date | None = Field(None, description="first day of payment on which it holds")
    until: date | None = Field(None, description="last day of payment")


CorrectionMethod = Literal["new", "replacement", "reopening", "redetermination", "portal"]
CorrectionState = Literal["rejected", "unprocessable", "denied", "paid"]


class Correction(PartnerModel):
    """How this payer wants a claim corrected that is out; an empty kind or state is every one."""

    kind: Literal["", "P", "I", "D"] = Field("", description="professional, institutional, dental")
    state: Literal["", "rejected", "unprocessable", "denied", "paid"] = Field(
        "", description="what became of it; unprocessable is a denial with MA130"
    )
    method: CorrectionMethod = Field(description="a new claim, a replacement (frequency 7), or by hand")
    reason: str = Field(min_length=5, description="where the payer says so")
    since: date | None = Field(None, description="first business date on which it holds")
    until: date | None = Field(None, description="last business date")

    def fits(self, kind: str, state: str, on: date) -> bool:
        return (
            self.kind in ("", kind)
            and self.state in ("", state)
            and (self.since is None or self.since <= on)
            and (self.until is None or on <= self.until)
        )


class Payer(PartnerModel):
    """One payer, file payers/KEY.toml."""

    key: Key = Field(description="the file's name without .toml; not written into the file")
    payer_id: str = Field(pattern=r"^[A-Za-z0-9]{2,20}$", description="NM109 of 2010BB")
    payer_id_qualifier: Literal["PI", "XV"] = Field("PI", description="NM108; XV a national plan id")
    other_ids: tuple[str, ...] = Field((), description="ids it also goes by, e.g. in its 835")
    name: str = Field(min_length=1, max_length=60, description="its name on claims")
    filing_code: FilingCode = Field(description="SBR09, the kind of plan: MB, MC, CI, BL, HM, ...")
    clearinghouse: Key = Field(description="key of the clearinghouse that takes its claims")
    address: PostalAddress | None = Field(None, description="where it wants one on claims (2010BB)")
    filing_limit_days: Days = Field(description="days from the service to the first claim")
    filing_limit_from: Literal["service", "through"] = Field(
        "service", description="the day that its filing limit starts from: the first or the last service"
    )
    later_filing_limit_from: Literal["", "service", "through", "remittance"] = Field(
        "",
        description="the same where it is a later payer; empty: the remittance of the payer before it, for "
        "Medicare as filing_limit_from",
    )
    attachment_days: int = Field(
        7,
        ge=1,
        le=365,
        description="days after a claim in which the documents that it announces must come, and after a "
        "request for documents (277) that names no day",
    )
    appeal_limit_days: Days = Field(description="days from the remittance to an appeal")
    correction_limit_days: Days | None = Field(None, description="default the filing limit")
    answer_days: int = Field(
        45, ge=1, le=365, description="days after which an answer that is waited for becomes work"
    )
    inquiries: tuple[Literal["276", "270"], ...] = Field(
        (),
        description="inquiries that it answers through its clearinghouse: 276 a claim's status, 270 coverage",
    )
    records_275_mb: int = Field(
        0,
        ge=0,
        le=20,
        description="megabytes of records that it takes for a claim as X12 275 through its clearinghouse; 0: "
        "it takes none",
    )
    verify_coverage: bool = Field(
        False,
        description="ask about the coverage (270) before the first claim of an encounter goes, and wait for "
        "the answer",
    )
    verify_days: int = Field(
        1, ge=1, le=7, description="days that an encounter waits for that answer at most"
    )
    adjustment_policies: tuple[AdjustmentPolicy, ...] = Field(
        (), description="what its adjustment codes mean under the contract"
    )
    corrections: tuple[Correction, ...] = Field(
        (), description="how it wants claims corrected, where the table of methods says otherwise"
    )
    member_id_pattern: str = Field("", description="regular expression of the whole member id")
    medicare: bool = Field(False, description="Medicare's rules apply: originals only, secondary payer types")
    conditional_adjustment: str = Field(
        "OA 192",
        pattern=r"^(CO|OA|PI|PR) [A-Z0-9]{1,3}$",
        description="with `medicare`: group and CARC under which a claim for a conditional payment has the "
        "charge that a silent payer before it did not decide",
    )
    questionnaire_days: int | None = Field(
        None,
        ge=1,
        le=3650,
        description="how old the Medicare-secondary questionnaire may be at the service; empty: 90 with "
        "Medicare, else it is not asked for",
    )
    needs_taxonomy: bool = Field(False, description="wants the billing provider's taxonomy (2000A PRV)")
    forwarding_days: int = Field(
        30, ge=1, le=365, description="days to wait for the payer that it forwarded a claim to"
    )
    zero_due_claims: bool = Field(
        False, description="as a later payer, wants claims of which the payers before it left nothing"
    )
    credit_days: Days | None = Field(
        None,
        description="days from the day on which a credit was identified in which its contract wants it back; "
        "empty: none is known. Medicare's and Medicaid's 60 days are the law's",
    )
    forwards: bool = Field(False, description="forwards to the next payer by itself (crossover)")
    paper: bool = Field(
        False, description="takes paper alone: its claims are printed into the home's paper/, to be mailed"
    )
    own_batch: bool = Field(False, description="its claims never share a batch with another payer's")
    max_claims_per_batch: int | None = Field(None, ge=1, le=5000, description="default the clearinghouse's")
    largest_charge: Cents = Field(
        0, description="dollars that a line or a claim may charge at most; 0: what X12 can carry"
    )
    zero_charge_allowed: bool = Field(False, description="takes lines without a charge")
    ncci_table: Literal["", "practitioner", "hospital", "medicaid"] = Field(
        "", description="which table of NCCI pairs it uses; empty: by the kind of claim, or Medicaid's"
    )
    payment_window_days: int | None = Field(
        None,
        ge=0,
        le=30,
        description="outpatient days before an admission that its payment includes; Medicare 3, others 0",
    )
    missing_tooth_clause: bool = Field(
        False, description="pays no replacement of a tooth that was lost before the coverage began"
    )
    authorization_for: tuple[Procedure, ...] = Field((), description="procedures that need an authorization")
    referring_for: tuple[Procedure, ...] = Field((), description="procedures that need a referring provider")
    ndc_for: tuple[Procedure, ...] = Field((), description="procedures that need a drug's NDC")
    clia_tests: tuple[Procedure, ...] = Field((), description="tests that need a CLIA number")
    clia_waived: tuple[Procedure, ...] = Field((), description="waived tests that want modifier QW")
    bilateral: Literal["", "one_unit", "two_units", "two_lines"] = Field(
        "", description="how it wants modifier 50; two_lines: LT and RT instead; empty: one line, one unit"
    )
    single_dose_for: tuple[Procedure, ...] = Field(
        (), description="drugs in single-dose containers that want JZ or JW; for Medicare beside our own list"
    )
    prolonged: Literal["", "99417", "G2212"] = Field(
        "", description="its code for prolonged office time; empty: G2212 with Medicare, else 99417"
    )
    anesthesia_units: Literal["", "minutes", "units"] = Field(
        "", description="how it wants anesthesia time; empty: minutes"
    )
    anesthesia_roles: bool = Field(
        False, description="wants AA, QK, QX, QY or QZ on anesthesia, as Medicare does"
    )
    fractional_units_for: tuple[Procedure, ...] = Field(
        (), description="procedures that it takes in parts of a unit, beside ambulance miles"
    )
    therapy_modifiers: bool = Field(False, description="wants GP, GO or GN on therapy, as Medicare does")
    telehealth: tuple[TelehealthRule, ...] = Field((), description="how it takes telehealth, by date")
    policies: tuple[PayerPolicy, ...] = Field((), description="its medical-necessity policies")
    denied_lines: tuple[DeniedLine, ...] = Field(
        (), description="kinds of lines that it denies: PAY-01 holds them (`cleanclaim causes edit`)"
    )
    edits_off: tuple[EditSwitch, ...] = Field((), description="edits that do not count for it")
    edits_raised: tuple[EditSwitch, ...] = Field((), description="warnings that hold its claims")

    @field_validator("member_id_pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error:
            raise ValueError("not a regular expression; write one like W\\d{8}") from None
        if re.search(r"\([^)]*[+*][^)]*\)[+*{]", value):
            raise ValueError("a repeated group with repeats inside can take for ever; write it flat")
        return value

    def edits_off_on(self, day: date) -> frozenset[str]:
        """Ids of the edits that are switched off on that day; an expired entry no longer counts."""
        return frozenset(switch.id for switch in self.edits_off if switch.holds_on(day))

    def edits_raised_on(self, day: date) -> frozenset[str]:
        """Ids of the edits that hold a claim of this payer on that day though they only warn otherwise."""
        return frozenset(switch.id for switch in self.edits_raised if switch.holds_on(day))

    def file_by(self, first: date, last: date) -> date:
        """The last day for a first claim of services from `first` to `last`."""
        since = first if self.filing_limit_from == "service" else last
        return since + timedelta(days=self.filing_limit_days)

    def takes(self, inquiry: Literal["276", "275", "270"]) -> bool:
        """Whether it can be asked this, or sent records (275). A payer of paper alone can't."""
        if inquiry == "275":
            return self.records_275_mb > 0 and not self.paper
        return inquiry in self.inquiries and not self.paper

    @property
    def later_limit_from(self) -> Literal["service", "through", "remittance"]:
        """What its filing limit starts from where it is billed after another one: Medicare's from the same
        service as ever (42 CFR 424.44), the others' from the remittance of the payer before."""
        own = self.filing_limit_from if self.medicare else "remittance"
        return self.later_filing_limit_from or own

    def member_id_fits(self, member_id: str) -> bool:
        return not self.member_id_pattern or bool(re.fullmatch(self.member_id_pattern, member_id))
