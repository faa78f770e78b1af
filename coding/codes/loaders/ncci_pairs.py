"""`ccipra-vNNNrN-f*.txt` (practitioner), `ccioph-*` (hospital): NCCI procedure-to-procedure pairs.

Tab-separated Latin-1 after six lines of notice and headings: column 1, column 2, in use before 1996,
effective, deletion (`*` none), modifier indicator (0 1 9), rationale. CMS cuts one release into
several files; each is taken for itself and joined with its siblings when it is applied.
"""

import re
import struct
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.loaders.lines import RefusedFileError, lines_of, mislabelled, quarter_end, surplus
from coding.codes.procedures import PAIR, header
from coding.codes.table import OPEN, Table, day_number

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "NCCI procedure pairs"
_LINE = re.compile(
    rb"^[0-9A-Z]{5}\t[0-9A-Z]{5}\t[^\t\r\n]{0,3}\t\d{8}\t(?:\d{8}|\*)[^\t\r\n]*\t[019]", re.MULTILINE
)
_VERSION = re.compile(r"v(\d\d)(\d)r\d+(?:-f(\d+))?", re.IGNORECASE)


def recognises(name: str, head: bytes) -> bool:
    return _LINE.search(head) is not None


def load(path: Path, codes: "Codes") -> list[Table]:
    """The pairs of one file.

    Raises:
        RefusedFileError: a line after the headings is not of the layout, or the file is cut short.
    """
    seen = _Seen()
    records = _records(path, seen)
    release, end, part = _version(path.name)
    name = "ncci_practitioner"
    if re.search(r"oph|hosp|outp", path.name, re.IGNORECASE):
        name = "ncci_hospital"
    elif re.search(r"mcd|medicaid", path.name, re.IGNORECASE):
        name = "ncci_medicaid"
    draft = header(
        name,
        release=release or "unnamed",
        source=f"CMS NCCI, {path.name}",
        licence="CMS, behind the AMA's notice; not redistributable",
        covers_from=None,
        covers_to=end or date.max,
        extra={"parts": [part]},
    )
    table = Table.of(draft, records)
    if not len(table):
        raise RefusedFileError(path.name, seen.line, "no pair in the file")
    if end is None or release is None:
        last = quarter_end(seen.latest)
        quarter = f"{last.year}-Q{last.month // 3}"
        return [table.with_header(release=quarter, covers_to=last)]
    if mislabelled(seen.latest, end):
        said = f"a pair from {seen.latest} on, the release in the name ends on {end}; keep the official name"
        raise RefusedFileError(path.name, seen.latest_line, said)
    return [table]


class _Seen:
    def __init__(self) -> None:
        self.line = 1
        self.latest = date.min
        self.latest_line = 1


def _records(path: Path, seen: _Seen) -> Iterator[bytes]:
    pack = struct.Struct(PAIR).pack
    days: dict[str, tuple[int, date | None]] = {"*": (OPEN, None), "": (OPEN, None)}
    started = False
    number = 0
    fields = 0
    for number, line in lines_of(path):
        cells = line.split("\t")
        if not started:
            started = len(cells) >= 6 and len(cells[0]) == 5 and len(cells[1]) == 5 and cells[3].isdigit()
            if not started:
                continue
            fields = len(line.rstrip("\t").split("\t"))
        if not line.strip():
            continue
        try:
            first, second, _, effective, deletion, indicator = cells[:6]
            from_day = days.get(effective) or _day(effective, days)
            to_day = days.get(deletion.strip()) or _day(deletion.strip(), days)
            right = (
                len(first) == len(second) == 5
                and (first + second).isalnum()
                and len(cells) >= fields
                and not surplus(cells, max(fields, 7))
                and from_day[0] != OPEN
            )
            mark = "019".index(indicator.strip()[:1] or "x")
        except ValueError:
            right = False
        if not right:
            raise RefusedFileError(
                path.name, number, "not column 1, column 2, mark, effective, deletion, indicator"
            )
        if from_day[1] is not None and from_day[1] > seen.latest:
            seen.latest, seen.latest_line = from_day[1], number
        yield (first + second).encode() + pack(from_day[0], to_day[0], (0, 1, 9)[mark])
    seen.line = number


def _day(text: str, days: dict[str, tuple[int, date | None]]) -> tuple[int, date | None]:
    """A date of the file, remembered: a few hundred dates make millions of lines."""
    if len(text) != 8 or not text.isdigit():
        raise ValueError(text)
    found = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    days[text] = (day_number(found), found)
    return days[text]


def _version(name: str) -> tuple[str | None, date | None, str]:
    """v320r0-f1: version 32.0 is January 2026, 32.1 April, 32.2 July, 32.3 October."""
    found = _VERSION.search(name)
    if found is None or not 0 <= int(found.group(2)) <= 3:
        return None, None, "all"
    year, quarter = 1994 + int(found.group(1)), int(found.group(2))
    return f"{year}-Q{quarter + 1}", quarter_end(date(year, quarter * 3 + 1, 1)), found.group(3) or "all"
