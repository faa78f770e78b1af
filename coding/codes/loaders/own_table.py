"""A table that a home writes itself: a CSV file whose first row names the columns, with days of service."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from coding.codes.loaders.lines import RefusedFileError, csv_rows
from coding.codes.procedures import Texts, header
from coding.codes.table import Table, day_number


def own_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Numbered rows with a cell for each column, without the heading and empty rows.

    Raises:
        RefusedFileError: the file has other columns, or a row more or fewer cells.
    """
    rows = csv_rows(path, "utf-8-sig")
    _, heading = next(rows, (1, []))
    if tuple(cell.lower() for cell in heading) != columns:
        raise RefusedFileError(path.name, 1, f"the columns are {', '.join(columns)}")
    for number, row in rows:
        if not any(row):
            continue
        if len(row) != len(columns):
            raise RefusedFileError(path.name, number, f"{len(row)} columns, not {len(columns)}")
        yield number, row


def own_days(first: str, last: str, file: str, line: int) -> tuple[int, int]:
    """First and last day of service (YYYY-MM-DD, empty: open) as a table counts them.

    Raises:
        RefusedFileError: one is no day, or they come in the wrong order.
    """
    start, end = _day(first, file, line), _day(last, file, line)
    if start and end and end < start:
        raise RefusedFileError(file, line, "its last day comes before its first")
    return day_number(start, 0), day_number(end)


def own_table(
    name: str,
    path: Path,
    records: Iterable[tuple[int, bytes, str]],
    texts: Texts | None = None,
    *,
    licence: str,
) -> Table:
    """The table of (line, record, what it is about), released under the file's name.

    Raises:
        RefusedFileError: a record comes twice, or there is none.
    """
    found: set[bytes] = set()
    for number, record, about in records:
        if record in found:
            raise RefusedFileError(path.name, number, f"{about} comes twice")
        found.add(record)
    if not found:
        raise RefusedFileError(path.name, 1, "no row in the file")
    head = header(
        name,
        release=path.stem,
        source=f"the user's table, {path.name}",
        licence=licence,
        covers_from=None,
        covers_to=None,
    )
    return Table.of(head, found, bytes(texts.data) if texts is not None else b"")


def _day(cell: str, file: str, line: int) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise RefusedFileError(file, line, f"{cell!r} is no day (YYYY-MM-DD)") from None
