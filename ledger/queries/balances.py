"""Balances by practice, payer and account: the newest snapshot and what was posted since.

A snapshot is taken at the end of each night whose proof holds, so that nothing adds up all postings to
say where the money stands. It is derived: `ledger prove` compares it with all of them.
"""

from collections import Counter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, case, delete, func, select

from ledger.schema import balance, entry, posting
from ledger.storage.database import Ledger, insert_many
from ledger.storage.stated import stated


class Key(NamedTuple):
    """`of_claim` 0: of no claim, as what is in suspense."""

    practice: str
    payer: str
    account: str
    of_claim: int


_OF_CLAIM = case((posting.c.claim_id.is_(None), 0), else_=1)


def newest(connection: Connection, before: str = "") -> tuple[str, int]:
    """The night of the newest snapshot, of those before a night where asked, and the last entry that it
    counts; "" and 0: there is none."""
    asked = connection.execute(*_before(before)) if before else connection.execute(_NEWEST)
    row = asked.one_or_none()
    return (row.business_on, row.entry_id) if row is not None else ("", 0)


_NEWEST = select(balance.c.business_on, balance.c.entry_id).order_by(balance.c.business_on.desc()).limit(1)


@stated
def _before(business_on: Any) -> Select[tuple[str, int]]:
    return _NEWEST.where(balance.c.business_on < business_on)


def all_of(connection: Connection) -> Counter[Key]:
    """Every balance as it is now."""
    business_on, last = newest(connection)
    found = posted(connection, last)
    if business_on:
        found.update(snapshot(connection, business_on))
    return found


def posted(connection: Connection, after: int = 0) -> Counter[Key]:
    """What was posted after an entry, from the postings themselves."""
    return Counter({Key(*key): int(cents) for *key, cents in connection.execute(*_posted(after))})


@stated
def _posted(after: Any) -> Select[tuple[Any, ...]]:
    p = posting.c
    query = select(p.practice, p.payer, p.account, _OF_CLAIM, func.sum(p.cents)).where(p.entry_id > after)
    return query.group_by(p.practice, p.payer, p.account, _OF_CLAIM)


def snapshot(connection: Connection, business_on: str) -> Counter[Key]:
    """The balances at the end of a night."""
    return Counter({Key(*key): int(cents) for *key, cents in connection.execute(*_snapshot(business_on))})


@stated
def _snapshot(business_on: Any) -> Select[tuple[Any, ...]]:
    b = balance.c
    return select(b.practice, b.payer, b.account, b.of_claim, b.cents).where(b.business_on == business_on)


def receivables(connection: Connection) -> dict[tuple[str, str], int]:
    """What payers owe, by practice and payer."""
    found: Counter[tuple[str, str]] = Counter()
    for key, cents in all_of(connection).items():
        if key.account == "receivable_payer":
            found[key.practice, key.payer] += cents
    return dict(found)


def take(ledger: Ledger, business_on: str) -> None:
    """Takes the snapshot of a night, in place of one that was taken before."""
    with ledger.write() as connection:
        last = int(connection.execute(select(func.coalesce(func.max(entry.c.id), 0))).scalar_one())
        now = all_of(connection)
        connection.execute(delete(balance).where(balance.c.business_on == business_on))
        rows = [
            {**key._asdict(), "cents": cents, "business_on": business_on, "entry_id": last}
            for key, cents in sorted(now.items())
            if cents
        ]
        insert_many(connection, balance, rows)


def wrong_snapshots(connection: Connection) -> list[str]:
    """The nights whose newest snapshot is not what the postings up to its entry come to."""
    business_on, last = newest(connection)
    if not business_on:
        return []
    p = posting.c
    query = (
        select(p.practice, p.payer, p.account, _OF_CLAIM, func.sum(p.cents))
        .where(p.entry_id <= last)
        .group_by(p.practice, p.payer, p.account, _OF_CLAIM)
    )
    real = {Key(*key): int(cents) for *key, cents in connection.execute(query) if cents}
    return [] if real == dict(snapshot(connection, business_on)) else [business_on]
