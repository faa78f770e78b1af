"""A home's own copy of CMS's list of waived laboratory tests: a CSV file of test, days and QW.

The first row names the columns: waived_test, from, to, qw. `from` and `to` (YYYY-MM-DD, empty: open) are days
of service; `qw` is yes, or no for the few tests that are waived without the modifier.
"""

import re
import struct
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.loaders.lines import RefusedFileError, csv_rows
from coding.codes.procedures import WAIVED, header
from coding.codes.table import Table, day_number

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "CLIA waived tests"
COLUMNS = ("waived_test", "from", "to", "qw")
_HEAD = re.compile(rb"\A(?:\xef\xbb\xbf)?\"?waived_test\"?,\"?from\"?,", re.IGNORECASE)


def recognises(name: str, head: bytes) -> bool:
    return _HEAD.match(head) is not None


def load(path: Path, codes: "Codes") -> list[Table]:
    """The waived tests with the days they are so.

    Raises:
        RefusedFileError: a row is not of the layout, or comes twice.
    """
    layout = struct.Struct(WAIVED)
    records: set[bytes] = set()
    for number, row in csv_rows(path, "utf-8-sig"):
        if number == 1:
            if tuple(cell.lower() for cell in row) != COLUMNS:
                raise RefusedFileError(path.name, 1, f"the columns are {', '.join(COLUMNS)}")
            continue
        if not any(row):
            continue
        if len(row) != len(COLUMNS) or not re.fullmatch(r"[0-9A-Z]{5}", row[0].upper()):
            raise RefusedFileError(path.name, number, "not a test of five characters, two days and qw")
        if row[3].lower() not in ("yes", "no"):
            raise RefusedFileError(path.name, number, f"qw is yes or no, not {row[3]!r}")
        first, last = (_day(cell, path, number) for cell in row[1:3])
        if first and last and last < first:
            raise RefusedFileError(path.name, number, "its last day comes before its first")
        record = row[0].upper().encode() + layout.pack(
            day_number(first, 0), day_number(last), row[3].lower() == "yes"
        )
        if record in records:
            raise RefusedFileError(path.name, number, f"{row[0]} comes twice")
        records.add(record)
    if not records:
        raise RefusedFileError(path.name, 1, "no row in the file")
    head = header(
        "clia_waived",
        release=path.stem,
        source=f"the user's table, {path.name}",
        licence="CMS; no descriptions are kept",
        covers_from=None,
        covers_to=None,
    )
    return [Table.of(head, records)]


def _day(cell: str, path: Path, number: int) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise RefusedFileError(path.name, number, f"{cell!r} is no day (YYYY-MM-DD)") from None
