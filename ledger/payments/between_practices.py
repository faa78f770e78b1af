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
from ledger.schema import claim, entry, posting, remittance, work_item

HANDED_OVER = "handed_over"
"""The act by which a practice gives another one what it received for it."""


def settle(facts: RemittanceFacts, books: Books, made: Entry, paid: Sequence[PaymentFacts]) -> bool:
    """Money that a practice received for another one of its tax id: owed from the one to the other. Whether
    there is any: then `follow` it, once it is written."""
    if books.practice == facts.practice or facts.by_tax_id:
        return False
    cash = sum(p.paid for p in paid if p.status != PREDETERMINATION)
    if not cash:
        return False  # a denial: there is nothing to settle between them
    made.add("due_to", -cash, claim_id=books.claim_id, payer=facts.payer, practice=facts.practice)
    made.add("due_from", cash, claim_id=books.claim_id, payer=facts.payer, practice=books.practice)
    return True


def follow(
    connection: Connection, business_on: str, claim_id: int, payer: str, received_by: str, practice: str
) -> None:
    """The work of what a practice received from a payer for a claim of another one, as it is now."""
    for remittance_id, cents in _left(connection, claim_id, payer, received_by).items():
        row = work_items.between_practices(
            remittance_id, claim_id, payer, received_by, practice, taken_back=cents < 0
        )
        work_items.follow(connection, business_on, row, cents)


def _left(connection: Connection, claim_id: int, payer: str, received_by: str) -> dict[int, int]:
    """By remittance, what the practice that received it still holds for the claim, in cents; below 0: the
    other one's is due to it, since the payer took it back. What came and went back the same way, in whatever
    parts, is due from nobody; what a person settled has its own amount."""
    e, p = entry.c, posting.c
    query = (
        select(e.remittance_id, func.sum(-p.cents))
        .join(entry, e.id == p.entry_id)
        .where(p.claim_id == claim_id, p.account == "due_to", p.payer == payer, p.practice == received_by)
        .group_by(e.remittance_id)
    )
    held = {number: int(cents) for number, cents in connection.execute(query)}
    left, open_ones = dict(held), []
    for number in sorted(held):
        key = work_items.key_between_practices(number, claim_id)
        if work_items.state_of(connection, key) != work_items.SETTLED:
            open_ones.append(number)
    for one in open_ones:
        other = next((n for n in open_ones if n > one and left[n] == -left[one]), None)
        if other is not None:
            left[one] = left[other] = 0
    due = sum(left[n] for n in open_ones)
    sign = 1 if due > 0 else -1
    for number in sorted(open_ones, key=lambda n: (abs(left[n]), n), reverse=True):
        left[number] = sign * max(min(sign * left[number], sign * due), 0)
        due -= left[number]
    return left


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
    parties = row.claim_id, row.payer, received_by, row.practice
    cents = _left(connection, row.claim_id, row.payer, received_by).get(remittance_id, 0)
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
    follow(connection, business_on, *parties)
    one, other = (received_by, row.practice) if cents > 0 else (row.practice, received_by)
    return f"{dollars(abs(cents))} handed over by {one} to {other} on {handed_on}"
