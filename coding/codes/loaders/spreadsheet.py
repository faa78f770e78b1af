"""The first sheet of an .xlsx file as rows of text: enough for CMS's code lists, nothing more."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as Xml

from coding.codes.loaders.lines import RefusedFileError, csv_rows

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_COLUMNS = 16_384  # as many as Excel has; a reference beyond would make a row of any length
_MOST = 400 * 1024 * 1024  # bytes of one sheet unpacked: CMS's largest has a tenth of it

# What zip and XML raise for what is no workbook: a key or an encoding that is not there (LookupError),
# an entry that is encrypted or packed in an unknown way (RuntimeError), a stream that breaks.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    Xml.ParseError,
    LookupError,
    ValueError,
    EOFError,
    OSError,
    RuntimeError,
)


def is_spreadsheet(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04")


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Numbered rows of the first sheet, absent cells as "".

    Raises:
        RefusedFileError: no workbook, damaged, or larger than any code list.
    """
    number = 0
    try:
        with zipfile.ZipFile(path) as book:
            shared = _shared(book, path)
            sheet = sorted(n for n in book.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n))[0]
            _check(book, sheet, path)
            with book.open(sheet) as data:
                for _, element in Xml.iterparse(data):
                    if element.tag == f"{_NS}row":
                        number = int(element.get("r", number + 1))
                        yield number, _cells(element, shared)
                        element.clear()
    except _DAMAGE as error:
        raise RefusedFileError(path.name, number + 1, "not a whole .xlsx workbook") from error


def table_rows(path: Path, encoding: str = "latin-1") -> Iterator[tuple[int, list[str]]]:
    """Numbered rows of a table in whichever form it comes: `.xlsx`, or text parted by tabs or commas.

    Raises:
        RefusedFileError: as `rows` and `csv_rows`.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if is_spreadsheet(head):
        return rows(path)
    return csv_rows(path, encoding, "\t" if head.count(b"\t") > head.count(b",") else ",")


def _check(book: zipfile.ZipFile, name: str, path: Path) -> None:
    if book.getinfo(name).file_size > _MOST:
        raise RefusedFileError(path.name, 1, "unpacks to more than any code list has")
    with book.open(name) as data:
        if b"<!DOCTYPE" in data.read(4096):
            raise RefusedFileError(path.name, 1, "declares a DOCTYPE")


def _shared(book: zipfile.ZipFile, path: Path) -> list[str]:
    name = "xl/sharedStrings.xml"
    if name not in book.namelist():
        return []
    _check(book, name, path)
    root = Xml.fromstring(book.read(name))
    return ["".join(t.text or "" for t in item.iter(f"{_NS}t")) for item in root.iter(f"{_NS}si")]


def _cells(row: Xml.Element, shared: list[str]) -> list[str]:
    found: list[str] = []
    for cell in row.iter(f"{_NS}c"):
        column = _column(cell.get("r", "")) if cell.get("r") else len(found)
        found.extend([""] * (column - len(found)))
        value = cell.findtext(f"{_NS}v") or ""
        if cell.get("t") == "s":
            value = shared[int(value)]
        elif cell.get("t") == "inlineStr":
            value = "".join(t.text or "" for t in cell.iter(f"{_NS}t"))
        elif value.endswith(".0"):
            value = value[:-2]
        found.append(value.strip())
    return found


def _column(reference: str) -> int:
    letters = re.match(r"[A-Z]{1,3}", reference)
    if letters is None:
        raise ValueError("a cell without a column")
    number = 0
    for letter in letters.group():
        number = number * 26 + ord(letter) - 64
    if number > _COLUMNS:
        raise ValueError("a cell beyond the last column")
    return number - 1
