"""The bounded form of a restore that is killed: some of its side effects, on both databases."""

import pytest

from tests.crash import restores
from tests.crash.documents import Homes
from tests.crash.tally import Tally


@pytest.mark.parametrize("kill_at", [2, 4, 5, 6])
def test_a_killed_restore_is_run_again_and_nothing_goes_out_before_a_persons_decision(tmp_path, kill_at):
    tally = Tally()
    assert restores.one(Homes(tmp_path), kill_at, tally)
    assert tally.clean, f"{tally}; {tally.faults}"


@pytest.mark.parametrize("kill_at", [3, 4])
def test_the_same_with_the_ledger_on_postgresql(tmp_path, postgresql, kill_at):
    tally = Tally()
    assert restores.one(Homes(tmp_path, postgresql), kill_at, tally)
    assert tally.clean, f"{tally}; {tally.faults}"
