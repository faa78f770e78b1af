"""The cash account of a month beside the bank, with each item in transit by its number.

The bank's month = the cash account, but for refunds, which no deposit shows, and card fees as booked
  + what of remittances was in transit when the month began - what is at its end
  + deposits that are not in the books at its end - those that were not when it began
  + what is no payer's (patients, interest, transfers) - what patients paid - what card processors kept of it
  - remittances before the bank's first file, and those booked to another practice of one tax id.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, case, func, or_, select

from ledger.payments.deposits import CARD_FEE, first_days
from ledger.queries.month.roll import in_cents, of_month, summed
from ledger.schema import deposit, deposit_match, entry, posting, remittance


@dataclass(frozen=True, slots=True)
class Cash:
    """The cash account of a practice's month, in cents: what went back is below 0."""

    practice: str
    on_claims: int = 0
    takebacks: int = 0
    suspense: int = 0
    provider_level: int = 0
    patients: int = 0
    refunds: int = 0
    card_fees: int = 0

    @property
    def remitted(self) -> int:
        return self.on_claims + self.takebacks + self.suspense + self.provider_level

    @property
    def total(self) -> int:
        return self.remitted + self.patients + self.refunds + self.card_fees


@dataclass(frozen=True, slots=True)
class InTransit:
    """Money that one side has at a month's end. `kind` is remittance (booked, not in the bank) or deposit (in
    the bank, not in the books); `number` is its id, `cents` what of it is missing."""

    kind: str
    practice: str
    payer: str
    number: int
    trace: str
    on: str
    cents: int


@dataclass(frozen=True, slots=True)
class Meant:
    """What people said that a practice's deposits of the month are, that no remittance explains; cents."""

    practice: str
    meaning: str
    cents: int


def cash(connection: Connection, month: str) -> list[Cash]:
    """By practice."""
    p, e = posting.c, entry.c
    of_entry = (
        select(
            p.practice,
            e.kind,
            p.payer,
            p.claim_id.is_(None).label("alone"),
            e.remittance_id.is_(None).label("by_hand"),
            func.sum(p.cents).label("cents"),
        )
        .join(entry, e.id == p.entry_id)
        .where(e.period == month, p.account == "cash")
        .group_by(e.id, e.remittance_id, p.practice, e.kind, p.payer, p.claim_id.is_(None))
        .subquery()
    )
    o = of_entry.c
    cause = case(
        (o.kind == "refund", "refunds"),
        (o.kind == CARD_FEE, "card_fees"),
        (o.payer == "", "patients"),
        (o.by_hand, "refunds"),  # of no remittance: it went back to a payer
        (o.kind == "provider_level", "provider_level"),
        (o.alone, "suspense"),
        ((o.cents < 0) & o.kind.in_(("payment", "reversal")), "takebacks"),
        else_="on_claims",
    )
    query = select(o.practice, cause, func.sum(o.cents)).group_by(o.practice, cause)
    found: dict[str, Counter[str]] = {}
    for practice, name, cents in connection.execute(query).tuples():
        found.setdefault(practice, Counter())[name] += int(cents)
    return [Cash(practice, **of) for practice, of in sorted(found.items())]


def in_transit(connection: Connection, before: str) -> list[InTransit]:
    """What either side lacked before a day, oldest first."""
    return sorted(
        [*_remittances(connection, before), *_deposits(connection, before)],
        key=lambda one: (one.practice, one.kind, one.on, one.number),
    )


def _remittances(connection: Connection, before: str) -> list[InTransit]:
    d, r, m = deposit.c, remittance.c, deposit_match.c
    ever = deposit_match.alias()
    came = r.id.in_(select(ever.c.remittance_id).where(ever.c.remittance_id.is_not(None)))
    since = [
        and_(r.practice == practice, or_(r.paid_on >= day, came))
        for practice, day in first_days(connection).items()
    ]
    matched = (
        select(func.coalesce(func.sum(m.cents), 0))
        .join(deposit, d.id == m.deposit_id)
        .where(m.remittance_id == r.id, d.deposited_on < before)
        .correlate(remittance)
        .scalar_subquery()
    )
    query = select(r.practice, r.payer, r.id, r.trace, r.paid_on, in_cents(r.paid_cents - matched)).where(
        r.state == "posted", r.business_on < before, r.paid_cents != matched, or_(False, *since)
    )
    return [InTransit("remittance", *row) for row in connection.execute(query)]


def _deposits(connection: Connection, before: str) -> list[InTransit]:
    d, r, m = deposit.c, remittance.c, deposit_match.c
    explained = (
        select(func.coalesce(func.sum(m.cents), 0))
        .outerjoin(remittance, r.id == m.remittance_id)
        .where(m.deposit_id == d.id, or_(m.remittance_id.is_(None), r.business_on < before))
        .correlate(deposit)
        .scalar_subquery()
    )
    query = select(d.practice, d.payer, d.id, d.trace, d.deposited_on, in_cents(d.cents - explained)).where(
        d.deposited_on < before, d.cents != explained
    )
    return [InTransit("deposit", *row) for row in connection.execute(query)]


def meant(connection: Connection, month: str) -> list[Meant]:
    """By practice and meaning."""
    d, m = deposit.c, deposit_match.c
    query = (
        select(d.practice, m.meaning, summed(m.cents))
        .join(deposit, d.id == m.deposit_id)
        .where(m.remittance_id.is_(None), of_month(month, d.deposited_on))
        .group_by(d.practice, m.meaning)
        .having(func.sum(m.cents) != 0)
        .order_by(d.practice, m.meaning)
    )
    return [Meant(*row) for row in connection.execute(query)]


def listed(items: Sequence[InTransit], practice: str, kind: str) -> int:
    """What of a practice is in transit, in cents."""
    return sum(one.cents for one in items if (one.practice, one.kind) == (practice, kind))
