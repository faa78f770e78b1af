"""Turns of the workers that share a step: each takes the next piece; they compute side by side, and write in
the order of the pieces.

So a ledger holds the same rows in the same order however many shared the work. A turn is proved like any
write: by the token of the run's lease.
"""

import time

from sqlalchemy import ColumnElement, Connection, insert, select, update

from ledger.errors import FencedOut
from ledger.schema import turn
from ledger.storage.database import Ledger

CALLED_OFF = -1  # in the place of a run's token
LOOKS_AGAIN = 0.02  # seconds between two looks of a worker that waits


def begin(ledger: Ledger, step: str) -> None:
    """From now on the pieces of a step are counted from 0, for the run that holds the lease."""
    with ledger.write() as connection:
        values = {"token": ledger.token, "begun": " ", "taken": 0, "done": 0}
        begun = connection.execute(update(turn).where(turn.c.step == step).values(values))
        if not begun.rowcount:
            connection.execute(insert(turn).values(step=step, **values))


def take(ledger: Ledger, step: str, share: int) -> int:
    """For the first piece of the share of this number: the place of the next one that nobody has taken. It
    may lie behind the last.

    Raises:
        FencedOut: as `wait`; or the share was begun by a worker that is lost, of which Dask gives the work to
            another. All others wait for the piece that it took.
    """
    mine = *_mine(ledger, step), ~turn.c.begun.contains(f" {share} ")
    with ledger.write() as connection:
        if not connection.execute(
            update(turn).where(*mine).values(begun=turn.c.begun + f"{share} ")
        ).rowcount:
            raise _fenced_out(ledger)
        return _taken(ledger, step, connection)


def wait(ledger: Ledger, step: str, place: int) -> None:
    """Waits until the pieces before this one have ended.

    Raises:
        FencedOut: the run called it off, or a later one shares the step out anew.
    """
    while (done := _done(ledger, step)) < place:
        time.sleep(LOOKS_AGAIN * min(place - done, 5))


def ended(ledger: Ledger, step: str, place: int, *, takes: bool) -> int | None:
    """This piece has ended, however it did: the next one may write. A worker that `takes` another is given
    its place; in the same write, since in one of its own it would wait for whoever writes.

    Raises:
        FencedOut: as `wait`, of a worker that takes another.
    """
    with ledger.write() as connection:
        connection.execute(update(turn).where(*_mine(ledger, step)).values(done=place + 1))
        return _taken(ledger, step, connection) if takes else None


def call_off(ledger: Ledger, step: str) -> None:
    """Nobody's turn comes any more: whoever waits for it leaves, and has written nothing."""
    with ledger.write() as connection:
        connection.execute(update(turn).where(*_mine(ledger, step)).values(token=CALLED_OFF))


def _mine(ledger: Ledger, step: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return turn.c.step == step, turn.c.token == ledger.token


def _taken(ledger: Ledger, step: str, connection: Connection) -> int:
    more = update(turn).where(*_mine(ledger, step)).values(taken=turn.c.taken + 1)
    taken = connection.execute(more.returning(turn.c.taken)).scalar()
    if taken is None:
        raise _fenced_out(ledger)
    return int(taken) - 1


def _done(ledger: Ledger, step: str) -> int:
    with ledger.read() as connection:
        row = connection.execute(select(turn.c.token, turn.c.done).where(turn.c.step == step)).one()
    if row.token != ledger.token:
        raise _fenced_out(ledger)
    return int(row.done)


def _fenced_out(ledger: Ledger) -> FencedOut:
    return FencedOut(f"the step is no longer shared under token {ledger.token}; a later run does the work")
