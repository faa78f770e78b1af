"""The money, from its postings alone, and the proof that it closes."""

from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.database import Ledger
from ledger.schema import entry, posting, remittance
from ledger.settling import is_settled


@dataclass(frozen=True, slots=True)
class Money:
    """All in cents. `charged = applied + adjusted + receivable` and
    `cash = applied + suspense - provider_level`, or the books do not close.
    """

    charged: int
    applied: int
    adjusted: int
    receivable_payers: int
    receivable_patients: int
    cash: int
    provider_level: int
    suspense: int
    postings_sum: int

    @property
    def receivable(self) -> int:
        return self.receivable_payers + self.receivable_patients

    @property
    def closes(self) -> bool:
        return (
            self.postings_sum == 0
            and self.charged == self.applied + self.adjusted + self.receivable
            and self.cash == self.applied + self.suspense - self.provider_level
        )


@dataclass(frozen=True, slots=True)
class RemittanceRow:
    """One 835 transaction. `difference` is what it is out of balance by; cents."""

    id: int
    payer: str
    payee: str
    practice: str
    trace: str
    amount: int
    paid_on: str
    state: str
    difference: int
    claims: int
    provider_level: int
    night: str

    @property
    def balanced(self) -> bool:
        return self.difference == 0


@dataclass(frozen=True, slots=True)
class Proof:
    """What a night must show: every entry sums to zero, every posted remittance closes."""

    entries_off: int
    remittances_off: int
    postings_sum: int
    remitted: int
    cash: int

    @property
    def holds(self) -> bool:
        return (
            not (self.entries_off or self.remittances_off or self.postings_sum) and self.remitted == self.cash
        )


def money(ledger: Ledger) -> Money:
    """Where the money stands."""
    with ledger.read() as connection:
        rows = connection.execute(
            select(posting.c.account, func.sum(posting.c.cents)).group_by(posting.c.account)
        )
        by: dict[str, int] = {account: int(cents) for account, cents in rows}
        applied = connection.execute(
            select(func.coalesce(func.sum(posting.c.cents), 0)).where(
                posting.c.account == "cash", posting.c.claim_id.is_not(None)
            )
        ).scalar_one()
    return Money(
        charged=-by.get("revenue", 0),
        applied=int(applied),
        adjusted=by.get("adjustment", 0),
        receivable_payers=by.get("receivable_payer", 0),
        receivable_patients=by.get("receivable_patient", 0),
        cash=by.get("cash", 0),
        provider_level=by.get("provider_level", 0),
        suspense=-by.get("suspense", 0),
        postings_sum=sum(by.values()),
    )


def proof(ledger: Ledger) -> Proof:
    """Proves the books from the rows themselves, remittance by remittance."""
    with ledger.read() as connection:
        off = (
            select(posting.c.entry_id)
            .group_by(posting.c.entry_id)
            .having(func.sum(posting.c.cents) != 0)
            .subquery()
        )
        entries_off = connection.execute(select(func.count()).select_from(off)).scalar_one()
        cash: dict[int, int] = dict(
            connection.execute(
                select(entry.c.remittance_id, func.sum(posting.c.cents))
                .join(posting, posting.c.entry_id == entry.c.id)
                .where(posting.c.account == "cash")
                .group_by(entry.c.remittance_id)
            )
            .tuples()
            .all()
        )
        posted = connection.execute(
            select(remittance.c.id, remittance.c.amount).where(remittance.c.state == "posted")
        ).all()
        total = connection.execute(select(func.coalesce(func.sum(posting.c.cents), 0))).scalar_one()
    return Proof(
        entries_off=int(entries_off),
        remittances_off=sum(1 for r in posted if int(cash.get(r.id, 0)) != r.amount),
        postings_sum=int(total),
        remitted=sum(r.amount for r in posted),
        cash=sum(int(cents) for cents in cash.values()),
    )


def remittances(ledger: Ledger, unposted: bool = False) -> list[RemittanceRow]:
    """Every remittance, oldest first; with `unposted` those that wait for a person."""
    query = select(*(remittance.c[name] for name in RemittanceRow.__dataclass_fields__)).order_by(
        remittance.c.id
    )
    if unposted:
        query = query.where(remittance.c.state != "posted", ~is_settled("remittance", remittance.c.id))
    with ledger.read() as connection:
        return [RemittanceRow(*row) for row in connection.execute(query)]
