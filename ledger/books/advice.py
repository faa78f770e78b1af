"""What the open work of claims says is to be done, as the table of codes and the payers' terms say it today.

Work is derived when a claim changes; one that waits for months would say what was right when it was opened.
Only words and days are renewed, never an amount: money moves by postings and acts alone.
"""

from typing import Final

from sqlalchemy import Connection, select

from ledger.books import claim_books, work_items
from ledger.schema import work_item
from ledger.storage import kept_to
from ledger.storage.database import Ledger
from ledger.storage.kept_to import KeptTo

CHUNK: Final = 500
"""Claims in one transaction: less than a second."""
_KEPT: Final = "advice"


def refresh(ledger: Ledger, business_on: str, files: int) -> int:
    """Renews it where `files`, a number that stands for the program and the partners' files, is another one
    than the last time. How many pieces of work say something else now; 0 on most nights, in which nothing is
    read."""
    mark = KeptTo(last=files)
    with ledger.read() as connection:
        if kept_to.read(connection, [_KEPT]).get(_KEPT) == mark:
            return 0
    count, after = 0, 0
    while True:
        with ledger.write() as connection:
            claims = _next(connection, after)
            books = claim_books.settled(connection, claims)
            derived = {i: claim_books.work_of(b, business_on) for i, b in books.items()}
            count += work_items.say(connection, derived)
            if len(claims) < CHUNK:
                kept_to.note(connection, {_KEPT: mark})
                return count
            after = claims[-1]


def _next(connection: Connection, after: int) -> list[int]:
    """The next claims that have open work of their own answers."""
    w = work_item.c
    query = (
        select(w.claim_id)
        .where(w.claim_id > after, w.state == work_items.OPEN, w.key.like("claim %"))
        .distinct()
        .order_by(w.claim_id)
        .limit(CHUNK)
    )
    return list(connection.execute(query).scalars())
