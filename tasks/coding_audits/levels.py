"""Which levels of visits each provider bills, against the others of the frame and a benchmark.

Of the frame, not of the sample: nobody needs to judge a visit to count its level.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from coding.visit_families import FAMILIES, family_of
from tasks.coding_audits.frame import Line
from tasks.errors import StepError
from tasks.inbox import csv_table
from tasks.reports.proportion import differ, interval

UNREAD, WRONG = "CAU-07", "CAU-08"
LARGEST: Final = 1_000_000
COLUMNS: Final = ("taxonomy", "procedure", "share")

Benchmark = Mapping[tuple[str, str], Decimal]
"""By taxonomy ("" any) and code, the percentage of its family."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A provider's visits of a code, in thousandths of all those of its family. `peers`: the other providers
    of the same taxonomy in the frame, None where they have none; `benchmark` None where none is loaded.
    `low` and `high` are the 95 % interval of `share`; `beside` says from which of the two it differs by more
    than chance: "peers", "benchmark", both, "" none."""

    provider: str
    family: str
    procedure: str
    visits: int
    share: int
    low: int
    high: int
    peers: int | None
    benchmark: int | None
    beside: str


def levels(lines: Sequence[Line], taxonomies: Mapping[str, str], benchmark: Benchmark) -> list[Level]:
    """By provider, family and code. `taxonomies` are those of the providers, by NPI."""
    counts: dict[str, Counter[str]] = {}
    for line in lines:
        if family_of(line.procedure):
            counts.setdefault(line.provider, Counter())[line.procedure] += 1
    made = []
    for provider, own in sorted(counts.items()):
        taxonomy = taxonomies.get(provider, "")
        peers: Counter[str] = Counter()
        for other, of in counts.items():
            if other != provider and taxonomies.get(other, "") == taxonomy:
                peers.update(of)
        for family, codes in FAMILIES.items():
            whole = sum(own[code] for code in codes)
            for code in codes if whole else ():
                made.append(_level(provider, family, code, own, peers, benchmark, taxonomy))
    return made


def _level(
    provider: str,
    family: str,
    code: str,
    own: Counter[str],
    peers: Counter[str],
    benchmark: Benchmark,
    taxonomy: str,
) -> Level:
    whole, others = (sum(of[one] for one in FAMILIES[family]) for of in (own, peers))
    low, high = interval(own[code], whole)
    of_peers = round(1000 * peers[code] / others) if others else None
    known = benchmark.get((taxonomy, code), benchmark.get(("", code)))
    published = round(known * 10) if known is not None else None
    outside = ["peers"] if others and differ((own[code], whole), (peers[code], others)) else []
    if published is not None and not 1000 * low <= published <= 1000 * high:
        outside.append("benchmark")
    return Level(
        provider=provider,
        family=family,
        procedure=code,
        visits=own[code],
        share=round(1000 * own[code] / whole),
        low=round(1000 * low),
        high=round(1000 * high),
        peers=of_peers,
        benchmark=published,
        beside=", ".join(outside),
    )


def read_benchmark(data: bytes) -> Benchmark:
    """Published shares from CSV: procedure, share in percent, and taxonomy where they are of one specialty.

    Raises StepError CAU-07, it can't be read; CAU-08, a line is not right, or the shares of a family do not
    come to 100.
    """
    text = csv_table.decoded(data, UNREAD, "save it as CSV")
    found: dict[tuple[str, str], Decimal] = {}
    for line, row in csv_table.rows(text, UNREAD, WRONG, COLUMNS[1:], COLUMNS):
        key = (row.get("taxonomy", "").upper(), row["procedure"].upper())
        if not family_of(key[1]):
            raise StepError(WRONG, f"line {line}: the procedure is no visit with levels")
        if key in found:
            raise StepError(WRONG, f"line {line}: {key[1]} stands there twice")
        found[key] = _share(row["share"], line)
    for taxonomy, family in sorted({(of, family_of(code)) for of, code in found}):
        whole = sum(found.get((taxonomy, code), Decimal(0)) for code in FAMILIES[family])
        if not 99 <= whole <= 101:
            raise StepError(
                WRONG, f"the shares of {family} come to {whole} %, not to 100: all its codes are needed"
            )
    return found


def _share(text: str, line: int) -> Decimal:
    try:
        share = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        share = Decimal(-1)
    if not (share.is_finite() and 0 <= share <= 100):
        raise StepError(WRONG, f"line {line}: the share is a percentage, like 41.5")
    return share
