"""Turns of the workers that share a step: they compute side by side, and write in the order of the pieces.

So a ledger holds the same rows in the same order however many shared the work. A turn is proved like any
write: by the token of the run's lease.
"""

import time

from sqlalchemy import insert, select, update

from ledger.errors import FencedOut
from ledger.schema import turn
from ledger.storage.database import Ledger

CALLED_OFF = -1  # in the place of a run's token
LOOKS_AGAIN = 0.02  # seconds between two looks of a worker that waits


def begin(ledger: Ledger, step: str) -> None:
    """From now on the pieces of a step are counted from 0, for the run that holds the lease."""
    with ledger.write() as connection:
        values = {"token": ledger.token, "done": 0}
        begun = connection.execute(update(turn).where(turn.c.step == step).values(values))
        if not begun.rowcount:
            connection.execute(insert(turn).values(step=step, **values))


def wait(ledger: Ledger, step: str, place: int) -> None:
    """Waits until the pieces before this one have ended.

    Raises:
        FencedOut: the run called it off, or a later one shares the step out anew.
    """
    while (done := _done(ledger, step)) < place:
        time.sleep(LOOKS_AGAIN * min(place - done, 5))


def ended(ledger: Ledger, step: str, place: int) -> None:
    """This piece has ended, however it did: the next one may write. Once more changes nothing."""
    mine = turn.c.step == step, turn.c.token == ledger.token, turn.c.done == place
    with ledger.write() as connection:
        connection.execute(update(turn).where(*mine).values(done=place + 1))


def call_off(ledger: Ledger, step: str) -> None:
    """Nobody's turn comes any more: whoever waits for it leaves, and has written nothing."""
    mine = turn.c.step == step, turn.c.token == ledger.token
    with ledger.write() as connection:
        connection.execute(update(turn).where(*mine).values(token=CALLED_OFF))


def _done(ledger: Ledger, step: str) -> int:
    with ledger.read() as connection:
        row = connection.execute(select(turn.c.token, turn.c.done).where(turn.c.step == step)).one()
    if row.token != ledger.token:
        raise FencedOut(f"the step is no longer shared under token {ledger.token}; a later run does the work")
    return int(row.done)
