"""Prints how a quarter of so many claims compares, seed by seed."""

import argparse
import sys
import tempfile
from pathlib import Path

from config.settings import load
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from tasks.home.home import open_home
from tests.conftest import WorkingHome
from tests.referees.quarter.comparing import differences, of_the_ledger, recomputed
from tests.referees.quarter.playing import play


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--claims", type=int, default=3000)
    options.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    asked = options.parse_args()
    wrong = 0
    for seed in asked.seeds:
        with tempfile.TemporaryDirectory() as folder:
            home = WorkingHome(Path(folder) / "home")
            quarter, raw = play(home, asked.claims, seed)
            theirs = recomputed(raw)
            with open_home(load(home.path)) as opened:
                ours = of_the_ledger(opened)
                told = differences(ours, theirs)
                books, proven = money(opened.ledger), proof(opened.ledger)
        wrong += len(told) + (not books.closes) + (not proven.holds)
        print(
            f"seed {seed}: {len(ours['claims'])} claims, {sum(quarter.told.values())} answered, "
            f"receivable {books.receivable / 100:,.2f}, "
            f"{sum(len(c['work']) for c in ours['claims'].values())} pieces of work, "
            f"{len(ours['suspense'])} in suspense; "
            f"closes {books.closes}, proven {proven.holds}, {len(told)} differences"
        )
        for one in told[:20]:
            print(f"  {one}")
        for fault in proven.faults[:5]:
            print(f"  {fault}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
