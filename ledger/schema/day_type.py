"""A day in the ledger: a DATE in PostgreSQL, ISO text under a CHECK in SQLite, which has no type for dates.

Programs give and take ISO text (`2026-03-31`), and "" where a column that may be empty has no day, for which
the database has NULL. In SQL that is NULL's logic: ask `is_(None)` for no day, never `== ""`. What compares
a day with anything but a day is refused when it is executed, on both databases alike, and so is "" (but for
`==` of a column that has a day in each row: it finds none); what takes it for a text is refused when it is
written.
"""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, Dialect, Table, Text
from sqlalchemy.sql import operators as o
from sqlalchemy.types import TypeDecorator, TypeEngine

_OF_DAYS = frozenset(
    (
        *(o.eq, o.ne, o.lt, o.le, o.gt, o.ge, o.between_op, o.not_between_op, o.in_op, o.not_in_op),
        *(o.is_, o.is_not, o.is_distinct_from, o.is_not_distinct_from),
        *(o.asc_op, o.desc_op, o.nulls_first_op, o.nulls_last_op, o.distinct_op),
    )
)


class NotADay(ValueError):
    """A value that is to be a day is none. Its message never has the value."""


class Day(TypeDecorator[str]):
    """A day that is there in every row: ISO text in Python."""

    impl = Date
    cache_ok = True

    class comparator_factory(TypeDecorator.Comparator[str]):  # noqa: N801 - SQLAlchemy's name
        def operate(self, op: Any, *other: Any, **given: Any) -> Any:
            if op not in _OF_DAYS and not isinstance(op, o.custom_op):
                raise TypeError(f"a day is no text: it has no {op.__name__}")
            if op is o.ne and isinstance(self.type, DayOrNone) and other[0] is not None:
                raise TypeError("no day is not unequal to one in SQL: say is_distinct_from or is_not(None)")
            return super().operate(op, *other, **given)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        # No row of a column without gaps has "", and so says NULL. Of one with gaps it would say the same,
        # where `is_(None)` is meant; and no day is neither before nor after another one.
        return _NO_ROW if op is o.eq and not isinstance(self, DayOrNone) else _A_DAY

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None and not _is_day(value):
            raise NotADay("a value that is to be a day, as 2026-03-31, is none")
        return value


class DayOrNone(Day):
    """A day that may be missing: "" in Python, NULL in the database."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return super().process_bind_param(value or None, dialect)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str:
        return value or ""


_A_DAY, _NO_ROW = Day(), DayOrNone()


@cache  # asked for each insert of a payment's rows; there are as many as there are inserts in the code
def may_miss(table: Table, names: tuple[str, ...]) -> tuple[int, ...]:
    """Which of these columns hold a day that may be missing, by their position in `names`."""
    return tuple(n for n, name in enumerate(names) if isinstance(table.c[name].type, DayOrNone))


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value  # there are other forms of ISO than this one
    except (TypeError, ValueError):
        return False
