"""Plays encounters with so many later coverages from a seed, and prints what the referee counted."""

import argparse
import os
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.conftest import WorkingHome
from tests.databases import running
from tests.referees.later_payers.playing import play
from tests.referees.quarter.comparing import recomputed


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.referees.later_payers", description=__doc__)
    options.add_argument("encounters", type=int, nargs="?", default=3_100)
    options.add_argument("seed", type=int, nargs="?", default=1)
    options.add_argument("--postgresql", action="store_true", help="keep the ledger on PostgreSQL")
    asked = options.parse_args()
    cpu = time.process_time()
    with ExitStack() as until_the_end:
        folder = until_the_end.enter_context(tempfile.TemporaryDirectory())
        if asked.postgresql:
            os.environ["CLEANCLAIM_DATABASE_URL"] = until_the_end.enter_context(running()).new()
        played = play(WorkingHome(Path(folder) / "home"), asked.encounters, random.Random(asked.seed))
        found = recomputed(played.raw, "count_later_bills.py")
    for name, count in {**played.drawn.drawn, **found["seen"]}.items():
        shown = f"{count / 100:,.2f}" if name.startswith("cents") else f"{count:,}"
        print(f"{shown:>14}  {name.removeprefix('cents ')}")
    wrong = [*played.faults, *played.held, *(f"{what}: {of}" for what, of in found["bad"].items())]
    for one in wrong[:40]:
        print(f"  {one}")
    print(f"{len(wrong):>14,}  faults; seed {asked.seed}, {time.process_time() - cpu:.0f} s of the processor")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
