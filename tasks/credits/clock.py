"""By when a credit is to be back with whose money it is: pure.

Medicare and Medicaid: 60 days from the day on which it was identified (42 USC 1320a-7k(d), 42 CFR 401.305),
that is since 2025 the day on which the practice knew of it. Where nobody said when that was, its first day
in the books counts: the books know it. A timely investigation in good faith suspends the deadline, at most
until 180 days after it was identified; the days that it took are added. What was received more than six years
before it was identified is past the look-back. Any other payer: the days that its file names (`credit_days`).

A patient's is refunded or used. Where its owner is not in contact, it becomes unclaimed property of the state
of the owner's last address; its last day is that of the report to the state.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from config.appeal_levels import MEDICAID_CODE
from config.payer import Payer
from config.unclaimed_property import rule_of, years_after
from ledger.adjudication.work import KINDS, PATIENT_CREDIT, SECONDARY_FIRST
from ledger.books.credits import IDENTIFIED, RESUMED, SUSPENDED, Credit, Said

RETURN_DAYS: Final = 60
SUSPENDED_DAYS: Final = 180
LOOK_BACK_YEARS: Final = 6
SUSPENSION_SINCE: Final = date(2025, 1, 1)
"""The first day on which an investigation suspends the deadline (42 CFR 401.305(b)(3))."""

FEDERAL, CONTRACT, PATIENT = "federal", "contract", "patient"
OVERDUE, RUNNING, WAITING, PAST_LOOK_BACK, NO_TERM = (
    *("overdue", "running", "suspended", "past_look_back"),
    "no_term",
)


@dataclass(frozen=True, slots=True)
class Suspension:
    """Days from which and until which an investigation suspends the deadline; `open`: nobody ended it."""

    from_on: date
    until_on: date
    open: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """`identified_on` is what its days count from, and `said` whether a person named it. `due_on` None: no
    deadline is known. `state` is one of overdue, running, suspended, past_look_back, no_term."""

    kind: str
    identified_on: date
    said: bool
    due_on: date | None
    suspension: Suspension | None
    state: str
    action: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose money a patient's credit is; "" where no document says it. `contact_on`: the owner's last
    contact: a payment, a visit, or what a person heard."""

    name: str
    lines: tuple[str, ...]
    city: str
    state: str
    zip: str
    contact_on: date


def clock(credit: Credit, payer: Payer | None, as_of: date, owner: Owner | None = None) -> Clock:
    """The clock of a credit on a day. `payer`: the one whose it is, `owner` that of a patient's."""
    if credit.kind == PATIENT_CREDIT:
        return _patients(credit, owner, as_of)
    named = [one for one in credit.said if one.event == IDENTIFIED]
    since = date.fromisoformat(named[-1].from_on if named else credit.since_on)
    kind = FEDERAL if is_federal(payer) else CONTRACT
    suspended = suspensions(credit.said, since) if kind == FEDERAL else []
    due = _due(kind, since, payer, suspended)
    state = NO_TERM if due is None else OVERDUE if due < as_of else RUNNING
    last = suspended[-1] if suspended and suspended[-1].open else None
    if last is not None and as_of <= last.until_on:
        state = WAITING
    if kind == FEDERAL and since > years_after(date.fromisoformat(credit.received_on), LOOK_BACK_YEARS):
        due, state = None, PAST_LOOK_BACK
    action = _action(kind, state, bool(named), last)
    if credit.kind == SECONDARY_FIRST:
        action = f"{KINDS[SECONDARY_FIRST].action}. {action}"
    return Clock(kind, since, bool(named), due, last, state, action)


def is_federal(payer: Payer | None) -> bool:
    """Whether a payer is Medicare or Medicaid, whose overpayments have a deadline by law."""
    return payer is not None and (payer.medicare or payer.filing_code == MEDICAID_CODE)


def latest_end(identified_on: date) -> date:
    """The last day on which an investigation may suspend the deadline."""
    return identified_on + timedelta(days=SUSPENDED_DAYS)


def suspensions(said: tuple[Said, ...], identified_on: date) -> list[Suspension]:
    """The days that do not count, oldest first, as far as the law lets."""
    found: list[Suspension] = []
    for one in said:
        day = date.fromisoformat(one.from_on)
        if one.event == SUSPENDED:
            until = min(date.fromisoformat(one.until_on), latest_end(identified_on))
            found.append(Suspension(max(day, identified_on), until, True))
        elif one.event == RESUMED and found:
            last = found.pop()
            found.append(Suspension(last.from_on, min(day, last.until_on), False))
    return [one for one in found if one.until_on >= one.from_on]


def _patients(credit: Credit, owner: Owner | None, as_of: date) -> Clock:
    """Of a patient's credit: the state's law where the table has it, else that it has not."""
    since = date.fromisoformat(credit.since_on)
    refund = KINDS[PATIENT_CREDIT].action
    state = owner.state if owner is not None else ""
    rule = rule_of(state, as_of) if state else None
    if owner is None or rule is None:
        why = (
            f"the law of {state} on unclaimed property is not known here"
            if state
            else ("no address of its owner is known, so no state's law of unclaimed property")
        )
        return Clock(PATIENT, since, False, None, None, NO_TERM, f"{refund}; {why}")
    report_on, abandoned = rule.report_on(owner.contact_on), rule.abandoned_on(owner.contact_on)
    if report_on < as_of:
        return Clock(PATIENT, since, False, report_on, None, OVERDUE, f"Report it to {state}: overdue")
    first, last = rule.letter_between(report_on)
    if credit.cents >= rule.letter_from_cents and first <= as_of:
        action = f"Write to its owner by {last}; without an answer report it to {state}"
    elif abandoned <= as_of:
        action = f"Unclaimed property of {state}: report it, or find its owner"
    else:
        action = f"{refund}; unclaimed property of {state} from {abandoned} on"
    return Clock(PATIENT, since, False, report_on, None, RUNNING, action)


def _due(kind: str, since: date, payer: Payer | None, suspended: list[Suspension]) -> date | None:
    if kind == FEDERAL:
        off = sum((one.until_on - one.from_on).days for one in suspended)
        return since + timedelta(days=RETURN_DAYS + off)
    if kind == CONTRACT and payer is not None and payer.credit_days is not None:
        return since + timedelta(days=payer.credit_days)
    return None


def _action(kind: str, state: str, said: bool, suspension: Suspension | None) -> str:
    if kind == CONTRACT:
        if state == NO_TERM:
            return "Return it as the contract says: the payer's file names no days (credit_days)"
        return f"{'Overdue by the contract: return' if state == OVERDUE else 'Return'} it to the payer"
    if state == PAST_LOOK_BACK:
        return "Received more than six years before it was identified: ask counsel whose money it is"
    if state == WAITING and suspension is not None:
        return f"Under investigation until {suspension.until_on}: find out how much it is, then resume"
    if state == OVERDUE:
        return "Overdue: return it now; what is kept past its deadline is a false claim in itself"
    first = "" if said else "Say when it was identified (its first day counts until then), and "
    return f"{first}{'return' if first else 'Return'} it within 60 days of that"
