"""A time limit for calls that have no timeout of their own.

In some places paramiko waits forever (a send into a full socket buffer, the answer to a subsystem
request). Past the deadline the watchdog closes the connection, so the call fails with an error.
"""

import threading
import time
from collections.abc import Callable

_TICK = 0.2  # seconds between two checks


class Watchdog:
    """A thread that calls `on_deadline` once when the deadline (monotonic clock) has passed."""

    def __init__(self, on_deadline: Callable[[], None]) -> None:
        self._on_deadline = on_deadline
        self.deadline = float("inf")
        self._stop = threading.Event()
        self.fired = False
        self._thread = threading.Thread(target=self._watch, name="transport-watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()

    def _watch(self) -> None:
        while not self._stop.wait(_TICK):
            if time.monotonic() > self.deadline:
                self.fired = True
                self._on_deadline()
                return
