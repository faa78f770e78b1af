"""Days on which offices and banks work."""

from datetime import date

import pytest

from config.business_days import business_day_before, business_days_after, business_days_between


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


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 11, 16), date(2026, 11, 19), 3),  # Monday to Thursday
        (date(2026, 11, 19), date(2026, 11, 23), 2),  # over a weekend
        (date(2026, 11, 24), date(2026, 11, 28), 2),  # over Thanksgiving, to a Saturday
        (date(2026, 11, 16), date(2026, 11, 16), 0),
        (date(2026, 11, 19), date(2026, 11, 16), 0),
    ],
)
def test_the_days_between_two_are_counted_with_the_last_one(first, last, count):
    assert business_days_between(first, last) == count


def test_the_day_before_is_one_on_which_offices_work():
    assert business_day_before(date(2026, 11, 30)) == date(2026, 11, 27)
    assert business_day_before(date(2026, 11, 27)) == date(2026, 11, 25)  # over Thanksgiving
    assert business_day_before(date(2027, 1, 4)) == date(2026, 12, 31)
