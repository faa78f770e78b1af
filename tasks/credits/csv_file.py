"""Lists of credits as CSV, for people and their spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence

from tasks.patients.mailing import plain


def written(columns: Sequence[str], rows: Iterable[list[str]]) -> bytes:
    """The file: its columns and its rows in order, whose cells no spreadsheet takes for a formula."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(columns)
    lines.writerows([plain(value) for value in row] for row in sorted(rows))
    return out.getvalue().encode("utf-8")


def amount(cents: int) -> str:
    """Cents from 0 on as dollars without a sign: 12.00."""
    return f"{cents // 100}.{cents % 100:02d}"
