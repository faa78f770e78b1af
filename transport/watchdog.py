"""A limit on what may take how long, for calls that know no timeout of their own.

paramiko waits without end in some places (a send into a full socket buffer, the answer to a
subsystem request). When the limit passes, the watchdog closes the connection under such a call,
which then ends with an error.
"""

import threading
import time
from collections.abc import Callable

_TICK = 0.2  # seconds between two looks


class Watchdog:
    """One thread that looks at one deadline (monotonic clock). `bite` ends the connection, at most once."""

    def __init__(self, bite: Callable[[], None]) -> None:
        self._bite = bite
        self.deadline = float("inf")
        self._stop = threading.Event()
        self.bitten = False
        self._thread = threading.Thread(target=self._watch, name="transport-watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; there is nothing left to watch."""
        self._stop.set()

    def _watch(self) -> None:
        while not self._stop.wait(_TICK):
            if time.monotonic() > self.deadline:
                self.bitten = True
                self._bite()
                return
