"""Whether the queue is as it was kept: what was written since that work may be derived from.

Each transaction that writes such a row leaves one (`Ledger.write`). Who keeps the queue takes away those that
it saw before it read anything: what is written meanwhile stays to be seen.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, select

from ledger.schema import queue_change
from ledger.storage import kept_to
from ledger.storage.database import Ledger
from ledger.storage.kept_to import KeptTo
from ledger.storage.one_of import one_of

QUEUE: Final = "queue"


class Kept(NamedTuple):
    """For which business date the queue is kept, and by which partners' files."""

    business_on: str
    partners: int


def since(ledger: Ledger, wanted: Kept) -> Sequence[str] | None:
    """What was written since the queue was kept, as keys; None: nothing was, and it was kept so."""
    with ledger.read() as connection:
        found = kept_to.read(connection, [QUEUE]).get(QUEUE)
        changes = connection.execute(select(queue_change.c.key)).scalars().all()
    return None if not changes and found == KeptTo(*wanted) else changes


def kept(connection: Connection, of: Kept, changes: Sequence[str]) -> None:
    """The queue is kept in this transaction, with all that these changes wrote."""
    connection.execute(delete(queue_change).where(one_of(queue_change.c.key, changes)))
    kept_to.note(connection, {QUEUE: KeptTo(*of)})
    connection.info["touched"].clear()  # the work that was made here is derived
