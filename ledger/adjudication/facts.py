"""What is known of a claim when it is settled: its lines, coverages, answers and the acts of people.

Amounts are cents as the payer signed them. Lines are the claim's own numbers; 0 is the whole claim.

What a posting makes for each claim is not frozen: a frozen one takes three times as long to make, which was
a tenth of the time of a posting. Nobody changes one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from ledger.adjudication.claim_line import ClaimLine
from ledger.adjudication.contract_prices import Rates

FIRST_PAYER = frozenset(("1", "19"))
LATER_PAYER = frozenset(("2", "3", "20", "21"))
FORWARDED = frozenset(("19", "20", "21", "23"))
PREDETERMINATION = "25"
NOT_OURS = "23"
REVERSAL = "22"
FORWARDING_REMARKS = frozenset(("MA07", "MA18", "N89"))
NO_NUMBERS = frozenset(("", "0", "NA", "N/A", "NONE", "UNKNOWN", "UNK", "NULL"))
"""What payers write where they give no claim number."""
NO_BALANCE_BILLING_REMARKS = frozenset(
    ("N830", "N862", *(f"N{number}" for number in range(864, 880)))
)  # the No Surprises Act, or a state's law: the patient owes the share shown and no more
NO_PATIENT_LIABILITY_REMARKS = frozenset(("N781", "N782", "N783"))  # the patient is a QMB

Meaning = Literal["contractual", "incentive", "withhold", "capitation", "work"]


@dataclass(slots=True)
class Adjustment:
    """One CAS triple: group, CARC and amount; `quantity` of units, "" where none is said."""

    group: str
    carc: str
    cents: int
    quantity: str = field(default="", repr=False)  # no part of what a digest of the amounts names


@dataclass(slots=True, kw_only=True)
class LineAnswer:
    """What an answer says of one line. `line` is the claim's line number, 0 where none was found.

    `adjudicated` is the procedure that the payer decided on, with its modifiers, where it is not the one
    that was submitted; `units` are those paid, `submitted_units` those submitted, "" not said.
    """

    line: int
    procedure: str = ""
    modifiers: tuple[str, ...] = ()
    charge: int
    paid: int
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()
    adjudicated: str = ""
    units: str = ""
    submitted_units: str = ""
    named: bool = field(default=False, repr=False)
    """Whether it names its line by control number (REF 6R): it is of no other one then."""


@dataclass(slots=True, kw_only=True)
class Answer:
    """One claim payment (loop 2100 of an 835) that was matched to this claim.

    `payer` is the payer's key; `forwarded_to` the key of the payer that NM1*TT names, "" where none;
    `unknown_drg` the DRG that it gives and that is none on the day, "" else; `corrected_payer` the key of the
    payer of NM1*PR, which pays before this one. `corrected_patient`: NM1*74 has another name or member id.
    `adjustments` are those of the claim itself; `inpatient` and `outpatient` the elements of MIA and MOA with
    a comma between, empty where a remark stands. Answers are compared by content alone, so that neither
    ids nor the order of arrival matter.
    """

    id: int
    payer: str
    status: str
    charge: int
    paid: int
    paid_on: date
    trace: str = ""
    position: int = 0
    payer_claim_control_number: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    lines: tuple[LineAnswer, ...] = ()
    remarks: tuple[str, ...] = ()
    inpatient: str = ""
    outpatient: str = ""
    forwarded_to: str = ""
    unknown_drg: str = ""
    corrected_payer: str = ""
    corrected_patient: bool = False

    @property
    def reverses(self) -> bool:
        """Whether it takes an earlier answer back: CLP02 22, or negative amounts under another status."""
        return self.status == REVERSAL or self.charge < 0 or (self.charge == 0 and self.paid < 0)

    @property
    def every_adjustment(self) -> list[Adjustment]:
        return [*self.adjustments, *(a for line in self.lines for a in line.adjustments)]

    @property
    def content(self) -> tuple[object, ...]:
        """Orders answers independently of how they arrived: by day, what was paid, and all they say."""
        return (
            self.paid_on,
            self.paid > 0,
            self.payer_claim_control_number,
            self.status,
            self.charge,
            self.paid,
            tuple((a.group, a.carc, a.cents) for a in self.adjustments),
            tuple((s.line, s.charge, s.paid, s.procedure) for s in self.lines),
            self.trace,
            self.position,
        )


def in_order_of_content(answers: Iterable[Answer]) -> list[Answer]:
    """Answers independently of how they arrived."""
    found = list(answers)
    if len(found) > 1:
        found.sort(key=lambda answer: answer.content)
    return found


@dataclass(slots=True)
class Coverage:
    """A payer that may be billed, in the encounter's order. The same payer may stand here twice."""

    order: str  # P, S, T
    payer: str
    member_id: str = ""
    plan: str = ""
    """The group number."""

    @property
    def key(self) -> tuple[str, str]:
        """What distinguishes two coverages of one payer."""
        return self.order, self.payer


@dataclass(frozen=True, slots=True)
class Policy:
    """What a payer's file says an adjustment means, from a day until a day (both included)."""

    carc: str
    meaning: Meaning
    group: str = ""
    since: date | None = None
    until: date | None = None

    def holds(self, adjustment: Adjustment, on: date) -> bool:
        return (
            self.carc == adjustment.carc
            and self.group in ("", adjustment.group)
            and (self.since is None or self.since <= on)
            and (self.until is None or on <= self.until)
        )


@dataclass(frozen=True, slots=True)
class FilingLimit:
    """How long a payer takes a claim, and from which day on."""

    days: int
    starts: Literal["service", "through", "remittance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is agreed with a payer: how its adjustments are read, and how long its answer is waited for."""

    policies: tuple[Policy, ...] = ()
    medicaid: bool = False
    workers_compensation: bool = False
    answer_days: int = 45
    forwarding_days: int = 30
    """How long after this payer's answer the one that it forwarded to is waited for."""
    later_filing: FilingLimit | None = None
    """Its filing limit where it is billed after another payer."""
    zero_due_claims: bool = False
    """It wants claims of which the payers before it left nothing."""
    appeal_limit_days: int | None = None
    correction_limit_days: int | None = None


NOTHING_AGREED: Final = Terms()
"""The terms of a payer that no file names."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a payer said last of a claim that it was asked about (`claim_status`). `paid` in cents."""

    meaning: str
    on: date
    codes: str
    paid: int = 0
    paid_on: date | None = None
    check_number: str = ""


@dataclass(slots=True, kw_only=True)
class ClaimFacts:
    """Everything that a claim's settlement depends on.

    `billed` are the payers that a submission went to, by order and payer, with the day it went, and
    `reported` what the newest one said of the payers before it (`coordination.digest`). `prepaid` is what
    was taken at the desk; `written_off` what people decided that nobody is asked for, by payer ("" the
    patient). `moved_to_patient` is what people moved from a payer to the patient,
    `moved_lines` that part of both that they decided of a certain line.
    """

    charge: int
    restricted: int = 0
    """What the patient paid in full and keeps from every payer: beside the charge, never a part of it."""
    opening: bool = False
    """Taken over from an older system: what was cut there stands in many answers again."""
    qmb: bool = False
    """A payer that was asked (271) called the patient a qualified Medicare beneficiary: billed nothing."""
    void: bool = False
    """Taken back by a person: nothing is charged, and what was paid is to be returned."""
    service_from: date | None = None
    service_to: date | None = None
    lines: tuple[ClaimLine, ...] = ()
    coverages: tuple[Coverage, ...] = ()
    billed: Mapping[tuple[str, str], date] = field(default_factory=dict)
    reported: Mapping[tuple[str, str], str] = field(default_factory=dict)
    act_by: Mapping[str, date] = field(default_factory=dict)
    """By payer, the last day to act that an older system knew."""
    said: Mapping[str, Said] = field(default_factory=dict)
    """By payer, what it said of the newest claim that it was sent."""
    asked: Mapping[str, date] = field(default_factory=dict)
    """By payer, the day that its status was asked for, where no answer to that is here."""
    answers: Sequence[Answer] = ()
    prepaid: int = 0
    patient_paid: int = 0
    written_off: Mapping[str, int] = field(default_factory=dict)
    bad_debt: int = 0
    """What of the patient's part a collection agency was given."""
    moved_to_patient: Mapping[str, int] = field(default_factory=dict)
    moved_lines: Mapping[tuple[str, int], int] = field(default_factory=dict)
    refunded: Mapping[str, int] = field(default_factory=dict)
    accepted: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """What people took as the payer's price though short of the contract, by payer and line (0: any)."""
    terms: Mapping[str, Terms] = field(default_factory=dict)
    practice: str = ""
    drg: str = ""
    rates: Rates | None = None
    """What contracts agree on, None: nothing."""
