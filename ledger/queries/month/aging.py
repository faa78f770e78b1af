"""How old what is owed is at a month's end, and what was paid beyond it.

What a payer owes is aged from the day of service. What a patient owes is aged from the business date on which
it became the patient's, for before that nobody asked for it; what was taken over from an older system from
the day of service.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from ledger.books import months, opening
from ledger.queries.month.roll import BEYOND, summed
from ledger.schema import claim, claim_version, entry, posting
from ledger.storage.one_of import one_of

LAST_DAYS: Final = (30, 60, 90, 120)
BUCKETS: Final = ("0 to 30", "31 to 60", "61 to 90", "91 to 120", "over 120")
"""Days."""


@dataclass(frozen=True, slots=True)
class Aged:
    """What a payer, or a practice's patients (""), owe at a month's end, by bucket, in cents; `claims` is
    how many."""

    practice: str
    payer: str
    claims: int
    cents: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.cents)


@dataclass(frozen=True, slots=True)
class Credit:
    """What was paid on a claim beyond what is owed, by a payer or its patient (""). `kind` is credit,
    or prepayment while the patient's share is not known. `since_on` is the business date that it began on."""

    practice: str
    payer: str
    claim_id: int
    kind: str
    cents: int
    since_on: str


def last_day(month: str) -> date:
    """The last day of a month like 2026-11."""
    return date.fromisoformat(f"{months.after(month)}-01") - timedelta(days=1)


def bucket(days: int) -> int:
    """The place of an age among `BUCKETS`; what lies ahead is 0 days old."""
    return sum(days > last for last in LAST_DAYS)


def aging(connection: Connection, month: str) -> list[Aged]:
    """By practice and payer. A negative receivable of a claim counts as it is."""
    end = last_day(month)
    open_ones = [
        *_open(connection, month, ("receivable_payer",)),
        *_open(connection, month, ("receivable_patient",)),
    ]
    served = _served(connection, {o.claim_id for o in open_ones})
    began = _began(connection, month, [o for o in open_ones if o.account == "receivable_patient"])
    counts: Counter[tuple[str, str]] = Counter()
    cents: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(BUCKETS))
    for one in open_ones:
        since, source = served[one.claim_id]
        if one.account == "receivable_patient" and source != opening.SOURCE:
            since = began[one]
        age = (end - date.fromisoformat(since)).days if since else 0
        counts[one.practice, one.payer] += 1
        cents[one.practice, one.payer][bucket(age)] += one.cents
    return [Aged(*key, counts[key], tuple(of)) for key, of in sorted(cents.items())]


def credits(connection: Connection, month: str) -> list[Credit]:
    """Every credit that stands at a month's end, the largest first."""
    found = _open(connection, month, BEYOND)
    began = _began(connection, month, found)
    made = [Credit(o.practice, o.payer, o.claim_id, o.account, -o.cents, began[o]) for o in found]
    return sorted(made, key=lambda c: (-c.cents, c.claim_id, c.payer, c.kind))


@dataclass(frozen=True, slots=True)
class _Open:
    practice: str
    payer: str
    account: str
    claim_id: int
    cents: int


def _open(connection: Connection, month: str, accounts: Sequence[str]) -> list[_Open]:
    p = posting.c
    query = (
        select(p.practice, p.payer, p.account, p.claim_id, summed(p.cents))
        .join(entry, entry.c.id == p.entry_id)
        .where(entry.c.period <= month, p.account.in_(accounts), p.claim_id.is_not(None))
        .group_by(p.practice, p.payer, p.account, p.claim_id)
        .having(func.sum(p.cents) != 0)
        .order_by(p.claim_id)
    )
    return [_Open(*row) for row in connection.execute(query)]


def _served(connection: Connection, claim_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """The first day of service of claims, "" where none is known, and their source."""
    query = (
        select(claim.c.id, claim_version.c.service_from_on, claim.c.source)
        .outerjoin(claim_version, claim_version.c.id == claim.c.version_id)
        .where(one_of(claim.c.id, set(claim_ids)))
    )
    return {i: (day, source) for i, day, source in connection.execute(query).tuples()}


def _began(connection: Connection, month: str, found: Sequence[_Open]) -> dict[_Open, str]:
    """The business date since which each of these balances is on the side of zero that it is on."""
    by_key = {(o.claim_id, o.practice, o.payer, o.account): o for o in found}
    p, e = posting.c, entry.c
    query = (
        select(p.claim_id, p.practice, p.payer, p.account, e.business_on, func.sum(p.cents))
        .join(entry, e.id == p.entry_id)
        .where(
            e.period <= month,
            p.account.in_({o.account for o in found}),
            one_of(p.claim_id, {o.claim_id for o in found}),
        )
        .group_by(e.id, e.business_on, p.claim_id, p.practice, p.payer, p.account)
        .order_by(e.id)
    )
    so_far: Counter[tuple[int, str, str, str]] = Counter()
    began: dict[_Open, str] = {}
    for claim_id, practice, payer, account, on, cents in connection.execute(query).tuples():
        key = claim_id, practice, payer, account
        one = by_key.get(key)
        if one is None:
            continue
        was = so_far[key]
        so_far[key] += int(cents)
        if was * one.cents <= 0 < so_far[key] * one.cents:
            began[one] = on
    return began
