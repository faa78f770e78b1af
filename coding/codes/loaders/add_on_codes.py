"""`AOC_VyyyyQn-MCR.txt`: which code adds to which.

Columns (tab, comma or bar): type 1 2 3, add-on code, its deletion, primary code (`CCCCC`: each
contractor defines them), its deletion, edit effective, edit deletion, note. Dates are YYYYDDD.
"""

import re
import struct
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.loaders.lines import (
    RefusedFileError,
    csv_rows,
    day_of_year,
    ends_in_newline,
    quarter_end,
    surplus,
)
from coding.codes.loaders.spreadsheet import is_spreadsheet
from coding.codes.loaders.spreadsheet import rows as spreadsheet_rows
from coding.codes.procedures import ADD_ON, header
from coding.codes.table import Table, day_number

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "NCCI add-on codes"
_LINE = re.compile(
    r"^\"?[123]\"?\s*([\t,|])\s*\"?[0-9A-Z]{5}\"?\s*\1[^\n]*?\1\s*\"?[0-9A-Z]{5}\"?\s*\1", re.MULTILINE
)
_NAME = re.compile(r"(20\d\d)[_-]?Q([1-4])", re.IGNORECASE)
_NONE = frozenset({"", "0", "0000000", "9999999", "9999365", "*"})


def recognises(name: str, head: bytes) -> bool:
    if is_spreadsheet(head):
        return "AOC" in name.upper()
    return _LINE.search(head.decode("latin-1")) is not None


def load(path: Path, codes: "Codes") -> list[Table]:
    """The add-on codes with their parents.

    Raises:
        RefusedFileError: a row is not of the layout, or the name has no year and quarter.
    """
    layout = struct.Struct(ADD_ON)
    records: set[bytes] = set()
    latest = (date.min, 1)
    whole = ends_in_newline(path)
    for number, row in _rows(path):
        if not any(row) or (not records and not re.fullmatch(r"[123]", row[0])):
            continue  # headings and notices before the data
        if len(row) == 6 and whole:
            row.append("")  # an empty last column may be left out
        if len(row) < 7 or row[0] not in ("1", "2", "3") or not row[5] or surplus(row, 8):
            raise RefusedFileError(
                path.name, number, "not type, add-on, deletion, primary, deletion, effective, deletion"
            )
        kind, add_on, add_on_end, primary, primary_end, start, end = row[:7]
        if not re.fullmatch(r"[0-9A-Z]{5}", add_on) or not re.fullmatch(r"[0-9A-Z]{5}", primary):
            raise RefusedFileError(path.name, number, f"{add_on!r} or {primary!r} is no code")
        ends = [
            d for d in (_day(t, path.name, number) for t in (add_on_end, primary_end, end)) if d is not None
        ]
        begins = _day(start, path.name, number)
        latest = max(latest, (begins or date.min, number))
        records.add(
            (add_on + primary).encode()
            + layout.pack(
                int(kind),
                day_number(begins, 0),
                day_number(min(ends, default=None)),
            )
        )
    if not records:
        raise RefusedFileError(path.name, 1, "no add-on code in the file")
    found = _NAME.search(path.name)
    if found is None:
        raise RefusedFileError(
            path.name, 1, "the name has no year and quarter (AOC_V2026Q1); keep the official name"
        )
    year, quarter = int(found.group(1)), int(found.group(2))
    # The file comes yearly, with single replacements in between.
    last = max(date(year, 12, 31), quarter_end(date(year, quarter * 3, 1)))
    if latest[0] > last:
        said = f"an edit from {latest[0]} on, the release in the name ends on {last}; keep the official name"
        raise RefusedFileError(path.name, latest[1], said)
    head = header(
        "aoc",
        release=f"{year}-Q{quarter}",
        source=f"CMS NCCI, {path.name}",
        licence="CMS, behind the AMA's notice; not redistributable",
        covers_from=date(2013, 4, 1),
        covers_to=last,
    )
    return [Table.of(head, records)]


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open("rb") as binary:
        if is_spreadsheet(binary.read(4)):
            return ((n, row + [""] * (8 - len(row))) for n, row in spreadsheet_rows(path))
    with path.open(encoding="latin-1") as file:
        match = _LINE.search(file.read(64 * 1024))
    delimiter = match.group(1) if match is not None else "\t"
    return csv_rows(path, delimiter=delimiter)


def _day(text: str, file: str, number: int) -> date | None:
    return None if text in _NONE else day_of_year(text, file, number)
