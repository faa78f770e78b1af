"""Sixty nights of generated claims: what a night costs must not grow with the history behind it.

Each night forty practices document as many new encounters, and the partner answers the claims of the night
before. Measured are all steps of each night, as plain functions; making encounters and answers is not. Files
end in the inbox after a week, as docs/runbook.md advises for a large one; `--keep-inbox` keeps them all.
Night 1 has no answers, from night 3 on claims go to second payers, and from night 4 on these answer: night 4
is the first with everything. `python -m bench.nights` prints `N.NN times night 2` for the last one, and
how many times night 4 it is, and what each of these nights had to do: night 2 has less. `--claims 500` is
the short form. With `--postgresql` the seconds of the processor are this process's alone, not the server's.

Nobody works in these nights, so that more is open from one to the next, and is ranked and compared.
`--worked` has an office that keeps up with what is held and denied: then what grows is history alone.

Long histories are copied rather than played: `--nights 8 --times 45` plays eight nights, makes the home 45
times as large (`bench.lifelike.copied`), and plays eight more, of which the last is night 368.
"""

import argparse
import logging
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, func, select

from bench.lifelike import desk
from bench.lifelike.answers import Partner
from bench.lifelike.copied import enlarge
from bench.lifelike.inbox import day_of, write_night
from bench.night import Clock, make_home
from ledger.books.acts import EVERYBODY
from ledger.queries.money import money
from ledger.queries.proof import of_all
from ledger.schema import batch, claim_payment, encounter, remittance, submission, work_event
from ledger.sending.batches import CLAIMS as OF_CLAIMS
from tasks import nightly_run
from tasks.home.home import open_home
from tests import databases

NIGHTS = 60
CLAIMS = 10_000
GOAL = 1.15  # times night 2
WHOLE = 4  # the first night in which second payers are billed and answer
CLEARED = "clear_inbox_after_days = 7\n"
AUTHORITY = f'[authority]\n"{EVERYBODY}" = 100000000000\n'


@dataclass(frozen=True, slots=True)
class Night:
    """How long a night took, and what it had to do, by name."""

    clock: Clock
    load: Mapping[str, int]


def _load(connection: Connection, day: str) -> dict[str, int]:
    """What a night had to do, counted when it is over."""
    sent = select(func.count()).select_from(submission.join(batch, submission.c.batch_id == batch.c.id))
    sent = sent.where(batch.c.business_on == day, batch.c.kind == OF_CLAIMS)
    of_remittance = claim_payment.join(remittance, claim_payment.c.remittance_id == remittance.c.id)
    queries = {
        "new encounters": select(func.count()).where(encounter.c.business_on == day),
        "claims sent": sent,
        "of them to later payers": sent.where(submission.c.payer_order != "P"),
        "payments posted": select(func.count())
        .select_from(of_remittance)
        .where(remittance.c.business_on == day),
        "work opened": select(func.count()).where(
            work_event.c.business_on == day, work_event.c.event == "opened"
        ),
    }
    return {name: connection.execute(query).scalar_one() for name, query in queries.items()}


def measure(
    nights: int, claims: int, settings: str = CLEARED, times: int = 1, *, worked: bool = False
) -> dict[int, Night]:
    """Each night: so many, and where the home is made `times` as large by copies of them, as
    many again after those. `settings` is more of the home's; `worked`: an office keeps up (`desk`)."""
    found: dict[int, Night] = {}
    with tempfile.TemporaryDirectory(prefix="cleanclaim-bench-") as folder:
        home_settings = make_home(Path(folder) / "home", settings)
        partner = Partner(home_settings.home / "site")
        for before in (0, nights * times) if times > 1 else (0,):
            if before:
                enlarge(home_settings, times)
            for night in range(before + 1, before + nights + 1):
                day = day_of(night)
                write_night(home_settings.inbox, claims, night=night, before=len(found) * claims)
                if worked and len(found) >= desk.AFTER:
                    first = (len(found) - desk.AFTER) * claims
                    desk.put_right(home_settings, range(first, first + claims), night=night)
                partner.answer(day)
                with open_home(home_settings) as home:
                    if worked:
                        desk.keep_up(home, day)
                    clock = Clock()
                    clock.walk(home, nightly_run.NIGHT, day)
                    with home.ledger.read() as connection:
                        found[night] = Night(clock, _load(connection, day.isoformat()))
        with open_home(home_settings) as home:
            assert money(home.ledger).cash > 0
            assert times > 1 or of_all(home.ledger).holds  # the files of copies have no bytes
    return found


def main() -> None:
    """Plays the nights and prints the second, some between, and the last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=NIGHTS)
    parser.add_argument("--claims", type=int, default=CLAIMS, help="new encounters a night")
    parser.add_argument("--times", type=int, default=1, help="make the home so large, then play as many more")
    parser.add_argument("--worked", action="store_true", help="an office keeps up with holds and denials")
    parser.add_argument("--postgresql", action="store_true", help="on a server of its own, without fsync")
    parser.add_argument("--keep-inbox", action="store_true", help="no file ends in the inbox")
    given = parser.parse_args()
    logging.getLogger("cleanclaim").setLevel(logging.WARNING)
    with ExitStack() as stack:
        if given.postgresql:
            os.environ["CLEANCLAIM_DATABASE_URL"] = stack.enter_context(databases.running()).new()
        more = ("" if given.keep_inbox else CLEARED) + (AUTHORITY if given.worked else "")
        found = measure(given.nights, given.claims, more, given.times, worked=given.worked)
    console = Console(width=120)
    last = max(found)
    shown = sorted({2, WHOLE, *range(10, last, 10), last - 1, last} & found.keys())
    wall = _table(console, "seconds", shown, {night: one.clock.seconds for night, one in found.items()})
    busy = _table(
        console, "seconds of the processor", shown, {night: one.clock.busy for night, one in found.items()}
    )
    verdict = "reached" if busy <= GOAL else "MISSED"
    console.print(
        f"night {last} took {wall:.2f} times night 2, of the processor {busy:.2f} times night 2; "
        f"goal {GOAL} times: {verdict}"
    )
    if WHOLE in found:
        times = found[last].clock.processor / found[WHOLE].clock.processor
        console.print(f"of the processor {times:.2f} times night {WHOLE}, the first with everything")
    _print_loads(console, {night: found[night].load for night in sorted({2, WHOLE, last} & found.keys())})


def _table(
    console: Console, of: str, shown: Sequence[int], nights: Mapping[int, Mapping[str, float]]
) -> float:
    """Prints some nights step by step; how many times night 2 the last one is."""
    table = Table(title=f"{len(nights)} nights; our side only, {of}")
    for column in ("step", *(f"night {n}" for n in shown)):
        table.add_column(column, justify="left" if column == "step" else "right", no_wrap=True)
    for step in nightly_run.NIGHT:
        table.add_row(step.name, *(f"{nights[n][step.name]:.3f}" for n in shown))
    whole = {night: sum(steps.values()) for night, steps in nights.items()}
    table.add_row("all", *(f"{whole[n]:.3f}" for n in shown), style="bold")
    console.print(table)
    return whole[max(whole)] / whole[2]


def _print_loads(console: Console, loads: Mapping[int, Mapping[str, int]]) -> None:
    """Prints what the nights that are compared had to do."""
    table = Table("", *(f"night {n}" for n in loads), title="what these nights had to do")
    for name in next(iter(loads.values())):
        table.add_row(name, *(f"{load[name]:,}" for load in loads.values()))
    console.print(table)


if __name__ == "__main__":
    main()
