"""The data dictionary: every table of the ledger with its columns and keys, from its SQLAlchemy metadata.

What a table or column means stands in `ledger/schema/` as the comment above the table and behind the column,
and is taken from there; how states follow each other is `ledger/sending/transitions.py`.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sqlalchemy import CheckConstraint, Column, Table, UniqueConstraint
from sqlalchemy.dialects import sqlite

from ledger import schema
from ledger.schema.day_type import Day
from ledger.sending.transitions import TRANSITIONS

HEAD = """# The tables of the ledger

Generated from `ledger/schema/`. Amounts are integer cents, a day is a date, an instant is in seconds since
the epoch. SQLite and PostgreSQL have the same tables; SQLite, which has no dates, keeps a day as ISO text,
and a CHECK for each such column refuses what is no day.
"""


TABLE = re.compile(r"((?:^#[^\n]*\n)*)^\w+ = Table\(\n    \"(\w+)\",\n(.*?)^\)", re.M | re.S)
COLUMN = re.compile(r"^    \w+\((?:\"(\w+)\")?[^\n]*\)?,  # ([^\n]+)$", re.M)


@cache
def _meanings() -> dict[str, tuple[str, dict[str, str]]]:
    """Of each table what its comment says, and the comments behind its columns."""
    found = {}
    for path in sorted(Path(schema.__file__).parent.glob("*.py")):
        for above, name, body in TABLE.findall(path.read_text("utf-8")):
            text = " ".join(line.removeprefix("#").strip() for line in above.splitlines())
            found[name] = text, {column: said for column, said in COLUMN.findall(body) if column}
    return found


def pages() -> dict[str, str]:
    tables = sorted(schema.metadata.tables.values(), key=lambda t: t.name)
    lines = [HEAD, *_relations(tables)]
    for table in tables:
        lines += _table(table)
    return {"reference/ledger.md": "\n".join(lines)}


def _relations(tables: list[Table]) -> Iterator[str]:
    """Which table refers to which: a line for each, and the diagram."""
    yield "```mermaid"
    yield "erDiagram"
    for table in tables:
        for key in sorted(table.foreign_keys, key=lambda k: k.parent.name):
            many = "|o" if key.parent.nullable else "||"
            yield f"    {key.column.table.name} {many}--o{{ {table.name} : {key.parent.name}"
    yield "```"
    yield ""


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.name}"
    yield ""
    meaning, of_columns = _meanings()[table.name]
    if meaning:
        yield meaning
        yield ""
    if table.name in schema.APPEND_ONLY:
        yield "Append-only: the database refuses a change or removal of a row."
        yield ""
    meanings = bool(of_columns)
    yield "| Column | Type | Null | Default | Key |" + (" Meaning |" if meanings else "")
    yield "|---|---|---|---|---|" + ("---|" if meanings else "")
    for column in table.columns:
        cells = [
            f"`{column.name}`",
            _type(column),
            "yes" if column.nullable else "",
            _default(column),
            _key(column),
        ]
        if meanings:
            cells.append(of_columns.get(column.name, "").replace("|", "\\|"))
        yield f"| {' | '.join(cells)} |"
    yield ""
    rules = [*_rules(table)]
    if rules:
        yield from rules
        yield ""
    if table.name in TRANSITIONS:
        yield from _states(table.name)


def _states(name: str) -> Iterator[str]:
    """How the states of a table follow each other."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state, following in TRANSITIONS[name].items():
        for becomes in following:
            yield f"    {state or '[*]'} --> {becomes}"
    yield "```"
    yield ""


def _type(column: Column[object]) -> str:
    return str(column.type).lower()


def _default(column: Column[object]) -> str:
    default = column.server_default
    return f"`{getattr(default, 'arg', default)}`" if default is not None else ""


def _key(column: Column[object]) -> str:
    found = ["primary"] if column.primary_key else []
    found += [f"[{key.column.table.name}](#{key.column.table.name})" for key in column.foreign_keys]
    return ", ".join(found)


def _rules(table: Table) -> Iterator[str]:
    """What the database itself keeps true."""
    days = {f"ck_{table.name}_{column.name}" for column in table.columns if isinstance(column.type, Day)}
    for constraint in sorted(table.constraints, key=lambda c: str(c.name)):
        if isinstance(constraint, UniqueConstraint):
            yield f"* unique: {', '.join(f'`{c.name}`' for c in constraint.columns)}"
        elif isinstance(constraint, CheckConstraint) and constraint.name not in days:
            yield f"* check: `{constraint.sqltext}`"
    for index in sorted(table.indexes, key=lambda i: str(i.name)):
        where = index.dialect_options["sqlite"].get("where")
        if index.unique:
            names = ", ".join(f"`{c.name}`" for c in index.columns)
            told = (
                where.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
                if where is not None
                else ""
            )
            yield f"* unique: {names}" + (f", where `{told}`" if where is not None else "")
