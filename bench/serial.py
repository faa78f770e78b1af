"""Which part of a night no further worker makes shorter: steps that are not shared, and what is written in
turn.

The night's steps as plain functions in one process, each shared piece in its two halves. Seconds are those of
this process on its processor: on PostgreSQL those of the server are not among them.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.lifelike.answers import Partner
from bench.lifelike.inbox import day_of, write_night
from bench.night import make_home
from tasks import nightly_run
from tasks.home.home import Home, join_home, open_home
from tasks.runs.collector import without_collector

SIDE_BY_SIDE, IN_TURN, ALONE = "side by side", "in turn", "alone"
Seconds = dict[str, dict[str, float]]
"""By part of the night (sending, posting), then by "step: how"."""


def measure(folder: Path, claims: int, chunk: int, parts: dict[str, tuple[str, ...]]) -> Seconds:
    """One night of so many claims; `parts` names the flows of each part."""
    settings = make_home(folder, f"chunk_size = {chunk}\nshare_from = 1\nprocesses = 2\n")
    write_night(settings.inbox, claims)
    found: Seconds = {}
    for part, flows in parts.items():
        spent: dict[str, float] = defaultdict(float)
        with open_home(settings) as home:
            worker = join_home(settings, 0)
            for step in (s for name in flows for s in nightly_run.steps_of(name.replace("-", "_"))):
                _do(step, home, worker, spent)
            worker.ledger.close()
        found[part] = dict(spent)
        if part == "sending":
            Partner(settings.home / "site").answer(day_of(1))
    return found


def _do(step: nightly_run.Step, home: Home, worker: Home, spent: dict[str, float]) -> None:
    day = day_of(1)
    with _of(spent, f"{step.name}: {ALONE}"):
        pieces = list(step.pieces(home, day))
    for piece in pieces:
        if step.halves is None:
            with _of(spent, f"{step.name}: {ALONE}"):
                nightly_run.do_piece(step, home, day, piece)
            continue
        with without_collector():
            with _of(spent, f"{step.name}: {SIDE_BY_SIDE}"):
                prepared: Any = step.halves.prepare(worker, day, piece)
            with _of(spent, f"{step.name}: {IN_TURN}"):
                step.halves.finish(worker, day, prepared)


@contextmanager
def _of(spent: dict[str, float], name: str) -> Iterator[None]:
    began = time.process_time()
    yield
    spent[name] += time.process_time() - began


def said(found: Seconds) -> list[str]:
    """A line for each part: what of it is serial, the dearest first, and how many times faster it gets."""
    lines = []
    for part, spent in found.items():
        whole = sum(spent.values())
        serial = {name: took for name, took in spent.items() if not name.endswith(SIDE_BY_SIDE)}
        rest = sum(serial.values())
        dearest = sorted(serial.items(), key=lambda one: -one[1])[:4]
        named = ", ".join(f"{name} {took:.1f}" for name, took in dearest)
        lines.append(
            f"{part}: {rest:.1f} of {whole:.1f} s are serial ({rest / whole:.0%}; {named}): "
            f"at most {whole / rest:.1f} times one process"
        )
    return lines
