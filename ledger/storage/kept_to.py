"""How far what is derived is kept: the day that it is of, and the last row, or the mark, that it counts."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, Table, delete, func, select

from ledger.schema import kept_to
from ledger.storage.database import insert_many
from ledger.storage.one_of import one_of


class KeptTo(NamedTuple):
    """A business date and a number; "" and 0 where the one or the other says nothing."""

    business_on: str = ""
    last: int = 0


def read(connection: Connection, names: Collection[str]) -> dict[str, KeptTo]:
    """How far each of these is kept, by name; what never was is left out."""
    k = kept_to.c
    query = select(k.name, k.business_on, k.last).where(one_of(k.name, names))
    return {name: KeptTo(*of) for name, *of in connection.execute(query).tuples()}


def newest(connection: Connection, table: Table) -> int:
    """The last id of a table's rows; 0: it has none."""
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())


def note(connection: Connection, kept: Mapping[str, KeptTo]) -> None:
    """Each of these is kept so far from now on."""
    connection.execute(delete(kept_to).where(one_of(kept_to.c.name, kept)))
    rows = [{"name": name, "business_on": of.business_on, "last": of.last} for name, of in kept.items()]
    insert_many(connection, kept_to, rows)
