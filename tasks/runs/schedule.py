"""Scheduled runs that did not start, worked out from the ledger, and the alert of each.

The ledger knows since when a schedule is kept and when a run of it was last at work; its cron says
when the next one was due. So it is reported whether or not Prefect or `serve` are there to ask.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from config.partners import Partners
from config.schedule import next_due
from config.settings import Settings
from ledger.runs import alerts, schedules
from tasks.home.home import Home

NIGHTLY, ANSWERS, PICK_UP = "nightly", "morning-answers", "day-pick-up"
SENDING = "send-"
"""What the name of a schedule begins with that sends as a clearinghouse opens."""
PICKING = "pick-up-"
"""And of one that picks encounters up at a practice's hours."""
NOT_STARTED = "SRV-04"


@dataclass(frozen=True, slots=True)
class Missed:
    """A run of a schedule that was due and did not start."""

    name: str
    due: datetime

    @property
    def message(self) -> str:
        return f"{NOT_STARTED} {self.says}"

    @property
    def says(self) -> str:
        return f"the {self.name} run due {self.due:%Y-%m-%d %H:%M %Z} did not start"

    @property
    def remedy(self) -> str:
        if self.name == NIGHTLY:
            return "see that `cleanclaim serve` runs; `cleanclaim run` makes up for it"
        if self.name.startswith(SENDING):
            return "see that `cleanclaim serve` runs; the next run in the partner's hours sends it"
        what = (
            "picks up encounters too"
            if self.name == PICK_UP or self.name.startswith(PICKING)
            else "takes the answers in too"
        )
        return f"see that `cleanclaim serve` runs; the nightly run {what}"

    @property
    def key(self) -> str:
        return f"{causes(self.name)}{int(self.due.timestamp())}"


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule by the settings and the partners' files; `zone` is that of its cron."""

    name: str
    cron: str
    zone: str


def planned(settings: Settings, partners: Partners) -> list[Planned]:
    """The schedules of a home: its own, one for each practice whose encounters are picked up at hours of its
    own, and one for each clearinghouse that takes files at hours only."""
    zone = settings.time_zone
    own = (
        (NIGHTLY, settings.nightly_cron),
        (ANSWERS, settings.answers_cron),
        (PICK_UP, settings.pick_up_cron),
    )
    return [
        *(Planned(name, cron, zone) for name, cron in own if cron),
        *(
            Planned(f"{PICKING}{key}", one.pick_up_cron, one.pick_up_zone or zone)
            for key, one in sorted(partners.practices.items())
            if one.pick_up_cron
        ),
        *(
            Planned(f"{SENDING}{key}", one.takes_files.cron(), one.takes_files.time_zone or zone)
            for key, one in sorted(partners.clearinghouses.items())
            if not one.takes_files.always
        ),
    ]


def causes(name: str) -> str:
    """What the keys of a schedule's alerts begin with."""
    return f"schedule:{name}:"


def keep(home: Home, wanted: Iterable[Planned], now: datetime) -> None:
    """Keeps these schedules from now on, and no others."""
    kept = {one.name: one for one in wanted}
    for one in kept.values():
        schedules.keep(home.ledger, one.name, one.cron, one.zone, int(now.timestamp()))
    schedules.drop_but(home.ledger, kept)


def kept(home: Home) -> bool:
    """Whether this home's runs are expected to start by themselves: it was served before."""
    return bool(schedules.kept(home.ledger))


def missed(home: Home, now: datetime) -> list[Missed]:
    """Runs that were due longer ago than the settings' `late_after_minutes` and did not start.

    The first one of each schedule: what came after it is the same trouble.
    """
    grace = timedelta(minutes=home.settings.late_after_minutes)
    found = []
    for row in schedules.kept(home.ledger):
        due = _first_due(row)
        if due + grace <= now:
            found.append(Missed(row.name, due))
    return found


def report(home: Home, found: Iterable[Missed]) -> list[Missed]:
    """An alert for each, reported once; which of them are new. It is settled by the next run that starts."""
    return [
        m
        for m in found
        if alerts.report(
            home.ledger, m.key, m.due.date().isoformat(), NOT_STARTED, m.says, m.remedy, lasting=True
        )
    ]


def excuse(home: Home, name: str, now: datetime) -> None:
    """A schedule that a person paused: what was due before now is not asked for."""
    for row in schedules.kept(home.ledger):
        if row.name == name and _first_due(row) <= now:
            schedules.due_from(home.ledger, name, int(now.timestamp()))
            alerts.settle_causes(home.ledger, causes(name))


def began(home: Home, name: str, when: int) -> None:
    """A run of the schedule begins at `when` (seconds since the epoch): nothing is missing any more."""
    schedules.began(home.ledger, name, when)
    alerts.settle_causes(home.ledger, causes(name))


def _first_due(row: schedules.ScheduleRow) -> datetime:
    """The first run that is due after the last one that was at work."""
    return next_due(row.cron, row.time_zone, datetime.fromtimestamp(max(row.due_from_at, row.seen_at), UTC))
