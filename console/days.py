"""Which business date a command is about.

A demo home has its own calendar, whatever day it is played on: questions are answered as of its last
business date, and its next run is for the day after it (or the same date again, where it did not end).
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.settings import Settings

if TYPE_CHECKING:
    from tasks.home.home import Home


def today(settings: Settings) -> date:
    """The day in the home's time zone."""
    return datetime.now(ZoneInfo(settings.time_zone)).date()


def looked_at(home: "Home") -> date:
    """The day that days left are counted from."""
    from ledger.queries.night import nights  # the code sets are shown without a database

    last = nights(home.ledger, 1)
    if home.settings.demo and last:
        return date.fromisoformat(last[0].business_on)
    return today(home.settings)


def next_night(home: "Home") -> date:
    """The business date of the next run."""
    from ledger.queries.night import nights

    last = nights(home.ledger, 1)
    if not (home.settings.demo and last):
        return today(home.settings)
    day = date.fromisoformat(last[0].business_on)
    ended = last[0].outcome in ("done", "holds")
    return day + timedelta(days=1) if ended else day
