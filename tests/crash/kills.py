"""Nights that are killed, run again, and then looked at from outside."""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

from tests.crash.documents import Homes
from tests.crash.looking import look
from tests.crash.partner import Partner
from tests.crash.processes import BUSY, beside, start_run, wait
from tests.crash.tally import Tally

NIGHTS = (date(2026, 11, 16), date(2026, 11, 17))
Start = Callable[[Path, date, int], int]
"""Begins a night that is to die at its Nth side effect (0: never); gives the process."""


def one(homes: Homes, kill_at: int, tally: Tally, start: Start = start_run) -> bool:
    """Both nights with a kill at the Nth side effect. False: there is no Nth."""
    left = kill_at
    fired = False
    tally.new_home()
    with homes.filled(f"kill{kill_at}") as home:
        for day in NIGHTS:
            partner = Partner(home, day)
            try:
                code = wait(start(home, day, 0 if fired else left))
                if code == -signal.SIGKILL:
                    fired = True
                    tally.killed()
                    _recover(home, day, tally, f"kill {kill_at}", start)
                elif code:
                    tally.faults.append(f"kill {kill_at}: the night of {day} ended with {code}")
                else:
                    left -= int(beside(home, "points").read_text())
            finally:
                partner.stop()
        if fired:
            look(home, tally, f"kill {kill_at}")
    return fired


def _recover(home: Path, day: date, tally: Tally, where: str, start: Start) -> None:
    for _ in range(3):
        if wait(start(home, day, 0)) == 0:
            tally.completed()
            return
    tally.faults.append(f"{where}: the night of {day} does not end after a kill")


def every(
    homes: Homes, tally: Tally, step: int = 1, start: Callable[[int], Start] = lambda n: start_run
) -> None:
    """N = 1, 1 + step, ... until no Nth is left. `start` says how the Nth is run."""
    n = 1
    while one(homes, n, tally, start(n)):
        n += step


def at_random(homes: Homes, rounds: int, tally: Tally, seed: int = 0) -> None:
    """Kills at random moments, several a night, until a run is let through."""
    draw = random.Random(seed)
    for turn in range(rounds):
        tally.new_home()
        with homes.filled(f"random{turn}") as home:
            for day in NIGHTS:
                partner = Partner(home, day)
                try:
                    for _ in range(draw.randint(1, 4)):
                        pid = start_run(home, day)
                        time.sleep(draw.uniform(0.01, 0.35))
                        with suppress(ProcessLookupError):
                            os.kill(pid, signal.SIGKILL)
                        if wait(pid) == -signal.SIGKILL:
                            tally.killed()
                    _recover(home, day, tally, f"random {turn}", start_run)
                finally:
                    partner.stop()
            look(home, tally, f"random {turn}")


def two_at_once(homes: Homes, rounds: int, tally: Tally) -> int:
    """Two runs started together; how often the second left because the first was at work."""
    left = 0
    for turn in range(rounds):
        with homes.filled(f"two{turn}") as home:
            for day in NIGHTS:
                partner = Partner(home, day)
                try:
                    codes = sorted(wait(pid) for pid in [start_run(home, day), start_run(home, day)])
                    if codes not in ([0, BUSY], [0, 0]):
                        said = beside(home, "failures").read_text()
                        tally.faults.append(f"two {turn}: they ended with {codes}: {said}")
                    left += codes == [0, BUSY]
                finally:
                    partner.stop()
            look(home, tally, f"two {turn}")
    return left
