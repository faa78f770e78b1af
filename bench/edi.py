"""X12 in and out: reading an 835, checking and writing an 837P, beside pyx12, x12sdk and oxedi.

Generated files of 1,000, 10,000 and 100,000 claims (`edi_files.py`). Each measurement (`edi_jobs.py`)
is a process of its own on one and the same core: the best processor time of several runs, and the
process's peak memory. Goals are held against these figures. Run it as `python -m bench.edi`. Where
`make compiled` built these sources, that build is measured too, and the goals are held against it.
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

import edi
from bench import edi_code_sets, edi_files, edi_jobs

SIZES = (1_000, 10_000, 100_000)
WIDTH = 100
RUNS, SECONDS = 3, 1.0  # at least, and for so long at least
PEERS_RUNS = 2
CHECKOUT = Path(__file__).parents[1]
BUILT = CHECKOUT / "dist" / "compiled" / "unpacked"  # by `make compiled`
OURS = f"cleanclaim, {'compiled' if edi.COMPILED else 'pure Python'}"


@dataclass(frozen=True, slots=True)
class Row:
    """What is measured in a table: whose, its job in `edi_jobs`, and at how many of the sizes."""

    who: str
    job: str
    sizes: int = len(SIZES)
    built: bool = False  # by the build of `make compiled`, where there is one


# Title, the generated file's ending, and the rows.
JOBS = (
    (
        "835 into typed records, balances checked",
        "835",
        (
            Row(OURS, "read_ours"),
            Row("cleanclaim, compiled", "read_ours", built=True),
            Row(f"{OURS}, lines and adjustments decoded", "read_ours_whole"),
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
            Row(OURS, "check_ours"),
            Row("cleanclaim, compiled", "check_ours", built=True),
            Row("x12sdk", "read_x12sdk", 1),
            Row("pyx12", "validate_pyx12", 1),
        ),
    ),
    (
        "837P written from records",
        "837",
        (
            Row(OURS, "write_ours"),
            Row("cleanclaim, compiled", "write_ours", built=True),
            Row("x12sdk, from its models", "write_x12sdk", 1),
        ),
    ),
)
CORES = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set[int]()
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


def built() -> bool:
    """Whether there is a compiled build of just these sources, and this is not it."""
    if edi.COMPILED or not BUILT.is_dir():
        return False
    sources = [path.relative_to(CHECKOUT) for path in (CHECKOUT / "edi").rglob("*.py")]
    return all(
        (BUILT / path).is_file() and (BUILT / path).read_bytes() == (CHECKOUT / path).read_bytes()
        for path in sources
    )


def _start(*arguments: object, compiled: bool = False) -> "subprocess.Popen[bytes]":
    paths = (BUILT, CHECKOUT) if compiled else (CHECKOUT,)
    ours = {"PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(map(str, paths))}
    return subprocess.Popen(
        [sys.executable, "-m", "bench.edi", *map(str, arguments)],
        cwd=CHECKOUT,
        env=os.environ | ours,
        stdout=subprocess.PIPE,
    )


def _end(child: "subprocess.Popen[bytes]") -> dict[str, Any]:
    said, _ = child.communicate()
    if child.returncode:
        raise SystemExit(f"a measurement ended with {child.returncode}")
    found: dict[str, Any] = json.loads(said)
    return found


def pin() -> str:
    """Keep this process and its children on one core; says which."""
    if not hasattr(os, "sched_setaffinity"):
        return "not pinned to a core, which this system cannot do"
    core = max(CORES)
    os.sched_setaffinity(0, {core})
    return f"pinned to core {core}"


def on_two(job: str, path: Path, count: int, least: float, *, compiled: bool) -> float:
    """How many times one core two do, each with a process that reads the whole file at the same time.

    By processor time, which a busy machine changes little: what two lose is what they take from each
    other's caches and memory.
    """
    words = ("--job", job, "--path", path, "--count", count, "--seconds", least)
    alone = _end(_start(*words, "--core", max(CORES), compiled=compiled))["seconds"]
    both = [_start(*words, "--core", core, compiled=compiled) for core in sorted(CORES)[-2:]]
    return float(sum(alone / _end(child)["seconds"] for child in both))


def measured(rows: tuple[Row, ...], ending: str, folder: Path, sizes: tuple[int, ...], least: float) -> Found:
    """Every row at its sizes; those of one size after each other, so that the machine is as busy for all."""
    found: Found = {}
    for n, count in enumerate(sizes):
        path = folder / f"{count}.{ending}"
        for row in rows:
            if n >= row.sizes:
                continue
            words = ("--job", row.job, "--path", path, "--count", count, "--seconds", least)
            seen = _end(_start(*words, compiled=row.built))
            seen["rate"] = path.stat().st_size / seen["seconds"] / 1e6
            found.setdefault(_key(row, ending), {})[count] = seen
    return found


def _key(row: Row, ending: str) -> str:
    return f"{row.job} {ending}{' compiled' if row.built else ''}"


def table_of(title: str, rows: tuple[Row, ...], ending: str, found: Found) -> Table:
    """MB/s, claims/s and peak memory of one job."""
    table = Table(title=title, width=WIDTH)
    for column in ("", "claims", "MB/s", "claims/s", "peak MB"):
        table.add_column(column, justify="right" if column else "left")
    for row in rows:
        who = row.who
        for count, seen in found[_key(row, ending)].items():
            table.add_row(
                who,
                f"{count:,}",
                f"{seen['rate']:,.1f}" if seen["rate"] >= 10 else f"{seen['rate']:.2f}",
                f"{count / seen['seconds']:,.0f}",
                f"{seen['memory']:,.0f}",
            )
            who = ""
    return table


def goals(found: Found, sizes: tuple[int, ...], two: dict[str, float]) -> list[tuple[str, str, str, bool]]:
    """Goal, what was asked, what was seen, whether it is reached. `two`: what is read on two cores, and how
    many times one core that was."""
    least, middle, most = sizes[0], sizes[-2], sizes[-1]
    read, checked, written = (
        found.get(f"{job} compiled", found[job])
        for job in ("read_ours 835", "check_ours 837", "write_ours 837")
    )
    decoded = found["read_ours_whole 835"]
    oxedi, walked = found["read_oxedi 835"], found["read_oxedi_values 835"]
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
    at_least("the aim", rates(read, oxedi), 1.3, " times")
    at_least("both with lines and adjustments as values", rates(decoded, walked), 1, " times")
    at_least("837P checked", rates(checked), 3, " MB/s")
    at_least("837P checked beside pyx12", rates(checked, pyx12), 15, " times")
    at_least("the aim", rates(checked, pyx12), 40, " times")
    at_least("837P written", rates(written), 10, " MB/s")
    for what, times in two.items():
        at_least(f"{what}: two cores beside one", [times], 1.7, " times")
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
    parser.add_argument("--core", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="claims of the files")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long a job is repeated, at least")
    given = parser.parse_args()
    if given.core is not None:
        os.sched_setaffinity(0, {given.core})
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
            _end(_start("--job", "files", "--path", folder, "--count", count))
        found: Found = {}
        compiled = built()
        for title, ending, every in JOBS:
            rows = tuple(row for row in every if compiled or not row.built)
            found |= measured(rows, ending, Path(folder), sizes, given.seconds)
            console.print(table_of(title, rows, ending, found))
        count = sizes[-2]
        two = {
            what: on_two(job, Path(folder, f"{count}.{ending}"), count, given.seconds, compiled=compiled)
            for what, job, ending in (("835 read", "read_ours", "835"), ("837P checked", "check_ours", "837"))
            if len(CORES) > 1
        }
    table = Table(title="Goals", width=WIDTH)
    for column in ("what", "asked", "seen", ""):
        table.add_column(column)
    for what, asked, seen, reached in goals(found, sizes, two):
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
