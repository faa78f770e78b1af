"""A sending night of many lifelike claims, from picked up to sent, in one process and in several.

The partner is a folder; the night runs as Prefect's flows, once an empty one has started the server. Making
the encounters is not counted. Each run is a process of its own with a home of its own. Beside the seconds of
the wall stand those of the processor, of all processes together: other programs of the machine count in the
first alone.

    python -m bench.scale --claims 100000 --processes 1 2 --databases sqlite postgresql
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

from bench.lifelike.inbox import day_of, write_night
from bench.night import CHECKOUT, make_home
from bench.processes import watched
from ledger.queries import batches
from tasks.home.home import open_home
from tests import databases

CLAIMS = 20_000
GOAL = 3_333  # encounters a second: a million in five minutes
GOAL_MB = 600
SHARE_FROM = 20_000  # a smaller night is shared too, or two processes would not be measured
URL = "CLEANCLAIM_DATABASE_URL"
KINDS = ("run", "worker", "prefect", "postgresql")


def measure(claims: int, processes: int, chunk: int, postmaster: int) -> dict[str, Any]:
    """One night in this process and those that it starts."""
    from console.prefect_environment import prepare

    with tempfile.TemporaryDirectory(prefix="cleanclaim-bench-") as folder:
        url = os.environ.pop(URL, "")
        empty = make_home(Path(folder) / "empty")
        prepare(empty)
        from flows.parts import submit, take_in

        take_in(str(empty.home), str(empty.inbox), day_of(1), return_state=True)
        if url:
            os.environ[URL] = url  # of the home that is measured, not of the empty one
        text = f"processes = {processes}\nchunk_size = {chunk}\nshare_from = {min(claims, SHARE_FROM)}\n"
        settings = make_home(Path(folder) / "home", text)
        write_night(settings.inbox, claims)
        seconds: dict[str, float] = {}
        with watched(postmaster) as cost:
            for flow in (take_in, submit):
                began = time.perf_counter()
                state = flow(str(settings.home), str(settings.inbox), day_of(1), return_state=True)
                seconds[flow.name] = time.perf_counter() - began
                assert state.is_completed(), state.message
        with open_home(settings) as home:
            sent = sum(one.claims for one in batches.all_batches(home.ledger) if one.state == "sent")
        return {
            "sent": sent,
            "seconds": seconds,
            "costs": {kind: cost.of(kind) for kind in KINDS if kind in cost.kinds.values()},
        }


def _child(
    given: argparse.Namespace, processes: int, server: databases.PostgresqlServer | None
) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.scale", "--part", "--claims", str(given.claims)]
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
    parser.add_argument("--part", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--postmaster", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--claims", type=int, default=CLAIMS, help="encounters of the night")
    parser.add_argument("--chunk", type=int, default=2000, help="claims in one piece of work")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    given = parser.parse_args()
    logging.getLogger("cleanclaim").setLevel(logging.WARNING)
    if given.part:
        print(json.dumps(measure(given.claims, given.processes[0], given.chunk, given.postmaster)))
        return
    table = Table(title=f"{given.claims:,} lifelike encounters, from picked up to sent; our side only")
    for column in (
        "ledger",
        "processes",
        "sent",
        "seconds",
        "a second",
        "s of the processor",
        "peak MB of each",
    ):
        table.add_column(column, justify="left" if column == "ledger" else "right")
    with ExitStack() as stack:
        server = stack.enter_context(databases.running()) if "postgresql" in given.databases else None
        for database in given.databases:
            for processes in given.processes:
                found = _child(given, processes, server if database == "postgresql" else None)
                _add(table, database, processes, given.claims, found)
    console = Console(width=120)
    console.print(table)
    console.print(f"goals: {GOAL:,} a second on two cores, at most {GOAL_MB} MB a process")


def _add(table: Table, database: str, processes: int, claims: int, found: dict[str, Any]) -> None:
    seconds, costs = found["seconds"], found["costs"]
    whole = sum(seconds.values())
    table.add_row(
        database,
        str(processes),
        f"{found['sent']:,}",
        " + ".join(f"{value:.1f}" for value in seconds.values()),
        f"{claims / whole:,.0f}",
        ", ".join(f"{kind} {of[0]:.1f}" for kind, of in costs.items()),
        ", ".join(f"{kind} {of[1]}" for kind, of in costs.items()),
    )


if __name__ == "__main__":
    main()
