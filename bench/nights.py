"""Sixty nights of generated claims: what a night costs must not grow with the history behind it.

Each night forty practices document as many new encounters, and the partner answers the claims of the night
before. Measured are all steps of each night, as plain functions; making encounters and answers is not. Files
end in the inbox after a week, as docs/runbook.md advises for a large one; `--keep-inbox` keeps them all.
Night 1 has no answers, from night 3 on claims go to second payers, and from night 4 on these answer: night 4
is the first with everything. `python -m bench.nights` prints `N.NN times night 2` for the last one, and
how many times night 4 it is; `--claims 500` is the short form. With `--postgresql` the seconds of
the processor are this process's alone, not the server's.
"""

import argparse
import logging
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.lifelike.answers import Partner
from bench.lifelike.inbox import day_of, write_night
from bench.night import Clock, make_home
from ledger.queries.money import money
from ledger.queries.proof import of_all
from tasks import nightly_run
from tasks.home.home import open_home
from tests import databases

NIGHTS = 60
CLAIMS = 10_000
GOAL = 1.15  # times night 2
WHOLE = 4  # the first night in which second payers are billed and answer
CLEARED = "clear_inbox_after_days = 7\n"


def measure(nights: int, claims: int, settings: str = CLEARED) -> list[Clock]:
    """The clock of each night. `settings` is more of the home's."""
    found = []
    with tempfile.TemporaryDirectory(prefix="cleanclaim-bench-") as folder:
        home_settings = make_home(Path(folder) / "home", settings)
        partner = Partner(home_settings.home / "site")
        for night in range(1, nights + 1):
            day = day_of(night)
            write_night(home_settings.inbox, claims, night=night, before=(night - 1) * claims)
            partner.answer(day)
            with open_home(home_settings) as home:
                found.append(Clock())
                found[-1].walk(home, nightly_run.NIGHT, day)
        with open_home(home_settings) as home:
            assert money(home.ledger).cash > 0
            assert of_all(home.ledger).holds
    return found


def main() -> None:
    """Plays the nights and prints the second, some between, and the last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=NIGHTS)
    parser.add_argument("--claims", type=int, default=CLAIMS, help="new encounters a night")
    parser.add_argument("--postgresql", action="store_true", help="on a server of its own, without fsync")
    parser.add_argument("--keep-inbox", action="store_true", help="no file ends in the inbox")
    given = parser.parse_args()
    logging.getLogger("cleanclaim").setLevel(logging.WARNING)
    with ExitStack() as stack:
        if given.postgresql:
            os.environ["CLEANCLAIM_DATABASE_URL"] = stack.enter_context(databases.running()).new()
        found = measure(given.nights, given.claims, "" if given.keep_inbox else CLEARED)
    console = Console(width=120)
    some = {2, WHOLE, *range(10, given.nights, 10), given.nights - 1, given.nights}
    shown = sorted(night for night in some if 2 <= night <= given.nights)
    wall = _table(console, "seconds", shown, [clock.seconds for clock in found])
    busy = _table(console, "seconds of the processor", shown, [clock.busy for clock in found])
    verdict = "reached" if busy <= GOAL else "MISSED"
    console.print(
        f"the last night took {wall:.2f} times night 2, of the processor {busy:.2f} times night 2; "
        f"goal {GOAL} times: {verdict}"
    )
    if given.nights >= WHOLE:
        last, whole = found[-1].processor, found[WHOLE - 1].processor
        console.print(f"of the processor {last / whole:.2f} times night {WHOLE}, the first with everything")


def _table(console: Console, of: str, shown: Sequence[int], nights: Sequence[Mapping[str, float]]) -> float:
    """Prints some nights step by step; how many times night 2 the last one is."""
    table = Table(title=f"{len(nights)} nights; our side only, {of}")
    for column in ("step", *(f"night {n}" for n in shown)):
        table.add_column(column, justify="left" if column == "step" else "right", no_wrap=True)
    for step in nightly_run.NIGHT:
        table.add_row(step.name, *(f"{nights[n - 1][step.name]:.3f}" for n in shown))
    whole = [sum(steps.values()) for steps in nights]
    table.add_row("all", *(f"{whole[n - 1]:.3f}" for n in shown), style="bold")
    console.print(table)
    return whole[-1] / whole[1]


if __name__ == "__main__":
    main()
