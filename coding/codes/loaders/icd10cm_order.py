"""`icd10cm_order_YYYY.txt`: every ICD-10-CM code of a fiscal year, billable or heading.

Fixed columns: order 1-5, code 7-13, billable flag 15, short title 17-76, long title from 78.
The year is the fiscal year (from 1 October before it); a file of April says so in its name.
"""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.encoder_tables import titled_tables
from coding.codes.icd10cm import make_table
from coding.codes.loaders.fiscal_year import period
from coding.codes.loaders.lines import OFFICIAL, RefusedFileError, ends_in_newline, lines_of
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "ICD-10-CM order file"
_LINE = re.compile(r"\d{5} [A-Z][0-9][0-9A-Z]{1,5} *[01] ")
_SECOND = re.compile(r"\d{5} [A-Z]\d[0-9A-Z]{1,5} +[01] ")
_CODE = re.compile(r"[A-Z]\d[0-9A-Z]{1,5}")


def recognises(name: str, head: bytes) -> bool:
    first = head.split(b"\n", 1)[0].decode("latin-1")
    return _LINE.match(first) is not None and len(first) > 16 and first[14:15] in "01"


def load(path: Path, codes: "Codes") -> list[Table]:
    """The billable codes of the file as one table.

    Raises:
        RefusedFileError: a line is not of the layout, or the order goes back.
    """
    billable: list[str] = []
    named: dict[str, tuple[bool, str]] = {}
    last = number = gap = 0
    line = ""
    seen: set[str] = set()
    for number, line in lines_of(path):
        if not line.strip():
            continue
        order, code, flag = line[:5], line[6:13].strip(), line[14:15]
        if (
            not order.isdigit()
            or flag not in ("0", "1")
            or not _CODE.fullmatch(code)
            or not line[16:76].strip()
        ):
            raise RefusedFileError(path.name, number, "not order, code, flag, title in their columns")
        if _SECOND.search(line, 77):
            raise RefusedFileError(path.name, number, "two lines in one")
        if int(order) <= last:
            raise RefusedFileError(path.name, number, f"order {order} comes after {last:05}")
        gap = gap or (number if last and int(order) > last + 1 else 0)
        if code in seen:
            raise RefusedFileError(path.name, number, f"{code} comes twice")
        last = int(order)
        seen.add(code)
        named[code] = (flag == "1", line[77:].strip() or line[16:76].strip())
        if flag == "1":
            billable.append(code)
    if len(seen) > OFFICIAL:  # CMS's own file, with a hundred thousand codes up to Z99
        if gap:
            raise RefusedFileError(
                path.name, gap, "the order number skips: lines are missing before this one"
            )
        if max(seen) < "Z":
            raise RefusedFileError(path.name, number, f"the file ends at {max(seen)}, the code set at Z99")
    if not ends_in_newline(path) and (last > OFFICIAL or len(line[77:]) < len(line[16:76].strip())):
        raise RefusedFileError(path.name, number, "the file breaks off in its last line")
    if not billable:
        raise RefusedFileError(path.name, 1, "no billable code in the file")
    release, start, end = period(path.name)
    made = [table_of(billable, codes, release, start, end, path.name)]
    if codes.tabular is not None:
        made += titled_tables(
            codes.tabular,
            named,
            release=f"{release} titles",
            source=f"CMS, {path.name}",
            indexed=codes.index_phrases(),
        ).values()
    return made


def table_of(
    billable: Iterable[str], codes: "Codes", release: str, start: date, end: date, source: str
) -> Table:
    """A table of codes valid from `start` to `end`; Medicare's flags are carried over from what is loaded."""
    return make_table(
        ((code, start, end, "|".join(sorted(_flags(codes, code)))) for code in billable),
        release=release,
        source=f"CMS, {source}",
        covers_from=start,
        covers_to=end,
    )


def _flags(codes: "Codes", code: str) -> frozenset[str]:
    known = codes.diagnosis(code)
    return known.flags_on(known.last_day) if known.last_day is not None else frozenset()
