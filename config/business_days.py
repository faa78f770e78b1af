"""Days on which banks work: not at weekends, not on federal holidays."""

from datetime import date, timedelta
from functools import cache


def business_days_after(day: date, count: int) -> date:
    """The day on which so many business days are over, counted from the day after `day`."""
    found = day
    for _ in range(count):
        found = _next(found)
    return found


def _next(day: date) -> date:
    day += timedelta(days=1)
    while day.weekday() >= 5 or day in _holidays(day.year):
        day += timedelta(days=1)
    return day


@cache
def _holidays(year: int) -> frozenset[date]:
    import holidays  # slow to import

    return frozenset(holidays.country_holidays("US", years=year))
