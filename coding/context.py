"""What an edit may know beside the claim: frozen, small, loaded by the task before the edits run.

An edit looks nothing up. A task queries the ledger and the settings once per chunk and passes the
results in, so edits about history, coverage and filing limits stay pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from coding.finding import Override, Severity

if TYPE_CHECKING:
    from coding.codes.store import Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A payer's setting for one edit, from its file: switched off, or raised to `severity`.

    It applies through `until`; after that the edit has its own severity again.
    """

    edit_id: str
    reason: str
    until: date
    severity: Severity | None = None  # None: off


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """What holds for services of some days, both included; None: open."""

    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePolicy(InForce):
    """One medical-necessity policy (LCD, NCD or the payer's own): what supports its procedures.

    `diagnoses` are codes or prefixes of codes, without dots.
    """

    name: str
    procedures: frozenset[str]
    diagnoses: tuple[str, ...]
    times: int = 0  # in `days` days; 0: no limit
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TelehealthRule(InForce):
    """How a payer takes telehealth for services of some days: the places, and the modifiers of which a line
    carries one (none: it wants none)."""

    places: frozenset[str]
    modifiers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeniedLine(InForce):
    """A kind of line that this payer denies for services of some days. `facts` are (name, value) of
    `coding.denied_lines.FACTS`: a line that has all of them is of this kind. `code` is what it denies it
    under, like CARC 197."""

    name: str
    code: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class PayerRules:
    """What this payer requires. An absent rule ("", None or an empty set) requires nothing."""

    key: str
    payer_id: str = ""
    name: str = ""
    filing_limit_days: int | None = None
    filing_limit_from_last_day: bool = False  # it starts from the last day of service, not the first
    member_id_pattern: str = ""  # a regular expression for the whole member id
    medicare: bool = False
    questionnaire_days: int | None = (
        None  # how old the Medicare-secondary questionnaire may be; None: not asked
    )
    medicaid: bool = False
    zero_charge_allowed: bool = False
    largest_charge: int = 0  # cents, of a line and of a claim; 0: what X12 can carry
    needs_taxonomy: bool = False
    payment_window_days: int = 0  # outpatient days before an admission that its payment includes
    missing_tooth_clause: bool = False  # pays no replacement of teeth lost before the coverage
    ncci_table: str = ""  # practitioner, hospital or medicaid; "": by the claim's kind and payer
    authorization_for: frozenset[str] = frozenset()  # procedure codes
    referring_for: frozenset[str] = frozenset()
    ndc_for: frozenset[str] = frozenset()
    clia_waived: frozenset[str] = frozenset()  # waived tests of the CMS list that need QW
    clia_tests: frozenset[str] = frozenset()  # laboratory tests that need a CLIA number
    bilateral: str = ""  # modifier 50: one_unit ("" too), two_units, or two_lines with LT and RT instead
    single_dose_for: frozenset[str] = frozenset()  # drugs in single doses, beside those of our own list
    prolonged: str = ""  # 99417 or G2212; "": as Medicare or everybody else does
    anesthesia_units: str = ""  # minutes ("" too) or units
    anesthesia_roles: bool = False  # wants AA, QK, QX, QY, QZ as Medicare does
    fractional_units_for: frozenset[str] = frozenset()
    therapy_modifiers: bool = False  # wants GP, GO, GN as Medicare does
    telehealth: tuple[TelehealthRule, ...] = ()
    policies: tuple[CoveragePolicy, ...] = ()
    denied_lines: tuple[DeniedLine, ...] = ()
    edits_off: tuple[Switch, ...] = ()
    edits_raised: tuple[Switch, ...] = ()
    plans: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """A provider of the practice."""

    npi: str
    taxonomy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeFacts:
    """The billing practice as described in its file. `providers` is empty if its file names none."""

    key: str = ""
    npi: str = ""
    tax_id: str = ""
    taxonomy: str = ""
    specialty: str = ""
    clia: str = ""
    clia_certificate: str = ""  # waiver, or full (which may test by any method); "": not known
    claims_since: date | None = None  # from which day every claim of the practice is in the ledger
    zip: str = ""
    providers: tuple[ProviderFacts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """An enrolment with the payer that is billed: in force from `start` to `end` (None: no end is known).
    `start` is None where it was never approved; `words` says how it stands."""

    words: str
    start: date | None = None
    end: date | None = None

    def covers(self, day: date) -> bool:
        return self.start is not None and self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolments:
    """The enrolments with the payer that is billed, through the clearinghouse that takes its claims. None: no
    table is kept of them, and nothing is said.

    `edi` are those of the billing NPI, `providers` the credentialing by rendering NPI.
    """

    edi: tuple[Enrolled, ...] | None = None
    providers: Mapping[str, tuple[Enrolled, ...]] | None = None

    def edi_fault(self, day: date) -> str:
        """Why no electronic claim may go on a day, "" nothing is against it."""
        if self.edi is None or any(one.covers(day) for one in self.edi):
            return ""
        if not self.edi:
            return "no EDI enrolment of the billing NPI with this payer and clearinghouse is kept"
        return f"the EDI enrolment of the billing NPI is {self.edi[-1].words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorLine:
    """A service line of a prior claim."""

    procedure: str
    service_from: date
    units: str = "1"
    modifiers: tuple[str, ...] = ()
    charge: int = 0  # cents
    rendering_npi: str = ""
    place_of_service: str = ""
    tooth: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorBill:
    """What only an institutional claim says: its type of bill, frequency and days."""

    type_of_bill: str
    frequency: str = "1"
    admission: date | None = None
    statement_from: date | None = None
    statement_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorClaim:
    """A claim of the same patient that was submitted before (never the submission being checked).

    `same_claim` marks an earlier submission of the same claim, to another payer or with another
    frequency code. The duplicate edit ignores it; the replacement edit depends on it.
    `status` is CLP02 of its last remittance ("" if there is none). `bill` is there for institutional claims.
    """

    patient_control_number: str
    lines: tuple[PriorLine, ...] = ()
    payer_id: str = ""
    payer_order: str = "P"
    payer_claim_control_number: str = ""
    billing_npi: str = ""
    rendering_npi: str = ""
    tax_id: str = ""
    specialty: str = ""  # taxonomy of the rendering provider
    diagnoses: tuple[str, ...] = ()
    status: str = ""
    voided: bool = False
    rejected: bool = False
    same_claim: bool = False
    bill: PriorBill | None = None

    @property
    def live(self) -> bool:
        """Whether the payer still has it: neither voided nor rejected before adjudication."""
        return not (self.voided or self.rejected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """One benefit limit of a 271: its procedures (empty: any), units allowed and used, and last day."""

    name: str
    procedures: frozenset[str] = frozenset()
    allowed: int | None = None
    used: int = 0
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stay or election that changes who pays: hospice, SNF, capitation, Medicare Advantage."""

    kind: str
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageFacts:
    """The coverage that is billed, as registered or as a 271 reported it. None is an open end.

    `orders` are the payer orders that the patient has on file (P, S, T); `questionnaire` is the day on which
    the patient was asked why this coverage comes after another one. `verified` is what the payer said
    when it was asked (active, inactive, not_found, unavailable, unsaid), "waiting" while its answer is
    awaited, "silent" where none came, "" where it is not asked; `reasons` are the codes of a refusal (AAA03).
    `other_member`: it has the person under another member id.
    """

    active_from: date | None = None
    active_to: date | None = None
    in_network: bool | None = None
    orders: tuple[str, ...] = ()
    questionnaire: date | None = None
    verified: str = ""
    verified_on: date | None = None
    reasons: str = ""
    other_member: bool = False
    benefits: tuple[Benefit, ...] = ()
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """A prior authorization, or a referral, on file with the payer that is billed.

    No `procedures` means any; no `units` means no limit. `used` are the units of other claims. `own`: it is
    of the member that the claim is for.
    """

    number: str
    referral: bool = False
    own: bool = True
    procedures: frozenset[str] = frozenset()
    units: int | None = None
    used: Decimal = Decimal(0)
    valid_from: date | None = None
    valid_to: date | None = None

    def covers_procedure(self, procedure: str) -> bool:
        return not self.procedures or procedure in self.procedures

    def covers_day(self, day: date | None) -> bool:
        """Whether it is in force on a day; where none is known it is not said that it isn't."""
        return day is None or (
            (self.valid_from is None or day >= self.valid_from)
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Documentation:
    """What was documented beyond codes.

    `decision_making` is straightforward, low, moderate or high. `attachments` are the control
    numbers of the documents that exist (None if unknown). `performed_by` is the NPI of who did the service,
    where the note names one; the three after it are what the note says, None where it says nothing.
    """

    minutes: int | None = None
    decision_making: str = ""
    signed: bool | None = None
    attachments: frozenset[str] | None = None
    performed_by: str = ""
    incident_to: bool | None = None
    supervised: bool | None = None
    new_problem: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything that an edit may know beside the claim.

    `payer` is None if the encounter names no configured payer, `coverage` if eligibility was never
    checked, `authorizations` if none are tracked. `as_of` is the business date. `filing_from` is the day
    from which a later payer's filing limit runs where that is the answer of the payer before it.

    An edit asks `reached`, `days_left`, `edi_fault` or `today` about the calendar, and says with `waits` that
    it goes by the answer to an earlier claim: so the context knows on which day the claim must be judged
    again. `as_of` itself is for words.
    """

    codes: "Codes"
    as_of: date
    payer: PayerRules | None = None
    practice: PracticeFacts = PracticeFacts()
    enrolments: Enrolments = Enrolments()
    history: tuple[PriorClaim, ...] = ()
    coverage: CoverageFacts | None = None
    filing_from: date | None = None
    authorizations: tuple[Authorization, ...] | None = None
    documentation: Documentation = Documentation()
    overrides: tuple[Override, ...] = ()
    turns: list[int] = field(default_factory=list, init=False, repr=False, compare=False)
    """In how many days an edit may say otherwise than today, of each question about the calendar."""

    def reached(self, day: date) -> bool:
        """Whether a day has come."""
        left = (day - self.as_of).days
        if left > 0:
            self.turns.append(left)
        return left <= 0

    def days_left(self, start: date, days: int, soon: int) -> int:
        """Days left of a limit of some days from `start`, negative past it. The edit tells one number from
        another where `soon` days or fewer are left."""
        left = (start - self.as_of).days + days
        if left >= 0:
            self.turns.append(max(1, left - soon))
        return left

    def edi_fault(self) -> str:
        """Why no electronic claim may go today, "" nothing is against it."""
        for one in self.enrolments.edi or ():
            if one.start is not None:
                self.reached(one.start)
            if one.end is not None and one.end >= self.as_of:
                self.turns.append((one.end - self.as_of).days + 1)
        return self.enrolments.edi_fault(self.as_of)

    def waits(self) -> None:
        """What the edit says may change with a payer's answer to an earlier claim, on any day."""
        self.turns.append(1)

    def today(self) -> date:
        """The business date, for an edit that says something else each day."""
        self.turns.append(1)
        return self.as_of
