"""The user's licensed CPT file: a code and its text on each line, tab-separated or in columns.

The AMA's text files have the code in 1-5, then a tab or blanks, then the text; a few lines of notice
may come first. The year stands in the name. Nothing of it leaves the user's home.
"""

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.loaders.lines import RefusedFileError, lines_of
from coding.codes.procedures import header
from coding.codes.table import Table
from coding.codes.title_index import indexed

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "CPT, licensed file"
_LINE = re.compile(r"(\d{4}[0-9FTUMA])[\t ,|]+\"?(\S.*?)\"?$")
_ORDER = re.compile(
    r"\d{5} [0-9A-Z]{3,7} +[01] "
)  # a line of an order file of ICD-10, whose number comes first


def recognises(name: str, head: bytes) -> bool:
    lines = [line for line in head.decode("latin-1").splitlines() if line.strip()][5:60]
    matched = sum(_LINE.match(line) is not None and _ORDER.match(line) is None for line in lines)
    return bool(lines) and matched >= 0.8 * len(lines)


def load(path: Path, codes: "Codes") -> list[Table]:
    """The codes of the year with their text.

    Raises:
        RefusedFileError: a line after the notice is not of the layout, a code comes twice, no year.
    """
    year = re.search(r"(20\d\d)", path.name)
    if year is None:
        raise RefusedFileError(path.name, 1, "the name has no year; write it in, as CPT_2026.txt")
    rows: dict[str, tuple[str, None, None, str]] = {}
    for number, line in lines_of(path):
        if not line.strip():
            continue
        found = _LINE.match(line)
        if found is None or "\t" in found.group(2):
            if not rows:
                continue
            raise RefusedFileError(path.name, number, "not a code and its text")
        code = found.group(1)
        if code in rows:
            raise RefusedFileError(path.name, number, f"{code} comes twice")
        rows[code] = (code, None, None, found.group(2).strip())
    if not rows:
        raise RefusedFileError(path.name, 1, "no code in the file")
    first = date(int(year.group(1)), 1, 1)
    head = header(
        "cpt",
        release=year.group(1),
        source=path.name,
        licence="AMA; the user's licence, not redistributable",
        covers_from=first,
        covers_to=first.replace(month=12, day=31),
    )
    return [indexed(head, rows.values())]
