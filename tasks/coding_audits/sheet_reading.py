"""A filled-in review sheet is read: the workbook itself, or the same rows saved as CSV.

Of a workbook only the cells of its sheet `Review` are read (the first one where there is none of that name):
no formula is computed, no link followed. Rows are found by their head, wherever it stands.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from config.problem import Problem
from intake import xml
from tasks.coding_audits.review import Said
from tasks.coding_audits.sheet import ANSWERS, SHEET
from tasks.errors import StepError
from tasks.inbox import csv_table

UNREAD, WRONG = "CAU-04", "CAU-05"
LARGEST: Final = 50_000_000
"""Bytes of a sheet, and of what it unpacks to."""
NEEDED: Final = ("Audit", "Place", "Claim", "Line", "Code", *ANSWERS)
_HEAD_WITHIN: Final = 20  # rows
_REMEDY: Final = "save the review sheet as XLSX or CSV"
Rows = Iterator[tuple[int, list[str]]]
_CELL: Final = re.compile(r"([A-Z]{1,3})\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A row that says something. `row` is its number in the file; what names the line stands as it came."""

    row: int
    audit: str
    place: str
    claim: str
    line: str
    procedure: str
    said: Said


def read(data: bytes) -> list[Answer]:
    """The rows that say something. Raises StepError CAU-04, it can't be read; CAU-05, it is no such sheet."""
    table = list(cells_of(data))
    for at, (_, cells) in enumerate(table[:_HEAD_WITHIN]):
        names = [cell.strip().casefold() for cell in cells]
        if {"place", "verdict"} <= set(names):
            return list(_answers(names, table[at + 1 :]))
    raise StepError(WRONG, "no row names the columns Place and Verdict: it is no review sheet")


def cells_of(data: bytes) -> Rows:
    """The rows of a workbook or of CSV with their numbers. Raises StepError CAU-04: it can't be read."""
    return _workbook(data) if data[:2] == b"PK" else _text(data)


def _answers(names: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> Iterator[Answer]:
    if missing := [name for name in NEEDED if name.casefold() not in names]:
        raise StepError(WRONG, f"the sheet has no column {', '.join(missing)}")
    for number, cells in rows:
        value = {n: cells[at].strip() for at, n in enumerate(names) if at < len(cells)}
        verdict, code, modifiers, diagnoses, reason = (value.get(name.casefold(), "") for name in ANSWERS)
        if not any((verdict, code, modifiers, diagnoses, reason)):
            continue
        yield Answer(
            row=number,
            audit=value.get("audit", ""),
            place=value.get("place", ""),
            claim=value.get("claim", ""),
            line=value.get("line", ""),
            procedure=value.get("code", ""),
            said=Said(
                verdict=verdict, procedure=code, modifiers=modifiers, diagnoses=diagnoses, reason=reason
            ),
        )


def _text(data: bytes) -> Rows:
    text = csv_table.decoded(data, UNREAD, _REMEDY)
    if not text.endswith(("\n", "\r")):
        raise StepError(UNREAD, "the file does not end with the end of a line: it may be cut; save it again")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        raise StepError(UNREAD, f"the file can't be read as CSV; {_REMEDY}") from None


def _workbook(data: bytes) -> Rows:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            if sum(entry.file_size for entry in book.infolist()) > LARGEST:
                raise StepError(UNREAD, f"the workbook unpacks to more than {LARGEST:,} bytes; {_REMEDY}")
            sheet, shared = _part(book, _sheet_name(book)), _shared(book)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error):
        raise StepError(UNREAD, f"the file is no whole workbook; {_REMEDY}") from None
    for at, row in enumerate(sheet.iter("row"), 1):
        cells: list[str] = []
        for cell in row.iter("c"):
            column = _column(cell.get("r", ""), len(cells))
            cells += [""] * (column - len(cells))
            cells.append(_value(cell, shared))
        yield _number(row.get("r", "")) or at, cells


def _part(book: zipfile.ZipFile, name: str) -> xml.Element:
    found = xml.parse(book.read(name).decode("utf-8-sig", "replace"))
    if isinstance(found, Problem):
        raise StepError(UNREAD, f"the workbook's {name} can't be read; {_REMEDY}")
    return found


def _sheet_name(book: zipfile.ZipFile) -> str:
    """The part that holds the sheet `Review`, or the first one."""
    sheets = list(_part(book, "xl/workbook.xml").iter("sheet"))
    if not sheets:
        raise KeyError(SHEET)
    wanted = next((one for one in sheets if one.get("name") == SHEET), sheets[0])
    name = next((value for key, value in wanted.attrib.items() if str(key).endswith("}id")), "")
    for relation in _part(book, "xl/_rels/workbook.xml.rels").iter("Relationship"):
        if relation.get("Id") == name:
            return "xl/" + str(relation.get("Target")).removeprefix("/xl/")
    raise KeyError(name)


def _shared(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [_words(one) for one in _part(book, "xl/sharedStrings.xml").iter("si")]


def _words(element: xml.Element) -> str:
    """The text of a cell, in one or in several pieces of formatted text; not what says how it is read."""
    spoken = {id(t) for ruby in element.iter("rPh") for t in ruby.iter("t")}
    return "".join(t.text or "" for t in element.iter("t") if id(t) not in spoken)


def _column(place: str, after: int) -> int:
    """From 0; a cell without a place stands behind the one before."""
    found = _CELL.fullmatch(place)
    if found is None:
        return after
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return max(number - 1, after)


def _number(text: str) -> int | None:
    """A row's or a string's number; None where it is none that a workbook can have."""
    return int(text) if text.isdecimal() and len(text) <= 9 else None


def _value(cell: xml.Element, shared: Sequence[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _words(cell)
    value = next((v.text or "" for v in cell.iter("v")), "")
    if kind == "s":
        place = _number(value)
        return shared[place] if place is not None and place < len(shared) else ""
    if kind == "n" and re.fullmatch(r"-?\d+\.0*", value):
        return value.partition(".")[0]
    return value
