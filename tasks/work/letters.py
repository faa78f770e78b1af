"""Copies of letters for people; the ledger holds the letters themselves."""

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Connection

from ledger.books import letters, work_items
from ledger.books.letters import APPEAL, Letter
from ledger.queries.work_queue import Item
from ledger.storage import documents
from tasks.errors import StepError
from tasks.home.home import Home, copy_at, keep_copy


def letter_file(home: Home, row: Letter) -> Path:
    """Where the copy of a letter lies."""
    what = f"level{row.level}" if row.kind == APPEAL else row.kind
    name = f"{row.business_on}-work{row.work_item_id}-{what}_{row.sha256[:16]}.pdf"
    return home.letters / name


def keep_letters(home: Home) -> int:
    """Writes the copies that are missing: a process died before it did, or the ledger was restored. How
    many."""
    with home.ledger.read() as connection:
        rows = letters.written(connection)
    missing = [row for row in rows if copy_at(letter_file(home, row)) is None]
    purged = documents.purged(home.ledger) if missing else frozenset()
    kept = [row for row in missing if row.sha256 not in purged]
    for row in kept:
        keep_copy(home, letter_file(home, row), documents.read(home.ledger, row.sha256))
    return len(kept)


def as_before(
    connection: Connection,
    item: Item,
    kept: Callable[[Connection, int], list[Letter]],
    of: int,
    before: Sequence[Letter],
) -> None:
    """Holds other acts on the work until this transaction is over. Raises StepError WRK-04 where one was
    done since it was looked at."""
    if work_items.lock(connection, [item.id]) != {item.id: item.state} or kept(connection, of) != before:
        raise StepError(
            "WRK-04",
            f"another act on work {item.id} was done at this moment, and nothing of this one; "
            f"see `cleanclaim work show {item.id}`",
        )
