"""A night of many lifelike claims: sent, from picked up to sent, then answered and posted.

The partner is a folder; the night runs as Prefect's flows, once an empty one has started the server. Making
the encounters and the partner's answers is not counted. Each run is a process of its own with a home of its
own. Beside the seconds of the wall stand those of the processor, of all processes together: other programs of
the machine count in the first alone. At the end it says which part of the night is serial, whatever shares
the rest (`bench.serial`), and whether the ledgers of all runs are equal.

    python -m bench.scale --claims 20000 --processes 1 2 4 --dask 2 4 --databases sqlite postgresql
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import ledgers, serial
from bench.lifelike.answers import Partner
from bench.lifelike.inbox import day_of, write_night
from bench.night import CHECKOUT, make_home
from bench.processes import watched
from ledger.queries import batches
from ledger.queries.money import money
from tasks.home.home import open_home
from tests import databases

CLAIMS = 20_000
GOAL = 3_333  # claims a second: a million in five minutes, sent or posted
GOAL_MB = 600
SHARE_FROM = 20_000  # a smaller night is shared from half its claims on: fewer are answered than came
URL = "CLEANCLAIM_DATABASE_URL"
KINDS = ("run", "worker", "prefect", "postgresql")
PARTS = {"sending": ("take-in", "submit"), "posting": ("take-answers",)}


def measure(claims: int, runner: str, processes: int, chunk: int, postmaster: int) -> dict[str, Any]:
    """One night in this process and those that it starts."""
    from console.prefect_environment import prepare

    with tempfile.TemporaryDirectory(prefix="cleanclaim-bench-") as folder:
        url = os.environ.pop(URL, "")
        empty = make_home(Path(folder) / "empty")
        prepare(empty)
        from flows.parts import submit, take_answers, take_in

        take_in(str(empty.home), str(empty.inbox), day_of(1), return_state=True)
        if url:
            os.environ[URL] = url  # of the home that is measured, not of the empty one
        text = f"processes = {processes}\nchunk_size = {chunk}\nshare_from = {min(claims // 2, SHARE_FROM)}\n"
        text += f'runner = "{runner}"\n'
        settings = make_home(Path(folder) / "home", text)
        write_night(settings.inbox, claims)
        seconds: dict[str, float] = {}
        costs: dict[str, dict[str, tuple[float, int]]] = {}
        flows = {flow.name: flow for flow in (take_in, submit, take_answers)}
        for part, names in PARTS.items():
            with watched(postmaster) as cost:
                for name in names:
                    began = time.perf_counter()
                    given = (str(settings.home), str(settings.inbox), day_of(1))
                    state = flows[name](*given, return_state=True)
                    seconds[name] = time.perf_counter() - began
                    assert state.is_completed(), state.message
            costs[part] = {kind: cost.of(kind) for kind in KINDS if kind in cost.kinds.values()}
            if part == "sending":
                with open_home(settings) as home:
                    sent = sum(one.claims for one in batches.all_batches(home.ledger) if one.state == "sent")
                answered = Partner(settings.home / "site").answer(day_of(1))
        with open_home(settings) as home:
            assert money(home.ledger).cash > 0
            return {
                "sent": sent,
                "answered": answered,
                "seconds": seconds,
                "costs": costs,
                "content": ledgers.content(home.ledger),
            }


def _child(
    given: argparse.Namespace, part: str, processes: int, server: databases.PostgresqlServer | None
) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.scale", "--part", part, "--claims", str(given.claims)]
    more = {URL: server.new()} if server is not None else {}
    number = server.process_number if server is not None else 0
    done = subprocess.run(
        [*command, "--processes", str(processes), "--chunk", str(given.chunk), "--postmaster", str(number)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, **more, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"},
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measures each database with each number of processes, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("processes", "dask", "serial"), help=argparse.SUPPRESS)
    parser.add_argument("--postmaster", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--claims", type=int, default=CLAIMS, help="encounters of the night")
    parser.add_argument("--chunk", type=int, default=2000, help="claims in one piece of work")
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2])
    parser.add_argument(
        "--dask", type=int, nargs="*", default=[], help="workers of a Dask cluster of this machine"
    )
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    given = parser.parse_args()
    logging.getLogger("cleanclaim").setLevel(logging.WARNING)
    if given.part:
        print(json.dumps(_part_of(given)))
        return
    table = Table(title=f"{given.claims:,} lifelike encounters, sent and answered; our side only")
    for column in COLUMNS:
        table.add_column(column, justify="left" if column in ("ledger", "part") else "right")
    found: dict[str, dict[str, Any]] = {}
    shares: dict[str, serial.Seconds] = {}
    runs = [("processes", n) for n in given.processes] + [("dask", n) for n in given.dask]
    with ExitStack() as stack:
        server = stack.enter_context(databases.running()) if "postgresql" in given.databases else None
        for database in given.databases:
            of_database = server if database == "postgresql" else None
            for runner, workers in runs:
                name = f"{workers}" if runner == "processes" else f"dask {workers}"
                one = found[f"{database} {name}"] = _child(given, runner, workers, of_database)
                first = next(iter(found.values()))
                for part in PARTS:
                    table.add_row(database, name, part, *_figures(one, first, part))
            if len(runs) > 1:
                shares[database] = _child(given, "serial", 1, of_database)
    console = Console(width=150)
    console.print(table)
    console.print(f"goals: {GOAL:,} a second on two cores, at most {GOAL_MB} MB a process")
    for database, seconds in shares.items():
        for line in serial.said(seconds):
            console.print(f"{database} {line}")
    console.print(verdict({name: one["content"] for name, one in found.items()}))


def _part_of(given: argparse.Namespace) -> dict[str, Any]:
    if given.part != "serial":
        return measure(given.claims, given.part, given.processes[0], given.chunk, given.postmaster)
    with tempfile.TemporaryDirectory(prefix="cleanclaim-bench-") as folder:
        return serial.measure(Path(folder) / "home", given.claims, given.chunk, PARTS)


COLUMNS = (
    *("ledger", "workers", "part", "claims", "seconds", "a second", "times the first"),
    *("us of the processor a claim", "times the first", "s of the processor", "peak MB of each"),
)


def _figures(one: dict[str, Any], first: dict[str, Any], part: str) -> list[str]:
    """A part of a run: claims, seconds, and both beside those of the first run."""
    claims, seconds, busy = _part(one, part)
    _, before, before_busy = _part(first, part)
    costs = one["costs"][part]
    return [
        f"{claims:,}",
        " + ".join(f"{one['seconds'][name]:.1f}" for name in PARTS[part]),
        f"{claims / seconds:,.0f}",
        f"{before / seconds:.2f}",
        f"{1e6 * busy / claims:,.0f}",
        f"{busy / before_busy:.2f}",
        ", ".join(f"{kind} {of[0]:.1f}" for kind, of in costs.items()),
        ", ".join(f"{kind} {of[1]}" for kind, of in costs.items()),
    ]


def _part(one: dict[str, Any], part: str) -> tuple[int, float, float]:
    """The claims of a part, its seconds, and those of the processor."""
    claims = one["sent"] if part == "sending" else one["answered"]
    busy = sum(seconds for seconds, _ in one["costs"][part].values())
    return claims, sum(one["seconds"][name] for name in PARTS[part]), busy


def verdict(contents: dict[str, dict[str, str]]) -> str:
    """Whether the ledgers of all runs hold the same, in one sentence."""
    if len(contents) < 2:
        return "ledgers: one run, with nothing to compare it with"
    differ = ledgers.differences(list(contents.values()))
    if differ:
        return f"ledgers: {', '.join(contents)} DIFFER in {', '.join(differ)}"
    rows = sum(int(of.split()[0]) for of in next(iter(contents.values())).values())
    return f"ledgers: {', '.join(contents)} are equal ({rows:,} rows)"


if __name__ == "__main__":
    main()
