"""A table of a report: what each column holds, its rows, and whether it has a total."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "cents", "count", "rate", "days"]
"""What a column holds: cents; a rate in thousandths; days in tenths."""
Value = str | int | None


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under columns. `totals`: its numbers are added up. `sheet` is its name in the workbook; `most` how
    many rows the PDF prints, 0 not even the title; the workbook has all. `empty` is said where there are
    none. `strong` are the rows, from 0, that sum up what stands above them."""

    title: str
    sheet: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    note: str = ""
    totals: bool = True
    most: int = 1000
    empty: str = "None."
    strong: Sequence[int] = ()


def sums_of(table: Table) -> list[Value]:
    """The row of totals: empty where the table has none."""
    if not table.totals or not table.rows:
        return []
    added: list[Value] = [
        sum(v for v in values if isinstance(v, int)) if column.kind in ("cents", "count") else None
        for column, values in zip(table.columns, zip(*table.rows, strict=True), strict=True)
    ]
    return ["Total", *added[1:]]
