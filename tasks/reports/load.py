"""How many claims a night this home can carry, and the disk that a year takes, by its own figures."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from config.schedule import next_due
from config.settings import Settings
from ledger.queries import volume
from tasks.home.home import Home
from tasks.runs import step_times

DAYS: Final = 30  # of business that the usual night is taken from
LITTLE: Final = 500  # claims of the busiest run below which the start of its steps outweighs them


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a nightly run has: from its start until something else is due."""

    begins: datetime
    ends: datetime
    because: str

    @property
    def seconds(self) -> float:
        return (self.ends - self.begins).total_seconds()


@dataclass(frozen=True, slots=True)
class Load:
    """`business_on`, `claims` and `seconds` are of the busiest whole run that is known.

    `most`: claims that the window carries at its pace. `narrowest`: the step that takes most, with its
    `share`. `usual`: claims of a usual night. `bytes_a_claim` and `bytes_a_year`: what the home and its
    database take; `free`: what the home's disk has left.
    """

    business_on: str
    claims: int
    seconds: float
    window: Window
    most: int
    narrowest: str
    share: float
    usual: int
    bytes_a_claim: int
    bytes_a_year: int
    free: int

    @property
    def little(self) -> bool:
        """Whether the busiest run was too small to say much."""
        return self.claims < LITTLE


def load_of(home: Home, now: datetime) -> Load | None:
    """What this home carries; None before a whole run wrote claims.

    Every step is counted as growing with the claims: a home whose runs were small carries more than is said.
    """
    timed = step_times.busiest(home.path)
    if timed is None:
        return None
    window = window_of(home, now)
    seconds = sum(timed.seconds.values())
    narrowest = max(timed.seconds, key=lambda step: timed.seconds[step])
    found = volume.of(home.ledger, DAYS)
    a_claim = (found.bytes + _taken(home)) // max(found.claims, 1)
    a_year = found.usual * nights_a_year(home.settings, now)
    return Load(
        timed.business_on,
        timed.claims,
        seconds,
        window,
        int(window.seconds * timed.claims / seconds),
        narrowest,
        timed.seconds[narrowest] / seconds,
        found.usual,
        a_claim,
        a_claim * a_year,
        shutil.disk_usage(home.path).free,
    )


def window_of(home: Home, now: datetime) -> Window:
    """From the next nightly run until the first of: answers are taken in, a cut-off, the run after it."""
    settings = home.settings
    begins = next_due(settings.nightly_cron, settings.time_zone, now)
    ends = [(next_due(settings.nightly_cron, settings.time_zone, begins), "the next nightly run")]
    if settings.answers_cron:
        ends.append((next_due(settings.answers_cron, settings.time_zone, begins), "answers are taken in"))
    for key, clearinghouse in sorted(home.partners.clearinghouses.items()):
        if clearinghouse.takes_files.closes:
            closing = clearinghouse.takes_files.closing(settings.time_zone, begins)
            ends.append((closing, f"the cut-off of {key}"))
    end, because = min(ends, key=lambda one: one[0])
    return Window(begins, end, because)


def nights_a_year(settings: Settings, now: datetime) -> int:
    """On how many days of a year the nightly run is due."""
    days: set[date] = set()
    due, last = now, now + timedelta(days=365)
    while (due := next_due(settings.nightly_cron, settings.time_zone, due)) < last:
        days.add(due.date())
        due = due.replace(hour=23, minute=59)  # the day is counted, however often it runs
    return len(days)


def _taken(home: Home) -> int:
    """Bytes of the files that the home keeps, but for the database's own."""
    database = Path(make_url(home.ledger.url).database or "")
    found = 0
    for folder, _, names in os.walk(home.path):
        for name in names:
            file = Path(folder, name)
            if not (file.parent == database.parent and name.startswith(database.name)):  # counted by itself
                with suppress(OSError):  # gone meanwhile
                    found += file.lstat().st_size
    return found
