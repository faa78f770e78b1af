"""What the processes below one process cost: the processor's seconds and the peak memory of each kind.

Read from /proc several times a second, so for Linux alone; what a process does after the last
look is not seen.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

LOOKS = 0.25  # seconds between two looks
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    """By process number: the kind, the processor's seconds and the peak memory in MB."""

    kinds: dict[int, str] = field(default_factory=dict)
    seconds: dict[int, float] = field(default_factory=dict)
    peak: dict[int, int] = field(default_factory=dict)

    def of(self, kind: str) -> tuple[float, int]:
        """The seconds of all of a kind, and the peak of the largest."""
        mine = [number for number, known in self.kinds.items() if known == kind]
        seconds = sum(self.seconds[n] for n in mine)
        return seconds, max((self.peak[n] for n in mine), default=0)


@contextmanager
def watched(postmaster: int = 0) -> Iterator[Cost]:
    """The cost of this process and all below it while the body runs, and of the PostgreSQL server that is
    process number `postmaster`, where there is one."""
    cost, ends = Cost(), threading.Event()
    before = {n: _seconds(n) for n in _numbers()}
    first = os.getpid()

    def look() -> None:
        parents = {n: p for n in _numbers() if (p := _parent(n)) is not None}
        for number in parents:
            kind = _kind(number, parents, first, postmaster)
            if kind and (seconds := _seconds(number)) is not None:
                cost.kinds[number] = kind
                cost.seconds[number] = seconds - (before.get(number) or 0.0)
                cost.peak[number] = max(cost.peak.get(number, 0), _peak(number))

    def watch() -> None:
        while not ends.wait(LOOKS):
            look()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield cost
        look()
    finally:
        ends.set()
        thread.join()


def _kind(number: int, parents: dict[int, int], first: int, postmaster: int) -> str:
    if number == first:
        return "run"
    if postmaster and postmaster in (number, parents.get(number)):
        return "postgresql"
    words = _words(number)
    if not words:  # it is about to end: what it was is known
        return ""
    above = number
    while above != first:
        if above not in parents:
            return ""
        above = parents[above]
    return "worker" if "spawn_main" in words else "resources" if "resource_tracker" in words else "prefect"


def _numbers() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal()]


def _read(number: int, name: str) -> str:
    try:
        return Path(f"/proc/{number}/{name}").read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _words(number: int) -> str:
    return _read(number, "cmdline")


def _stat(number: int) -> list[str]:
    return _read(number, "stat").rpartition(")")[2].split()


def _parent(number: int) -> int | None:
    fields = _stat(number)
    return int(fields[1]) if fields else None


def _seconds(number: int) -> float | None:
    fields = _stat(number)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else None


def _peak(number: int) -> int:
    for line in _read(number, "status").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return 0
