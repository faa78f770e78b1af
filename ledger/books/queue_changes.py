"""Whether the queue is as it was kept: what was written since that work may be derived from.

Each transaction that writes such a row leaves one (`Ledger.write`). Who keeps the queue takes away those that
it saw before it read anything: what is written meanwhile stays to be seen. It leaves a row of its own, with
no table. So the keys that are there stand for the ledger as it is (`mark`): each such write changes them.
"""

from collections.abc import Sequence
from secrets import token_hex
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, or_, select

from ledger.schema import queue_change
from ledger.storage import kept_to
from ledger.storage.database import Ledger, insert_many
from ledger.storage.kept_to import KeptTo
from ledger.storage.one_of import one_of

QUEUE: Final = "queue"
KEPT: Final = ""
"""The tables of the row that says that the queue was kept."""


class Kept(NamedTuple):
    """For which business date the queue is kept, and by which partners' files."""

    business_on: str
    partners: int


class Changes(NamedTuple):
    """What was written since the queue was kept: the rows that say so, by their keys, and the tables that it
    was written to. `tables` None: the queue was kept for another day or other partners; all may differ."""

    keys: Sequence[str]
    tables: frozenset[str] | None


def since(ledger: Ledger, wanted: Kept) -> Changes | None:
    """What was written since the queue was kept; None: nothing was, and it was kept so."""
    with ledger.read() as connection:
        found = kept_to.read(connection, [QUEUE]).get(QUEUE)
        query = select(queue_change.c.key, queue_change.c.tables).where(queue_change.c.tables != KEPT)
        changes = connection.execute(query).all()
    if found != KeptTo(*wanted):
        return Changes([row.key for row in changes], None)
    if not changes:
        return None
    tables = frozenset(name for row in changes for name in row.tables.split())
    return Changes([row.key for row in changes], tables)


def kept(connection: Connection, of: Kept, changes: Changes | None) -> None:
    """The queue is kept in this transaction, with all that these changes wrote."""
    seen = one_of(queue_change.c.key, changes.keys if changes is not None else ())
    connection.execute(delete(queue_change).where(or_(seen, queue_change.c.tables == KEPT)))
    insert_many(connection, queue_change, [{"key": token_hex(16), "tables": KEPT}])
    kept_to.note(connection, {QUEUE: KeptTo(*of)})
    connection.info["touched"].clear()  # the work that was made here is derived


def mark(ledger: Ledger) -> tuple[str, ...]:
    """What stands for all that work may be derived from: the same while none of it was written to. What was
    read after it may be newer than it, and is not read under it again."""
    with ledger.read() as connection:
        return tuple(connection.execute(select(queue_change.c.key).order_by(queue_change.c.key)).scalars())
