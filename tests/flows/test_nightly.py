"""The nightly flow on a Prefect server: its states, an outage, two at once, and no patient's data in it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.queries import standing
from ledger.queries.batches import all_batches
from tasks import nightly_run
from tasks.runs import schedule, step_times
from tasks.runs.lease import lease

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
pytestmark = pytest.mark.usefixtures("prefect_server")


def run(home, day=MONDAY):
    from flows.nightly import nightly

    return nightly(str(home.path), str(home.inbox), day, return_state=True)


def test_a_run_with_work_left_is_completed_with_holds_and_a_clean_one_is_completed(home):
    home.drop("lakeside/one.json", home.encounter())
    with home.clearinghouse(MONDAY):
        state = run(home)
    assert (state.name, state.is_completed()) == ("Completed", True)
    home.drop("lakeside/two.json", home.encounter("T-2", diagnoses=[]))
    with home.clearinghouse(TUESDAY):
        state = run(home, TUESDAY)
    assert (state.name, state.is_completed()) == ("CompletedWithHolds", True)
    assert len(home.journal) == 1
    timed = step_times.busiest(home.path)
    assert (timed.business_on, timed.claims) == (MONDAY.isoformat(), 1), "Tuesday's wrote no claim"
    assert set(timed.seconds) == {step.name for step in nightly_run.NIGHT}


def test_an_outage_fails_the_run_with_a_clear_message_and_the_next_run_finishes_it(home):
    home.drop("lakeside/one.json", home.encounter())
    with home.clearinghouse(MONDAY):
        pass  # its key and port are known; then it is stopped
    state = run(home)
    assert state.is_failed()
    assert "TRN-CONNECT northgate" in state.message
    assert home.journal == []
    with home.opened() as opened:
        assert [b.state for b in all_batches(opened.ledger)] == ["built"]
    with home.clearinghouse(MONDAY):
        state = run(home)
    assert state.is_completed()
    assert [e["isa13"] for e in home.journal] == ["000000001"]


def test_a_line_that_breaks_in_the_middle_of_the_evening_sends_nothing_twice(home):
    home.samples("monday")
    broken = '\n[[fault]]\nkind = "drop"\noperation = "rename"\nnth = 2\ntimes = 1\nafter = true\n'
    with home.clearinghouse(MONDAY, broken):
        run(home)
    with home.clearinghouse(MONDAY):
        assert run(home).is_completed()
    numbers = [e["isa13"] for e in home.journal]
    with home.opened() as opened:
        batches = all_batches(opened.ledger)
    assert sorted(numbers) == sorted(f"{b.isa13:09d}" for b in batches), "each of them once"
    assert len(numbers) > 2
    assert {b.state for b in batches} <= {"acknowledged", "accepted"}


def test_the_second_of_two_runs_leaves_with_a_clear_message(home):
    with lease(str(home.path), "", MONDAY) as taken:
        assert taken
        state = run(home)  # another inbox key: a home of its own in this process
    assert (state.name, state.is_failed()) == ("AlreadyRunning", True)
    assert "another run" in state.message


def test_the_parts_together_do_what_the_nightly_run_does(home):
    from flows.parts import submit, take_answers, take_in

    home.drop("lakeside/one.json", home.encounter())
    with home.clearinghouse(MONDAY):
        for part in (take_in, submit, take_answers):
            assert part(str(home.path), str(home.inbox), MONDAY, return_state=True).is_completed()
    with home.opened() as opened:
        assert [c.state for c in standing.claims(opened.ledger)] == ["accepted"]


def test_a_pick_up_at_a_practices_hours_is_kept_as_a_run_of_its_own_schedule(home):
    from flows.parts import take_in

    now = datetime.now(UTC)
    names = ("day-pick-up", "pick-up-lakeside")
    with home.opened() as opened:
        schedule.keep(
            opened, [schedule.Planned(name, "0 13 * * *", "UTC") for name in names], now - timedelta(days=2)
        )
        assert {m.name for m in schedule.missed(opened, now)} == set(names)
    given = {"home": str(home.path), "inbox": str(home.inbox), "as_of": MONDAY}
    assert take_in(**given, schedule_name="pick-up-lakeside", return_state=True).is_completed()
    with home.opened() as opened:
        assert {m.name for m in schedule.missed(opened, now)} == {"day-pick-up"}


def test_the_summary_of_a_run_links_to_a_page_for_each_batch_without_anybodys_data(home):
    from prefect.artifacts import Artifact

    home.drop("lakeside/one.json", home.encounter())
    with home.clearinghouse(MONDAY):
        assert run(home).is_completed()
    with home.opened() as opened:
        [batch] = all_batches(opened.ledger)
    summary, page = Artifact.get("night-summary"), Artifact.get(f"batch-{batch.id}")
    assert summary is not None
    assert page is not None
    assert f"(/artifacts/key/batch-{batch.id})" in str(summary.data)
    assert f"interchange {batch.isa13:09d}" in str(page.data)
    assert "final name given" in str(page.data)
    for private in ("Zephyrine", "ZEPHYRINE", "W17770001"):
        assert private not in str(summary.data) + str(page.data)
