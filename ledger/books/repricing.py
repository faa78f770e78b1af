"""Claims whose payers' contracts changed: their prices are compared anew."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ledger.adjudication.contract_prices import MEDICARE
from ledger.adjudication.work import PRICES
from ledger.agreed import contracts
from ledger.books import charges, work_items
from ledger.schema import contract, work_item
from ledger.storage.database import bounded


@dataclass(frozen=True, slots=True)
class Stake:
    """The open work of prices: how many lines or claims, and their cents."""

    lines: int = 0
    cents: int = 0


def again(connection: Connection, night: str, payers: Collection[str]) -> int:
    """Compares the answered claims of these payers with their contracts as they stand now, and brings books
    and work to what that comes to. How many claims."""
    change = connection.execute(select(func.max(contract.c.id))).scalar_one()
    claims = contracts.claims_of(connection, payers)
    for piece in bounded(claims):
        charges.bring_up_to_date(connection, night, set(piece), f"contract:{change}")
    return len(claims)


def stake(connection: Connection, payers: Collection[str]) -> Stake:
    """The open work of prices with these payers; with all where Medicare's fee schedule is among them."""
    w = work_item.c
    query = select(func.count(), func.coalesce(func.sum(w.cents), 0))
    query = query.where(w.state == work_items.OPEN, w.kind.in_(PRICES))
    if MEDICARE not in payers:
        query = query.where(w.payer.in_(payers))
    lines, cents = connection.execute(query).one()
    return Stake(int(lines), int(cents))
