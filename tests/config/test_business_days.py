"""Days on which banks work."""

from datetime import date

import pytest

from config.business_days import business_days_after


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2026, 11, 16), 3, date(2026, 11, 19)),  # Monday to Thursday
        (date(2026, 11, 19), 3, date(2026, 11, 24)),  # over a weekend
        (date(2026, 11, 24), 3, date(2026, 11, 30)),  # over Thanksgiving, which is a Thursday
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # New Year's Day is a Friday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # from a Saturday
        (date(2026, 11, 16), 0, date(2026, 11, 16)),
    ],
)
def test_weekends_and_federal_holidays_do_not_count(day, count, then):
    assert business_days_after(day, count) == then
