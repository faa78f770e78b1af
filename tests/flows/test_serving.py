"""`cleanclaim serve` on a clock: nights that start by themselves, on both kinds of Prefect server."""

import signal
from datetime import date, datetime, timedelta

import pytest

from tests.flows.served import PrefectServer, Served, command, stopped_at_last, until
from tests.prefect_database import begin_with

# A scheduled run's business date is the clock's day, and payers have limits for filing.
A_WEEK_AGO, SIX_DAYS_AGO = ((date.today() - timedelta(days=days)).isoformat() for days in (7, 6))
IN_TIME = 240
"""Seconds from the registration of a schedule of every minute to the end of its second run."""


@pytest.fixture(scope="module")
def beside(tmp_path_factory, prefect_database):
    server = PrefectServer(tmp_path_factory.mktemp("beside") / "prefect", prefect_database)
    with stopped_at_last(server):
        server.start_server()
        yield server


@pytest.fixture(scope="module")
def served(tmp_path_factory, beside, prefect_database):
    """Two homes, each with an encounter: one on the built-in server, one on the server beside it."""
    folder = tmp_path_factory.mktemp("served")
    built_in = Served(folder / "built-in")
    separate = Served(folder / "separate", prefect_api_url=beside.address)
    begin_with(prefect_database, built_in.own_prefect)
    with stopped_at_last(built_in, separate):
        for one in (built_in, separate):
            one.home.drop("lakeside/one.json", one.home.encounter("T-1", service_date=A_WEEK_AGO))
            one.start()
        yield {"built-in": built_in, "separate": separate}


def test_two_scheduled_runs_start_in_time_and_the_second_takes_what_came_between_them(served):
    """One test for both servers, so that neither waits for the other and no seed leaves one out."""
    for kind, one in served.items():
        until(f"{kind}: it serves", one.serving)
    for kind, one in served.items():
        [first] = until(f"{kind}: a scheduled night", one.completed)[:1]
        assert len(one.sent()) == 1, (kind, first["state"])
        one.home.drop(
            "lakeside/two.json", one.home.encounter("T-2", diagnoses=["I10"], service_date=SIX_DAYS_AGO)
        )
    for kind, one in served.items():
        what = f"{kind}: a scheduled night that sent the second encounter"
        until(what, lambda one=one: len(one.sent()) == 2)
        done = until(f"{kind}: two nights", lambda one=one: len(one.completed()) >= 2 and one.completed())
        day = one.nights()[-1].business_on
        assert done[0]["name"] == f"night {day}"
        assert {"cleanclaim", "night"} <= set(done[0]["tags"])
        assert one.night_runs() >= 2
        assert {n.outcome for n in one.nights()} <= {"", "done", "holds"}
        assert seconds(one.api.deployment()["created"], done[1]["end_time"]) <= IN_TIME, kind
        shown = one.api.ask("artifacts/filter", {"artifacts": {"key": {"any_": ["night-summary"]}}})
        assert any(day in a["data"] for a in shown), "the night's report stands in Prefect's pages"
    built_in = served["built-in"]
    assert built_in.signal(signal.SIGINT) == 0, built_in.said[-2000:]
    assert "Traceback" not in built_in.said


def seconds(start: str, end: str) -> float:
    """Between two instants as Prefect writes them."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def test_a_second_serve_on_the_same_home_says_so_and_leaves(served):
    one = served["separate"]
    until("it serves", one.serving)
    second = command("serve", "--home", str(one.home.path))
    assert second.returncode == 1
    assert "SRV-02" in second.stderr


def test_a_port_that_another_program_holds_is_reported_and_never_taken_for_ours(beside, tmp_path):
    other = Served(tmp_path / "other")
    other.write_settings()
    taken = command("serve", "--no-console", "--home", str(other.home.path), "--port", str(beside.port))
    assert taken.returncode == 1
    assert "SRV-01" in taken.stderr
    assert f"port {beside.port} is in use" in " ".join(taken.stderr.split())


@pytest.mark.long
def test_a_paused_deployment_is_reported_as_such_and_continues_when_it_is_resumed(served, beside):
    one = served["separate"]
    until("it serves", one.serving)
    where = f"deployments/{beside.deployment()['id']}"
    beside.ask(f"{where}/pause_deployment", {})
    [alert] = until("the alert", lambda: one.alerts("SRV-05"))
    assert "nightly is paused" in alert.message
    # a restart leaves it paused
    assert one.signal(signal.SIGTERM) == 0, one.said[-2000:]
    one.start()
    until("it serves again", lambda: one.serving(2))
    assert beside.deployment()["paused"]
    [alert] = until("the alert again", lambda: one.alerts("SRV-05"))
    assert one.alerts("SRV-04") == one.alerts("SRV-06") == []
    before = len(one.completed())
    beside.ask(f"{where}/resume_deployment", {})
    until("a night after it was resumed", lambda: len(one.completed()) > before)
    until("the alert is settled", lambda: not one.alerts("SRV-05"))


def test_several_late_runs_do_the_work_of_one_business_date_once(served, beside):
    """A machine that slept over three nights: Prefect still has the runs that it made ahead."""
    one = served["separate"]
    until("a night that sent what is there", one.completed)
    claims, before = one.sent(), one.night_runs()
    scheduled = {"type": "SCHEDULED", "name": "Late"}
    late = [
        beside.start(
            tags=["auto-scheduled"],
            state=scheduled | {"state_details": {"scheduled_time": f"2026-11-{day:02}T20:00:00Z"}},
        )
        for day in range(16, 19)
    ]
    ended = {"COMPLETED", "CANCELLED", "FAILED", "CRASHED"}
    until("all have ended", lambda: all(beside.run(r)["state"]["type"] in ended for r in late))
    worked = [r for r in map(beside.run, late) if r["state"]["name"] in ("Completed", "CompletedWithHolds")]
    assert len(worked) <= 1, [beside.run(r)["state"] for r in late]
    assert one.night_runs() - before <= 2, "the late one, and at most the one of this minute"
    assert one.sent() == claims


@pytest.mark.long
def test_a_server_that_was_away_is_waited_for_and_runs_continue(served, beside):
    one = served["separate"]
    until("it serves", one.serving)
    beside.stop_server()
    until("it says that it waits", lambda: "SRV-07" in one.log)
    beside.start_server()
    before = len(one.completed())
    until("a night after the server came back", lambda: len(one.completed()) > before)
    until("the alert is settled", lambda: not one.alerts("SRV-07"))


@pytest.mark.long
def test_a_server_whose_database_was_deleted_gets_the_schedule_again(served, beside):
    one = served["separate"]
    until("a night that sent what is there", one.completed)
    claims, runs = one.sent(), one.night_runs()
    beside.stop_server()
    beside.delete_database()
    beside.start_server()
    until("a night on the new database", one.completed)
    assert one.night_runs() > runs
    assert one.sent() == claims, "nothing was sent twice"
