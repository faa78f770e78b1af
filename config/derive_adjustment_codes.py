"""Writes config/data/adjustment_codes.tsv from the project's research table.

    python -m config.derive_adjustment_codes SOURCE.tsv YYYY-MM-DD

The rows are taken over unchanged, in the source's order, under a header that says where they
come from and when. Two rows for one code, or a row with a wrong number of columns, are refused.
"""

import sys
from datetime import date
from pathlib import Path

from config.adjustment_codes import COLUMNS, FILE

HEADER = """\
# CARC and RARC numbers with CleanClaim's own wording, owner and action.
# Source: the project's research table adjustment_codes.tsv, taken over on {day}.
# The numbers are kept by X12; the official wording is X12's property and is not in this file.
"""


def derive(source: str, day: date) -> str:
    """The committed table's text. Raises ValueError with the line where the source is damaged."""
    lines = source.splitlines()
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        raise ValueError(f"line 1: the columns are not {', '.join(COLUMNS)}")
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            raise ValueError(f"line {number}: {len(cells)} columns, expected {len(COLUMNS)}")
        key = (cells[0], cells[1])
        if key in seen:
            raise ValueError(f"line {number}: {cells[0]} {cells[1]} is there twice")
        seen.add(key)
    return HEADER.format(day=day.isoformat()) + "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(derive(Path(sys.argv[1]).read_text("utf-8"), date.fromisoformat(sys.argv[2])), "utf-8")
