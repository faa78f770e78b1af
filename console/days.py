"""Which business date a command is about: the clock is read here, `tasks/runs/days.py` decides."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from config.settings import Settings

if TYPE_CHECKING:
    from tasks.home.home import Home


def today(settings: Settings) -> date:
    """The day in the home's time zone."""
    return settings.day_at(datetime.now(UTC))


def looked_at(home: "Home") -> date:
    """The day that days left are counted from."""
    from tasks.runs import days  # the code sets are shown without a database

    return days.looked_at(home, today(home.settings))


def next_night(home: "Home") -> date:
    """The business date of the next run."""
    from tasks.runs import days

    return days.next_night(home, today(home.settings))
