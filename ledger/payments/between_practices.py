"""Money that one practice received for the claim of another one of the same tax id."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from ledger.adjudication.facts import PREDETERMINATION
from ledger.books import work_items
from ledger.books.claim_books import Books
from ledger.books.entries import Entry
from ledger.payments.remittance_facts import PaymentFacts, RemittanceFacts
from ledger.schema import claim_payment, remittance


def settle(
    connection: Connection,
    business_on: str,
    remittance_id: int,
    facts: RemittanceFacts,
    books: Books,
    made: Entry,
    paid: Sequence[PaymentFacts],
) -> None:
    """Money that a practice received for another one of its tax id: owed from the one to the other."""
    if books.practice == facts.practice or facts.by_tax_id:
        return
    cash = sum(p.paid for p in paid if p.status != PREDETERMINATION)
    if not cash:
        return  # a denial: there is nothing to settle between them
    made.add("due_to", -cash, claim_id=books.claim_id, payer=facts.payer, practice=facts.practice)
    made.add("due_from", cash, claim_id=books.claim_id, payer=facts.payer, practice=books.practice)
    claim_id = books.claim_id
    parties = claim_id, facts.payer, facts.practice, books.practice
    for other in _opposite(connection, facts, remittance_id, claim_id, cash):
        settled_by_it = work_items.between_practices(other, *parties)
        if work_items.state_of(connection, settled_by_it["key"]) == work_items.OPEN:
            work_items.follow(connection, business_on, settled_by_it, 0)
            return  # it went back the way it came
    row = work_items.between_practices(remittance_id, *parties)
    work_items.open_item(connection, business_on, {**row, "cents": abs(cash)})


def _opposite(
    connection: Connection, facts: RemittanceFacts, remittance_id: int, claim_id: int, cash: int
) -> list[int]:
    """The other remittances that brought the same practice for the same claim as much with the other sign."""
    p, r = claim_payment.c, remittance.c
    query = (
        select(r.id)
        .join(claim_payment, p.remittance_id == r.id)
        .where(p.claim_id == claim_id, p.status != PREDETERMINATION, r.id != remittance_id)
        .where(r.payer == facts.payer, r.practice == facts.practice)
        .group_by(r.id)
        .having(func.sum(p.paid_cents) == -cash)
        .order_by(r.id)
    )
    return list(connection.execute(query).scalars())
