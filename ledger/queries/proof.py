"""The proof of the books: entries close, remittances are posted to the cent, every cent is explained.

The proof of a night (`of_night`) reads what was posted since the last snapshot, each payer's sums, and a
part of the earlier books that moves on from night to night, so that it costs what the night changed. The
full proof (`of_all`) reads everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from ledger.books import months
from ledger.queries import balances, identity
from ledger.queries.identity import Defect
from ledger.schema import claim, entry, posting, remittance
from ledger.storage.database import Ledger, bounded
from ledger.storage.stated import stated

PART = 500
"""How many earlier claims a night reads again at least; a fourth of what it changed, where that is more."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the books must show. `entries_off` do not sum to zero in every practice; `late_entries` count in
    a month that was closed before; `claims` is how many were asked for `defects`."""

    entries_off: int
    remittances_off: int
    postings_sum: int
    remitted: int
    cash: int
    late_entries: int
    snapshots_off: tuple[str, ...]
    defects: tuple[Defect, ...]
    claims: int

    @property
    def holds(self) -> bool:
        return self.remitted == self.cash and not (
            self.entries_off
            or self.remittances_off
            or self.postings_sum
            or self.late_entries
            or self.snapshots_off
            or self.defects
        )

    @property
    def faults(self) -> list[str]:
        """What does not hold, in words."""
        found = []
        if self.entries_off:
            found.append(f"{self.entries_off} entries do not sum to zero")
        if self.remittances_off or self.remitted != self.cash:
            found.append(f"{self.remittances_off} remittances are not posted to the cent")
        if self.postings_sum:
            found.append(f"postings sum to {self.postings_sum}")
        if self.late_entries:
            found.append(f"{self.late_entries} entries were added to a closed month")
        found += [
            f"the balances of {business_on} are not what was posted" for business_on in self.snapshots_off
        ]
        return [*found, *map(str, self.defects)]


def of_all(ledger: Ledger) -> Proof:
    """Proves the books from every row, claim by claim."""
    with ledger.read() as connection:
        ids = identity.charged(connection)
        defects = [
            *identity.of_claims(connection, ids),
            *identity.of_sums(connection),
            *identity.derived(connection, ids),
        ]
        off = balances.wrong_snapshots(connection)
        return _proof(connection, 0, None, defects, len(ids), off)


def of_night(ledger: Ledger, business_on: str, turn: int) -> Proof:
    """Proves what was posted since the snapshot before this night, and by `turn` a part of the rest."""
    with ledger.read() as connection:
        _, since = balances.newest(connection, before=business_on)
        changed = identity.changed_since(connection, since)
        earlier = _part(connection, turn, max(PART, len(changed) // 4))
        asked = sorted({*changed, *earlier})
        defects = [*identity.of_claims(connection, asked), *identity.derived(connection, earlier)]
        named = {(d.practice, d.payer) for d in defects}
        for whole in identity.of_sums(connection):
            if (whole.practice, whole.payer) not in named:
                ids = identity.with_money(connection, whole.practice, whole.payer)
                defects += identity.of_claims(connection, ids) or [whole]
        return _proof(connection, since, business_on, defects, len(asked), [])


def _part(connection: Connection, turn: int, size: int) -> list[int]:
    """The earlier claims that are a night's turn: after some nights all of them were."""
    last = connection.execute(select(func.max(claim.c.id))).scalar() or 0
    first = turn % (last // size + 1) * size + 1
    return identity.charged(connection, first, first + size - 1)


def _proof(
    connection: Connection,
    since: int,
    business_on: str | None,
    defects: Sequence[Defect],
    claims: int,
    snapshots_off: Sequence[str],
) -> Proof:
    entries_off = connection.execute(*_entries_off(since)).scalar_one()
    total = connection.execute(*_sum_since(since))
    posted = select(remittance.c.id, remittance.c.paid_cents).where(remittance.c.state == "posted")
    if business_on is not None:
        posted = posted.where(remittance.c.id.in_(_remittances_since(connection, since, business_on)))
    amounts: dict[int, int] = dict(connection.execute(posted).tuples().all())
    cash = _cash(connection, None if business_on is None else sorted(amounts))
    return Proof(
        entries_off=int(entries_off),
        remittances_off=sum(cash.get(number, 0) != amount for number, amount in amounts.items()),
        postings_sum=int(total.scalar_one()),
        remitted=sum(amounts.values()),
        cash=sum(cash.values()),
        late_entries=months.added_after_close(connection, since),
        snapshots_off=tuple(snapshots_off),
        defects=tuple(dict.fromkeys(defects)),
        claims=claims,
    )


@stated
def _entries_off(since: Any) -> Select[tuple[int]]:
    p = posting.c
    off = (
        select(p.entry_id)
        .where(p.entry_id > since)
        .group_by(p.entry_id, p.practice)
        .having(func.sum(p.cents) != 0)
        .distinct()
        .subquery()
    )
    return select(func.count()).select_from(off)


@stated
def _sum_since(since: Any) -> Select[tuple[int]]:
    return select(func.coalesce(func.sum(posting.c.cents), 0)).where(posting.c.entry_id > since)


def _remittances_since(connection: Connection, since: int, business_on: str) -> list[int]:
    """The remittances of a night, and those that were posted to since an entry."""
    queries = (_of_night(business_on), _posted_to(since))
    return sorted({number for query in queries for number in connection.execute(*query).scalars()})


@stated
def _of_night(business_on: Any) -> Select[tuple[int]]:
    return select(remittance.c.id).where(remittance.c.business_on == business_on)


@stated
def _posted_to(since: Any) -> Select[tuple[int | None]]:
    return select(entry.c.remittance_id).where(entry.c.id > since, entry.c.remittance_id.is_not(None))


def _cash(connection: Connection, remittances: Sequence[int] | None) -> dict[int, int]:
    """The cash that was posted of remittances, of all of them with None."""
    is_cash = posting.c.account == "cash"
    query = (
        select(entry.c.remittance_id, func.sum(case((is_cash, posting.c.cents), else_=0)))
        .join(posting, posting.c.entry_id == entry.c.id)
        .where(entry.c.remittance_id.is_not(None))
        .group_by(entry.c.remittance_id)
    )
    # of some the account is no condition: by its index all cash ever would be read
    pieces = (
        [query.where(is_cash)]
        if remittances is None
        else [query.where(entry.c.remittance_id.in_(piece)) for piece in bounded(remittances)]
    )
    return {number: int(cents) for one in pieces for number, cents in connection.execute(one)}
