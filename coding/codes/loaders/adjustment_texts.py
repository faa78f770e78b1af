"""The official wording of CARCs and RARCs, as the user has it from X12: a CSV or tab file.

A heading row names the columns: code, description (or definition), and where given start and stop.
Which list it is shows in the codes: RARCs are M, MA or N with a number.
"""

import re
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.loaders.lines import RefusedFileError, csv_rows, surplus
from coding.codes.procedures import header, titled
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "CARC or RARC wording"
_HEAD = re.compile(r"^\ufeff?\"?code\"?\s*([,\t])\s*\"?(?:description|definition|meaning)", re.IGNORECASE)
_RARC = re.compile(r"(?:M|MA|N)\d{1,3}")
_CARC = re.compile(r"[A-Z]?\d{1,3}|[ABDPWY]\d{1,3}")


def recognises(name: str, head: bytes) -> bool:
    return _HEAD.match(head.decode("utf-8", "replace")) is not None


def load(path: Path, codes: "Codes") -> list[Table]:
    """The wording of one list.

    Raises:
        RefusedFileError: a code is none, comes twice, or belongs to the other list.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        match = _HEAD.match(file.readline())
    delimiter = match.group(1) if match is not None else ","
    rows: dict[str, tuple[str, date | None, date | None, str]] = {}
    columns: dict[str, int] = {}
    name = ""
    for number, row in csv_rows(path, "utf-8-sig", delimiter):
        if not columns:
            columns = {_column(cell): n for n, cell in enumerate(row)}
            continue
        if not any(row):
            continue
        code = row[0]
        kind = "rarc" if _RARC.fullmatch(code) else "carc" if _CARC.fullmatch(code) else ""
        if not kind or len(row) < 2 or not row[1] or surplus(row, len(columns)):
            raise RefusedFileError(path.name, number, f"{code!r} is no CARC or RARC with its text")
        if name and kind != name:
            raise RefusedFileError(path.name, number, f"{code} belongs to the other list")
        if code in rows:
            raise RefusedFileError(path.name, number, f"{code} comes twice")
        name = kind
        start = _day(row, columns.get("start"), path.name, number)
        rows[code] = (code, start, _day(row, columns.get("stop"), path.name, number), row[1])
    if not rows:
        raise RefusedFileError(path.name, 1, "no code in the file")
    head = header(
        name,
        release=path.stem,
        source=f"X12, {path.name}",
        licence="X12; the user's copy, not redistributable",
        covers_from=None,
        covers_to=None,
    )
    records, text = titled(rows.values(), head.key)
    return [Table.of(head, records, text)]


def _column(cell: str) -> str:
    word = cell.lower()
    return next((name for name in ("start", "stop", "code") if name in word), word)


def _day(row: list[str], column: int | None, file: str, number: int) -> date | None:
    text = row[column] if column is not None and column < len(row) else ""
    if not text:
        return None
    for form in ("%m/%d/%Y", "%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise RefusedFileError(file, number, f"{text!r} is no date")
