"""Which claims of an account a statement asks for, and why each of the others is left out: pure.

Every cent that a patient owes is in one of the two. In doubt nothing is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from config.dollars import dollars
from ledger.patients.holds import KINDS, Hold
from ledger.queries.patient_claims import PatientClaim
from tasks.patients.accounts import Account

REASONS: Final = {
    "payer_may_pay": "a payer may still pay",
    "protected": "the patient must not be asked",
    "estimate": "the bill is far above the good-faith estimate: decide first",
    "restricted": "a service that is kept from the plan: ask by hand",
    **{f"hold_{kind}": words for kind, words in KINDS.items()},
    "plan": "a payment plan is kept",
    "no_guarantor": "no adult is named: name a minor's guarantor with `cleanclaim patients guarantor`",
    "no_practice": "its practice is not among the partners",
    "no_address": "the guarantor's address is not complete",
    "credit": "money of the guarantor is here: use or refund it first",
    "below_minimum": "less than a statement's minimum",
    "not_due": "the last statement is younger than a cycle",
}
"""Why a claim is on no statement, in the order in which it is asked."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the home's settings say; cents and days. `practices` are the keys of those among the partners."""

    cycle_days: int
    minimum_cents: int
    practices: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of statements: by claim the holds of it or its account as they stand, oldest first, and
    the statements that count (number, day, cents), the claims under a payment plan, and by claim the estimate
    that its bill is too far above."""

    holds: Mapping[int, Sequence[Hold]] = field(default_factory=dict)
    asked: Mapping[int, Sequence[tuple[int, str, int]]] = field(default_factory=dict)
    planned: frozenset[int] = frozenset()
    above: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of a claim is not asked for; `detail` says more than the reason's words."""

    account: int
    claim: PatientClaim
    cents: int
    reason: str
    detail: str = ""

    @property
    def words(self) -> str:
        return f"{REASONS[self.reason]}{f' ({self.detail})' if self.detail else ''}"


@dataclass(frozen=True, slots=True)
class Due:
    """A statement to be made, where `claims` are any; and what is left out."""

    account: Account
    claims: tuple[PatientClaim, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def cents(self) -> int:
        return sum(one.owed for one in self.claims)


def due(account: Account, known: Known, rules: Rules, on: date) -> Due:
    """Divides what an account owes on a day."""
    owing = [one for one in account.claims if one.owed > 0]
    left: list[LeftOut] = []
    asked: list[PatientClaim] = []
    whole = of_account(account, known, on)
    if whole is None and account.practice not in rules.practices:
        whole = "no_practice", account.practice
    for one in owing:
        reason, detail = of_claim(one, known, on)
        if not reason and whole is not None:
            reason, detail = whole
        if reason:
            left.append(LeftOut(account.number, one, one.owed, reason, detail))
        else:
            asked.append(one)
    late = _of_sum(account, asked, known, rules, on)
    if late is not None:
        left += [LeftOut(account.number, one, one.owed, *late) for one in asked]
        asked = []
    return Due(account, tuple(asked), tuple(left))


def of_claim(one: PatientClaim, known: Known, on: date) -> tuple[str, str]:
    """Why a claim itself is not asked for; "" it may be."""
    if one.awaits:
        return "payer_may_pay", one.awaits
    if one.protected:
        return "protected", one.protected
    if one.id in known.above:
        return "estimate", f"estimate {known.above[one.id]}"
    if one.restricted:
        return "restricted", ""
    for hold in known.holds.get(one.id, ()):
        if not hold.whole and hold.holds_on(on.isoformat()):
            return f"hold_{hold.kind}", f"from {hold.from_on}"
    if one.id in known.planned:
        return "plan", ""
    return "", ""


def held(account: Account, known: Known, on: date) -> Hold | None:
    """The hold of a whole account on a day, the oldest one."""
    day = on.isoformat()
    of = {h.id: h for i in account.ids for h in known.holds.get(i, ()) if h.whole and h.holds_on(day)}
    return of[min(of)] if of else None


def of_account(account: Account, known: Known, on: date, *, by_mail: bool = True) -> tuple[str, str] | None:
    """Why nothing of an account is asked for; None it may be. `by_mail`: it needs an address."""
    hold = held(account, known, on)
    if hold is not None:
        return f"hold_{hold.kind}", f"from {hold.from_on}"
    guarantor = account.guarantor
    if guarantor is None:
        return "no_guarantor", ""
    if guarantor.is_dead:
        return "hold_deceased", "as a document says"
    if by_mail and not guarantor.can_be_mailed:
        return "no_address", ""
    if account.credit > 0:
        return "credit", dollars(account.credit)
    return None


def _of_sum(
    account: Account, asked: Sequence[PatientClaim], known: Known, rules: Rules, on: date
) -> tuple[str, str] | None:
    if not asked:
        return None
    if sum(one.owed for one in asked) < rules.minimum_cents:
        return "below_minimum", dollars(rules.minimum_cents)
    last = max((day for one in account.claims for _, day, _ in known.asked.get(one.id, ())), default="")
    if last:
        again = date.fromisoformat(last) + timedelta(days=rules.cycle_days)
        if on < again:
            return "not_due", f"of {last}, the next one from {again}"
    return None
