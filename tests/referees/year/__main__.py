"""Plays a year of so many claims from a seed, compares it with the recomputation, and prints its figures."""

import argparse
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from config.settings import load
from tasks.home.home import open_home
from tests.conftest import WorkingHome
from tests.databases import running
from tests.referees.quarter.comparing import differences as at_the_end
from tests.referees.quarter.comparing import of_the_ledger
from tests.referees.year.comparing import differences, figures, recomputed
from tests.referees.year.playing import Played, Playing


def judged(home: WorkingHome, played: Played) -> tuple[list[str], dict[str, int]]:
    """What the year and its recomputation do not agree on, and its figures."""
    theirs = recomputed(played.raw)
    with open_home(load(home.path)) as opened:
        ours = of_the_ledger(opened)
    told = [*played.faults, *differences(played.months, theirs), *at_the_end(ours, theirs["end"])]
    return told, {**figures(played.months, ours), **played.seen}


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.referees.year", description=__doc__)
    options.add_argument("claims", type=int, nargs="?", default=20_000)
    options.add_argument("seed", type=int, nargs="?", default=1)
    options.add_argument("--days", type=int, default=7, help="from one night to the next")
    options.add_argument("--postgresql", action="store_true", help="keep the ledger on PostgreSQL")
    asked = options.parse_args()
    began, cpu = time.monotonic(), time.process_time()
    with ExitStack() as until_the_end:
        folder = until_the_end.enter_context(tempfile.TemporaryDirectory())
        if asked.postgresql:
            os.environ["CLEANCLAIM_DATABASE_URL"] = until_the_end.enter_context(running()).new()
        home = WorkingHome(Path(folder) / "home")
        told, found = judged(home, Playing(home, asked.claims, asked.seed, days=asked.days).play())
    for name, count in found.items():
        shown = f"{count / 100:,.2f}" if name.endswith("cents") else f"{count:,}"
        print(f"{shown:>18}  {name.removesuffix(' cents')}")
    for one in told[:40]:
        print(f"  {one[:600]}")
    took = f"{time.monotonic() - began:.0f} s ({time.process_time() - cpu:.0f} s of the processor)"
    print(f"{len(told):>18,}  differences; seed {asked.seed}, {took}")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
