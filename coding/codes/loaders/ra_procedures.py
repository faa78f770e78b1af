"""CMS's list of the CPT and HCPCS codes that count for risk adjustment, CSV, text with tabs or `.xlsx`.

A notice of some lines, then the columns: the code, its description, and yes or no (of several years, a column
each with its year in the heading). The year of service stands in the name. Descriptions are not kept.
"""

import re
import struct
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.condition_categories import ELIGIBLE
from coding.codes.loaders.lines import RefusedFileError
from coding.codes.loaders.spreadsheet import is_spreadsheet, table_rows
from coding.codes.procedures import LISTED, header
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "CPT and HCPCS codes that count for risk adjustment"
_CODE = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z]")
_HEADING = re.compile(r"(?:cpt|hcpcs)[ /_]*(?:cpt|hcpcs)?[ /_]*(?:codes?|cd)?", re.IGNORECASE)
_ABOUT = re.compile(r"risk adj|eligible|includ", re.IGNORECASE)
_ANSWERS = {"yes": True, "y": True, "no": False, "n": False}


def recognises(name: str, head: bytes) -> bool:
    if is_spreadsheet(head):
        return re.search(r"cpt.*hcpc", name, re.IGNORECASE) is not None
    lines = head.decode("latin-1").splitlines()[:60]
    return any(_is_heading(re.split(r"[\t,]", line)) and _ABOUT.search(line) for line in lines)


def load(path: Path, codes: "Codes") -> list[Table]:
    """The codes that count in the year.

    Raises:
        RefusedFileError: no year in the name, no heading, a row that is not of the layout or comes twice.
    """
    year = re.search(r"(20\d\d)", path.name)
    if year is None:
        raise RefusedFileError(path.name, 1, "the name has no year of service; keep the official name")
    counting = _read(path, year.group(1), table_rows(path))
    head = header(
        ELIGIBLE,
        release=year.group(1),
        source=f"CMS, {path.name}",
        licence="CMS; no descriptions are kept",
        covers_from=date(int(year.group(1)), 1, 1),
        covers_to=date(int(year.group(1)), 12, 31),
    )
    layout = struct.Struct(LISTED)
    return [Table.of(head, [code.encode() + layout.pack(True) for code in counting])]


def _is_heading(row: list[str]) -> bool:
    return bool(row) and _HEADING.fullmatch(" ".join(row[0].strip('" \ufeff').split())) is not None


def _read(path: Path, year: str, given: Iterator[tuple[int, list[str]]]) -> list[str]:
    answers: dict[str, bool] = {}
    at = number = ended = 0
    for number, row in given:
        if not at:
            at = _answered_in(row, year, path.name, number) if _is_heading(row) else 0
            continue
        if not any(row):
            continue
        if not _CODE.fullmatch(row[0].upper()):
            if not answers or (len(row[0]) <= 5 and any(row[1:])):
                raise RefusedFileError(path.name, number, f"{row[0][:12]!r} is no CPT or HCPCS code")
            ended = ended or number  # the notes below the table
            continue
        if ended:
            raise RefusedFileError(path.name, ended, "not a code, and the table goes on below it")
        said = row[at].lower() if len(row) > at else ""
        if said not in _ANSWERS:
            raise RefusedFileError(path.name, number, f"{said!r} is neither yes nor no: is the line whole?")
        if row[0].upper() in answers:
            raise RefusedFileError(path.name, number, f"{row[0]} comes twice")
        answers[row[0].upper()] = _ANSWERS[said]
    if not at:
        raise RefusedFileError(path.name, 1, "no line names the columns: code, description, yes or no")
    counting = [code for code, counts in answers.items() if counts]
    if not counting:
        raise RefusedFileError(path.name, number, "no code of the file counts")
    return counting


def _answered_in(row: list[str], year: str, name: str, number: int) -> int:
    """The column that says yes or no: that of the year, or the last one where no heading has a year."""
    dated = [(n, found.group()) for n, cell in enumerate(row[1:], 1) if (found := re.search(r"20\d\d", cell))]
    if dated:
        of_year = [n for n, said in dated if said == year]
        if not of_year:
            raise RefusedFileError(name, number, f"no column of {year}, the year in the name")
        return of_year[-1]
    last = max((n for n, cell in enumerate(row) if cell), default=0)
    if last == 0:
        raise RefusedFileError(name, number, "no column that says yes or no")
    return last
