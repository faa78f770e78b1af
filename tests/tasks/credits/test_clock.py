"""By when a credit is to be back: counted from the day on which it was identified, by whose it is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from config.partners import Partners
from ledger.books.credits import Credit, Said
from tasks.credits.clock import clock, latest_end, suspensions
from tests.tasks.credits.paid_twice import payer

SINCE = date(2026, 11, 18)
CREDIT = Credit(
    item=1, key="k", kind="payer_credit", claim_id=7, patient_control_number="N", external_id="E",
    practice="lakeside", payer="senior", cents=90_00, entry_id=3, since_on="2026-11-18",
    received_on="2026-11-17",
)  # fmt: skip


def said(event, from_on, until_on=""):
    return Said(event, from_on, until_on, "ann", "her reason", from_on)


def of(*events, as_of=SINCE, whose=None, **changes):
    return clock(replace(CREDIT, said=events, **changes), payer() if whose is None else whose, as_of)


def test_without_a_word_of_a_person_its_first_day_counts():
    found = of()
    assert (found.identified_on, found.said, found.due_on) == (SINCE, False, date(2027, 1, 17))
    assert found.state == "running"
    assert "Say when it was identified" in found.action


def test_what_was_said_last_counts():
    found = of(said("identified", "2026-11-17"), said("identified", "2026-12-01"), as_of=date(2026, 12, 2))
    assert (found.identified_on, found.said, found.due_on) == (date(2026, 12, 1), True, date(2027, 1, 30))


@pytest.mark.parametrize(("days", "state"), [(60, "running"), (61, "overdue")])
def test_the_sixtieth_day_is_in_time(days, state):
    assert of(as_of=SINCE + timedelta(days=days)).state == state


def test_the_days_of_an_investigation_are_added_and_no_more_than_it_took():
    begun = (said("identified", "2026-11-18"), said("suspended", "2026-12-08", "2027-02-01"))
    running = of(*begun, as_of=date(2027, 1, 30))
    assert (running.state, running.due_on) == ("suspended", date(2027, 3, 13))
    ended = of(*begun, said("resumed", "2026-12-18"), as_of=date(2027, 1, 28))
    assert (ended.state, ended.due_on, ended.suspension) == ("overdue", date(2027, 1, 27), None)


def test_an_investigation_counts_until_180_days_after_the_credit_was_identified():
    assert latest_end(SINCE) == date(2027, 5, 17)
    begun = (said("suspended", "2026-11-20", "2027-05-17"), said("identified", "2026-11-10"))
    [found] = suspensions(begun, date(2026, 11, 10))
    assert found.until_on == date(2027, 5, 9)
    after = of(*begun, as_of=date(2027, 5, 10))
    assert after.state == "running"
    assert after.due_on == date(2026, 11, 10) + timedelta(
        days=60 + (date(2027, 5, 9) - date(2026, 11, 20)).days
    )


def test_what_was_received_more_than_six_years_before_is_past_the_look_back():
    assert of(received_on="2020-11-18").state == "running"
    found = of(received_on="2020-11-17")
    assert (found.state, found.due_on) == ("past_look_back", None)


def test_medicaid_has_the_same_days_and_a_contract_its_own():
    assert of(whose=payer(medicare=False, filing_code="MC")).due_on == date(2027, 1, 17)
    none = of(whose=payer(medicare=False, filing_code="CI"))
    assert (none.kind, none.state, none.due_on) == ("contract", "no_term", None)
    named = of(whose=payer(medicare=False, filing_code="CI", credit_days=30))
    assert (named.state, named.due_on) == ("running", date(2026, 12, 18))


def test_a_suspension_is_nothing_to_a_contract():
    found = of(
        said("suspended", "2026-11-18", "2027-01-01"),
        whose=payer(medicare=False, filing_code="CI", credit_days=30),
    )
    assert (found.state, found.due_on, found.suspension) == ("running", date(2026, 12, 18), None)


def test_a_payer_that_left_the_partners_has_no_term():
    assert clock(CREDIT, Partners().payers.get(CREDIT.payer), SINCE).state == "no_term"


def test_a_later_payers_credit_says_that_the_first_answer_is_waited_for():
    assert of(kind="secondary_first").action.startswith("A later payer paid before the first one answered")
