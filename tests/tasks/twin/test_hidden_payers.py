"""The twin foretells a month that it did not see, of payers whose way of deciding it does not know.

A few seeds here; `tests/tasks/twin/measuring.py` has the hundred.
"""

import pytest

from tasks.twin.payer_model import learn
from tests.tasks.twin.hidden_payers import HELD_FROM, KINDS, claims_of
from tests.tasks.twin.measuring import Measured, measured

SEEDS = range(4)


@pytest.fixture(scope="module")
def every() -> dict[str, Measured]:
    return {kind: measured(kind, SEEDS) for kind in KINDS}


@pytest.mark.slow
def test_an_interval_of_80_percent_holds_about_so_often(every):
    seeds = sum(one.seeds for one in every.values())
    reasons = sum(one.reasons for one in every.values())
    assert 0.6 <= sum(one.dollars for one in every.values()) / seeds <= 0.95
    assert 0.65 <= sum(one.reasons_held for one in every.values()) / reasons <= 0.95


def test_it_says_more_than_the_rates_of_the_month_before(every):
    assert {kind: one.better for kind, one in every.items()} == dict.fromkeys(KINDS, len(SEEDS))


def test_a_payer_that_changes_its_policy_in_june_is_said_to(every):
    assert every["changing"].changes["2025-06 CO-197"] == len(SEEDS)


def test_where_the_answers_leave_the_month_open_the_months_are_said_that_it_may_have_been():
    [change] = learn(claims_of("changing", 33), HELD_FROM).changes
    assert (change.reason, change.month, change.months) == ("CO-197", "2025-05", "2025-05 to 2025-06")


def test_a_code_that_is_denied_nearly_always_is_one_change_and_not_several_of_its_lines():
    [change] = learn(claims_of("changing", 9), HELD_FROM).changes
    assert (change.where, change.month) == ((("procedure", "20610"),), "2025-06")
    assert change.after > 0.7


def test_payers_that_stay_the_same_are_said_to_change_nothing(every):
    for kind in ("logistic", "ruled", "moody", "seasonal"):
        assert every[kind].changes == {"none": len(SEEDS)}, kind
