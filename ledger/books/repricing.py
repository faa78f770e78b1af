"""Claims whose payers' contracts changed: their prices are compared anew, a chunk of them in one transaction.

What is left to be compared is a row, which is written with the change itself and moves on with each chunk:
killed between two, the next act about contracts or the night goes on where it was.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, func, select, update

from ledger.adjudication.contract_prices import MEDICARE
from ledger.adjudication.work import PRICES
from ledger.agreed import contracts
from ledger.books import charges, work_items
from ledger.errors import StateConflict
from ledger.schema import repricing, work_item
from ledger.storage.database import Ledger

CHUNK: Final = 500
"""Claims that are compared in one transaction: less than a second."""


@dataclass(frozen=True, slots=True)
class Stake:
    """The open work of prices: how many lines or claims, and their cents."""

    lines: int = 0
    cents: int = 0

    def plus(self, before: "Stake", after: "Stake") -> "Stake":
        """This, changed as another one was."""
        return Stake(self.lines + after.lines - before.lines, self.cents + after.cents - before.cents)


def begin(connection: Connection, business_on: str, change: int, payer: str, after: int = 0) -> None:
    """The claims that a payer answered, those after one, are to be compared with what a contract row says
    now."""
    values = {"contract_id": change, "payer": payer, "claim_id": after, "business_on": business_on}
    connection.execute(repricing.insert().values(values))


def step(connection: Connection, business_on: str, change: int, size: int = CHUNK) -> list[int]:
    """Compares the next claims, and brings books and work to what they come to. Which; fewer than `size`: all
    are done.

    Raises StateConflict: another one goes on with it at this moment.
    """
    r = repricing.c
    row = connection.execute(select(r.payer, r.claim_id).where(r.contract_id == change)).one_or_none()
    if row is None:
        return []
    claims = contracts.claims_of(connection, row.payer, row.claim_id, size)
    of = r.contract_id == change, r.claim_id == row.claim_id
    if len(claims) < size:
        done = connection.execute(delete(repricing).where(*of))
    else:
        done = connection.execute(update(repricing).where(*of).values(claim_id=claims[-1]))
    if done.rowcount != 1:
        raise StateConflict("prices are compared by another act at this moment; do it again after it")
    if claims:
        charges.bring_up_to_date(connection, business_on, set(claims), f"contract:{change}")
    return claims


def finish(ledger: Ledger, business_on: str, size: int = CHUNK) -> int:
    """Compares all that is left of every change, each chunk in a transaction of its own. How many claims."""
    with ledger.read() as connection:
        query = select(repricing.c.contract_id).order_by(repricing.c.contract_id)
        changes = list(connection.execute(query).scalars())
    count = 0
    for change in changes:
        done = size
        while done == size:
            with ledger.write() as connection:
                done = len(step(connection, business_on, change, size))
            count += done
    return count


def stake(connection: Connection, payer: str) -> Stake:
    """The open work of prices with this payer; with all where it is Medicare's fee schedule."""
    w = work_item.c
    query = select(func.count(), func.coalesce(func.sum(w.cents), 0))
    query = query.where(w.state == work_items.OPEN, w.kind.in_(PRICES))
    if payer != MEDICARE:
        query = query.where(w.payer == payer)
    lines, cents = connection.execute(query).one()
    return Stake(int(lines), int(cents))
