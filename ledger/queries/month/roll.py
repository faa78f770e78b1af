"""What was owed when a month began, what changed it, and what is owed at its end, by practice and payer.

What is owed is net: receivables less what was paid beyond what is owed (credits, prepayments). Each cause is
read from its own account; `moved` is what a payer's entries leave over, so each row closes by itself. What
can fail, and is checked, is the equation of a practice: what moved comes to zero there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, case, cast, func, select

from ledger.books import months
from ledger.schema import entry, posting

RECEIVABLE = ("receivable_payer", "receivable_patient")
BEYOND = ("credit", "prepayment")
CASH = ("cash", "due_to", "due_from")
OF_ACCOUNT = {
    "revenue": "charges",
    "opening": "taken_over",
    "contractual": "contractual",
    "incentive": "other_adjusted",
    "capitation": "other_adjusted",
    "withholding": "other_adjusted",
    "write_off": "written_off",
    "bad_debt": "written_off",
}
"""The column of an account; what a claim has in any other one counts as `other`."""


@dataclass(frozen=True, slots=True)
class Roll:
    """A practice's month with one payer, "" its patients, in cents; each as it changes what is owed.

    `payments` and what is adjusted lower it, `refunds` and `takebacks` raise it; `moved` goes from payers to
    later ones and to patients and comes to 0 in a practice. Of what is owed at the end, `credits` (0 or less)
    is what was paid beyond it: `receivable` + `credits` = `closing`.
    """

    practice: str
    payer: str
    opening: int = 0
    charges: int = 0
    taken_over: int = 0
    payments: int = 0
    refunds: int = 0
    takebacks: int = 0
    contractual: int = 0
    other_adjusted: int = 0
    written_off: int = 0
    moved: int = 0
    other: int = 0
    closing: int = 0
    receivable: int = 0
    credits: int = 0

    @property
    def adjusted(self) -> int:
        return self.contractual + self.other_adjusted + self.written_off + self.other

    @property
    def changed(self) -> int:
        """What changed it, but for what moved."""
        return sum(int(getattr(self, name)) for name in CAUSES if name != "moved")


CAUSES = tuple(f.name for f in fields(Roll))[3:13]
AMOUNTS = tuple(f.name for f in fields(Roll))[2:]


def total(rows: Iterable[Roll], practice: str = "", payer: str = "") -> Roll:
    """Several of them together."""
    of: Counter[str] = Counter()
    for row in rows:
        of.update({name: getattr(row, name) for name in AMOUNTS})
    return Roll(practice, payer, **of)


def summed(cents: ColumnElement[int]) -> ColumnElement[int]:
    """A sum of cents."""
    return in_cents(func.sum(cents))


def in_cents(amount: ColumnElement[Any]) -> ColumnElement[int]:
    """An amount as a whole number: PostgreSQL adds up to a kind of its own."""
    return cast(amount, BigInteger)


def roll(connection: Connection, month: str) -> list[Roll]:
    """By practice and payer, of a month like 2026-11. What changed nothing and owes nothing is left out."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for practice, payer, account, cents in _sums(connection, entry.c.period < month):
        if account in (*RECEIVABLE, *BEYOND):
            found[practice, payer]["opening"] += cents
    for practice, payer, account, cents in _sums(connection, entry.c.period <= month):
        if account in (*RECEIVABLE, *BEYOND):
            found[practice, payer].update(closing=cents)
            found[practice, payer]["receivable" if account in RECEIVABLE else "credits"] += cents
    for practice, payer, account, cents in _sums(connection, entry.c.period == month):
        found[practice, payer]["moved"] += cents
        if account not in (*RECEIVABLE, *BEYOND, *CASH):
            found[practice, payer][OF_ACCOUNT.get(account, "other")] -= cents
    for practice, payer, cause, cents in _paid(connection, month):
        found[practice, payer][cause] -= cents
    return [
        Roll(practice, payer, **of) for (practice, payer), of in sorted(found.items()) if any(of.values())
    ]


def _sums(connection: Connection, when: ColumnElement[bool]) -> list[tuple[str, str, str, int]]:
    """By practice, payer and account what entries posted of claims."""
    p = posting.c
    query = (
        select(p.practice, p.payer, p.account, func.sum(p.cents))
        .join(entry, entry.c.id == p.entry_id)
        .where(when, p.claim_id.is_not(None))
        .group_by(p.practice, p.payer, p.account)
    )
    return [(*key, int(cents)) for *key, cents in connection.execute(query)]


def _paid(connection: Connection, month: str) -> list[tuple[str, str, str, int]]:
    """What came for claims and went back, by cause: an entry that takes back counts as what it comes to."""
    p, e = posting.c, entry.c
    of_entry = (
        select(e.kind, p.practice, p.payer, func.sum(p.cents).label("cents"))
        .join(entry, e.id == p.entry_id)
        .where(e.period == month, p.claim_id.is_not(None), p.account.in_(CASH))
        .group_by(e.id, e.kind, p.practice, p.payer)
        .subquery()
    )
    o = of_entry.c
    cause = case(
        (o.kind == "refund", "refunds"),
        ((o.cents < 0) & o.kind.in_(("payment", "reversal")), "takebacks"),
        else_="payments",
    )
    query = select(o.practice, o.payer, cause, func.sum(o.cents)).group_by(o.practice, o.payer, cause)
    return [(*key, int(cents)) for *key, cents in connection.execute(query)]


def of_month(month: str, day: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a day is one of a month like 2026-11."""
    return and_(day >= f"{month}-01", day < f"{months.after(month)}-01")
