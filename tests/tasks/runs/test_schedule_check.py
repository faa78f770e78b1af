"""What is wrong with the schedule while it is served: reported once it lasts, once, and settled when over."""

from datetime import UTC, datetime, timedelta

import pytest

from ledger.queries.work import alerts
from tasks.runs import schedule, schedule_check
from tasks.runs.schedule import Planned
from tasks.runs.schedule_check import ScheduleCheck, Standing

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)  # a Monday; nights at 20:00 in New York
MINUTE = timedelta(minutes=1)
WELL = [Standing("nightly", known=True, upcoming=True)]
EMPTY = [Standing("nightly", known=True)]
PAUSED = [Standing("nightly", known=True, paused=True)]


@pytest.fixture
def opened(home):
    with home.opened() as found:
        schedule.keep(found, [Planned("nightly", "0 20 * * *", "America/New_York")], NOON)
        yield found


def codes(opened):
    return [a.code for a in alerts(opened.ledger)]


def test_a_schedule_that_is_kept_is_well_and_nothing_is_reported(opened):
    found = ScheduleCheck(NOON).look(opened, NOON, WELL, answered=True)
    assert (found.fresh, found.well, found.unscheduled, found.lost) == (False, True, False, ())
    assert codes(opened) == []


@pytest.mark.parametrize(
    ("standing", "answered", "code", "after"),
    [(PAUSED, True, "SRV-05", 0), (EMPTY, True, "SRV-06", 3), ([], False, "SRV-07", 1)],
)
def test_a_cause_is_reported_once_it_lasts_and_settled_when_it_is_over(
    opened, standing, answered, code, after
):
    check = ScheduleCheck(NOON)
    if after:
        assert check.look(opened, NOON, standing, answered=answered).well, "it may be over in a moment"
    begins = check.look(opened, NOON + after * MINUTE, standing, answered=answered)
    assert (begins.fresh, begins.well, begins.unscheduled) == (True, False, code == "SRV-06")
    assert codes(opened) == [code]
    lasts = check.look(opened, NOON + (after + 1) * MINUTE, standing, answered=answered)
    assert (lasts.fresh, lasts.well) == (False, False)
    assert codes(opened) == [code]
    assert check.look(opened, NOON + (after + 2) * MINUTE, WELL, answered=True).well
    assert codes(opened) == []


def test_a_new_serve_settles_what_the_one_before_reported_of_prefect(opened):
    ScheduleCheck(NOON).look(opened, NOON, PAUSED, answered=True)
    schedule.report(opened, schedule.missed(opened, NOON + timedelta(days=1)))
    assert sorted(codes(opened)) == ["SRV-04", "SRV-05"]
    schedule_check.forget(opened)
    assert codes(opened) == ["SRV-04"], "that a run did not start is true whoever serves"


@pytest.mark.parametrize(("standing", "ready"), [(WELL, True), (PAUSED, False), ([], False)])
def test_a_night_that_was_due_before_is_lost_where_its_deployment_is_ready(opened, standing, ready):
    next_day = NOON + timedelta(days=1)
    found = ScheduleCheck(next_day).look(opened, next_day, standing, answered=True)
    assert [m.name for m in found.lost] == ["nightly"] * ready
    served = ScheduleCheck(NOON).look(opened, next_day, standing, answered=True)
    assert served.lost == (), "what was due since is Prefect's"
