"""What stands outside of claims at a month's end: suspense, and what payers give or keep beside claims."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from ledger.books.accounts import PROVIDER_LEVEL
from ledger.schema import entry, posting


@dataclass(frozen=True, slots=True)
class Held:
    """An account of no claim with one payer: when the month began, what the month changed, at its end; cents.
    Suspense is above 0 where money waits for its claim, and so is what a payer keeps."""

    practice: str
    account: str
    payer: str
    opening: int
    changed: int
    closing: int


def held(connection: Connection, month: str) -> list[Held]:
    """Suspense and the accounts of provider-level adjustments, by practice, account and payer."""
    sums: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for name, when in (("opening", entry.c.period < month), ("changed", entry.c.period == month)):
        for practice, account, payer, cents in _sums(connection, when):
            sums[practice, account, payer][name] += -cents if account == "suspense" else cents
    return [
        Held(*key, of["opening"], of["changed"], of["opening"] + of["changed"])
        for key, of in sorted(sums.items())
        if any(of.values())
    ]


def _sums(connection: Connection, when: ColumnElement[bool]) -> list[tuple[str, str, str, int]]:
    p = posting.c
    query = (
        select(p.practice, p.account, p.payer, func.sum(p.cents))
        .join(entry, entry.c.id == p.entry_id)
        .where(when, p.account.in_(("suspense", *PROVIDER_LEVEL)), p.claim_id.is_(None))
        .group_by(p.practice, p.account, p.payer)
    )
    return [(*key, int(cents)) for *key, cents in connection.execute(query)]
