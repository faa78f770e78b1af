"""X12 in and out: reading an 835, checking and writing an 837P, beside pyx12, x12sdk and oxedi.

Generated files of 1,000, 10,000 and 100,000 claims (`edi_files.py`). Each measurement (`edi_jobs.py`)
is a process of its own on one and the same core: the best processor time of several runs, and the
process's peak memory. Goals are held against these figures. Run it as `python -m bench.edi`.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import edi_code_sets, edi_files, edi_jobs

SIZES = (1_000, 10_000, 100_000)
WIDTH = 100
RUNS, SECONDS = 3, 1.0  # at least, and for so long at least
PEERS_RUNS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """What is measured in a table: whose, its job in `edi_jobs`, and at how many of the sizes."""

    who: str
    job: str
    sizes: int = len(SIZES)


# Title, the generated file's ending, and the rows.
JOBS = (
    (
        "835 into typed records, balances checked",
        "835",
        (
            Row("cleanclaim", "read_ours"),
            Row("cleanclaim, lines and adjustments decoded", "read_ours_whole"),
            Row("oxedi, columns only", "read_oxedi"),
            Row("oxedi, walked as Python values", "read_oxedi_values"),
            Row("x12sdk", "read_x12sdk", 1),
            Row("pyx12, which makes no records", "validate_pyx12", 1),
        ),
    ),
    (
        "837P checked to SNIP 5 (pyx12 and x12sdk: 1 to 2)",
        "837",
        (
            Row("cleanclaim", "check_ours"),
            Row("x12sdk", "read_x12sdk", 1),
            Row("pyx12", "validate_pyx12", 1),
        ),
    ),
    (
        "837P written from records",
        "837",
        (Row("cleanclaim", "write_ours"), Row("x12sdk, from its models", "write_x12sdk", 1)),
    ),
)
Figures = dict[int, dict[str, float]]  # by claims: seconds, rate (MB/s), memory (MB)
Found = dict[str, Figures]  # by job and file


def measure(job: str, path: Path, count: int, least: float) -> dict[str, Any]:
    """Seconds of processor time of the best run, and the peak memory of this process in MB."""
    run = getattr(edi_jobs, job)(path, count)
    runs = PEERS_RUNS if job.endswith(("pyx12", "x12sdk")) else RUNS
    seconds: list[float] = []
    while len(seconds) < runs or (sum(seconds) < least and len(seconds) < 20 * runs):
        began = time.process_time()
        apart = run() or 0.0
        seconds.append(time.process_time() - began - apart)
    return {"seconds": min(seconds), "memory": peak_memory()}


def peak_memory() -> float:
    """MB that this process had at most. `ru_maxrss` would count what its parent had, too."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, IndexError):  # no Linux
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _child(*arguments: object) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.edi", *map(str, arguments)],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def pin() -> str:
    """Keep this process and its children on one core; says which."""
    if not hasattr(os, "sched_setaffinity"):
        return "not pinned to a core, which this system cannot do"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return f"pinned to core {core}"


def measured(rows: tuple[Row, ...], ending: str, folder: Path, sizes: tuple[int, ...], least: float) -> Found:
    """Every row at its sizes; those of one size after each other, so that the machine is as busy for all."""
    found: Found = {}
    for n, count in enumerate(sizes):
        path = folder / f"{count}.{ending}"
        for row in rows:
            if n >= row.sizes:
                continue
            seen = _child("--job", row.job, "--path", path, "--count", count, "--seconds", least)
            seen["rate"] = path.stat().st_size / seen["seconds"] / 1e6
            found.setdefault(f"{row.job} {ending}", {})[count] = seen
    return found


def table_of(title: str, rows: tuple[Row, ...], ending: str, found: Found) -> Table:
    """MB/s, claims/s and peak memory of one job."""
    table = Table(title=title, width=WIDTH)
    for column in ("", "claims", "MB/s", "claims/s", "peak MB"):
        table.add_column(column, justify="right" if column else "left")
    for row in rows:
        who = row.who
        for count, seen in found[f"{row.job} {ending}"].items():
            table.add_row(
                who,
                f"{count:,}",
                f"{seen['rate']:,.1f}" if seen["rate"] >= 10 else f"{seen['rate']:.2f}",
                f"{count / seen['seconds']:,.0f}",
                f"{seen['memory']:,.0f}",
            )
            who = ""
    return table


def goals(found: Found, sizes: tuple[int, ...]) -> list[tuple[str, str, str, bool]]:
    """Goal, what was asked, what was seen, whether it is reached."""
    least, middle, most = sizes[0], sizes[-2], sizes[-1]
    read, decoded = found["read_ours 835"], found["read_ours_whole 835"]
    oxedi, walked = found["read_oxedi 835"], found["read_oxedi_values 835"]
    checked, written = found["check_ours 837"], found["write_ours 837"]
    pyx12 = found["validate_pyx12 837"]
    rows: list[tuple[str, str, str, bool]] = []

    def at_least(what: str, seen: list[float], asked: float, unit: str) -> None:
        values = ", ".join(f"{one:.2f}" for one in seen)
        rows.append((what, f"{asked:g}{unit} or more", f"{values}{unit}", min(seen) >= asked))

    def at_most(what: str, seen: float, asked: float) -> None:
        rows.append((what, f"{asked:g} times or less", f"{seen:.2f} times", seen <= asked))

    def rates(one: Figures, other: Figures | None = None) -> list[float]:
        """MB/s at each size; with another, how many times its own, at the sizes that both have."""
        if other is None:
            return [seen["rate"] for seen in one.values()]
        return [seen["rate"] / other[count]["rate"] for count, seen in one.items() if count in other]

    at_least("835 read", rates(read), 20, " MB/s")
    at_least("835 read beside oxedi, columns only", rates(read, oxedi), 0.5, " times")
    at_least("the aim: to pass it", rates(read, oxedi), 1, " times")
    at_least("both with lines and adjustments as values", rates(decoded, walked), 1, " times")
    at_least("837P checked", rates(checked), 3, " MB/s")
    at_least("837P checked beside pyx12", rates(checked, pyx12), 15, " times")
    at_least("837P written", rates(written), 10, " MB/s")
    for what, one in (("835 read", read), ("837P checked", checked), ("837P written", written)):
        ratio = one[most]["seconds"] / one[middle]["seconds"] / (most / middle)
        at_most(f"{what}: time a claim, {most:,} beside {middle:,}", ratio, 1.15)
    for what, one in (("835 read", read), ("837P checked", checked), ("837P written", written)):
        ratio = one[most]["memory"] / one[least]["memory"]
        at_most(f"{what}: peak memory, {most:,} beside {least:,}", ratio, 1.3)
    return rows


def main() -> None:
    """Makes the files, measures, and prints a table for each job and one of the goals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--job", help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="claims of the files")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long a job is repeated, at least")
    given = parser.parse_args()
    if given.job == "files":
        edi_files.write(given.path, given.count)
        print("{}")
        return
    if given.job:
        print(json.dumps(measure(given.job, given.path, given.count, given.seconds)))
        return
    console = Console(width=WIDTH)
    where, sizes = pin(), tuple(given.sizes)
    with tempfile.TemporaryDirectory(prefix="cleanclaim-bench-") as folder:
        for count in sizes:
            _child("--job", "files", "--path", folder, "--count", count)
        found: Found = {}
        for title, ending, rows in JOBS:
            found |= measured(rows, ending, Path(folder), sizes, given.seconds)
            console.print(table_of(title, rows, ending, found))
    table = Table(title="Goals", width=WIDTH)
    for column in ("what", "asked", "seen", ""):
        table.add_column(column)
    for what, asked, seen, reached in goals(found, sizes):
        table.add_row(what, asked, seen, "reached" if reached else "MISSED")
    console.print(table)
    load = f"load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load not known"
    console.print(
        f"Several figures: at {', '.join(f'{n:,}' for n in sizes)} claims. Processor time of the best run, "
        f"{where}, {load}. MB are 10^6 bytes of X12; peak memory is the "
        f"whole process's, imports included, in MiB. Code sets of the check: {edi_code_sets.DESCRIPTION}."
    )


if __name__ == "__main__":
    main()
