"""Every edit on 10,000 claims of two lines, the code sets' opening, the encoder, and loading NCCI.

Four parts, each in a process of its own, one core: the edits with the shipped sets and with CPT, NCCI,
MUE, add-on codes and fee schedule loaded as well; opening the store; a coder's searches; and an NCCI
release of 2.6 million pairs in its four official files. Goals are for one core, so they are held
against processor time; the wall clock stands beside it. Run it as `python -m bench.coding`.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import coding
from coding.codes import Codes, library
from coding.example import CLEAN, PAYER, Line
from edi.records import Claim

DIAGNOSES = ("J02.9", "I10", "E11.9", "M54.50", "R50.9", "K21.9", "N39.0", "J45.909")
PROCEDURES = ("99213", "99214", "93000", "85025", "36415", "87880")
CLAIMS = 10_000
GOAL = 25_000  # claims a second
PAIRS = 2_600_000
AS_OF = date(2026, 11, 16)
QUESTIONS = (
    "type 2 diabetes with kidney",
    "T2DM",
    "HTN",
    "CKD stage 3",
    "chest pain",
    "low back pain left side",
    "asthma exacerbation",
    "pnuemonia",
    "UTI",
    "fracture of left wrist initial",
    "major depression recurrent moderate",
    "screening colonoscopy",
)


def claims(count: int) -> list[Claim]:
    """Clean claims of two lines and two diagnoses, as an ordinary practice has them."""
    draw = random.Random(20261116)
    base = CLEAN.claim
    made = []
    for n in range(count):
        day = AS_OF - timedelta(days=draw.randrange(3, 20))
        pair = draw.sample(PROCEDURES, 2)
        lines = tuple(
            replace(Line(procedure=code, service_from=day, pointers=(k + 1,)), number=k + 1)
            for k, code in enumerate(pair)
        )
        made.append(
            replace(
                base,
                patient_control_number=f"B{n:07d}",
                lines=lines,
                charge=sum(line.charge for line in lines),
                diagnoses=tuple(code.replace(".", "") for code in draw.sample(DIAGNOSES, 2)),
                clia="14D0123456",
            )
        )
    return made


def loaded(codes: Codes) -> Codes:
    """The shipped sets with small ones laid over, so that no edit stops at "not loaded"."""
    draw = random.Random(1)
    numbers = [f"{n:05d}" for n in range(10_000, 20_000)]
    return codes.having(
        cpt=[(code, None, None, "a sample") for code in (*PROCEDURES, *numbers)],
        ncci_practitioner=[(a, b, 1) for a, b in zip(numbers, reversed(numbers), strict=True) if a != b],
        mue_practitioner=[(code, draw.randrange(1, 9), 3) for code in (*PROCEDURES, *numbers)],
        aoc=[(code, "10000", 1) for code in numbers[:1000]],
        pprrvu=[(code, "XXX") for code in (*PROCEDURES, *numbers)],
        taxonomy=[("207Q00000X", None, None, "a sample")],
    )


def edits(count: int, with_sets: bool) -> dict[str, Any]:
    """Claims a second, the best of three."""
    codes = coding.codes.load()
    if with_sets:
        codes = loaded(codes)
    context = replace(CLEAN.context(codes), as_of=AS_OF, payer=replace(PAYER, member_id_pattern=r"EX\d{9}"))
    made = claims(count)
    best, wall, found = float("inf"), float("inf"), 0
    for _ in range(3):
        started, clock = time.process_time(), time.perf_counter()
        found = sum(f.holds for claim in made for f in coding.run(claim, context))
        best, wall = min(best, time.process_time() - started), min(wall, time.perf_counter() - clock)
    unchecked = {f.edit_id for f in coding.run(made[0], context) if f.severity is coding.Severity.UNCHECKED}
    return {"rate": count / best, "wall": count / wall, "holds": found, "unchecked": len(unchecked)}


def opening() -> dict[str, Any]:
    """Seconds until the first answer of the store, and the searches' milliseconds."""
    before = _memory()
    started = time.process_time()
    codes = coding.codes.load()
    codes.diagnosis("E1122").valid_on(AS_OF)
    seconds = time.process_time() - started
    encoder = codes.encoder
    assert encoder is not None
    encoder.search("warm up")
    each = []
    for question in QUESTIONS:
        started = time.process_time()
        encoder.search(question)
        each.append(time.process_time() - started)
    known = ["E1122", "J020", "I10", "M5450", "XXXX"]
    started = time.process_time()
    for n in range(50_000):
        codes.diagnosis(known[n % 5]).valid_on(AS_OF)
    look_up = (time.process_time() - started) / 50_000
    return {
        "seconds": seconds,
        "memory_kb": _memory() - before,
        "search": max(each),
        "search_mean": sum(each) / len(each),
        "look_up": look_up,
    }


def ncci(pairs: int) -> dict[str, Any]:
    """Loads a release of `pairs` in four files of the official layout; seconds and peak memory."""
    with tempfile.TemporaryDirectory(prefix="cleanclaim-bench-") as folder:
        here = Path(folder)
        for part in range(4):
            with (here / f"ccipra-v323r0-f{part + 1}.txt").open("w", encoding="latin-1") as file:
                file.writelines(_official(part, pairs // 4))
        files = sorted(here.glob("*.txt"))
        started, clock = time.process_time(), time.perf_counter()
        prepared = library.prepare(files, coding.codes.load())
        library.apply(prepared, here / "codes")
        seconds, wall = time.process_time() - started, time.perf_counter() - clock
        (change,) = prepared.changes
        codes = coding.codes.load(here / "codes")
        codes.pair("ncci_practitioner", "00000", "00000", AS_OF)
        started = time.process_time()
        for n in range(20_000):
            codes.pair("ncci_practitioner", f"{n % 4 * 20_000 + n % 2000:05d}", f"{n % 325:05d}", AS_OF)
        return {
            "rows": change.rows,
            "seconds": seconds,
            "wall": wall,
            "memory_kb": _memory(),
            "look_up": (time.process_time() - started) / 20_000,
        }


def _official(part: int, rows: int) -> Iterator[str]:
    yield "A notice\n\n\n\nColumn 1\tColumn 2\t*\tEffective\tDeletion\tModifier\n\n"
    for n in range(rows):
        first, second = divmod(n, 325)
        yield (
            f"{part * 20_000 + first:05d}\t{second:05d}\t \t20150101\t*\t{n % 2}\tMore extensive procedure\n"
        )


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB on Linux


def _child(part: str, count: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.coding", "--part", part, "--count", str(count)],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _part(name: str, count: int) -> dict[str, Any]:
    if name == "opening":
        return opening()
    return ncci(count) if name == "ncci" else edits(count, name == "loaded")


def main() -> None:
    """Runs the four parts and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("shipped", "loaded", "opening", "ncci"), help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--claims", type=int, default=CLAIMS, help="claims to hold to the edits")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="NCCI pairs to load")
    given = parser.parse_args()
    if given.part:
        print(json.dumps(_part(given.part, given.count)))
        return
    table = Table(title=f"Coding validation, one core: {len(coding.EDITS)} edits")
    for column in ("what", "processor time (wall)", "goal", ""):
        table.add_column(column, justify="right" if column in ("processor time (wall)", "goal") else "left")

    def row(what: str, measured: str, goal: str, reached: bool | None) -> None:
        table.add_row(what, measured, goal, "" if reached is None else "reached" if reached else "MISSED")

    for part, words in (("shipped", "shipped sets"), ("loaded", "every set loaded")):
        found = _child(part, given.claims)
        row(
            f"all edits, {given.claims:,} claims of two lines, {words}",
            f"{found['rate']:,.0f} claims/s ({found['wall']:,.0f})",
            f"{GOAL:,}",
            found["rate"] >= GOAL,
        )
    found = _child("opening", 0)
    row("opening the store", f"{found['seconds'] * 1000:.0f} ms", "300 ms", found["seconds"] < 0.3)
    row(
        "memory it takes, searches included",
        f"{found['memory_kb'] / 1024:.0f} MB",
        "100 MB",
        found["memory_kb"] < 100_000,
    )
    row("a diagnosis on a day", f"{found['look_up'] * 1e6:.1f} us", "", None)
    row(
        f"slowest of {len(QUESTIONS)} searches",
        f"{found['search'] * 1000:.0f} ms",
        "50 ms",
        found["search"] < 0.05,
    )
    found = _child("ncci", given.pairs)
    row(
        f"loading {found['rows']:,} NCCI pairs, four files",
        f"{found['seconds']:.0f} s ({found['wall']:.0f})",
        "60 s",
        found["seconds"] < 60,
    )
    row(
        "memory of it, the whole process",
        f"{found['memory_kb'] / 1024:.0f} MB",
        "300 MB",
        found["memory_kb"] < 300_000,
    )
    row("a pair on a day", f"{found['look_up'] * 1e6:.1f} us", "", None)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
