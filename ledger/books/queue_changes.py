"""Whether the queue is as it was kept: what was written since that work may be derived from.

Each transaction that writes such a row leaves one (`Ledger.write`). Who keeps the queue takes away those that
it saw before it read anything: what is written meanwhile stays to be seen. It leaves a row of its own, with
no table; another one there than it saw says that somebody kept the queue meanwhile, who may know more
(`KeptMeanwhile`). So the keys that are there stand for the ledger as it is (`mark`): each such write changes
them.
"""

from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, select

from ledger.schema import answer, entry, queue_change
from ledger.storage import kept_to
from ledger.storage.database import Ledger, insert_many
from ledger.storage.kept_to import KeptTo
from ledger.storage.one_of import one_of

QUEUE: Final = "queue"
ANSWERS, ENTRIES = "queue answers", "queue entries"
_FOLLOWED: Final = {ANSWERS: answer, ENTRIES: entry}
KEPT: Final = ""
"""The tables of the row that says that the queue was kept."""


class Kept(NamedTuple):
    """For which business date the queue is kept, and by which program and partners' files."""

    business_on: str
    files: int


class KeptMeanwhile(Exception):
    """Another process kept the queue since this one looked: what this one derived may be older."""


class Changes(NamedTuple):
    """What was written since the queue was kept: the rows that say so, and that it was kept, by their keys;
    and the tables that it was written to. `files`: the queue was kept by the same program and partners'
    files; where it was not, or never, all may differ. `kept_on` is the day that it was kept for, "" never,
    and `day` whether that is the one it is wanted for. `before` are the ids of the last answer to a claim and
    of the last entry that it was kept with, and `now` those of now."""

    keys: Sequence[str]
    tables: frozenset[str]
    files: bool
    kept_on: str
    day: bool
    before: Mapping[str, int]
    now: Mapping[str, int]

    @property
    def none(self) -> bool:
        """Whether the queue is as it was kept."""
        return self.files and self.day and not self.tables


def since(ledger: Ledger, wanted: Kept) -> Changes:
    """What was written since the queue was kept so."""
    with ledger.read() as connection:
        found = kept_to.read(connection, [QUEUE, *_FOLLOWED])
        changes = connection.execute(select(queue_change.c.key, queue_change.c.tables)).all()
        now = {name: kept_to.newest(connection, table) for name, table in _FOLLOWED.items()}
    kept_for = found.get(QUEUE)
    return Changes(
        keys=[row.key for row in changes],
        tables=frozenset(name for row in changes for name in row.tables.split()),
        files=kept_for is not None and kept_for.last == wanted.files,
        kept_on=kept_for.business_on if kept_for is not None else "",
        day=kept_for is not None and kept_for.business_on == wanted.business_on,
        before={name: found.get(name, KeptTo()).last for name in now},
        now=now,
    )


def kept(connection: Connection, of: Kept, changes: Changes) -> None:
    """The queue is kept in this transaction, with all that these changes wrote.

    Raises KeptMeanwhile.
    """
    connection.execute(delete(queue_change).where(one_of(queue_change.c.key, changes.keys)))
    if (
        connection.execute(select(queue_change.c.key).where(queue_change.c.tables == KEPT)).first()
        is not None
    ):
        raise KeptMeanwhile
    insert_many(connection, queue_change, [{"key": token_hex(16), "tables": KEPT}])
    followed = {name: KeptTo(last=last) for name, last in changes.now.items()}
    kept_to.note(connection, {QUEUE: KeptTo(*of), **followed})
    connection.info["touched"].clear()  # the work that was made here is derived


def mark(ledger: Ledger) -> tuple[str, ...]:
    """What stands for all that work may be derived from: the same while none of it was written to. What was
    read after it may be newer than it, and is not read under it again."""
    with ledger.read() as connection:
        return tuple(connection.execute(select(queue_change.c.key).order_by(queue_change.c.key)).scalars())
