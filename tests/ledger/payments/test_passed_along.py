"""What a remittance's transaction passes along is what reading it back from the tables gives."""

import random

import pytest
from sqlalchemy import select

from ledger.books import claim_books
from ledger.books.work_items import key_of
from ledger.payments.remittance_facts import LineFacts
from ledger.queries import proof
from ledger.schema import claim_waiting, work_item
from tests.ledger.payments.test_remittances import back, cas, payment, remit

CLAIMS = 5


def some(rng, position):
    """A payment, a denial, a part, an estimate, a reversal or an answer at claim level."""
    number = f"C000{rng.randint(1, CLAIMS)}"
    more = {
        "number": number,
        "icn": rng.choice(("", "P1", f"P{number}")),
        "remarks": rng.choice(("", "MA07", "N522 M25")),
    }
    kind = rng.randrange(7)
    if kind == 0:
        return back(position, paid=80_00, off=20_00, **more)
    if kind == 1:
        return payment(
            position, paid=0, off=0, denied=100_00, status=rng.choice(("1", "2", "4", "23")), **more
        )
    if kind == 2:
        return payment(position, paid=0, off=100_00, status="25", **more)
    if kind == 3:
        whole = cas(("CO", "45", 20_00), ("OA", "23", 10_00))
        return payment(position, paid=70_00, charge=100_00, adjustments=whole, lines=(), **more)
    if kind == 4:
        line = LineFacts(
            control_number=f"L{number[-1]}",
            procedure="99214",
            modifiers="25 59",
            charge=100_00,
            paid=60_00,
            adjustments=cas(("CO", "97", 30_00), ("PR", "3", 10_00)),
            remarks="M15 N20",
        )
        return payment(position, paid=60_00, charge=100_00, lines=(line,), **more)
    return payment(position, paid=50_00, off=20_00, patient=20_00, denied=10_00 * rng.randrange(2), **more)


def derived(ledger, ids):
    """What reading everything back comes to: postings that are missing, work, and waits."""
    with ledger.read() as connection:
        books = claim_books.settled(connection, ids)
    moves = {b.claim_id: b.moves for b in books.values() if b.moves}
    work = {
        (key_of(b.claim_id, w), w.cents, w.procedure, w.group, " ".join(w.rarcs), w.owner, w.answer)
        for b in books.values()
        for w in b.settlement.work
    }
    waits = {
        (b.claim_id, side.payer, side.waiting)
        for b in books.values()
        for side in b.settlement.sides
        if side.waiting
    }
    return moves, work, waits


def kept(ledger):
    w, c = work_item.c, claim_waiting.c
    with ledger.read() as connection:
        of_claims = w.state == "open", w.key.like("claim %")
        columns = (w.key, w.cents, w.procedure, w.group, w.rarcs, w.owner, w.claim_payment_id)
        work = {tuple(row) for row in connection.execute(select(*columns).where(*of_claims))}
        waits = {tuple(row) for row in connection.execute(select(c.claim_id, c.payer, c.cents))}
    return {}, work, waits


@pytest.mark.parametrize("seed", range(4))
def test_what_is_passed_along_is_what_is_read_back(office, seed):
    rng = random.Random(seed)
    office.sent(*map(str, range(1, CLAIMS + 1)))
    for n in range(12):
        payments = [some(rng, position) for position in range(1, rng.randint(2, 6))]
        payer = rng.choice(("harbor", "harbor", "harbor", "meridian"))
        posted = remit(office.ledger, *payments, trace=f"T{n}", payer=payer)
        assert posted.state == "posted"
        assert derived(office.ledger, range(1, CLAIMS + 1)) == kept(office.ledger)
    assert proof.of_all(office.ledger).holds
