"""`PPRRVUyyyy_MMM_nonQPP.csv`: the Medicare physician fee schedule's relative values.

Nine lines of notice and stacked headings, then a row a procedure and modifier. Taken: status code,
global days, total non-facility RVU, and the indicators of bilateral, assistant, co-surgeon and team.
"""

import re
import struct
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.loaders.lines import MONTHS, RefusedFileError, csv_rows
from coding.codes.procedures import FEE, header
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "Medicare physician fee schedule"
_HEAD = re.compile(rb"^\"?HCPCS\"?,\"?MOD\"?,\"?DESCRIPTION\"?,", re.MULTILINE | re.IGNORECASE)
_TITLE = re.compile(r"(20\d\d) National Physician Fee Schedule", re.IGNORECASE)
_GLOBAL = frozenset({"000", "010", "090", "MMM", "XXX", "YYY", "ZZZ", ""})
_CODE = re.compile(r"[0-9A-Z]{5}([0-9A-Z]{2})?")  # with its modifier
_NEEDED = ("status", "total", "global")
_MARKS = ("bilateral", "assistant", "co_surgeon", "team")
_PLACES = {"bilateral": 19, "assistant": 20, "co_surgeon": 21, "team": 22}
_MOST = 2**32 - 1  # hundredths of an RVU that a row has room for


def recognises(name: str, head: bytes) -> bool:
    return _HEAD.search(head) is not None


def load(path: Path, codes: "Codes") -> list[Table]:
    """Status, global days and total RVU by procedure and modifier.

    Raises:
        RefusedFileError: a row is not of the layout, or the name has no year.
    """
    release, year = _release(path)
    layout = struct.Struct(FEE)
    records: dict[bytes, bytes] = {}
    above: list[list[str]] = []
    columns: dict[str, int] = {}
    for number, row in csv_rows(path):
        if not columns:
            titled = _TITLE.search(" ".join(row))
            if titled is not None and int(titled.group(1)) != year:
                said = f"the schedule of {titled.group(1)}, the name says {year}; keep the official name"
                raise RefusedFileError(path.name, number, said)
            if row and row[0].upper() == "HCPCS":
                columns = _columns(above, row)
            above.append(row)
            continue
        if not any(row):
            continue
        if len(row) <= max(columns[name] for name in _NEEDED) or not _CODE.fullmatch(row[0] + row[1]):
            raise RefusedFileError(path.name, number, "not a row of code, modifier, description and values")
        days = row[columns["global"]].upper()
        days = days.zfill(3) if days.isdigit() else days  # spreadsheets drop the zeros
        if days not in _GLOBAL:
            raise RefusedFileError(
                path.name, number, f"global days {days!r} are none of {', '.join(sorted(_GLOBAL))}"
            )
        try:
            total = int(Decimal(row[columns["total"]] or "0") * 100)
        except (InvalidOperation, ValueError, OverflowError):  # no number; NaN; Infinity
            total = _MOST + 1
        if total > _MOST:
            raise RefusedFileError(path.name, number, "the total RVU is no number that it can be")
        key = (row[0] + row[1]).encode().ljust(7)
        status = (row[columns["status"]][:1] or " ").encode()
        marks = _marks(row, columns, path, number)
        records[key] = key + layout.pack(status, days.ljust(3).encode(), max(total, 0), marks)
    if not records:
        raise RefusedFileError(path.name, 1, "no row in the file")
    head = header(
        "pprrvu",
        release=release,
        source=f"CMS, {path.name}",
        licence="CMS; descriptions are the AMA's and are not kept",
        covers_from=date(year, 1, 1),
        covers_to=date(year, 12, 31),
    )
    return [Table.of(head, records.values())]


def _marks(row: list[str], columns: dict[str, int], path: Path, number: int) -> bytes:
    """The four indicators, a blank for one whose column the file lacks."""
    marks = ""
    for name in _MARKS:
        at = columns.get(name)
        mark = row[at] if at is not None and at < len(row) else ""
        if mark not in ("", "0", "1", "2", "3", "9"):
            said = f"the {name.replace('_', '-')} indicator {mark!r} is none of 0 1 2 3 9"
            raise RefusedFileError(path.name, number, said)
        marks += mark or " "
    return marks.encode()


def _release(path: Path) -> tuple[str, int]:
    """2027-04 and its year from PPRRVU2027_APR_nonQPP: the month distinguishes the releases of a year.

    Raises:
        RefusedFileError: the name has no year.
    """
    found = re.search(
        r"(?:20)?(\d\d)[_-]?([A-Z]{3}|nonQPP)",
        re.sub("PPRRVU", "", path.stem, flags=re.IGNORECASE),
        re.IGNORECASE,
    )
    if found is None:
        raise RefusedFileError(
            path.name, 1, "the name has no year (PPRRVU2026_JAN_nonQPP); keep the official name"
        )
    year = 2000 + int(found.group(1))
    return f"{year}-{MONTHS.get(found.group(2).upper(), 1):02}", year


def _columns(above: list[list[str]], last: list[str]) -> dict[str, int]:
    """Where the columns are, by their stacked headings; CMS's usual places where these say nothing."""
    stacked = [
        " ".join(row[n] for row in [*above[-4:], last] if n < len(row)).upper() for n in range(len(last))
    ]
    found = {"status": 3, "total": 11, "global": 14}
    for n, words in enumerate(stacked):
        if "GLOB" in words:
            found["global"] = n
        elif "STATUS" in words:
            found["status"] = n
        elif "TOTAL" in words and ("NON" in words and "FAC" in words):
            found["total"] = n
    # CMS writes MULT, BILAT, ASST, CO, TEAM above PROC and SURG, in this order after the global days.
    for name, heading in zip(_MARKS, ("BILAT", "ASST", "CO-", "TEAM"), strict=True):
        at = next((n for n, words in enumerate(stacked) if n > found["global"] and heading in words), None)
        if at is None and len(last) > _PLACES[name]:
            at = _PLACES[name]
        if at is not None:
            found[name] = at
    return found
