"""The starting estimates of what a piece of work recovers (`config/data/work_chances.tsv`), and how much
of that a denial keeps as it grows older (`config/data/work_ages.tsv`)."""

import csv
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

ANY = "*"


@cache
def load() -> dict[tuple[str, str], float]:
    """Shares from 0 to 1 by kind and way; `*` is any of them."""
    return {(row["kind"], row["way"]): int(row["percent"]) / 100 for row in _rows("work_chances.tsv")}


def estimate(kind: str, way: str) -> float:
    """What work of a kind and way (`fix_path`) recovers, from 0 to 1."""
    table = load()
    return next(table[key] for key in ((kind, way), (kind, ANY), (ANY, ANY)) if key in table)


@cache
def kinds() -> frozenset[str]:
    """The kinds of work that have an estimate of their own."""
    return frozenset(kind for kind, _ in load() if kind != ANY)


@cache
def ages() -> dict[int, float]:
    """What a denial keeps of its chance, from 0 to 1, by the days since it was opened. It holds from then on;
    the days begin with 0 and rise."""
    return {int(row["days"]): int(row["percent"]) / 100 for row in _rows("work_ages.tsv")}


def _rows(name: str) -> Iterable[dict[str, str]]:
    text = (files("config") / "data" / name).read_text("utf-8")
    return csv.DictReader((line for line in text.splitlines() if not line.startswith("#")), delimiter="\t")
