"""Rows as CSV text whose cells no spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Mapping, Sequence

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> str:
    """A heading of the columns' names, then a line each row, as RFC 4180 ends them."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])
    return made.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and value[:1] in _FORMULAS:
        return f"'{value}"
    return value
