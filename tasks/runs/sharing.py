"""A step shared by several processes of one run: how many, and what each does with a piece.

The process that holds the lease shares a step out; a worker opens the home by its path, takes one piece after
another, writes under the run's token, and computes beside the others. What it writes waits for its turn, so
the ledger is the one that a single process writes. A worker that dies has written its piece whole or not at
all.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.runs import turns
from tasks.errors import StepError, as_step_error
from tasks.home.home import Home, join_home, settings_of
from tasks.runs.collector import without_collector

MOST = 8  # processes by default, however many cores there are
IN_A_ROW = 8
"""Pieces of one share at most: each share costs Prefect a tenth of a second of the processor, and what a lost
worker did of its last one is done again."""

Counts = dict[str, int]
Came = tuple[int, Counts | StepError]
"""The place of a piece, and what came of it."""

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


def do(step: str, halves: Halves, home: Home, as_of: date, pieces: Sequence[str], share: int) -> list[Came]:
    """Takes some of the pieces that nobody has taken yet, and does them, as the share of this number. However
    one ends, the next one's turn comes.

    Raises:
        FencedOut: the step is called off, or a worker that began this share was lost; what was done until
            then holds.
    """
    came: list[Came] = []
    place: int | None = turns.take(home.ledger, step, share)
    while place is not None and place < len(pieces):
        came.append((place, _one(step, halves, home, as_of, pieces[place], place)))
        place = turns.ended(home.ledger, step, place, takes=len(came) < IN_A_ROW)
    return came


def _one(step: str, halves: Halves, home: Home, as_of: date, piece: str, place: int) -> Counts | StepError:
    """A piece, computed at once and written in its turn, which it has when this ends."""
    try:
        with without_collector():
            prepared = halves.prepare(home, as_of, piece)
            turns.wait(home.ledger, step, place)
            return halves.finish(home, as_of, prepared)
    except Exception as error:
        failure = as_step_error(error, step)
    turns.wait(home.ledger, step, place)
    return failure
