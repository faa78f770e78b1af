"""What a payer's answer about a claim means, and what it makes of an answer that is overdue."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.adjudication import claim_status
from ledger.adjudication.facts import Said
from ledger.adjudication.settlement import settle
from ledger.books import overdue
from tests.ledger.adjudication.test_settlement import ONE_PAYER, answer, line

SENT = date(2026, 11, 16)
UNTIL = SENT + timedelta(days=45)


@pytest.mark.parametrize(
    ("categories", "paid", "meaning"),
    [
        (["A4"], 0, "not_found"),
        (["D0"], 0, "not_found"),
        (["P1"], 0, "in_hand"),
        (["A1"], 0, "in_hand"),
        (["A3"], 0, "returned"),
        (["F1"], 100, "paid"),
        (["F3"], 100, "paid"),
        (["F2"], 0, "decided"),
        (["R4"], 0, "wants_more"),
        (["E0"], 0, "unclear"),
        (["ZZ"], 0, "unclear"),
        ([], 0, "unclear"),
        (["A4", "F1"], 100, "paid"),
        (["A4", "P1"], 0, "in_hand"),
    ],
)
def test_a_category_means_one_thing_and_of_several_what_says_most_counts(categories, paid, meaning):
    assert claim_status.meaning(categories, paid) == meaning


@given(st.lists(st.text(max_size=3), max_size=4), st.integers(0, 10**9), st.randoms())
def test_any_answer_has_one_meaning_in_whatever_order_it_says_it(categories, paid, draw):
    shuffled = list(categories)
    draw.shuffle(shuffled)
    found = claim_status.meaning(categories, paid)
    assert found == claim_status.meaning(shuffled, paid)
    assert claim_status.weight(found) in range(7)


def waits_until(said: Said, **changes) -> date | None:
    (side,) = settle(replace(ONE_PAYER, said={"harbor": said}, **changes)).sides
    return side.waiting_until


def test_a_payer_that_is_working_on_the_claim_is_waited_for_anew():
    later = date(2027, 1, 5)
    assert waits_until(Said("in_hand", later, "P1:20")) == later + timedelta(days=45)
    assert waits_until(Said("in_hand", SENT - timedelta(days=3), "P1:20")) == UNTIL


@pytest.mark.parametrize("meaning", ["not_found", "returned", "wants_more", "decided", "paid", "unclear"])
def test_whatever_else_it_says_its_answer_stays_due(meaning):
    assert waits_until(Said(meaning, date(2027, 1, 5), "X")) == UNTIL


def test_what_a_payer_said_does_not_change_what_anybody_owes():
    for meaning in ("paid", "not_found", "in_hand"):
        said = {"harbor": Said(meaning, date(2027, 1, 5), "X", 100_00)}
        for answers in ((), (answer(1, line(1, 80_00, "CO 45 20.00"), line(2, 35_00, "")),)):
            with_it = settle(replace(ONE_PAYER, said=said, answers=answers))
            without = settle(replace(ONE_PAYER, answers=answers))
            assert with_it.balances == without.balances


def action(**facts) -> str:
    claim = replace(ONE_PAYER, **facts)
    (work,) = overdue.work_of(settle(claim).sides, claim)
    assert (work.kind, work.cents, work.payer) == ("overdue_payer", 135_00, "harbor")
    return work.action


def test_the_work_says_what_was_asked_and_what_the_payer_said():
    assert action().startswith(f"No answer by {UNTIL}: ask the payer")
    asked = {"harbor": date(2027, 1, 2)}
    assert "was asked for on 2027-01-02" in action(asked=asked)
    paid = Said("paid", date(2027, 1, 3), "F1:65", 80_00, date(2026, 12, 1), "CHK9")
    advice = action(said={"harbor": paid})
    assert "paid $80.00 on 2026-12-01 by CHK9" in advice
    assert "ask it for a copy of that remittance" in advice
    assert advice.endswith("(277 of 2027-01-03: F1:65)")
    assert "claims resend" in action(said={"harbor": Said("not_found", date(2027, 1, 3), "A4:35")})
    assert "was asked for" in action(said={"harbor": paid}, asked=asked)
