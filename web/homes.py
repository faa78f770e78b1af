"""Opened homes, each for one request at a time. Opening one takes a sixth of a second, so a few stay open.

One that is older than a minute is opened anew: settings, partners' files and a ledger that was restored are
seen without a restart.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from config.settings import Settings, load
from ledger.errors import LedgerError
from tasks.errors import StepError
from tasks.home.home import Home, open_home
from web.errors import Refused

FRESH = 60.0  # seconds
KEPT = 4  # homes that stay open between requests
REFUSALS = (Refused, StepError, LedgerError)  # a code alone is none: an error of the database has one too


class Homes:
    """The homes of one folder."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._guard = threading.Lock()
        self._free: list[tuple[float, Home]] = []
        self._renewed_at = 0.0

    @contextmanager
    def one(self) -> Iterator[Home]:
        """A home that no other request uses meanwhile. One whose request broke is closed; one whose request
        was refused is as it was."""
        opened_at, home = self._take()
        try:
            yield home
        except BaseException as error:
            if not (isinstance(error, REFUSALS) and self._give_back(opened_at, home)):
                home.close()
            raise
        if not self._give_back(opened_at, home):
            home.close()

    def close(self) -> None:
        """Closes what is open."""
        with self._guard:
            free, self._free = self._free, []
        for _, home in free:
            home.close()

    def renew(self) -> None:
        """A partner's file has changed: no home that was opened before is used for another request."""
        with self._guard:
            self._renewed_at = time.monotonic()

    def _is_fresh(self, opened_at: float) -> bool:
        return opened_at > max(time.monotonic() - FRESH, self._renewed_at)

    def _take(self) -> tuple[float, Home]:
        now = time.monotonic()
        with self._guard:
            old = [one for one in self._free if not self._is_fresh(one[0])]
            self._free = [one for one in self._free if self._is_fresh(one[0])]
            found = self._free.pop() if self._free else None
        for _, home in old:
            home.close()
        if found is not None:
            return found
        settings = load(self._settings.home, inbox=self._settings.inbox)
        return now, open_home(settings)

    def _give_back(self, opened_at: float, home: Home) -> bool:
        with self._guard:
            keeps = len(self._free) < KEPT and self._is_fresh(opened_at)
            if keeps:
                self._free.append((opened_at, home))
        return keeps
