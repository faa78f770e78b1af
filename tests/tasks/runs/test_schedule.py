"""A run that was due and did not start is seen from the ledger alone, reported once, and settled by a run."""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ledger.queries.night import nights
from ledger.queries.work import alerts
from ledger.storage.lease import hold
from tasks.home.home import home_of
from tasks.runs import schedule
from tasks.runs.lease import Of, lease
from tasks.runs.schedule import Planned

pytestmark = pytest.mark.usefixtures("either_database")

NEW_YORK = ZoneInfo("America/New_York")
SERVED = datetime(2026, 11, 16, 12, 0, tzinfo=NEW_YORK)  # a Monday; nights at 20:00 on weekdays
DUE = datetime(2026, 11, 16, 20, 0, tzinfo=NEW_YORK)
HOUR = timedelta(hours=1)


@pytest.fixture
def opened(home):
    with home.opened() as found:
        schedule.keep(found, [Planned("nightly", "0 20 * * 1-5", "America/New_York")], SERVED)
        yield found


def names(opened, when):
    return [m.message for m in schedule.missed(opened, when)]


def test_a_home_that_was_never_served_misses_nothing(home):
    with home.opened() as found:
        assert schedule.missed(found, DUE + 100 * HOUR) == []


def test_a_night_is_missing_once_the_grace_is_over_and_not_before(opened):
    assert names(opened, DUE + HOUR - timedelta(seconds=1)) == []
    assert names(opened, DUE + HOUR) == ["SRV-04 the nightly run due 2026-11-16 20:00 EST did not start"]


def test_the_first_that_is_missing_is_reported_once_and_settled_by_the_next_run(opened):
    for later in (HOUR, 30 * HOUR, 60 * HOUR):
        schedule.report(opened, schedule.missed(opened, DUE + later))
        assert [(a.code, a.business_on) for a in alerts(opened.ledger)] == [("SRV-04", "2026-11-16")]
    schedule.began(opened, "nightly", int((DUE + 61 * HOUR).timestamp()))
    assert alerts(opened.ledger) == []
    assert names(opened, DUE + 61 * HOUR) == []
    assert names(opened, DUE + 73 * HOUR) == ["SRV-04 the nightly run due 2026-11-19 20:00 EST did not start"]


def test_a_serve_that_starts_again_still_knows_what_was_due_before_and_another_cron_does_not(opened):
    later = DUE + 2 * HOUR
    schedule.keep(opened, [Planned("nightly", "0 20 * * 1-5", "America/New_York")], later)
    assert len(names(opened, later)) == 1
    schedule.keep(opened, [Planned("nightly", "0 21 * * 1-5", "America/New_York")], later)
    assert names(opened, later) == []
    schedule.keep(opened, [], later)
    assert names(opened, later + 100 * HOUR) == []


def test_what_was_due_while_a_person_had_it_paused_is_not_asked_for(opened):
    schedule.report(opened, schedule.missed(opened, DUE + HOUR))
    schedule.excuse(opened, "nightly", DUE + 2 * HOUR)
    assert names(opened, DUE + 3 * HOUR) == []
    assert alerts(opened.ledger) == []
    assert len(names(opened, DUE + 25 * HOUR)) == 1


def test_a_late_run_makes_up_for_all_that_were_due_before_it_began(home, opened):
    path = str(home.path)
    soon = int(datetime.now(UTC).timestamp()) + 600
    day = date(2026, 11, 20)
    with lease(path, "", day, of=Of("nightly", soon)) as taken:
        assert taken
        taken.close([])
    with lease(path, "", day, of=Of("nightly", soon - 86_400)) as taken:
        assert not taken
        assert taken.made_up
    for of in (Of("nightly", soon), Of("nightly"), Of("morning-answers", soon - 86_400)):
        with lease(path, "", day, of=of) as taken:
            assert taken, "the next one that is due, a person's, and another schedule's"


def test_a_long_run_does_not_do_the_work_of_one_that_was_due_after_it_began(home, opened):
    path, day = str(home.path), date(2026, 11, 20)
    began = int(datetime.now(UTC).timestamp())
    due = began + 1
    with lease(path, "", day, of=Of("nightly")) as taken:
        while int(datetime.now(UTC).timestamp()) <= due:
            pass  # it works past the time that the next one was due
        taken.close([])
    with lease(path, "", day, of=Of("nightly", due)) as taken:
        assert taken, "what came after the long run looked is this one's"


def test_the_mornings_answers_are_no_night_and_leave_the_evenings_one_missing(home, opened):
    """A part of a night opens no row, settles no alert, and is not the night that was due."""
    path, day = str(home.path), date(2026, 11, 17)
    with lease(path, "", date(2026, 11, 16)) as taken:
        taken.close(["TRN-CONNECT northgate"])
    schedule.report(opened, schedule.missed(opened, DUE + HOUR))
    for failures in ([], ["TRN-LOGIN northgate"]):
        of = Of(schedule.ANSWERS, int(DUE.timestamp()) + 36_000)
        with lease(path, "", day, part=True, of=of) as taken:
            assert taken
            taken.close(failures)
    assert [(n.business_on, n.outcome) for n in nights(opened.ledger)] == [("2026-11-16", "failed")]
    assert sorted((a.code, a.business_on) for a in alerts(opened.ledger)) == [
        ("NGT-FAILED", "2026-11-16"),  # a part that ends well does not settle it
        ("SRV-04", "2026-11-16"),
    ]
    assert len(names(opened, DUE + HOUR)) == 1


def test_a_part_that_breaks_off_is_reported_and_opens_no_night(home, opened):
    with (
        pytest.raises(KeyboardInterrupt),
        lease(str(home.path), "", date(2026, 11, 17), part=True),
    ):
        raise KeyboardInterrupt
    assert nights(opened.ledger) == []
    assert [(a.code, a.business_on) for a in alerts(opened.ledger)] == [("NGT-FAILED", "2026-11-17")]


def test_a_scheduled_run_waits_for_the_one_at_work_and_a_persons_leaves_at_once(home, opened, monkeypatch):
    """A night that left because a person ran a batch again just then would be a night that did not run."""
    monkeypatch.setattr("tasks.runs.lease.LOOKS_AGAIN", 0.01)
    path, day = str(home.path), date(2026, 11, 17)
    ends = threading.Event()

    def act() -> None:
        with hold(home_of(path, "act").ledger, home.path / "run.lock", "here:1", 0):
            begun.set()
            ends.wait(60)

    begun = threading.Event()
    other = threading.Thread(target=act)
    other.start()
    try:
        assert begun.wait(60)
        with lease(path, "", day) as taken:
            assert not taken
            assert "another run" in taken.message
        with lease(path, "", day, waits=0.05) as taken:
            assert not taken, "it does not wait for ever"
        threading.Timer(0.2, ends.set).start()
        with lease(path, "", day, waits=600) as taken:
            assert taken
            taken.close([])
    finally:
        ends.set()
        other.join()
