"""`HCPCyyyy_MMM_ANWEB*.txt`: HCPCS level II codes and modifiers of a quarter.

Fixed columns: code 1-5, record type at 11 (3 code, 4 its continuation, 7 modifier, 8 its
continuation), text 12-91, added 269-276, terminated 285-292 (YYYYMMDD). Shorter lines without the
dates are taken as open.
"""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.loaders.lines import (
    MONTHS,
    RefusedFileError,
    day,
    ends_in_newline,
    lines_of,
    mislabelled,
    quarter_end,
)
from coding.codes.loaders.spreadsheet import is_spreadsheet, rows
from coding.codes.procedures import header
from coding.codes.table import Table
from coding.codes.title_index import indexed

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "HCPCS level II"
_LINE = re.compile(r"(?:[A-V]\d{4}|   [0-9A-Z]{2}|[0-9A-Z]{2}   )[ \d]{5}[3478]\S")
_NAME = re.compile(r"(20\d\d)[_-]?(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)", re.IGNORECASE)

_Row = tuple[str, date | None, date | None, str]


def recognises(name: str, head: bytes) -> bool:
    if is_spreadsheet(head):
        return "HCPC" in name.upper()
    return _LINE.match(head.decode("latin-1")) is not None


def load(path: Path, codes: "Codes") -> list[Table]:
    """Codes and modifiers with the days they are in use.

    Raises:
        RefusedFileError: a line is not of the layout, or a continuation stands alone.
    """
    with path.open("rb") as file:
        found = _of_sheet(path) if is_spreadsheet(file.read(4)) else _of_text(path)
    if not found["hcpcs"]:
        raise RefusedFileError(path.name, 1, "no code in the file")
    release, start, end = _period(path.name)
    tables = []
    latest = max((added for _, added, _, _ in found["hcpcs"] if added is not None), default=date.min)
    if mislabelled(latest, end):
        said = f"a code added on {latest}, the release in the name ends on {end}; keep the official name"
        raise RefusedFileError(path.name, 1, said)
    for name, listed in found.items():
        head = header(
            name,
            release=release,
            source=f"CMS, {path.name}",
            licence="public domain",
            covers_from=start,
            covers_to=end,
        )
        if listed:
            tables.append(indexed(head, listed))
    return tables


def _of_text(path: Path) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {"hcpcs": [], "hcpcs_modifier": []}
    whole = number = least = 0  # lines of the official file are all 320 long
    line = ""
    for number, line in lines_of(path):
        if not line.strip():
            continue
        code, kind, text = line[:5].strip(), line[10:11], line[11:91].rstrip()
        whole = whole or len(line)
        least = 292 if whole > 292 else 268 if whole > 268 else 0
        if least and len(line) > max(whole, 320):
            raise RefusedFileError(path.name, number, f"{len(line)} columns: two lines in one")
        name = "hcpcs" if kind in "34" else "hcpcs_modifier"
        listed = found[name]
        if kind in ("3", "7"):
            if not re.fullmatch(r"[A-V]\d{4}" if kind == "3" else r"[0-9A-Z]{2}", code):
                raise RefusedFileError(path.name, number, f"{code!r} is no HCPCS code or modifier")
            if not text or len(line) < least:
                raise RefusedFileError(path.name, number, "the line is cut short")
            added = _optional(line[268:276], path.name, number)
            listed.append((code, added, _optional(line[284:292], path.name, number), text))
        elif kind in ("4", "8"):
            if not listed or listed[-1][0] != code:
                raise RefusedFileError(
                    path.name, number, f"a continuation of {code!r} without its first line"
                )
            before = listed[-1]
            listed[-1] = (code, before[1], before[2], f"{before[3]} {text.strip()}")
        else:
            raise RefusedFileError(path.name, number, f"record type {kind!r} is none of 3, 4, 7, 8")
    if len(line) < whole and least and not ends_in_newline(path):
        raise RefusedFileError(path.name, number, "the file breaks off in its last line")
    return found


def _of_sheet(path: Path) -> dict[str, list[_Row]]:
    """The same from the .xlsx: columns HCPC, RECID, LONG DESCRIPTION, ADD DT, TERM DT by their headings."""
    found: dict[str, list[_Row]] = {"hcpcs": [], "hcpcs_modifier": []}
    columns: dict[str, int] = {}
    for number, row in rows(path):
        if not columns:
            names = {re.sub(r"[^A-Z]", "", cell.upper()): n for n, cell in enumerate(row)}
            if "HCPC" in names or "HCPCS" in names:
                columns = {"HCPC": names.get("HCPC", names.get("HCPCS", 0)), **names}
                if not {"LONGDESCRIPTION", "ADDDT", "TERMDT"} <= columns.keys():
                    raise RefusedFileError(path.name, number, "no columns LONG DESCRIPTION, ADD DT, TERM DT")
            continue
        if not any(row):
            continue
        row += [""] * (max(columns.values()) + 1 - len(row))
        code, kind = row[columns["HCPC"]], row[columns["RECID"]] if "RECID" in columns else ""
        name = "hcpcs_modifier" if kind in ("7", "8") or len(code) == 2 else "hcpcs"
        if not re.fullmatch(r"[A-V]\d{4}|[0-9A-Z]{2}", code):
            raise RefusedFileError(path.name, number, f"{code!r} is no HCPCS code or modifier")
        if kind in ("4", "8") and found[name] and found[name][-1][0] == code:
            before = found[name][-1]
            found[name][-1] = (code, before[1], before[2], f"{before[3]} {row[columns['LONGDESCRIPTION']]}")
            continue
        added = _optional(_written(row[columns["ADDDT"]]), path.name, number)
        ended = _optional(_written(row[columns["TERMDT"]]), path.name, number)
        found[name].append((code, added, ended, row[columns["LONGDESCRIPTION"]]))
    return found


def _written(cell: str) -> str:
    """A day of a spreadsheet as YYYYMMDD: workbooks also count days since 1899-12-30."""
    if len(cell) == 5 and cell.isdigit():
        return f"{date(1899, 12, 30) + timedelta(days=int(cell)):%Y%m%d}"
    return cell.replace("-", "")


def _optional(text: str, file: str, number: int) -> date | None:
    return day(text, file, number) if text.strip() and text.strip("0 ") else None


def _period(name: str) -> tuple[str, date, date]:
    """The release answers for its year up to the end of its quarter."""
    found = _NAME.search(name)
    if found is None:
        raise RefusedFileError(
            name, 1, "the name has no year and month (HCPC2026_OCT_ANWEB); keep the official name"
        )
    year, month = int(found.group(1)), MONTHS[found.group(2).upper()]
    return f"{year}-{month:02}", date(year, 1, 1), quarter_end(date(year, month, 1))
