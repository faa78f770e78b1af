"""Sixty nights of generated claims: what a night costs must not grow with the history behind it.

Each night a practice documents as many new encounters, and the partner answers the claims of the night
before. Measured are all steps of each night, as plain functions; making encounters and answers is not.
Night 1 has no answers, so that night 2 is the first whole one. `python -m bench nights` prints
`N.NN times night 2` for the last one; `--claims 500` is the short form.
"""

import argparse
import logging
import shutil
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

import edi
from bench.generated_night import BUSINESS_DATE, answering, remittance, write_inbox
from bench.night import CHECKOUT
from config.settings import Settings, load
from edi.records import Claim
from ledger.queries.money import money
from ledger.queries.proof import of_all
from tasks import nightly_run
from tasks.home.home import Home, open_home

NIGHTS = 60
CLAIMS = 10_000
GOAL = 1.15  # times night 2


def make_home(folder: Path) -> Settings:
    """A home whose partner is a folder."""
    shutil.copytree(CHECKOUT / "config" / "demo", folder / "partners")
    (folder / "cleanclaim.toml").write_text("demo = true\nsettle_seconds = 0\n", encoding="utf-8")
    file = folder / "partners" / "clearinghouses" / "northgate.toml"
    text = file.read_text("utf-8").replace('transport = "sftp"', 'transport = "folder"\nfolder = "site"')
    file.write_text(text, encoding="utf-8")
    for name in ("inbound", "outbound"):
        (folder / "site" / name).mkdir(parents=True)
    return load(folder)


def answer(home: Home, night: int, answered: set[str]) -> None:
    """The partner's part: an 835 for each payer of the claims that came since it answered last."""
    site = home.path / "site"
    by_payer: dict[str, list[Claim]] = {}
    for file in sorted((site / "inbound").iterdir()):
        if file.name not in answered:
            answered.add(file.name)
            for claim in edi.read_claims(file):
                by_payer.setdefault(claim.payer.id, []).append(claim)
    for number, claims in enumerate(by_payer.values(), night * 10):
        first = claims[0]
        first.payer.contact_name, first.payer.contact_phone = "PROVIDER LINE", "2175550199"
        made = remittance(claims, first.payer, first.billing, number)
        data = edi.write_remittances([made], answering("NORTHGATE", "CLEANCLAIM", number))
        (site / "outbound" / f"{number:05d}.835").write_bytes(data)


def measure(nights: int, claims: int) -> list[tuple[float, float, Counter[str]]]:
    """Of each night the seconds, those of the processor, and the seconds of each step."""
    found = []
    answered: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="cleanclaim-bench-") as folder:
        settings = make_home(Path(folder) / "home")
        for night in range(1, nights + 1):
            day = BUSINESS_DATE + timedelta(days=night - 1)
            with open_home(settings) as home:
                write_inbox(settings.inbox, home.partners, claims, first=(night - 1) * claims, day=day)
                answer(home, night, answered)
                steps: Counter[str] = Counter()
                began, busy = time.perf_counter(), time.process_time()
                for step in nightly_run.NIGHT:
                    started = time.perf_counter()
                    for piece in step.pieces(home, day):
                        nightly_run.do_piece(step, home, day, piece)
                    steps[step.name] += time.perf_counter() - started  # type: ignore[assignment]
                found.append((time.perf_counter() - began, time.process_time() - busy, steps))
        with open_home(settings) as home:
            assert money(home.ledger).cash > 0
            assert of_all(home.ledger).holds
    return found


def main() -> None:
    """Plays the nights and prints the second, some between, and the last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=NIGHTS)
    parser.add_argument("--claims", type=int, default=CLAIMS, help="new encounters a night")
    given = parser.parse_args()
    logging.getLogger("cleanclaim").setLevel(logging.WARNING)
    found = measure(given.nights, given.claims)
    console = Console(width=100)
    table = Table(title=f"{given.nights} nights of {given.claims:,} claims; our side only, seconds")
    shown = sorted({2, 3, *range(10, given.nights, 10), given.nights - 1, given.nights})
    for column in ("step", *(f"night {n}" for n in shown)):
        table.add_column(column, justify="left" if column == "step" else "right")
    for step in nightly_run.NIGHT:
        table.add_row(step.name, *(f"{found[n - 1][2][step.name]:.2f}" for n in shown))
    table.add_row("all", *(f"{found[n - 1][0]:.2f}" for n in shown), style="bold")
    table.add_row("processor", *(f"{found[n - 1][1]:.2f}" for n in shown))
    console.print(table)
    wall, busy = found[-1][0] / found[1][0], found[-1][1] / found[1][1]
    verdict = "reached" if wall <= GOAL else "MISSED"
    console.print(
        f"the last night took {wall:.2f} times night 2 ({busy:.2f} times its processor time); "
        f"goal {GOAL} times: {verdict}"
    )


if __name__ == "__main__":
    main()
