"""What waits for a payer is kept with the books, and is work when its day has passed."""

from datetime import date

import pytest
from sqlalchemy import select

from ledger.adjudication.facts import Terms
from ledger.adjudication.settlement import Side
from ledger.books import charges
from ledger.books.claim_books import waiting_rows
from ledger.payments.remittance_facts import LineFacts
from ledger.queries import money, proof
from ledger.schema import claim_waiting
from ledger.sending import batches
from tests.ledger.conftest import NIGHT
from tests.ledger.payments.test_remittances import cas, denials, payment, remit


def waits(office):
    with office.ledger.read() as connection:
        query = select(claim_waiting.c.claim_id, claim_waiting.c.payer, claim_waiting.c.cents)
        return connection.execute(query.add_columns(claim_waiting.c.until_on, claim_waiting.c.state)).all()


@pytest.fixture
def thirty_days(office):
    office.ledger.terms = {"harbor": Terms(answer_days=30)}
    return office


def test_a_claim_that_is_charged_waits_for_its_payer_until_the_day_of_its_terms(thirty_days):
    thirty_days.sent("1")
    assert waits(thirty_days) == [(1, "harbor", 100_00, "2026-12-16", "unanswered")]


@pytest.mark.parametrize("turned", [False, True])
def test_a_payer_that_stands_in_two_places_waits_until_the_day_that_is_known(turned):
    first = Side(
        payer="harbor", order="P", state="unanswered", waiting=100_00, waiting_until=date(2026, 12, 16)
    )
    second = Side(payer="harbor", order="S", state="pended", waiting=20_00)
    [row] = waiting_rows(1, "lakeside", [second, first] if turned else [first, second], NIGHT)
    assert (row["cents"], row["until_on"]) == (120_00, "2026-12-16")


def test_an_answer_ends_the_wait(thirty_days):
    thirty_days.sent("1")
    remit(thirty_days.ledger, payment())
    assert waits(thirty_days) == []


def test_what_a_payer_pended_goes_on_waiting(thirty_days):
    thirty_days.sent("1")
    pended = cas(("OA", "133", 40_00))
    line = LineFacts(procedure="99213", charge=100_00, paid=60_00, adjustments=pended)
    remit(thirty_days.ledger, payment(paid=60_00, charge=100_00, lines=(line,)), paid_on="2026-11-20")
    assert waits(thirty_days) == [(1, "harbor", 40_00, "2026-12-20", "pended")]


def test_a_wait_that_is_over_is_work_and_asks_nothing_of_the_patient(thirty_days):
    thirty_days.sent("1")
    assert charges.expire(thirty_days.ledger, "2026-12-16") == 0, "its last day still waits"
    assert charges.expire(thirty_days.ledger, "2026-12-17") == 1
    assert waits(thirty_days) == []
    [item] = denials(thirty_days)
    assert (item.kind, item.payer, item.cents, item.owner) == ("overdue_payer", "harbor", 100_00, "FOLLOW_UP")
    assert money.money(thirty_days.ledger).receivable_patients == 0
    assert proof.of_all(thirty_days.ledger).holds
    assert charges.expire(thirty_days.ledger, "2026-12-18") == 0, "it is told once"


def test_an_answer_that_comes_later_resolves_the_work(thirty_days):
    thirty_days.sent("1")
    charges.expire(thirty_days.ledger, "2026-12-17")
    remit(thirty_days.ledger, payment(), paid_on="2026-12-20")
    assert denials(thirty_days) == []
    assert [d.state for d in denials(thirty_days, None)] == ["resolved"]
    assert proof.of_all(thirty_days.ledger).holds


def test_a_claim_that_went_out_later_than_it_was_written_waits_from_the_day_that_it_went(thirty_days):
    thirty_days.take("1")
    thirty_days.build()
    batch_id = thirty_days.batch()
    for was, becomes in (("built", "uploaded"), ("uploaded", "committing"), ("committing", "sent")):
        batches.move(thirty_days.ledger, batch_id, was, becomes, "2026-11-20")
    charges.expire(thirty_days.ledger, "2026-12-17")
    assert denials(thirty_days) == []
    assert waits(thirty_days) == [(1, "harbor", 100_00, "2026-12-20", "unanswered")]
    assert NIGHT < "2026-11-20"
