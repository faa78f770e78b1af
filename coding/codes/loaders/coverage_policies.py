"""A home's own table of coverage policies (LCD, NCD): a CSV file of procedure, diagnosis and frequency.

The first row names the columns: policy, procedure, diagnosis, from, to, times, days. A row each procedure
and diagnosis (or how it begins, with or without its dot); an empty diagnosis supports whatever was the
reason. `from` and `to` (YYYY-MM-DD, empty: open) are days of service; `times` in `days` is how often the
policy covers it, both empty where it sets no limit.
"""

import re
import struct
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.loaders.lines import RefusedFileError, csv_rows
from coding.codes.procedures import COVERED, header
from coding.codes.table import Table, day_number

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "coverage policies"
COLUMNS = ("policy", "procedure", "diagnosis", "from", "to", "times", "days")
_HEAD = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\"?policy\"?,\"?procedure\"?,\"?diagnosis\"?,\"?from\"?,", re.IGNORECASE
)
_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z]{0,5}")
_MOST_TIMES, _MOST_DAYS = 999, 36_500


def recognises(name: str, head: bytes) -> bool:
    return _HEAD.match(head) is not None


def load(path: Path, codes: "Codes") -> list[Table]:
    """The policies by procedure.

    Raises:
        RefusedFileError: a row is not of the layout, or comes twice.
    """
    layout = struct.Struct(COVERED)
    text = bytearray()
    places: dict[str, int] = {}
    records: set[bytes] = set()
    for number, row in csv_rows(path, "utf-8-sig"):
        if number == 1:
            if tuple(cell.lower() for cell in row) != COLUMNS:
                raise RefusedFileError(path.name, 1, f"the columns are {', '.join(COLUMNS)}")
            continue
        if not any(row):
            continue
        if len(row) != len(COLUMNS):
            raise RefusedFileError(path.name, number, f"{len(row)} columns, not {len(COLUMNS)}")
        policy, procedure, diagnosis = row[0], row[1].upper(), row[2].replace(".", "").upper()
        if not policy or not re.fullmatch(r"[0-9A-Z]{5}", procedure):
            raise RefusedFileError(path.name, number, "no policy or no procedure of five characters")
        if diagnosis and not _DIAGNOSIS.fullmatch(diagnosis):
            raise RefusedFileError(path.name, number, f"{row[2]!r} is no diagnosis")
        first, last = (_day(cell, path, number) for cell in row[3:5])
        if first and last and last < first:
            raise RefusedFileError(path.name, number, "its last day comes before its first")
        times = _number(row[5], _MOST_TIMES, path, number)
        days = _number(row[6], _MOST_DAYS, path, number)
        if bool(times) != bool(days):
            raise RefusedFileError(path.name, number, "times and days go together")
        if policy not in places:
            places[policy] = len(text)
            text += policy.encode()
        record = procedure.encode() + layout.pack(
            day_number(first, 0), day_number(last), diagnosis.encode().ljust(7), times, days,
            places[policy], len(policy.encode()),
        )  # fmt: skip
        if record in records:
            raise RefusedFileError(path.name, number, f"{policy}, {procedure}, {diagnosis} comes twice")
        records.add(record)
    if not records:
        raise RefusedFileError(path.name, 1, "no row in the file")
    head = header(
        "coverage_policies",
        release=path.stem,
        source=f"the user's table, {path.name}",
        licence="the user's own",
        covers_from=None,
        covers_to=None,
    )
    return [Table.of(head, records, bytes(text))]


def _day(cell: str, path: Path, number: int) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise RefusedFileError(path.name, number, f"{cell!r} is no day (YYYY-MM-DD)") from None


def _number(cell: str, most: int, path: Path, number: int) -> int:
    if not cell:
        return 0
    if not cell.isascii() or not cell.isdigit() or not 0 < int(cell) <= most:
        raise RefusedFileError(path.name, number, f"{cell!r} is no number from 1 to {most}")
    return int(cell)
