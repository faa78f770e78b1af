"""`MCR_MUE_*_Eff_MM-DD-YYYY.csv`: medically unlikely edits of a quarter.

Latin-1 CSV: a quoted notice of many lines, a heading, then code, units, "2 Date of Service Edit:
Policy", rationale. The day it takes effect stands in the file's name only; which table it is
(practitioner, outpatient hospital, DME) in heading and name.
"""

import re
import struct
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.loaders.lines import RefusedFileError, csv_rows, quarter_end, surplus
from coding.codes.procedures import UNITS, header
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "NCCI medically unlikely edits"
_HEAD = re.compile(rb"MUE Values?\b.*MUE Adjudication Indicator", re.IGNORECASE | re.DOTALL)
_EFFECTIVE = re.compile(r"Eff[_-](\d\d)-(\d\d)-(20\d\d)", re.IGNORECASE)


def recognises(name: str, head: bytes) -> bool:
    return _HEAD.search(head) is not None


def load(path: Path, codes: "Codes") -> list[Table]:
    """The limits of the file.

    Raises:
        RefusedFileError: a row is not of the layout, a code comes twice, or the name has no day.
    """
    effective = _EFFECTIVE.search(path.name)
    if effective is None:
        raise RefusedFileError(
            path.name, 1, "the name has no Eff_MM-DD-YYYY, and the day stands nowhere else"
        )
    month, on, year = map(int, effective.groups())
    try:
        start = date(year, month, on)
    except ValueError:
        raise RefusedFileError(path.name, 1, "the day in the name is none") from None
    layout = struct.Struct(UNITS)
    records: dict[str, bytes] = {}
    heading: list[str] = []
    for number, row in csv_rows(path):
        if not any(row):
            continue
        if not heading:
            if any("MUE VALUE" in cell.upper() for cell in row[1:]):
                heading = row
            continue
        if (
            len(row) < max(3, len(heading))
            or not re.fullmatch(r"[0-9A-Z]{5}", row[0])
            or not row[1].isdigit()
            or surplus(row, len(heading))
        ):
            raise RefusedFileError(path.name, number, "not code, units, adjudication indicator")
        if row[2][:1] not in ("1", "2", "3"):
            raise RefusedFileError(
                path.name, number, f"adjudication indicator {row[2][:1]!r} is none of 1, 2, 3"
            )
        if row[0] in records:
            raise RefusedFileError(path.name, number, f"{row[0]} comes twice")
        records[row[0]] = row[0].encode() + layout.pack(int(row[1]), int(row[2][0]))
    if not records:
        raise RefusedFileError(path.name, 1, "no limit in the file")
    head = header(
        _table(" ".join(heading).lower(), path.name),
        release=start.isoformat(),
        source=f"CMS NCCI, {path.name}",
        licence="CMS, behind the AMA's notice; not redistributable",
        covers_from=start,
        covers_to=quarter_end(start),
    )
    return [Table.of(head, records.values())]


def _table(heading: str, name: str) -> str:
    said = f"{heading} {name.lower()}"
    if "dme" in said or "supplier" in said:
        return "mue_dme"
    return "mue_hospital" if "hospital" in said or "facility" in said else "mue_practitioner"
