"""CSV: one row per service line. `source`, `encounter_id` and `version` say which encounter it belongs to.

The first row names the columns (`intake.csv_columns`), in any order. The separator is a comma,
semicolon, tab or bar, detected from that row. The last row must end with a line break: without one, or
with an open quote, the file may be truncated, and nothing of it is read. Several values in one cell are
separated by `;` (or `|` or a space); a code with its day, days or amount is `11=2026-10-20`,
`70=2026-10-01..2026-10-05` or `80=15.00`. Dates are 2026-11-16, 20261116 or 11/16/2026. Values of the
encounter can be in each of its rows or only in the first; rows that contradict each other are refused.
A column whose name starts with `x_` is ignored.
"""

import csv
import io
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from config.problem import Problem
from intake.csv_columns import ALWAYS, BY_NAME, IGNORED_PREFIX, REQUIRED, Column
from intake.days import day_of
from intake.encounter import Encounter
from intake.outcome import Read
from intake.validation import to_encounter

FORMAT = "csv"
MAX_ROWS = 500_000
MAX_LINES = 999  # of one encounter
MAX_COLUMNS = 500
_SEVERAL = re.compile(r"[;|,\s]+")
_SEPARATOR_LINE = re.compile(r"sep=[^\r\n]\s*[\r\n]+", re.IGNORECASE)  # Excel's own first line

_WRITTEN_AS_TEXT = re.compile(r'^="([^"]*)"$')  # ="04102", so that a spreadsheet keeps the zero

Key = tuple[str, str, str]


REPEATS = frozenset({"59", "76", "77", "91", "XE", "XP", "XS", "XU"})
"""Modifiers that say that a service was done more than once, or apart from another."""
TWICE = "a row that stands there twice, the same in every column"


def recognises(name: str, text: str) -> bool:
    """A first row that holds at least two of our columns, or the ending .csv."""
    head = _start(text[:20_000]).split("\n", 1)[0]
    if head.startswith(("<", "{", "[", "MSH")):
        return False
    known = sum(cell in BY_NAME for cell in _header(head, _separator(head)))
    return known >= 2 or name.lower().endswith(".csv")


def read(name: str, text: str) -> Read:
    """All encounters whose rows can be read; the others are problems with row and column."""
    result = Read(FORMAT)
    text = _start(text)
    if not text.endswith(("\n", "\r")):
        result.problems.append(
            Problem(
                "INT-05",
                "",
                "the last line does not end: cut off, or still being written; nothing of the file is read",
                "send it whole, with a line break after its last row",
            )
        )
        return result
    separator = _separator(text[:20_000].split("\n", 1)[0])
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = _columns(next(rows), result.problems)
    except csv.Error:
        columns = None
        result.problems.append(_damaged(1))
    if columns is None:
        return result
    groups: dict[Key, tuple[int, dict[str, Any]]] = {}
    bad: set[Key] = set()
    seen: dict[tuple[str, ...], int] = {}
    for number, row in _rows(rows, result.problems):
        if row is None:
            return result  # what follows may be rows of any encounter
        _add_row(groups, bad, seen, number, row, columns, result.problems)
    for key, (number, data) in groups.items():
        if key in bad:
            continue
        outcome = to_encounter(_finished(data), f"encounter starting in row {number}")
        if isinstance(outcome, Encounter):
            result.encounters.append(outcome)
        else:
            result.problems.extend(outcome)
    if not groups and not result.problems:
        result.problems.append(
            Problem("INT-11", "", "only the header, no encounter", "send the day's encounters")
        )
    return result


def _start(text: str) -> str:
    """The text from its header on."""
    text = text.lstrip("\ufeff \t\r\n")
    line = _SEPARATOR_LINE.match(text)
    return text[line.end() :] if line else text


def _header(line: str, separator: str) -> list[str]:
    return [_name(cell.strip().strip('"')) for cell in line.split(separator)]


def _name(cell: str) -> str:
    """A column's name: Encounter ID is encounter_id."""
    return re.sub(r"[\s-]+", "_", cell.strip().lower())


def _separator(line: str) -> str:
    """The separator under which the most known columns appear."""
    return max(",;\t|", key=lambda mark: sum(cell in BY_NAME for cell in _header(line, mark)))


def _columns(header: list[str], problems: list[Problem]) -> list[Column | None] | None:
    """The header's columns in their order (None: ignored), or None with the reason in `problems`."""
    names = [_name(cell) for cell in header]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        problems.append(
            Problem("INT-02", "row 1", f"more than {MAX_COLUMNS} columns", "send the documented columns")
        )
        return None
    if missing := [name for name in (ALWAYS if "kind" in names else REQUIRED) if name not in names]:
        problems.append(
            Problem("INT-09", "row 1", f"columns missing: {', '.join(missing)}", "add them to the export")
        )
    for name in names:
        if name and name not in BY_NAME and not name.startswith(IGNORED_PREFIX):
            near = get_close_matches(name[:40], BY_NAME, 1, 0.75)
            known = f"column {names.index(name) + 1} is unknown" + (f", {near[0]} is meant?" if near else "")
            problems.append(
                Problem("INT-09", "row 1", known, f"name it as documented, or start it with {IGNORED_PREFIX}")
            )
    if twice := sorted({name for name in names if name in BY_NAME and names.count(name) > 1}):
        problems.append(
            Problem("INT-09", "row 1", f"columns given twice: {', '.join(twice)}", "keep one of each")
        )
    return None if problems else [BY_NAME.get(name) for name in names]


def _rows(rows: Iterator[list[str]], problems: list[Problem]) -> Iterator[tuple[int, list[str] | None]]:
    """Numbered rows (the header is row 1) without empty ones; None where the rest cannot be split."""
    number = 1
    while True:
        number += 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            problems.append(_damaged(number))
            yield number, None
            return
        if number > MAX_ROWS:
            problems.append(
                Problem("INT-02", f"row {number}", f"more than {MAX_ROWS} rows", "split the file")
            )
            yield number, None
            return
        if "".join(row).strip():
            yield number, row


def _damaged(number: int) -> Problem:
    return Problem(
        "INT-05",
        f"row {number}",
        "a quoted cell is not closed or is far too long; nothing of the file is read",
        "close the quote and send the file again",
    )


def _add_row(
    groups: dict[Key, tuple[int, dict[str, Any]]],
    bad: set[Key],
    seen: dict[tuple[str, ...], int],
    number: int,
    row: list[str],
    columns: list[Column | None],
    problems: list[Problem],
) -> None:
    cells = [
        (column, text if (text := cell.strip())[:2] != '="' else _WRITTEN_AS_TEXT.sub(r"\1", text))
        for column, cell in zip(columns, row, strict=False)
        if column is not None
    ]
    found = {column.name: cell for column, cell in cells}
    key = (found.get("source", ""), found.get("encounter_id", ""), found.get("version") or "1")
    before = len(problems)
    if len(row) < len(columns) or any(cell.strip() for cell in row[len(columns) :]):
        problems.append(
            Problem(
                "INT-05",
                f"row {number}",
                f"{len(row)} cells, the header has {len(columns)}",
                "quote cells that hold a separator; where the file is cut off, export it again",
            )
        )
        bad.add(key)  # its cells may stand under the wrong columns
        return
    if not key[0] or not key[1]:
        problems.append(
            Problem("INT-08", f"row {number}", "source or encounter_id is empty", "fill both in every row")
        )
    first, data = groups.setdefault(key, (number, {"line": []}))
    line: dict[str, Any] = {}
    for column, cell in cells:
        if not cell:
            continue
        try:
            value = _value(column, cell)
        except ValueError as error:
            problems.append(
                Problem(
                    "INT-08", f"row {number}, column {column.name}", str(error), "correct it at the source"
                )
            )
            continue
        if column.target.startswith("line."):
            line[column.target.removeprefix("line.")] = value
        elif data.setdefault(column.target, value) != value:
            problems.append(
                Problem(
                    "INT-10",
                    f"row {number}, column {column.name}",
                    f"differs from row {first} of the same encounter",
                    "make them alike, or give the encounters different ids",
                )
            )
    data["line"].append(line)
    if len(data["line"]) > MAX_LINES:
        problems.append(
            Problem("INT-02", f"row {number}", f"more than {MAX_LINES} rows for one encounter", "split it")
        )
    if len(problems) > before:
        bad.add(key)
    if (same := seen.setdefault(tuple(row), number)) != number and REPEATS.isdisjoint(
        line.get("modifiers", ())
    ):
        data["doubts"] = [TWICE]
        problems.append(
            Problem(
                "INT-13",
                f"row {number}",
                f"the same as row {same} in every column: a second service, or exported twice?",
                "mark a service that is repeated by its modifier, or count it in units; else export it once",
            )
        )


def _value(column: Column, cell: str) -> Any:
    if column.kind == "date":
        if (day := day_of(cell)) is None:
            raise ValueError("not a date; write 2026-11-16")
        return day
    if column.kind == "list":
        return [part for part in _SEVERAL.split(cell) if part]
    if column.kind == "numbers":
        parts = [part for part in _SEVERAL.split(cell) if part]
        if not all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts):
            raise ValueError("write numbers like 1;2")
        return [int(part) for part in parts]
    if column.kind == "dated":
        return _dated(cell)
    if column.kind in _PAIRS:
        return [_PAIRS[column.kind](part) for part in _SEVERAL.split(cell) if part]
    if column.kind == "flag":
        if cell.lower() not in ("yes", "no", "y", "n", "true", "false", "1", "0"):
            raise ValueError("write yes or no")
        return cell.lower() in ("yes", "y", "true", "1")
    return cell.upper() if column.name.endswith("_sex") else cell


def _dated(text: str) -> dict[str, Any]:
    code, equals, day = text.partition("=")
    if equals and day_of(day) is None:
        raise ValueError("write a code with its day like 11=2026-10-20")
    return {"code": code, "day": day_of(day)} if equals else {"code": code}


def _span(text: str) -> dict[str, Any]:
    code, equals, days = text.partition("=")
    first, _, last = days.partition("..")
    if equals and (day_of(first) is None or day_of(last) is None):
        raise ValueError("write a code with its days like 70=2026-10-01..2026-10-05")
    return {"code": code, "first": day_of(first), "last": day_of(last)} if equals else {"code": code}


def _amount(text: str) -> dict[str, Any]:
    code, equals, amount = text.partition("=")
    if not equals:
        raise ValueError("write a code with its amount like 80=15.00")
    return {"code": code, "amount": amount}


def _tooth(text: str) -> dict[str, Any]:
    number, _, surfaces = text.partition("=")
    return {"number": number, "surfaces": surfaces}


_PAIRS = {"dated list": _dated, "span list": _span, "amount list": _amount, "teeth": _tooth}


def _finished(data: dict[str, Any]) -> dict[str, Any]:
    """Paths like `patient.address.city` become nested objects, coverages a list in their order."""
    lines = [_nested(line) for line in data.pop("line")]
    nested = _nested(data)
    if coverages := nested.get("coverages"):
        nested["coverages"] = [{"order": order, **coverages[order]} for order in "PST" if order in coverages]
    return {**nested, "lines": lines}


def _nested(flat: dict[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for path, value in flat.items():
        *parents, leaf = path.split(".")
        place = nested
        for parent in parents:
            place = place.setdefault(parent, {})
        place[leaf] = value
    return nested
