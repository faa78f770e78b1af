"""Copies of letters for people; the ledger holds the letters themselves."""

from pathlib import Path

from ledger.books import letters
from ledger.books.letters import APPEAL, Letter
from ledger.storage import documents
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
