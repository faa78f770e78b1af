"""Money that one practice received for the claim of another one of the same tax id."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from config.dollars import dollars
from ledger.adjudication.facts import PREDETERMINATION
from ledger.books import acts, work_items
from ledger.books.acts import Signature
from ledger.books.claim_books import Books
from ledger.books.entries import Entry, write
from ledger.errors import ActRefused
from ledger.payments.remittance_facts import PaymentFacts, RemittanceFacts
from ledger.schema import claim, claim_payment, entry, posting, remittance, work_item

HANDED_OVER = "handed_over"
"""The act by which a practice gives another one what it received for it."""


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


def held(connection: Connection, remittance_id: int, claim_id: int) -> int:
    """What of a remittance the practice that received it still holds for a claim of another one, in cents;
    below 0: the other one's is due to it, since the payer took it back."""
    e, p = entry.c, posting.c
    query = (
        select(func.coalesce(func.sum(-p.cents), 0))
        .join(entry, e.id == p.entry_id)
        .where(p.claim_id == claim_id, p.account == "due_to", e.remittance_id == remittance_id)
    )
    return int(connection.execute(query).scalar_one())


def hand_over(
    connection: Connection, business_on: str, signature: Signature, work_id: int, handed_on: str
) -> str:
    """What one practice received for another one was paid over to it on a day (ISO): the cash of both is as
    the bank has it, and nothing is due between them.

    Raises ActRefused: it is no such work, it is over, or the day is to come.
    """
    w, r = work_item.c, remittance.c
    row = connection.execute(
        select(w.id, w.key, w.claim_id, w.payer, claim.c.practice)
        .join(claim, claim.c.id == w.claim_id)
        .where(w.id == work_id, w.kind == work_items.BETWEEN_PRACTICES, w.state == work_items.OPEN)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise ActRefused(f"work {work_id} is no open work between practices; see `cleanclaim work list`")
    remittance_id = work_items.remittance_between(row.key)
    received_by = connection.execute(select(r.practice).where(r.id == remittance_id)).scalar_one()
    if handed_on > business_on:
        raise ActRefused(f"{handed_on} is to come: give the day on which it was handed over")
    cents = held(connection, remittance_id, row.claim_id)
    if not cents:
        raise ActRefused(f"nothing is due between the practices of work {work_id}")
    of = {"claim_id": row.claim_id, "payer": row.payer}
    act_id = acts.record(
        *(connection, business_on, signature, HANDED_OVER, cents),
        **of,
        remittance_id=remittance_id,
        practice=received_by,
        reference=f"on {handed_on}",
    )
    made = Entry(HANDED_OVER, acts.key_of(act_id), remittance_id=remittance_id)
    for account, practice, moved in (
        ("due_to", received_by, cents),
        ("cash", received_by, -cents),
        ("due_from", row.practice, -cents),
        ("cash", row.practice, cents),
    ):
        made.add(account, moved, **of, practice=practice)
    write(connection, business_on, [made])
    who, why = acts.named(signature)
    work_items.note(connection, business_on, row.id, "handed over", f"on {handed_on}: {why}", who)
    parties = row.claim_id, row.payer, received_by, row.practice
    work_items.follow(connection, business_on, work_items.between_practices(remittance_id, *parties), 0)
    one, other = (received_by, row.practice) if cents > 0 else (row.practice, received_by)
    return f"{dollars(abs(cents))} handed over by {one} to {other} on {handed_on}"


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
