"""Days on which offices and banks work: not at weekends, not on federal holidays."""

from datetime import date, timedelta
from functools import cache


def business_days_after(day: date, count: int) -> date:
    """The day on which so many business days are over, counted from the day after `day`."""
    found = day
    for _ in range(count):
        found = _next(found)
    return found


def business_day_before(day: date) -> date:
    """The last business day before a day."""
    day -= timedelta(days=1)
    while not _works(day):
        day -= timedelta(days=1)
    return day


def business_days_between(first: date, last: date) -> int:
    """How many business days there are after `first`, up to and with `last`; 0 where it is not later."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(1 for day in days if _works(day))


def is_holiday(day: date) -> bool:
    """Whether a day is a federal holiday, or the day on which one is observed."""
    return day in _holidays(day.year)


def _next(day: date) -> date:
    day += timedelta(days=1)
    while not _works(day):
        day += timedelta(days=1)
    return day


def _works(day: date) -> bool:
    return day.weekday() < 5 and not is_holiday(day)


@cache
def _holidays(year: int) -> frozenset[date]:
    import holidays  # slow to import

    return frozenset(holidays.country_holidays("US", years=year))
