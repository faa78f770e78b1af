"""A kill inside a real flow run on a running Prefect server, recovered by another one."""

from tests.crash import kills, prefect_server
from tests.crash.documents import Homes
from tests.crash.flow_run import on_server
from tests.crash.tally import Tally


def test_a_flow_run_killed_as_it_sends_is_finished_by_the_next_one(tmp_path):
    tally = Tally()
    with prefect_server.running(tmp_path) as address:
        kills.one(Homes(tmp_path), 60, tally, on_server(address, tmp_path))
        assert prefect_server.flow_runs(address) == 3  # killed, recovered, the night after
    assert tally.clean, f"{tally}; {tally.faults}"
    assert tally.points == 1
