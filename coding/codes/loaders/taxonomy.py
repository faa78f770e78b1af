"""The NUCC provider taxonomy CSV: Code, Grouping, Classification, Specialization, ..."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.loaders.lines import RefusedFileError, csv_rows
from coding.codes.procedures import header, titled
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "NUCC provider taxonomy"
_HEAD = re.compile(rb"^(?:\xef\xbb\xbf)?\"?Code\"?,\"?Grouping\"?,\"?Classification\"?", re.IGNORECASE)


def recognises(name: str, head: bytes) -> bool:
    return _HEAD.match(head) is not None


def load(path: Path, codes: "Codes") -> list[Table]:
    """The taxonomy codes with their classification.

    Raises:
        RefusedFileError: a code is none, or comes twice.
    """
    rows = []
    seen: set[str] = set()
    width = 0
    for number, row in csv_rows(path):
        if not width:
            width = len(row)
            continue
        if not any(row):
            continue
        code = row[0]
        if len(row) != width or not re.fullmatch(r"[0-9A-Z]{9}X", code):
            raise RefusedFileError(path.name, number, f"{code!r} is no taxonomy code")
        if code in seen:
            raise RefusedFileError(path.name, number, f"{code} comes twice")
        seen.add(code)
        rows.append((code, None, None, ", ".join(part for part in row[2:4] if part)))
    if not rows:
        raise RefusedFileError(path.name, 1, "no code in the file")
    found = re.search(r"(\d{2})(\d)\D*$", path.stem)
    head = header(
        "taxonomy",
        release=f"{found.group(1)}.{found.group(2)}" if found else path.stem,
        source=f"NUCC, {path.name}",
        licence="NUCC/AMA; not redistributable",
        covers_from=None,
        covers_to=None,
    )
    records, text = titled(rows, head.key)
    return [Table.of(head, records, text)]
