"""What needs a running Prefect server: a kill inside a real flow run, and two real commands together."""

import pytest

from tests.crash import kills, prefect_server, two_commands
from tests.crash.documents import Homes
from tests.crash.flow_run import on_server
from tests.crash.tally import Tally


@pytest.fixture(scope="module")
def address(tmp_path_factory, prefect_database):
    with prefect_server.running(tmp_path_factory.mktemp("prefect"), prefect_database) as found:
        yield found


@pytest.mark.long
def test_a_flow_run_killed_as_it_sends_is_finished_by_the_next_one(tmp_path, address):
    tally = Tally()
    before = prefect_server.flow_runs(address)
    kills.one(Homes(tmp_path), 60, tally, on_server(address, tmp_path))
    assert tally.clean, f"{tally}; {tally.faults}"
    assert tally.points == 1
    assert prefect_server.flow_runs(address) - before == 3, "killed, recovered, and the night after"


@pytest.mark.long
def test_of_two_commands_started_together_one_works_and_the_other_leaves_with_a_clear_message(
    tmp_path, address
):
    tally = Tally()
    left = two_commands.rounds(Homes(tmp_path), 2, address, tally)  # with a partner, and a demo home
    assert tally.clean, f"{tally}; {tally.faults}"
    assert left == 2
