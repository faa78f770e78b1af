"""The current run: its business date, its name, its log, and the time it was scheduled for.

The business date is the day, in the home's time zone, of the time the run was scheduled for: a run
due at 23:50 that starts at 00:10 works for the day before. A run that starts more than half a day late
works for the day it starts on.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from prefect.client.schemas.objects import State
from prefect.exceptions import FailedRun
from prefect.runtime import deployment, flow_run

from config.errors import ConfigurationError
from config.log import open_log
from config.settings import load
from tasks.errors import StepError
from tasks.runs.days import never_worked_for
from tasks.runs.lease import Of

log = logging.getLogger("cleanclaim.night")

SAME_DATE = timedelta(hours=12)
WAITS = 1800.0  # seconds for which a scheduled run waits for one that works
BY_PREFECT = "auto-scheduled"  # the tag of the runs that Prefect's scheduler made


@dataclass(frozen=True, slots=True)
class ThisRun:
    """`due` is None where a person started the run, or starts it again."""

    day: date
    due: datetime | None

    @property
    def waits(self) -> float:
        """Seconds to wait for another run to end. A person gets the message at once; nobody watches a
        scheduled run, and if it gave up, its business date would have no run."""
        return 0 if self.due is None else WAITS

    def of(self, schedule: str) -> Of:
        """The run as one of this schedule's."""
        return Of(schedule, None if self.due is None else int(self.due.timestamp()))


def this_run(home: str, as_of: date | None) -> ThisRun:
    """Reads the clock, and what Prefect knows of the run. `as_of` wins as its business date.

    Raises:
        StepError: RUN-03, no run works for that date.
    """
    scheduled, now, settings = flow_run.scheduled_start_time, datetime.now(UTC), load(Path(home))
    zone = ZoneInfo(settings.time_zone)
    if as_of and (reason := never_worked_for(settings, as_of, now.astimezone(zone).date())):
        raise StepError("RUN-03", reason)
    first = BY_PREFECT in flow_run.tags and flow_run.run_count <= 1
    return ThisRun(day=as_of or business_date(scheduled, now, zone), due=scheduled if first else None)


def begins(home: str, label: str, day: date) -> None:
    """Says so in the log. A run of a deployment is a process of its own, which has opened none yet."""
    if deployment.id:
        open_log(load(Path(home)), shown=True)
        logging.getLogger("prefect.flow_runs").addFilter(_is_news)
    log.info("%s %s begins", label, day)


def _is_news(record: logging.LogRecord) -> bool:
    """That a run failed is said by `ends`. Prefect's engine says it again, with forty lines of its code."""
    return not (record.exc_info and isinstance(record.exc_info[1], FailedRun))


def ends(label: str, day: date, state: State[Any]) -> State[Any]:
    """Says in the log how the run ended; the same state."""
    level = logging.ERROR if state.is_failed() else logging.INFO
    log.log(level, "%s %s ended: %s", label, day, state.message or state.name)
    return state


def business_date(scheduled: datetime, now: datetime, zone: ZoneInfo) -> date:
    """The day a run belongs to."""
    return (scheduled if now - scheduled <= SAME_DATE else now).astimezone(zone).date()


def named(label: str) -> Callable[[], str]:
    """A name such as `night 2026-11-27` for the runs of a flow."""

    def name() -> str:
        given = flow_run.parameters
        try:
            day = given.get("as_of") or this_run(given["home"], None).day
        except ConfigurationError:  # the run itself will say so
            return label
        return f"{label} {day}"

    return name
