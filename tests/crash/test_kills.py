"""The bounded form of `make crash`: some side effects of each step, random kills, two runs at once."""

import pytest

from tests.crash import kills
from tests.crash.documents import Homes
from tests.crash.tally import Tally
from tests.seeds import seed

SOME = (2, 9, 17, 26, 34, 43, 55, 68, 81, 96)


@pytest.mark.parametrize("kill_at", SOME)
def test_a_kill_at_any_side_effect_loses_nothing_and_sends_nothing_twice(tmp_path, kill_at):
    tally = Tally()
    kills.one(Homes(tmp_path), kill_at, tally)
    assert tally.clean, f"{tally}; {tally.faults}"
    assert tally.points == 1


def test_kills_at_random_moments_lose_nothing_and_send_nothing_twice(tmp_path):
    tally = Tally()
    kills.at_random(Homes(tmp_path), 2, tally, seed=seed())
    assert tally.clean, f"{tally}; {tally.faults}"


def test_of_two_runs_started_together_one_works_and_nothing_goes_out_twice(tmp_path):
    tally = Tally()
    kills.two_at_once(Homes(tmp_path), 2, tally)
    assert tally.clean, f"{tally}; {tally.faults}"


@pytest.mark.parametrize("kill_at", [31, 60])
def test_a_kill_with_the_ledger_on_postgresql_loses_nothing_and_sends_nothing_twice(
    tmp_path, postgresql, kill_at
):
    tally = Tally()
    kills.one(Homes(tmp_path, postgresql), kill_at, tally)
    assert tally.clean, f"{tally}; {tally.faults}"
    assert tally.points == 1
