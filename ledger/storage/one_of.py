"""A column that is one of many values, as one parameter.

`column.in_(values)` writes a mark for each value: a statement of its own for every count of values, compiled
anew each time and bounded by the database. Here the values travel as one array, so that the statement stays
the same.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, BindParameter, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


def one_of(
    column: ColumnElement[Any], values: Collection[int] | Collection[str] | BindParameter[Any]
) -> ColumnElement[bool]:
    """Whether the column is one of these values, however many; a parameter stands for such."""
    kind = _Array(isinstance(column.type, Text))
    if isinstance(values, BindParameter):
        given: BindParameter[Any] = bindparam(values.key, type_=kind)
    else:
        # a list of its own: a statement lives until the collector comes, and a mapping's values would with it
        given = bindparam(None, list(values), type_=kind)
    return column.op("IN", is_comparison=True)(_Each(given))


class _Array(TypeDecorator[Any]):
    """Numbers, or texts: a JSON array in SQLite, an array in PostgreSQL."""

    impl = Text
    cache_ok = True

    def __init__(self, of_texts: bool) -> None:
        super().__init__()
        self.of_texts = of_texts

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(ARRAY(Text if self.of_texts else BigInteger))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return json.dumps(list(value)) if dialect.name == "sqlite" else list(value)


class _Each(FunctionElement[Any]):
    """The values of an array as rows."""

    inherit_cache = True


@compiles(_Each, "sqlite")
def _in_sqlite(element: _Each, compiler: Any, **given: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **given)}))"


@compiles(_Each, "postgresql")
def _in_postgresql(element: _Each, compiler: Any, **given: Any) -> str:
    return f"(SELECT unnest({compiler.process(element.clauses, **given)}))"
