"""The business date of a run is the day it was scheduled for, unless it starts half a day late."""

import logging
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from prefect.exceptions import FailedRun

from flows.this_run import _is_news, business_date

ZONE = ZoneInfo("America/New_York")
LATE_EVENING = datetime(2026, 11, 27, 23, 50, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("scheduled", "late", "day"),
    [
        (LATE_EVENING, timedelta(0), date(2026, 11, 27)),
        (LATE_EVENING, timedelta(minutes=20), date(2026, 11, 27)),
        (LATE_EVENING, timedelta(hours=9), date(2026, 11, 27)),
        (LATE_EVENING, timedelta(hours=13), date(2026, 11, 28)),
        (LATE_EVENING, timedelta(days=3), date(2026, 11, 30)),
        (datetime(2027, 3, 13, 23, 30, tzinfo=ZONE), timedelta(hours=4), date(2027, 3, 13)),
        (datetime(2027, 11, 6, 23, 30, tzinfo=ZONE), timedelta(hours=4), date(2027, 11, 6)),
    ],
)
def test_a_run_that_starts_past_midnight_still_works_for_the_date_it_was_scheduled_for(scheduled, late, day):
    assert business_date(scheduled, scheduled + late, ZONE) == day


def test_a_failed_run_is_reported_once_and_other_errors_of_the_engine_stay():
    def record(error: Exception) -> logging.LogRecord:
        said = "Engine execution exited with unexpected exception"
        found = (type(error), error, None)
        return logging.LogRecord("prefect.flow_runs", logging.ERROR, __file__, 1, said, (), found)

    assert not _is_news(record(FailedRun("TRN-KEY northgate: the key file cannot be read")))
    assert _is_news(record(RuntimeError("something else")))
    assert _is_news(logging.LogRecord("prefect.flow_runs", logging.ERROR, __file__, 1, "lost", (), None))
