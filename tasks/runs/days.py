"""Which business date people look at and act for, given the day that it is.

A demo home has its own calendar, whatever day it is played on: questions are answered as of its last
business date, and its next run is for the day after it (or the same date again, where it did not end).
"""

from datetime import date, timedelta
from typing import Final

from config.settings import Settings
from ledger.queries.night import nights
from tasks.home.home import Home

FIRST: Final = date(2000, 1, 1)
LAST: Final = date(2089, 12, 31)
"""An interchange writes its year with two digits, and deadlines are counted from a business date."""


def never_worked_for(settings: Settings, day: date, today: date) -> str:
    """Why no run works for a business date; "" where one may.

    A mistyped year would date files, and call answers and claims overdue, by a day that has not come. Of
    a demo home the calendar is its own, and of others the next day may have begun elsewhere.
    """
    if not FIRST <= day <= LAST:
        return f"{day} is no business date: it is from {FIRST} to {LAST}"
    if not settings.demo and day > today + timedelta(days=1):
        return f"{day} has not come yet: it is {today} in {settings.time_zone}; name a day by then, or none"
    return ""


def looked_at(home: Home, today: date) -> date:
    """The day that days left are counted from."""
    last = nights(home.ledger, 1)
    if home.settings.demo and last:
        return date.fromisoformat(last[0].business_on)
    return today


def next_night(home: Home, today: date) -> date:
    """The business date of the next run."""
    last = nights(home.ledger, 1)
    if not (home.settings.demo and last):
        return today
    day = date.fromisoformat(last[0].business_on)
    ended = last[0].outcome in ("done", "holds")
    return day + timedelta(days=1) if ended else day
