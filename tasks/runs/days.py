"""Which business date people look at and act for, given the day that it is.

A demo home has its own calendar, whatever day it is played on: questions are answered as of its last
business date, and its next run is for the day after it (or the same date again, where it did not end).
"""

from datetime import date, timedelta

from ledger.queries.night import nights
from tasks.home.home import Home


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
