"""Waiting for another process or thread: as long as a busy machine needs, and no longer than it takes."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 300
"""Seconds after which what should have come counts as hung, however busy the machine is."""


def until(condition: Callable[[], object], what: str = "it") -> None:
    """Waits until a condition is true. Raises AssertionError where it never was."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"{what} did not come in {PATIENCE} seconds"
        time.sleep(0.05)


@contextmanager
def port_of_nobody() -> Iterator[int]:
    """A port where nothing listens, and where nothing else can begin to while it is asked for."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and never listening: connections are refused
        yield held.getsockname()[1]
