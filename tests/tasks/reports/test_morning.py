"""The verdict on last night is about last night."""

from datetime import UTC, datetime, timedelta

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
