"""Whether the schedule is kept while it is served: what is wrong in Prefect, and what did not start.

Each problem is reported once, in the log and as an alert, and settled when it is over.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.runs import alerts
from tasks.home.home import Home
from tasks.runs import schedule
from tasks.runs.schedule import Missed

log = logging.getLogger("cleanclaim.serve")

SCHEDULED_WITHIN = timedelta(minutes=3)  # Prefect's scheduler looks every minute
ANSWERS_WITHIN = timedelta(minutes=1)
PAUSED, NOTHING, UNREACHABLE = "SRV-05", "SRV-06", "SRV-07"

REMEDIES = {
    PAUSED: "resume it in Prefect's pages, or leave it: then nothing is due",
    NOTHING: "see `cleanclaim doctor`; start `cleanclaim serve` again",
    UNREACHABLE: "start Prefect's server; `cleanclaim run` needs none where prefect_api_url is empty",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How one deployment stands on Prefect's server. `upcoming`: runs are scheduled, or none is due soon."""

    name: str
    known: bool
    paused: bool = False
    upcoming: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What one look came to.

    `fresh`: something is wrong that was not before. `well`: nothing is wrong. `unscheduled`: Prefect
    schedules nothing and will not. `lost`: nights that were due before this began and did not start, of
    deployments that are ready to run.
    """

    fresh: bool
    well: bool
    unscheduled: bool
    lost: tuple[Missed, ...]


class ScheduleCheck:
    """Looks after the schedule from `began_at` on. It remembers since when something is wrong, and what it
    reported."""

    def __init__(self, began_at: datetime) -> None:
        self.missed: set[str] = set()
        self._began_at = began_at
        self._since: dict[tuple[str, str], datetime] = {}
        self._reported: dict[tuple[str, str], str] = {}

    def look(self, home: Home, now: datetime, standing: Sequence[Standing], *, answered: bool) -> Checked:
        """One look: at how the deployments stand, and at the ledger. `answered`: Prefect's server did."""
        certain = self._certain(now, standing, answered)
        reported = self._report_causes(home, certain, now)
        for one in standing:
            if one.paused:
                schedule.excuse(home, one.name, now)
        missed = schedule.missed(home, now)
        fresh = self._report_missed(home, missed)
        ready = {one.name for one in standing if one.known and not one.paused}
        lost = (m for m in missed if m.name == schedule.NIGHTLY and m.due < self._began_at)
        return Checked(
            fresh=fresh or reported,
            well=not (certain or self.missed),
            unscheduled=any(code == NOTHING for code, _ in certain),
            lost=tuple(m for m in lost if m.name in ready),
        )

    def _certain(self, now: datetime, standing: Sequence[Standing], answered: bool) -> set[tuple[str, str]]:
        """Causes that have lasted long enough, as code and deployment."""
        found: dict[tuple[str, str], timedelta] = {}
        if not answered:
            found[(UNREACHABLE, "")] = ANSWERS_WITHIN
        for one in standing:
            if one.paused:
                found[(PAUSED, one.name)] = timedelta(0)
            elif one.known and not one.upcoming:
                found[(NOTHING, one.name)] = SCHEDULED_WITHIN
        self._since = {cause: self._since.get(cause, now) for cause in found}
        return {cause for cause, after in found.items() if now - self._since[cause] >= after}

    def _report_causes(self, home: Home, certain: set[tuple[str, str]], now: datetime) -> bool:
        """True: some are new."""
        new = certain - self._reported.keys()
        for code, name in new:
            key = f"prefect:{code}:{name}:{int(now.timestamp())}"
            self._reported[(code, name)] = key
            log.error("%s %s; %s", code, _says(code, name), REMEDIES[code])
            day = now.date().isoformat()
            alerts.report(home.ledger, key, day, code, _says(code, name), REMEDIES[code])
        for cause in self._reported.keys() - certain:
            alerts.settle(home.ledger, self._reported.pop(cause))
            log.info("%s is over: %s", cause[0], _says(*cause))
        return bool(new)

    def _report_missed(self, home: Home, found: Sequence[Missed]) -> bool:
        """True: some are new."""
        fresh = [m for m in found if m.key not in self.missed]
        schedule.report(home, fresh)
        for m in fresh:
            log.error("%s; %s", m.message, m.remedy)
        self.missed = {m.key for m in found}
        return bool(fresh)


def forget(home: Home) -> None:
    """Settles what an earlier `serve` reported about Prefect: this one looks for itself."""
    for code in (PAUSED, NOTHING, UNREACHABLE):
        alerts.settle_but(home.ledger, code, ())


def _says(code: str, name: str) -> str:
    return {
        PAUSED: f"{name} is paused in Prefect's pages: none of its runs starts",
        NOTHING: f"Prefect has scheduled no run of {name}",
        UNREACHABLE: "Prefect's server does not answer: no run starts",
    }[code]
