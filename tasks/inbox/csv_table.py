"""A table that a person gives as CSV: its rows by the names of its columns, each with its line.

What a bank's system or a spreadsheet saves is read; a table that is cut, or whose rows do not have the fields
of its first line, is refused by its line.
"""

import codecs
import csv
import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

from tasks.errors import StepError

Rows = list[tuple[int, dict[str, str]]]
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read(file: Path, code: str, largest: int) -> bytes:
    """A file's bytes. Raises StepError with `code`: it can't be read, or is larger than `largest` bytes."""
    try:
        if file.stat().st_size > largest:
            raise StepError(code, f"the file has more than {largest:,} bytes; import it in parts")
        return file.read_bytes()
    except OSError as error:
        raise StepError(code, f"{file}: {error.strerror}") from None


def day(text: str) -> date | None:
    """A day as ISO or a spreadsheet writes it; None: it is neither."""
    for layout in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(text, layout).date()
        except ValueError:
            continue
    return None


def decoded(data: bytes, code: str, remedy: str) -> str:
    """The text: UTF-8, UTF-16 with its mark, or a code page of one byte a letter, of which letters outside
    ASCII stand in free text alone; DOS ends a file with 1A. Raises StepError with `code`: it is no text."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    text = text.removesuffix("\x1a")
    if _CONTROL.search(text):
        raise StepError(code, f"the file is not text; {remedy}")
    return text


def rows(text: str, code: str, line_code: str, needed: Sequence[str], columns: Sequence[str]) -> Rows:
    """The rows that are not empty; fields are parted by commas, semicolons or tabs, as the first line is.

    Raises StepError with `code` where the file can't be read or is cut, and with `line_code` where a line is
    not right."""
    if not text.strip():
        raise StepError(code, "the file is empty; fetch it again")
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, delimiter=_delimiter(text))
        names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        found = [(reader.line_num, row) for row in reader]
    except csv.Error:
        raise StepError(code, "the file can't be read as CSV; docs/runbook.md has its columns") from None
    if not text.endswith(("\n", "\r")):
        raise StepError(code, "the file does not end with the end of a line: it may be cut; fetch it again")
    if missing := [name for name in needed if name not in names]:
        raise StepError(line_code, f"line 1: no column {', '.join(missing)}; it needs {', '.join(needed)}")
    if unknown := [name for name in names if name not in columns]:
        raise StepError(line_code, f"line 1: no such column {unknown[0]!r}; there are {', '.join(columns)}")
    if twice := [name for name in names if names.count(name) > 1]:
        raise StepError(line_code, f"line 1: the column {twice[0]} stands there twice; leave one of them out")
    kept: Rows = []
    for number, row in found:
        values = {(k or "").strip().lower(): v.strip() for k, v in row.items() if isinstance(v, str)}
        if None in row or len(values) != len(names):
            raise StepError(line_code, f"line {number}: it has not the {len(names)} fields of its first line")
        if any(values.values()):  # a spreadsheet has empty rows
            kept.append((number, values))
    return kept


def _delimiter(text: str) -> str:
    """What parts the names of the first line; a spreadsheet that writes decimal commas takes semicolons."""
    first = text.splitlines()[0]
    return max(",;\t", key=first.count)
