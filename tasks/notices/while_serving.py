"""What goes out while `serve` runs: notices at once or now and then, the digest, a heartbeat each minute."""

from datetime import date, datetime, timedelta

from config.settings import Settings
from tasks.home.home import Home
from tasks.notices import digest, heartbeat
from tasks.notices.going_out import go_out
from tasks.notices.recipients import recipients

SENDS_AGAIN = timedelta(minutes=10)  # what nobody took is sent again
BEATS = timedelta(minutes=1)  # between two heartbeats


class WhileServing:
    """Remembers when it last sent something, so that not every look does."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sent_at: datetime | None = None
        self._digest: date | None = None
        self._beat_at: datetime | None = None

    def send(self, home: Home, now: datetime, *, fresh: bool) -> None:
        """Sends what waits: at once where something is new or the digest is due, else now and then."""
        morning = digest.due(self._settings, now)
        again = self._sent_at is None or now - self._sent_at >= SENDS_AGAIN
        if recipients(self._settings) and (fresh or again or morning not in (None, self._digest)):
            self._sent_at, self._digest = now, morning
            go_out(home, now)

    def beat(self, home: Home, now: datetime, *, well: bool) -> None:
        """The heartbeat outside: each minute, and whether the schedule is well."""
        due = self._beat_at is None or now - self._beat_at >= BEATS
        if due and heartbeat.is_set(self._settings, heartbeat.SERVE):
            self._beat_at = now
            why = heartbeat.send(self._settings, heartbeat.SERVE, "" if well else "fail")
            heartbeat.note(home, heartbeat.SERVE, why, now)
