"""CMS's table 5 of the inpatient rule: the MS-DRGs of a fiscal year, text with tabs, CSV or `.xlsx`.

A title with the fiscal year (FY 2027), then the columns: MS-DRG, some facts, MS-DRG Title, weights and
lengths of stay. Number and title are kept, and no weight: DRGs are looked up here, never grouped or priced.
"""

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.inpatient import DRG
from coding.codes.loaders.lines import RefusedFileError
from coding.codes.loaders.spreadsheet import is_spreadsheet, table_rows
from coding.codes.procedures import header, titled
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "MS-DRG, table 5"
_YEAR = re.compile(r"FY\s*(20\d\d)", re.IGNORECASE)
_WHOLE = 500  # so many DRGs are the whole list, which ends at 999
_LAST = "999"


def recognises(name: str, head: bytes) -> bool:
    if is_spreadsheet(head):
        return re.search(r"table[ _-]*5\b", name, re.IGNORECASE) is not None
    text = head.decode("latin-1")
    return re.search(r"^\"?MS-DRG *\"?[\t,].*MS-DRG Title", text, re.IGNORECASE | re.MULTILINE) is not None


def load(path: Path, codes: "Codes") -> list[Table]:
    """The DRGs of the year.

    Raises:
        RefusedFileError: no fiscal year, no heading, a row that is not of the layout or comes twice, or a
            list that breaks off.
    """
    said = _YEAR.search(path.name)
    year = said.group(1) if said is not None else ""
    at = number = ended = 0
    found: dict[str, str] = {}
    for number, row in table_rows(path):
        if not at:
            title = _YEAR.search(" ".join(row))
            year = year or (title.group(1) if title is not None else "")
            at = _title_column(row)
            continue
        if not any(row):
            continue
        code = row[0].zfill(3) if row[0].isascii() and row[0].isdigit() else row[0]
        if not re.fullmatch(r"\d{3}", code):
            if not found or any(row[1:]):
                raise RefusedFileError(path.name, number, f"{row[0][:12]!r} is no DRG of three digits")
            ended = ended or number  # the notes below the table
            continue
        if ended:
            raise RefusedFileError(path.name, ended, "not a DRG, and the table goes on below it")
        if len(row) <= at or not row[at]:
            raise RefusedFileError(path.name, number, f"DRG {code} has no title: the line is cut short")
        if code in found:
            raise RefusedFileError(path.name, number, f"DRG {code} comes twice")
        found[code] = row[at]
    if not at:
        raise RefusedFileError(path.name, 1, "no line names the columns MS-DRG and MS-DRG Title")
    if not year:
        raise RefusedFileError(path.name, 1, "neither its name nor its title has the fiscal year (FY 2027)")
    if not found or (len(found) > _WHOLE and max(found) < _LAST):
        raise RefusedFileError(path.name, number, f"the list breaks off before DRG {_LAST}")
    return [_table(found, int(year), path.name)]


def _title_column(row: list[str]) -> int:
    said = [" ".join(cell.split()).lower() for cell in row]
    return said.index("ms-drg title") if said and said[0] == "ms-drg" and "ms-drg title" in said else 0


def _table(found: dict[str, str], year: int, name: str) -> Table:
    head = header(
        DRG,
        release=f"FY{year}",
        source=f"CMS, {name}",
        licence="public domain",
        covers_from=date(year - 1, 10, 1),
        covers_to=date(year, 9, 30),
    )
    records, text = titled(((code, None, None, title) for code, title in found.items()), head.key)
    return Table.of(head, records, text)
