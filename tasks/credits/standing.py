"""Every credit that stands, with its clock, the most pressing one first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ledger.adjudication.work import PATIENT_CREDIT
from ledger.books import credits, work_items
from ledger.books.credits import Credit
from tasks.credits.clock import FEDERAL, OVERDUE, Clock, Owner, clock
from tasks.credits.owners import owners
from tasks.home.home import Home


@dataclass(frozen=True, slots=True)
class Timed:
    """A credit and its clock. `owner`: of a patient's, None where no document names one."""

    credit: Credit
    clock: Clock
    owner: Owner | None = None


def timed(home: Home, as_of: date, claim_ids: Collection[int] | None = None) -> list[Timed]:
    """The credits of some claims, or all: what is overdue first, of that Medicare's and Medicaid's before
    others, then by their last day."""
    with home.ledger.read() as connection:
        found = of(connection, home, as_of, claim_ids)
    return sorted(found, key=_pressing)


def of(
    connection: Connection, home: Home, as_of: date, claim_ids: Collection[int] | None = None
) -> list[Timed]:
    """The same in a transaction, by the ids of their work."""
    payers = home.partners.payers
    standing = credits.standing(connection, claim_ids)
    owner_of = owners(connection, [one for one in standing if one.kind == PATIENT_CREDIT], as_of)
    return [
        Timed(one, clock(one, payers.get(one.payer), as_of, owner_of.get(one.item)), owner_of.get(one.item))
        for one in standing
    ]


def _pressing(one: Timed) -> tuple[bool, bool, date, int]:
    overdue, due = one.clock.state == OVERDUE, one.clock.due_on or date.max
    return not overdue, not (overdue and one.clock.kind == FEDERAL), due, one.credit.item


def keep(connection: Connection, found: Collection[Timed]) -> None:
    """Brings the last day and the next action of their work up to date."""
    clocks = {
        one.credit.item: (one.clock.due_on.isoformat() if one.clock.due_on else "", one.clock.action)
        for one in found
    }
    work_items.set_clocks(connection, clocks)
