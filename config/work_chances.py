"""The starting estimates of what a piece of work recovers: `config/data/work_chances.tsv`."""

import csv
from functools import cache
from importlib.resources import files

ANY = "*"


@cache
def load() -> dict[tuple[str, str], float]:
    """Shares from 0 to 1 by kind and way; `*` is any of them."""
    text = (files("config") / "data" / "work_chances.tsv").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return {
        (row["kind"], row["way"]): int(row["percent"]) / 100 for row in csv.DictReader(lines, delimiter="\t")
    }


def estimate(kind: str, way: str) -> float:
    """What work of a kind and way (`fix_path`) recovers, from 0 to 1."""
    table = load()
    return next(table[key] for key in ((kind, way), (kind, ANY), (ANY, ANY)) if key in table)


@cache
def kinds() -> frozenset[str]:
    """The kinds of work that have an estimate of their own."""
    return frozenset(kind for kind, _ in load() if kind != ANY)
