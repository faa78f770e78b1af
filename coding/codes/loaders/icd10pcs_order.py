"""`icd10pcs_order_YYYY.txt`: every ICD-10-PCS code of a fiscal year, and the tables that they stand in.

Fixed columns as in ICD-10-CM's: order 1-5, code 7-13, flag 15 (1: a whole code of seven characters, 0: a
table of three), short title 17-76, long title from 78. The year is the fiscal year, from 1 October before it;
a file of April says so in its name.
"""

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.inpatient import PCS, has_pcs_shape
from coding.codes.loaders.fiscal_year import period
from coding.codes.loaders.lines import OFFICIAL, RefusedFileError, ends_in_newline, lines_of
from coding.codes.procedures import header
from coding.codes.table import Table
from coding.codes.title_index import indexed

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "ICD-10-PCS order file"
_LINE = re.compile(r"\d{5} [0-9A-HJ-NP-Z]{3,7} +[01] ")
_SECOND = re.compile(r"\d{5} [0-9A-HJ-NP-Z]{3,7} +[01] [A-Z]")
_TABLE = re.compile(r"[0-9BCDFGHX][0-9A-HJ-NP-Z]{2}")


def recognises(name: str, head: bytes) -> bool:
    first = head.split(b"\n", 1)[0].decode("latin-1")
    shape = _LINE.match(first) is not None and first[14:15] in ("0", "1")
    return shape and (first[6].isdigit() or "pcs" in name.lower())


def load(path: Path, codes: "Codes") -> list[Table]:
    """The whole codes of the file with their titles.

    Raises:
        RefusedFileError: no year in the name, a line that is not of the layout, an order that goes back or
            skips, or a file that breaks off.
    """
    release, start, end = period(path.name)
    found: dict[str, str] = {}
    seen: set[str] = set()
    last = number = gap = 0
    line = ""
    for number, line in lines_of(path):
        if not line.strip():
            continue
        order, code, flag = line[:5], line[6:13].strip(), line[14:15]
        whole = has_pcs_shape(code)
        if not order.isdigit() or flag != "01"[whole] or not (whole or _TABLE.fullmatch(code)):
            raise RefusedFileError(path.name, number, "not order, code, flag, title in their columns")
        if not line[16:76].strip():
            raise RefusedFileError(path.name, number, f"{code} has no title: the line is cut short")
        if _SECOND.search(line, 77):
            raise RefusedFileError(path.name, number, "two lines in one")
        if int(order) <= last:
            raise RefusedFileError(path.name, number, f"order {order} comes after {last:05}")
        if code in seen:
            raise RefusedFileError(path.name, number, f"{code} comes twice")
        gap = gap or (number if last and int(order) > last + 1 else 0)
        last = int(order)
        seen.add(code)
        if whole:
            found[code] = line[77:].strip() or line[16:76].strip()
    if len(seen) > OFFICIAL and gap:
        raise RefusedFileError(path.name, gap, "the order number skips: lines are missing before this one")
    if len(seen) > OFFICIAL and max(seen) < "X":
        raise RefusedFileError(path.name, number, f"the file ends at {max(seen)}, the code set in section X")
    if not ends_in_newline(path) and (last > OFFICIAL or len(line[77:]) < len(line[16:76].strip())):
        raise RefusedFileError(path.name, number, "the file breaks off in its last line")
    if not found:
        raise RefusedFileError(path.name, 1, "no whole code in the file")
    return [pcs_table(list(found.items()), release, start, end, path.name)]


def pcs_table(rows: list[tuple[str, str]], release: str, start: date, end: date, name: str) -> Table:
    """Codes with their titles as the table of a release."""
    head = header(
        PCS,
        release=release,
        source=f"CMS, {name}",
        licence="public domain",
        covers_from=start,
        covers_to=end,
    )
    return indexed(head, ((code, None, None, title) for code, title in rows))
