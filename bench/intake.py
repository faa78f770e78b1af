"""Intake of 1,000 FHIR bundles, 1,000 DFT messages and 1,000 C-CDA documents: rate and memory.

Each format is read in a process of its own, from memory, one document after another; making them is not
counted. Rates are for one core: by processor time, with the wall clock's beside. Run it as
`python -m bench.intake`.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import intake
from bench.lifelike.documents import FORMATS as WRITTEN
from bench.lifelike.encounters import Life
from bench.lifelike.partners import practices

DOCUMENTS = 1000
FORMATS = {
    "fhir": ("FHIR R4 bundles", "bundle.json"),
    "hl7": ("HL7 v2 DFT^P03 messages", "message.hl7"),
    "ccda": ("C-CDA documents", "note.xml"),
}


def documents_of(which: str, count: int) -> list[bytes]:
    """The first `count` encounters of a practice that writes this format, each as a document."""
    practice = next(one for one in practices() if one.format == which)
    life = Life()
    numbers = islice(life.numbers_of(practice, range(10**9)), count)
    return [WRITTEN[which].write([life.encounter(n)], practice) for n in numbers]


def read_all(which: str, count: int) -> dict[str, Any]:
    """Reads `count` documents of a format; seconds, megabytes read, encounters and services found."""
    _, name = FORMATS[which]
    documents = documents_of(which, count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    intake.read(name, documents[0])  # what is imported and compiled once is not the document's
    started, clock = time.process_time(), time.perf_counter()
    encounters = services = problems = 0
    for data in documents:
        found = intake.read(name, data)
        encounters += len(found.encounters)
        services += sum(len(e.lines) for e in found.encounters)
        problems += len(found.problems)
    seconds, wall = time.process_time() - started, time.perf_counter() - clock
    return {
        "documents": count,
        "seconds": seconds,
        "wall": wall,
        "bytes": sum(map(len, documents)),
        "encounters": encounters,
        "services": services,
        "problems": problems,
        "memory_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "memory_before_kb": before,
    }


def main() -> None:
    """Reads every format and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=tuple(FORMATS), help=argparse.SUPPRESS)
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help="documents of each format")
    given = parser.parse_args()
    if given.part:
        print(json.dumps(read_all(given.part, given.documents)))
        return
    table = Table(title=f"Intake of {given.documents:,} documents of each format, one core")
    for column in (
        "format",
        "documents/s",
        "by the wall",
        "MB/s",
        "encounters",
        "services",
        "peak MB",
        "of it reading",
    ):
        table.add_column(column, justify="left" if column == "format" else "right")
    for name, (words, _) in FORMATS.items():
        found = _child(name, given.documents)
        if found["problems"] or found["encounters"] != given.documents:
            raise SystemExit(f"{words}: {found['encounters']} encounters, {found['problems']} problems")
        table.add_row(
            words,
            f"{found['documents'] / found['seconds']:,.0f}",
            f"{found['documents'] / found['wall']:,.0f}",
            f"{found['bytes'] / found['seconds'] / 1e6:.1f}",
            f"{found['encounters']:,}",
            f"{found['services']:,}",
            f"{found['memory_kb'] / 1024:,.0f}",
            f"{(found['memory_kb'] - found['memory_before_kb']) / 1024:,.0f}",
        )
    Console(width=110).print(table)


def _child(part: str, count: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.intake", "--part", part, "--documents", str(count)],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
