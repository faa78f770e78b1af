"""A night at work under `serve`: what Prefect does for it, and what it does when it is stopped."""

import os
import signal
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.faults.evenings import Evenings, fault
from tests.flows.served import PrefectServer, Served, stopped_at_last, until

NEVER_IN_THESE_TESTS = "0 0 1 1 *"
FINISHED = {"COMPLETED", "CANCELLED", "FAILED", "CRASHED"}


@pytest.fixture(scope="module")
def beside(tmp_path_factory, prefect_database):
    server = PrefectServer(tmp_path_factory.mktemp("beside") / "prefect", prefect_database)
    with stopped_at_last(server):
        server.start_server()
        yield server


@pytest.fixture
def one(tmp_path, beside):
    """A home with two claims to send, served; its nights start by hand, in Prefect's pages."""
    for old in beside.ask("deployments/filter", {}):
        beside.ask(f"deployments/{old['id']}", method="DELETE")
    served = Served(
        tmp_path / "home",
        folder=False,
        demo=False,  # the mock is one of each test's, with faults
        prefect_api_url=beside.address,
        nightly_cron=NEVER_IN_THESE_TESTS,
        time_zone="UTC",
    )
    with stopped_at_last(served):
        served.evenings = Evenings(served.home)
        served.start()
        until("it serves", served.serving)
        yield served


def today():
    return datetime.now(ZoneInfo("UTC")).date()


def ended(beside, run_id):
    """The state of a run, once it has ended."""
    return until(
        "the run ended", lambda: (s := beside.run(run_id)["state"])["type"] in FINISHED and s, seconds=420
    )


def stalling():
    """The connection stands still after a file got its name: a night that is at work for a long time."""
    return fault("stall", operation="rename", after=True, seconds=45)


@pytest.mark.long
def test_a_step_is_tried_again_where_the_line_broke(one, beside):
    days = {today()}
    with one.evenings.partner(today(), fault("drop", operation="list")):
        run = beside.start()
        assert ended(beside, run)["type"] == "COMPLETED"
        answers = beside.start("morning-answers")
        assert ended(beside, answers)["type"] == "COMPLETED"
    days.add(today())  # midnight may have passed since
    assert beside.run(run)["name"] in {f"night {day}" for day in days}
    assert beside.run(answers)["name"] in {f"answers {day}" for day in days}
    assert {"cleanclaim", "answers"} <= set(beside.run(answers)["tags"])
    given = {"flow_runs": {"id": {"any_": [run]}}, "task_runs": {}}
    counts = until(
        "the task runs are recorded",
        lambda: (
            (found := {t["name"]: t["run_count"] for t in beside.ask("task_runs/filter", given)})
            and any(n > 1 for n in found.values())
            and found
        ),
    )
    assert max(counts.values()) == 2, counts
    assert one.evenings.received() == ["000000001"]


@pytest.mark.long
def test_two_never_run_at_once_and_a_cancelled_run_is_finished_by_the_next(one, beside):
    with one.evenings.partner(today(), stalling()) as mock:
        first = beside.start()
        until("the night is at work", lambda: mock.faults.stalls)
        second = beside.start()
        beside.ask(f"flow_runs/{first}/set_state", {"state": {"type": "CANCELLING", "name": "Cancelling"}})
        assert ended(beside, first)["type"] == "CANCELLED"
        assert ended(beside, second)["type"] == "COMPLETED", "it waited for its turn, and was not dropped"
    cancelled, waited = beside.run(first), beside.run(second)
    assert waited["start_time"] >= cancelled["end_time"]
    assert one.evenings.received() == ["000000001"]
    assert one.night_runs() == 2


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_serve_that_is_stopped_during_a_run_continues_when_it_is_started_again(one, beside, number):
    with one.evenings.partner(today(), stalling()) as mock:
        beside.start()
        until("the night is at work", lambda: mock.faults.stalls)
        if number == signal.SIGKILL:
            os.killpg(one.group, number)
            one.ended()
        else:
            assert one.signal(number) == 0, one.said[-2000:]
    one.start()
    until("it serves again", lambda: one.serving(2))
    with one.evenings.partner(today()):
        state = ended(beside, beside.start())
    assert state["type"] == "COMPLETED", "the run that was killed keeps nothing from the next one"
    assert one.evenings.received() == ["000000001"]
