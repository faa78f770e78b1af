"""Reading official files line by line, and refusing them with the line that is wrong."""

import csv
import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

_MARK = "\ufeff"  # the byte order mark, and what Latin-1 makes of it
_MARK_LATIN = "\u00ef\u00bb\u00bf"
_DOS_END = "\x1a"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
#: From so many lines on a file is an official one, which always ends in a newline.
OFFICIAL = 1000
MONTHS = {m: n for n, m in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), start=1)}  # noqa: SIM905
CODE = re.compile(r"[0-9A-Z]{4}[0-9A-Z]")


class RefusedFileError(Exception):
    """An official file is refused whole: which file, which line, why. Download it again."""

    code = "CODES-REFUSED"

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}; the file is refused whole, nothing was changed")
        self.file = file
        self.line = line
        self.reason = reason


def lines_of(path: Path, encoding: str = "latin-1") -> Iterator[tuple[int, str]]:
    """Numbered lines without their ends, without a byte order mark and the end mark of DOS (Ctrl-Z).

    Raises:
        RefusedFileError: a NUL byte or another control character, bytes that are not of the encoding,
            or a long file that breaks off in its last line.
    """
    number = 0
    line = ""
    try:
        with path.open(encoding=encoding, newline=None) as file:
            for number, line in enumerate(file, start=1):
                text = line.rstrip("\n")
                control = _CONTROL.search(text)
                if control is not None and text != _DOS_END:
                    name = "a NUL byte" if control.group() == "\0" else "a control character"
                    raise RefusedFileError(path.name, number, f"{name} in a text file")
                if number == 1:
                    text = text.removeprefix(_MARK).removeprefix(_MARK_LATIN)
                yield number, "" if text == _DOS_END else text
        if number > OFFICIAL and not line.endswith(("\n", _DOS_END)):
            raise RefusedFileError(path.name, number, "the file breaks off in its last line")
    except UnicodeDecodeError as error:
        raise RefusedFileError(path.name, number + 1, f"not {encoding} text") from error


def csv_rows(path: Path, encoding: str = "latin-1", delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Numbered rows of a CSV file; a row's number is that of its last line.

    Raises:
        RefusedFileError: quotes that do not end, or a NUL byte.
    """
    reader = csv.reader(
        (line + "\n" for _, line in lines_of(path, encoding)), delimiter=delimiter, strict=True
    )
    try:
        for row in reader:
            yield reader.line_num, [cell.strip() for cell in row]
    except csv.Error as error:
        raise RefusedFileError(path.name, reader.line_num, f"not a CSV row ({error})") from error


def mislabelled(latest: date, end: date) -> bool:
    """Whether a file has days far after the release in its name: CMS announces a quarter ahead."""
    return latest > end + timedelta(days=92)


def surplus(row: list[str], width: int) -> bool:
    """Whether a row says more than its columns hold: two rows that lost the newline between them."""
    return any(cell.strip() for cell in row[width:])


def ends_in_newline(path: Path) -> bool:
    """Whether the last line is whole: a download that broke off usually is not."""
    with path.open("rb") as file:
        file.seek(0, 2)
        if file.tell() == 0:
            return False
        file.seek(-1, 2)
        return file.read(1) in (b"\n", b"\x1a")


def day(text: str, file: str, line: int) -> date:
    """A date written YYYYMMDD.

    Raises:
        RefusedFileError: it is none.
    """
    try:
        if len(text) != 8:
            raise ValueError
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise RefusedFileError(file, line, f"{text!r} is no date YYYYMMDD") from None


def day_of_year(text: str, file: str, line: int) -> date:
    """A date written YYYYDDD.

    Raises:
        RefusedFileError: it is none.
    """
    try:
        if len(text) != 7:
            raise ValueError
        found = date(int(text[:4]), 1, 1) + timedelta(days=int(text[4:]) - 1)
        if found.year != int(text[:4]):
            raise ValueError
    except (ValueError, OverflowError):
        raise RefusedFileError(file, line, f"{text!r} is no date YYYYDDD") from None
    return found


def quarter_end(start: date) -> date:
    """The last day of the quarter a day lies in."""
    month = (start.month + 2) // 3 * 3
    return date(start.year, month, monthrange(start.year, month)[1])
