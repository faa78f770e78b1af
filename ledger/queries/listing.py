"""How a list is asked for: whose rows, how many at most, and behind which one. SQL does all of it.

A list is declared once (`Listing`) and read by pages (`Page`). The cursor is the id of the last row that was
seen. Where the list goes on is found from that row as it is now, whether or not it is still in the list.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, FromClause, Select, and_, false, func, or_, select

from ledger.storage.database import Ledger

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which rows of a list: of these payers, practices and codes (None: of all), at most `limit` of them,
    behind the one with the id `after` (0: from the top)."""

    payers: Collection[str] | None = None
    practices: Collection[str] | None = None
    codes: Collection[str] | None = None
    after: int = 0
    limit: int | None = None


WHOLE = Page()


@dataclass(frozen=True, slots=True)
class Property:
    """What rows are chosen by: which rows have one of these names, and the column that holds the name, where
    a column does."""

    chosen: Callable[[Collection[str]], ColumnElement[bool]]
    column: ColumnElement[str] | None = None


def by(column: ColumnElement[str]) -> Property:
    """Rows are chosen by this column."""
    return Property(lambda names: column.in_(sorted(names)), column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[Row]):
    """A list. `order` are its columns, each with whether it descends; the id (`number`) comes last.

    A list without a property has no row of any name.
    """

    row: Callable[..., Row]
    columns: Sequence[ColumnElement[Any]]
    joined: FromClause
    where: Sequence[ColumnElement[bool]] = ()
    number: ColumnElement[int]
    order: Sequence[tuple[ColumnElement[Any], bool]] = ()
    newest_first: bool = False
    payer: Property | None = None
    practice: Property | None = None
    code: Property | None = None
    _whole: list[Select[Any]] = field(default_factory=list, init=False, compare=False)

    def read(self, ledger: Ledger, page: Page = WHOLE) -> list[Row]:
        """The rows of a page in the order of the list."""
        with ledger.read() as connection:
            return [self.row(*row) for row in connection.execute(self.query(page))]

    def query(self, page: Page) -> Select[Any]:
        """The statement of a page; that of the whole list is built once."""
        if page != WHOLE:
            return self._query(page)
        if not self._whole:
            self._whole.append(self._query(page))
        return self._whole[0]

    def _query(self, page: Page) -> Select[Any]:
        order = (*self.order, (self.number, self.newest_first))
        query = select(*self.columns).select_from(self.joined).where(*self.where, *self._of(page))
        if page.after:
            query = query.where(self._behind(page.after, order))
        return query.order_by(*(c.desc() if down else c for c, down in order)).limit(page.limit)

    def names(self, ledger: Ledger, of: Property | None) -> set[str]:
        """The names that rows of the list have; none where no column holds them."""
        if of is None or of.column is None:
            return set()
        query = select(of.column).select_from(self.joined).where(*self.where).distinct()
        with ledger.read() as connection:
            return set(connection.execute(query).scalars())

    def total(self, ledger: Ledger, cents: ColumnElement[int], page: Page) -> int:
        """The sum of an amount over the whole list, however long a page is."""
        query = select(func.coalesce(func.sum(cents), 0)).select_from(self.joined)
        with ledger.read() as connection:
            return int(connection.execute(query.where(*self.where, *self._of(page))).scalar_one())

    def counted(self, ledger: Ledger, cents: ColumnElement[int], page: Page) -> tuple[int, int]:
        """How many rows the whole list has, and the sum of an amount over them."""
        query = select(func.count(), func.coalesce(func.sum(cents), 0)).select_from(self.joined)
        with ledger.read() as connection:
            count, total = connection.execute(query.where(*self.where, *self._of(page))).one()
        return int(count), int(total)

    def _of(self, page: Page) -> list[ColumnElement[bool]]:
        asked = ((self.payer, page.payers), (self.practice, page.practices), (self.code, page.codes))
        return [of.chosen(names) if of is not None else false() for of, names in asked if names is not None]

    def _behind(self, after: int, order: Sequence[tuple[ColumnElement[Any], bool]]) -> ColumnElement[bool]:
        """Whether a row comes after that one: by the first column in which they differ."""
        here = [after if column is self.number else self._value(column, after) for column, _ in order]
        return or_(
            *(
                and_(
                    *(order[before][0] == here[before] for before in range(n)),
                    column < here[n] if down else column > here[n],
                )
                for n, (column, down) in enumerate(order)
            )
        )

    def _value(self, column: ColumnElement[Any], number: int) -> Any:
        query = select(column).select_from(self.joined).where(self.number == number)
        return query.correlate(None).scalar_subquery()
