"""What one practice received for another: owed between them until a person says that it was handed over."""

import pytest
from sqlalchemy import func, select

from ledger.errors import ActRefused
from ledger.payments import between_practices, placements
from ledger.schema import posting
from tests.ledger.books.test_desk import did, story
from tests.ledger.payments.test_remittances import back, denials, payment, remit

SHARING = frozenset(("summit", "lakeside"))
PAID_ON = "2026-11-16"


def received(office, *payments, trace="T1"):
    """A remittance to summit for claims of lakeside; the work that it leaves."""
    remit(office.ledger, *payments, practice="summit", same_tax_id=SHARING, trace=trace)
    return work(office)


def work(office):
    return [d.id for d in denials(office) if d.kind == "between_practices"]


def standing(office):
    """By account and practice, what is in the books of cash and between the practices."""
    p = posting.c
    query = select(p.account, p.practice, func.sum(p.cents)).group_by(p.account, p.practice)
    with office.ledger.read() as connection:
        rows = connection.execute(query.where(p.account.in_(("cash", "due_to", "due_from"))))
        return {(account, practice): int(cents) for account, practice, cents in rows if cents}


def test_what_is_handed_over_is_the_other_practices_cash_and_nothing_is_due(office):
    office.sent("1")
    [number] = received(office, payment())
    assert standing(office) == {
        ("cash", "summit"): 80_00,
        ("due_to", "summit"): -80_00,
        ("due_from", "lakeside"): 80_00,
    }
    done = did(office.ledger, between_practices.hand_over, number, PAID_ON)
    assert done.what == f"$80.00 handed over by summit to lakeside on {PAID_ON}"
    assert standing(office) == {("cash", "lakeside"): 80_00}
    assert work(office) == []
    assert story(office.ledger).paid_cents == 80_00
    with pytest.raises(ActRefused, match="no open work between practices"):
        did(office.ledger, between_practices.hand_over, number, PAID_ON)


def test_a_dry_run_hands_nothing_over(office):
    office.sent("1")
    [number] = received(office, payment())
    before = standing(office)
    done = did(office.ledger, between_practices.hand_over, number, PAID_ON, dry_run=True)
    assert len(done.postings) == 4
    assert (standing(office), work(office)) == (before, [number])


def test_a_day_to_come_is_refused(office):
    office.sent("1")
    [number] = received(office, payment())
    with pytest.raises(ActRefused, match="is to come"):
        did(office.ledger, between_practices.hand_over, number, "2026-11-17")


def test_what_the_payer_takes_back_after_it_was_handed_over_is_due_the_other_way(office):
    office.sent("1")
    [first] = received(office, payment(icn="P1"))
    did(office.ledger, between_practices.hand_over, first, PAID_ON)
    [second] = received(office, back(icn="P1"), trace="T2")
    assert second != first
    done = did(office.ledger, between_practices.hand_over, second, PAID_ON)
    assert done.what.startswith("$80.00 handed over by lakeside to summit")
    assert (standing(office), work(office)) == ({}, [])


def test_a_payment_that_is_taken_off_its_claim_after_it_was_handed_over_is_due_again(office):
    office.sent("1")
    [number] = received(office, payment())
    did(office.ledger, between_practices.hand_over, number, PAID_ON)
    [paid] = story(office.ledger).payments
    did(office.ledger, placements.unpost, paid.id)
    assert work(office) == [number]
    did(office.ledger, between_practices.hand_over, number, PAID_ON)
    assert standing(office) == {("cash", "summit"): 80_00}


def test_what_a_correction_took_back_of_it_is_not_handed_over(office):
    office.sent("1")
    received(office, payment(icn="P1"))
    less = payment(2, icn="P2", paid=60_00, patient=20_00)
    [number] = received(office, back(icn="P1"), less, trace="T2")
    done = did(office.ledger, between_practices.hand_over, number, PAID_ON)
    assert done.what == f"$60.00 handed over by summit to lakeside on {PAID_ON}"
    assert (standing(office), work(office)) == ({("cash", "lakeside"): 60_00}, [])
