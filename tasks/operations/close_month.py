"""A person closes a month of the books; its package is kept as the books stand then."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ledger.books import months
from ledger.errors import MonthRefused
from ledger.queries.month.bank import InTransit
from tasks.errors import StepError
from tasks.home.home import Home, user
from tasks.reports.month import package
from tasks.reports.month.package import Package
from tasks.runs import month_over

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Closed:
    """A month that was closed, or in a dry run would be, with those before it. `transit` is what the bank and
    the books do not have both at its end, as its package lists it."""

    month: str
    with_it: tuple[str, ...]
    transit: tuple[InTransit, ...]
    dry_run: bool


def close_month(
    home: Home, as_of: date, month: str, why: str, *, who: str = "", dry_run: bool = False
) -> Closed:
    """Closes a month and those before it; `who` does, "" the user of this machine.

    Raises:
        StepError: MON-01, it is no month.
        MonthRefused: it is closed already, not over, or a check of its package does not hold.
    """
    refuse_no_month(month)
    made: list[Package] = []
    actor = who or user()

    def packager(connection: Connection, one: str) -> bytes:
        found = package.make(connection, home.partners, one, as_of.isoformat(), actor)
        if found.facts.faults:
            raise MonthRefused(f"{one} can't be closed: {'; '.join(found.facts.faults)}")
        made.append(found)
        return package.to_bytes(found)

    with home.ledger.whole() as act:
        months.close(home.ledger, as_of.isoformat(), month, actor, why.strip(), packager)
        month_over.settle(home, month)
        act.taken_back = dry_run
    last = made[-1].facts
    return Closed(month, tuple(p.facts.month for p in made[:-1]), last.transit, dry_run)


def is_month(text: str) -> bool:
    """Whether a text is a month as YYYY-MM."""
    return _MONTH.fullmatch(text) is not None


def refuse_no_month(month: str) -> None:
    """Raises StepError MON-01: it is no month as YYYY-MM."""
    if not is_month(month):
        raise StepError("MON-01", "give the month as YYYY-MM, as 2026-11")
