"""A nightly run of 10,000 generated claims, step by step, our side only.

The partner is a folder and answers with remittances that are made beforehand; making encounters and
remittances is not counted. Two runs in processes of their own: the steps as plain functions, and
the same run as Prefect's flow, once its server is up. Run it as `python -m bench.night`.
"""

import argparse
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.lifelike import partners
from bench.lifelike.answers import Partner
from bench.lifelike.encounters import FIRST_DAY as BUSINESS_DATE
from bench.lifelike.inbox import write_night
from config.settings import Settings, load
from ledger.queries.money import money
from tasks import nightly_run
from tasks.home.home import Home, open_home

CHECKOUT = Path(__file__).resolve().parent.parent
CLAIMS = 10_000
GOAL = 1_000  # claims a second, over all steps, on two cores
POSTING_GOAL = 3_000  # claims for each second of the processor, from the stored 835 to the books
PREFECT_GOAL = 10  # per cent of a run, beyond its start
WORDS = {
    "pick_up": "intake: files to encounters",
    "validate_coding": "coding: every edit",
    "build_claims": "ledger: claims and submissions",
    "write_batches": "837: written and stored",
    "send": "sent (folder, fsync)",
    "collect": "collected (folder)",
    "acknowledge": "277CA: read and taken in",
    "post": "835: read, judged, matched and posted",
    "queue_denials": "queues",
    "report": "proof and report",
}


@dataclass
class Clock:
    """Seconds by step, and those of the processor: other programs of the machine count in the first alone."""

    seconds: dict[str, float] = field(default_factory=dict)
    busy: dict[str, float] = field(default_factory=dict)

    @property
    def processor(self) -> float:
        return sum(self.busy.values())

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """What is done inside counts for `name`."""
        began, busy = time.perf_counter(), time.process_time()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began
        self.busy[name] = self.busy.get(name, 0.0) + time.process_time() - busy

    def walk(self, home: Home, steps: tuple[nightly_run.Step, ...], day: date = BUSINESS_DATE) -> None:
        for step in steps:
            with self.of(step.name):
                for piece in step.pieces(home, day):
                    nightly_run.do_piece(step, home, day, piece)


def make_home(folder: Path, text: str = "") -> Settings:
    """A home of the generated practices, whose partner is a folder. `text` is more of its settings."""
    given = folder / "partners" / "clearinghouses" / f"{partners.CLEARINGHOUSE}.toml"
    given.parent.mkdir(parents=True)
    demo = (CHECKOUT / "config" / "demo" / "clearinghouses" / given.name).read_text("utf-8")
    given.write_text(demo.replace('transport = "sftp"', 'transport = "folder"\nfolder = "site"'), "utf-8")
    partners.write(folder / "partners")
    (folder / "cleanclaim.toml").write_text(f"demo = true\nsettle_seconds = 0\n{text}", encoding="utf-8")
    for name in ("inbound", "outbound"):
        (folder / "site" / name).mkdir(parents=True)
    return load(folder)


def _with_encounters(folder: Path, claims: int) -> Settings:
    settings = make_home(folder)
    write_night(settings.inbox, claims)
    return settings


def plain(claims: int) -> dict[str, Any]:
    """The run as plain functions."""
    with tempfile.TemporaryDirectory(prefix="cleanclaim-bench-") as folder:
        settings = _with_encounters(Path(folder) / "home", claims)
        clock = Clock()
        with open_home(settings) as home:
            clock.walk(home, nightly_run.steps_of("take_in") + nightly_run.steps_of("submit"))
            paid = Partner(home.path / "site").answer(BUSINESS_DATE)
            clock.walk(home, nightly_run.steps_of("take_answers") + nightly_run.steps_of("report"))
            assert money(home.ledger).cash > 0
        return {
            "claims": paid,
            "seconds": clock.seconds,
            "busy": clock.busy,
            "processor": clock.processor,
            "memory": _memory(),
        }


def flow(claims: int) -> dict[str, Any]:
    """The same run as the command starts it: under Prefect, after an empty one has started its server.

    Two evenings: claims out, then their answers in. Prefect's share is the time that was not spent in
    the steps themselves, taken from the same run, so that a busy machine is busy for both.
    """
    from console.running import run_night

    with tempfile.TemporaryDirectory(prefix="cleanclaim-bench-") as folder:
        empty = make_home(Path(folder) / "empty")
        started = time.perf_counter()
        run_night(empty, BUSINESS_DATE, title="", quiet=True)
        start = time.perf_counter() - started
        settings = _with_encounters(Path(folder) / "home", claims)
        inside, names = [0.0], ("pieces", "do", "shown", "waiting")
        for name in names:
            setattr(nightly_run, name, _timed(getattr(nightly_run, name), inside))
        seconds = 0.0
        for second in (False, True):
            if second:
                Partner(settings.home / "site").answer(BUSINESS_DATE)
            started = time.perf_counter()
            ended = run_night(settings, BUSINESS_DATE, title="", quiet=True)
            seconds += time.perf_counter() - started
            assert ended.state != "failed", ended.message
        return {"start": start, "seconds": seconds, "inside": inside[0]}


def _timed(function: Any, total: list[float]) -> Any:
    def timed(*given: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*given)
        finally:
            total[0] += time.perf_counter() - started

    return timed


def _rate(count: int, seconds: float) -> tuple[str, str]:
    return f"{seconds:.2f}", f"{count / max(seconds, 0.001):,.0f}"


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB on Linux


def _child(part: str, claims: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.night", "--part", part, "--claims", str(claims)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"},
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measures the run and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("plain", "flow"), help=argparse.SUPPRESS)
    parser.add_argument("--claims", type=int, default=CLAIMS, help="encounters of the run")
    parser.add_argument("--no-prefect", action="store_true", help="leave out the run under Prefect")
    given = parser.parse_args()
    if given.part:
        logging.getLogger("cleanclaim").setLevel(logging.WARNING)
        print(json.dumps({"plain": plain, "flow": flow}[given.part](given.claims)))
        return
    console = Console(width=100)
    found = _child("plain", given.claims)
    seconds, count = found["seconds"], found["claims"]
    table = Table(title=f"A nightly run of {count:,} lifelike claims; our side only")
    for column in ("step", "seconds", "claims/s", "of the processor", "claims/s of it"):
        table.add_column(column, justify="left" if column == "step" else "right")
    for name, words in WORDS.items():
        table.add_row(words, *_rate(count, seconds[name]), *_rate(count, found["busy"][name]))
    total = sum(seconds.values())
    table.add_row("all", *_rate(count, total), *_rate(count, found["processor"]), style="bold")
    console.print(table)
    verdict = "reached" if count / total >= GOAL else "MISSED"
    console.print(
        f"goal {GOAL:,} claims/s: {verdict}; {found['processor']:.1f} s of processor time, "
        f"{count / found['processor']:,.0f} claims for each; peak memory {found['memory'] / 1024:,.0f} MB"
    )
    posting, made = (count / found["busy"][step] for step in ("post", "build_claims"))
    verdict = "reached" if posting >= POSTING_GOAL else "MISSED"
    console.print(
        f"for each second of the processor: {posting:,.0f} claims posted, with the reading of their files "
        f"(goal {POSTING_GOAL:,}: {verdict}); {made:,.0f} claims made from encounters"
    )
    if not given.no_prefect:
        under = _child("flow", given.claims)
        share = 100 * (under["seconds"] - under["inside"]) / under["seconds"]
        console.print(
            f"Prefect: start {under['start']:.1f} s; two evenings took {under['seconds']:.2f} s, of which "
            f"{under['inside']:.2f} s in the steps: {share:.1f} % is Prefect's "
            f"(goal below {PREFECT_GOAL} %: {'reached' if share < PREFECT_GOAL else 'MISSED'})"
        )


if __name__ == "__main__":
    main()
