"""Looks at Prefect and at the ledger now and then while `serve` runs. What it means is `tasks`' to say."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from config.settings import Settings
from flows.serving import Serving
from tasks.errors import as_step_error
from tasks.home.home import open_home
from tasks.notices.while_serving import WhileServing
from tasks.runs.schedule import Missed
from tasks.runs.schedule_check import ScheduleCheck, Standing

log = logging.getLogger("cleanclaim.serve")

EVERY = 10.0  # seconds between two looks


class Watch:
    """Looks from a thread that it has: no name of its own is one of Python's `Thread`. `give_up` is called
    once, where nothing is scheduled and nothing will be."""

    def __init__(self, settings: Settings, serving: Serving, give_up: Callable[[], None]) -> None:
        self.settings, self.serving = settings, serving
        self._thread = threading.Thread(target=self._look_again, name="watch", daemon=True)
        self._give_up = give_up
        self._ended = threading.Event()
        self._check = ScheduleCheck(datetime.now(UTC))
        self._notices = WhileServing(settings)
        self._caught_up: set[str] = set()
        self.gave_up = False

    @property
    def failed(self) -> bool:
        """A run that was due did not start, or nothing was scheduled."""
        return self.gave_up or bool(self._check.missed)

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
        standing: list[Standing] = []
        answered = True
        try:
            standing = self.serving.standing()
            lost = [s.name for s in standing if not s.known]
            if lost:
                self.serving.register(lost)
                log.warning("Prefect no longer knew %s: registered again", ", ".join(lost))
        except Exception:  # whatever its client makes of a server that is away
            answered = False
        with open_home(self.settings) as home:
            found = self._check.look(home, now, standing, answered=answered)
            self._catch_up(found.lost)
            self._notices.send(home, now, fresh=found.fresh)
            self._notices.beat(home, now, well=found.well)
        if found.unscheduled and not self.gave_up:
            self.gave_up = True
            self._give_up()

    def _catch_up(self, lost: Sequence[Missed]) -> None:
        """A night that was due while nothing served is done now, once; what should have come since is
        Prefect's."""
        for one in lost:
            if one.key not in self._caught_up and self.serving.catch_up(one.name, one.due):
                self._caught_up.add(one.key)
                log.warning("the %s run due %s is caught up", one.name, f"{one.due:%Y-%m-%d %H:%M %Z}")
