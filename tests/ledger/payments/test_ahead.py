"""What payments come to is found out before their turn, and stands only while nothing more is said of their
claims: the books are those of a posting that looked at nothing beforehand."""

import pickle

import pytest

from ledger.payments import remittances
from ledger.payments.ahead import look_ahead
from ledger.queries import money, proof
from ledger.schema import submission
from ledger.sending import submissions
from tests.ledger.conftest import NIGHT
from tests.ledger.payments.test_apart import of
from tests.ledger.payments.test_pieces import books, in_pieces, rows_of_money
from tests.ledger.payments.test_remittances import back, payment, said


def standing(ledger, ahead, facts):
    """The numbers of the claims that still hold of one remittance."""
    with ledger.read() as connection:
        found = ahead.standing(connection, [(facts, p) for p in facts.payments])
    return [match.claim.number for match in found.values()]


@pytest.mark.parametrize("cut", range(12))
def test_what_was_looked_at_before_others_were_posted_comes_to_the_same(ledger, office, cut):
    office.sent(*map(str, range(1, 11)))
    alone = [remittances.post(ledger, NIGHT, facts) for facts in of(ledger, 1)]
    several = of(ledger, 6)
    before, after = (look_ahead(ledger, some) for some in (several[:cut], several[cut:]))
    ahead = before, pickle.loads(pickle.dumps(after))  # one may lie beside the memory meanwhile
    done = remittances.post_each(ledger, NIGHT, several[:cut], ahead[0])
    done += remittances.post_each(ledger, NIGHT, several[cut:], ahead[1])
    assert [(p.state, p.claims, p.suspense, p.denials) for p in done] == [
        (p.state, p.claims, p.suspense, p.denials) for p in alone
    ]
    assert books(ledger, 1, 5) == books(ledger, 6, 10)
    assert money.money(ledger).closes
    assert proof.of_all(ledger).holds


def test_a_look_ahead_writes_nothing(ledger, office):
    office.sent("1", "2")
    before = rows_of_money(ledger)
    assert look_ahead(ledger, [said(ledger, payment(number="C0001"))]).books
    assert rows_of_money(ledger) == before


def test_it_stands_while_others_are_paid_and_no_longer_than_that_of_its_own_claim(ledger, office):
    office.sent("1", "2")
    facts = said(ledger, payment(1, number="C0001"), payment(2, number="C0002"), content="two")
    ahead = look_ahead(ledger, [facts])
    assert standing(ledger, ahead, facts) == ["C0001", "C0002"]
    remittances.post(ledger, NIGHT, said(ledger, payment(number="C0002"), trace="T2", content="one"))
    assert standing(ledger, ahead, facts) == ["C0001"]


def test_the_work_that_is_opened_names_the_payment_that_it_comes_from(ledger, office):
    office.sent("1", "2")
    denied = {"paid": 0, "off": 0, "denied": 100_00, "status": "4"}
    facts = [
        said(ledger, payment(number=number, **denied), trace=number, content=number)
        for number in ("C0001", "C0002")
    ]
    remittances.post_each(ledger, NIGHT, facts, look_ahead(ledger, facts))
    with ledger.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT p.patient_control_number, c.patient_control_number FROM work_item w "
            "JOIN claim_payment p ON p.id = w.claim_payment_id JOIN claim c ON c.id = w.claim_id ORDER BY 1"
        ).all()
    assert [tuple(row) for row in rows] == [("C0001", "C0001"), ("C0002", "C0002")]


def test_left_to_the_turn_are_what_is_taken_back_what_several_pay_and_what_is_large(ledger, office):
    office.sent("1", "2", "3", "4")
    several = [
        said(ledger, back(number="C0001"), trace="T1", content="1"),
        said(ledger, payment(number="C0002", paid=40_00, off=60_00), trace="T2", content="2"),
        said(ledger, payment(number="C0002"), trace="T3", content="3"),
        said(ledger, trace="T4", content="4", **in_pieces([payment(number="C0003")])),
        said(ledger, payment(number="C0004"), trace="T5", content="5", difference=1),
        said(ledger, payment(number="NOBODYS", member_id="X"), trace="T6", content="6"),
    ]
    assert look_ahead(ledger, several).matches == {}


def test_it_stands_no_longer_than_the_state_of_its_claims_submission_nor_beside_a_new_submission(
    ledger, office
):
    office.sent("1", "2")
    facts = said(ledger, payment(1, number="C0001"), payment(2, number="C0002"), content="two")
    ahead = look_ahead(ledger, [facts])
    with ledger.write() as connection:
        submissions.move(connection, NIGHT, "pended", "a word", submission.c.id == 1)
    assert standing(ledger, ahead, facts) == ["C0002"]
    office.sent("3")
    assert standing(ledger, ahead, facts) == []
