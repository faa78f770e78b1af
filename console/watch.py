"""Looks after the schedule while `serve` runs: what is scheduled, and whether what was due began.

Each problem is reported once, in the log and as an alert, and settled when it is over.
"""

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime, timedelta

from config.settings import Settings
from flows.serving import Serving, Standing
from ledger.runs import alerts
from tasks.errors import as_step_error
from tasks.home.home import Home, open_home
from tasks.notices import digest, heartbeat
from tasks.notices.going_out import go_out
from tasks.notices.recipients import recipients
from tasks.runs import schedule
from tasks.runs.schedule import Missed

log = logging.getLogger("cleanclaim.serve")

EVERY = 10.0  # seconds between two looks
TELLS_AGAIN = timedelta(minutes=10)  # what nobody took is sent again
BEATS = timedelta(minutes=1)  # between two heartbeats
SCHEDULED_WITHIN = timedelta(minutes=3)  # Prefect's scheduler looks every minute
ANSWERS_WITHIN = timedelta(minutes=1)
PAUSED, NOTHING, UNREACHABLE = "SRV-05", "SRV-06", "SRV-07"

REMEDIES = {
    PAUSED: "resume it in Prefect's pages, or leave it: then nothing is due",
    NOTHING: "see `cleanclaim doctor`; start `cleanclaim serve` again",
    UNREACHABLE: "start Prefect's server; `cleanclaim run` needs none where prefect_api_url is empty",
}


class Watch:
    """Looks from a thread that it has: no name of its own is one of Python's `Thread`. `give_up` is called
    once, where nothing is scheduled and nothing will be."""

    def __init__(self, settings: Settings, serving: Serving, give_up: Callable[[], None]) -> None:
        self.settings, self.serving = settings, serving
        self._thread = threading.Thread(target=self._look_again, name="watch", daemon=True)
        self._give_up = give_up
        self._ended = threading.Event()
        self._since: dict[tuple[str, str], datetime] = {}
        self._reported: dict[tuple[str, str], str] = {}
        self._began_at = datetime.now(UTC)
        self._caught_up: set[str] = set()
        self.missed: set[str] = set()
        self.gave_up = False
        self._told: datetime | None = None
        self._digest: date | None = None
        self._beaten: datetime | None = None

    @property
    def failed(self) -> bool:
        """A run that was due did not start, or nothing was scheduled."""
        return self.gave_up or bool(self.missed)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(timeout=30)

    def _look_again(self) -> None:
        while not self._ended.wait(EVERY):
            try:
                self.look(datetime.now(UTC))
            except Exception as error:  # the ledger is away for a while; the next look will show
                log.error("%s", as_step_error(error, "look at the schedule"))

    def look(self, now: datetime) -> None:
        """One look at Prefect and at the ledger."""
        found: dict[tuple[str, str], timedelta] = {}
        standing: list[Standing] = []
        try:
            standing = self.serving.standing()
            lost = [s.name for s in standing if not s.known]
            if lost:
                self.serving.register(lost)
                log.warning("Prefect no longer knew %s: registered again", ", ".join(lost))
        except Exception:  # whatever its client makes of a server that is away
            found[(UNREACHABLE, "")] = ANSWERS_WITHIN
        for s in standing:
            if s.paused:
                found[(PAUSED, s.name)] = timedelta(0)
            elif s.known and not s.upcoming:
                found[(NOTHING, s.name)] = SCHEDULED_WITHIN
        self._since = {cause: self._since.get(cause, now) for cause in found}
        certain = {cause for cause, after in found.items() if now - self._since[cause] >= after}
        with open_home(self.settings) as home:
            reported = self._report_causes(home, certain, now)
            for s in standing:
                if s.paused:
                    schedule.excuse(home, s.name, now)
            missed = schedule.missed(home, now)
            fresh = self._report_missed(home, missed)
            self._catch_up(missed, {s.name for s in standing if s.known and not s.paused})
            self._tell(home, now, fresh=fresh or reported)
            self._beat(home, now, well=not (certain or self.missed))
        if any(code == NOTHING for code, _ in certain) and not self.gave_up:
            self.gave_up = True
            self._give_up()

    def _tell(self, home: Home, now: datetime, *, fresh: bool) -> None:
        """Sends what waits: at once where something is new or the digest is due, else now and then."""
        morning = digest.due(self.settings, now)
        again = self._told is None or now - self._told >= TELLS_AGAIN
        if recipients(self.settings) and (fresh or again or morning not in (None, self._digest)):
            self._told, self._digest = now, morning
            go_out(home, now)

    def _beat(self, home: Home, now: datetime, *, well: bool) -> None:
        """The heartbeat outside: each minute, and whether the schedule is well."""
        due = self._beaten is None or now - self._beaten >= BEATS
        if due and heartbeat.is_set(self.settings, heartbeat.SERVE):
            self._beaten = now
            why = heartbeat.send(self.settings, heartbeat.SERVE, "" if well else "fail")
            heartbeat.note(home, heartbeat.SERVE, why, now)

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

    def _catch_up(self, found: Sequence[Missed], ready: Collection[str]) -> None:
        """A night that was due while nothing served is done now, once; what should have come since is
        Prefect's."""
        for one in found:
            late = one.name == schedule.NIGHTLY and one.due < self._began_at
            if not late or one.name not in ready or one.key in self._caught_up:
                continue
            if self.serving.catch_up(one.name, one.due):
                self._caught_up.add(one.key)
                log.warning("the %s run due %s is caught up", one.name, f"{one.due:%Y-%m-%d %H:%M %Z}")


def _says(code: str, name: str) -> str:
    return {
        PAUSED: f"{name} is paused in Prefect's pages: none of its runs starts",
        NOTHING: f"Prefect has scheduled no run of {name}",
        UNREACHABLE: "Prefect's server does not answer: no run starts",
    }[code]


def forget(home: Home) -> None:
    """Settles what an earlier `serve` reported about Prefect: this one looks for itself."""
    for code in (PAUSED, NOTHING, UNREACHABLE):
        alerts.settle_but(home.ledger, code, ())
