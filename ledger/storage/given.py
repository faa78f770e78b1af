"""Rows that a statement is given, as one parameter, and a rounding that is the same in every database.

`VALUES` writes a mark for each value, so that the statement is another one for every count of rows. Here the
rows travel as one JSON text. A share travels as whole numbers, since SQLite does not read each decimal as
Python does: `parts` takes it apart, `share_of` puts the very same number together again.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Integer,
    TableValuedAlias,
    Text,
    bindparam,
    cast,
    column,
    literal,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

WIDEST = 62
"""Bits of a power of two that both databases keep as a whole number."""


def rows_of(given: Sequence[Sequence[str | int]]) -> TableValuedAlias:
    """The rows as something to select from; `text_of` and `share_of` read their columns."""
    one = column("value", Text())
    return _Rows(bindparam(None, json.dumps(given), type_=Text())).table_valued(one, name="given_rows")


def text_of(rows: TableValuedAlias, place: int) -> ColumnElement[str]:
    """The text at a place of each row, from 0."""
    return _Part(rows.c.value, literal(place, Integer()))


def share_of(rows: TableValuedAlias, place: int) -> ColumnElement[float]:
    """The number whose `parts` are at a place of each row and the two behind it."""
    of, by, by_more = (cast(text_of(rows, place + n), Double[float]()) for n in range(3))
    share: ColumnElement[Any] = of / by / by_more
    return share


def parts(share: float) -> tuple[int, int, int]:
    """A share as a whole number and two powers of two that it is divided by, without a rest."""
    of, by = share.as_integer_ratio()
    bits = by.bit_length() - 1
    return of, 1 << min(bits, WIDEST), 1 << max(bits - WIDEST, 0)


def rounded(number: ColumnElement[float]) -> ColumnElement[int]:
    """The nearest whole number, of two that are as near the even one: Python's `round`."""
    return _Rounded(number)


class _Rows(FunctionElement[Any]):
    name = "given_rows"
    inherit_cache = True


class _Part(FunctionElement[str]):
    type = Text()
    inherit_cache = True


class _Rounded(FunctionElement[int]):
    type = BigInteger()  # PostgreSQL is told the type of what this is compared with, and cents pass 32 bits
    inherit_cache = True


@compiles(_Rows, "sqlite")
def _rows_in_sqlite(element: _Rows, compiler: Any, **given: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **given)})"


@compiles(_Rows, "postgresql")
def _rows_in_postgresql(element: _Rows, compiler: Any, **given: Any) -> str:
    return f"jsonb_array_elements(CAST({compiler.process(element.clauses, **given)} AS JSONB))"


@compiles(_Part, "sqlite")
def _part_in_sqlite(element: _Part, compiler: Any, **given: Any) -> str:
    value, place = (compiler.process(clause, **given) for clause in element.clauses)
    return f"json_extract({value}, '$[' || {place} || ']')"


@compiles(_Part, "postgresql")
def _part_in_postgresql(element: _Part, compiler: Any, **given: Any) -> str:
    value, place = (compiler.process(clause, **given) for clause in element.clauses)
    return f"({value} ->> CAST({place} AS INTEGER))"


@compiles(_Rounded, "sqlite")
def _rounded_in_sqlite(element: _Rounded, compiler: Any, **given: Any) -> str:
    number = compiler.process(element.clauses, **given)
    whole = f"CAST(ABS({number}) AS INTEGER)"
    rest = f"(ABS({number}) - {whole})"
    up = f"({rest} > 0.5 OR ({rest} = 0.5 AND {whole} % 2 = 1))"
    return f"((CASE WHEN {number} < 0 THEN -1 ELSE 1 END) * ({whole} + {up}))"


@compiles(_Rounded, "postgresql")
def _rounded_in_postgresql(element: _Rounded, compiler: Any, **given: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **given)} AS BIGINT)"  # a half becomes the even one
