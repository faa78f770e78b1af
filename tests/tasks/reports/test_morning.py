"""The verdict on last night is about last night."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ledger.runs import nights
from tasks.reports.morning import STALE, morning
from tests.conftest import MONDAY


def test_an_old_run_is_not_called_last_night(home):
    next_day = datetime(MONDAY.year, MONDAY.month, MONDAY.day + 1, 12, tzinfo=UTC)
    with home.opened() as opened:
        nights.open_night(opened.ledger, f"{MONDAY}")
        nights.close_night(opened.ledger, f"{MONDAY}", "done", "")
        fresh = morning(opened, next_day)
        old = morning(opened, next_day + timedelta(days=STALE))
    assert (fresh.verdict, fresh.well) == ("Last night went well", True)
    assert old.verdict == f"No run since {MONDAY}, {STALE + 1} days ago"
    assert (old.well, old.did) == (False, "")


def test_an_evening_is_still_the_day_of_the_home_s_zone(home, monkeypatch):
    monkeypatch.setenv("CLEANCLAIM_TIME_ZONE", "America/Chicago")
    evening = datetime(MONDAY.year, MONDAY.month, MONDAY.day, 20, tzinfo=ZoneInfo("America/Chicago"))
    with home.opened() as opened:
        nights.open_night(opened.ledger, f"{MONDAY}")
        nights.close_night(opened.ledger, f"{MONDAY}", "done", "")
        before_it_is_old = (evening + timedelta(days=STALE - 1)).astimezone(UTC)
        assert before_it_is_old.day == MONDAY.day + STALE
        assert morning(opened, before_it_is_old).well
        assert not morning(opened, before_it_is_old + timedelta(hours=4)).well
