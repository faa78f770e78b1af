"""A step shared by several processes of one run: how many, and what each does with a piece.

The process that holds the lease hands out pieces; a worker opens the home by its path, writes under the run's
token, and computes beside the others. What it writes waits for its turn, so the ledger is the one that a
single process writes. A worker that dies has written its piece whole or not at all.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.errors import LedgerError
from ledger.runs import turns
from tasks.home.home import Home, join_home, settings_of
from tasks.runs.collector import without_collector

MOST = 8  # processes by default, however many cores there are
Counts = dict[str, int]

_joined: dict[tuple[str, str, int], Home] = {}


@dataclass(frozen=True, slots=True)
class Halves:
    """A piece in two: what is computed, which several processes do side by side, and what is written, which
    they do in the order of the pieces. `allowed` says whether this home's pieces may be shared out, `claims`
    about how many there are in some."""

    prepare: Callable[[Home, date, str], Any]
    finish: Callable[[Home, date, Any], Counts]
    claims: Callable[[Home, Sequence[str]], int]
    allowed: Callable[[Home], bool] = lambda home: True


def in_chunks(home: Home, pieces: Sequence[str]) -> int:
    """How many claims there are in these chunks, at most."""
    return len(pieces) * home.settings.chunk_size


def processes(halves: Halves, home: Home, pieces: Sequence[str]) -> int:
    """How many processes share these pieces: 1 where they may not, or are not worth starting them."""
    settings = home.settings
    if not halves.allowed(home) or halves.claims(home, pieces) < settings.share_from:
        return 1
    return min(most(home) or len(pieces), len(pieces))


def most(home: Home) -> int:
    """How many processes share a step at most; 0: as many as the Dask cluster has."""
    settings = home.settings
    if settings.dask_scheduler and settings.runner == "dask":
        return settings.processes
    return settings.processes or min(cores(), MOST)


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def joined(home: str, inbox: str, token: int) -> Home:
    """The home of a run that works under this token, opened once in a worker."""
    key = (home, inbox, token)
    if key not in _joined:
        for old in _joined.values():
            old.ledger.close()
        _joined.clear()
        _joined[key] = join_home(settings_of(home, inbox), token)
    return _joined[key]


def do(step: str, halves: Halves, home: Home, as_of: date, piece: str, place: int) -> Counts:
    """One piece: computed at once, written in its turn. However it ends, the next one's turn comes."""
    try:
        with without_collector():
            prepared = halves.prepare(home, as_of, piece)
            turns.wait(home.ledger, step, place)
            return halves.finish(home, as_of, prepared)
    finally:
        with suppress(LedgerError):  # whoever waits meets the same trouble, and says so
            turns.wait(home.ledger, step, place)
            turns.ended(home.ledger, step, place)
