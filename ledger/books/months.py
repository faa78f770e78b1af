"""Months of the books: a closed one takes no more entries.

What comes later for it (a late remittance, a correction) counts in the first month that is open. A month is
closed once, in order, and stays closed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Select, func, select

from ledger.errors import MonthRefused
from ledger.schema import entry, month_close
from ledger.storage import documents
from ledger.storage.database import Ledger
from ledger.storage.documents import Document
from ledger.storage.stated import stated
from ledger.trail import audit

PACKAGE: Final = "month_package"
"""The kind of document that a closed month's figures are."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month with what was posted in it: entries and, by cents, what was charged. `closed_on` "": open."""

    month: str
    entries: int
    closed_on: str
    actor: str
    why: str


def open_period(connection: Connection, business_on: str) -> str:
    """The month that an entry of this business date counts in."""
    last = _last_closed(connection)
    month = business_on[:7]
    return month if month > last else after(last)


def after(month: str) -> str:
    """The month after one."""
    year, number = int(month[:4]), int(month[5:7])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


Packager = Callable[[Connection, str], bytes]
"""The package of a month, made inside the transaction that closes it."""


def close(
    ledger: Ledger, business_on: str, month: str, actor: str, why: str, packager: Packager | None = None
) -> None:
    """Closes a month, and with it every one before it. The package of each is kept as it is then.

    Raises:
        MonthRefused: it is closed already, or it is not over on this business date.
    """
    with ledger.write() as connection:
        last = _last_closed(connection)
        if month <= last:
            raise MonthRefused(f"{month} is closed; the books are closed up to {last}")
        if business_on[:7] <= month:
            raise MonthRefused(f"{month} is not over on the business date {business_on}")
        newest = connection.execute(select(func.coalesce(func.max(entry.c.id), 0))).scalar_one()
        for one in _open_until(connection, month, last):
            package = Document(PACKAGE, packager(connection, one)) if packager is not None else None
            if package is not None:
                documents.store(connection, business_on, [package])
            row = {
                "month": one,
                "entry_id": newest,
                "package": package.sha256 if package is not None else None,
                "actor": actor,
                "why": why,
                "business_on": business_on,
            }
            connection.execute(month_close.insert().values(row))
            audit.note(connection, business_on, "month closed", f"month {one}", why)


def package(connection: Connection, month: str) -> bytes | None:
    """The package that was kept when a month was closed; None: it is open, or was closed without one.

    Raises as `documents.load`.
    """
    query = select(month_close.c.package).where(month_close.c.month == month)
    sha256 = connection.execute(query).scalar()
    return documents.load(connection, sha256) if sha256 is not None else None


def is_closed(connection: Connection, month: str) -> bool:
    """Whether a month takes no more entries."""
    return month <= _last_closed(connection)


def _open_until(connection: Connection, month: str, last: str) -> list[str]:
    """The months with entries that a close ends, and the month itself."""
    query = select(entry.c.period).where(entry.c.period > last, entry.c.period < month).distinct()
    return [*sorted(connection.execute(query).scalars()), month]


def months(ledger: Ledger) -> list[Month]:
    """Every month that has entries or was closed, oldest first."""
    with ledger.read() as connection:
        counts: dict[str, int] = dict(
            connection.execute(select(entry.c.period, func.count()).group_by(entry.c.period)).tuples().all()
        )
        closed = {row.month: row for row in connection.execute(select(month_close))}
    last = max(closed, default="")
    found = []
    for month in sorted({*counts, *closed}):
        row = closed.get(month) or (closed[last] if month <= last else None)
        found.append(
            Month(
                month,
                counts.get(month, 0),
                row.business_on if row is not None else "",
                row.actor if row is not None else "",
                row.why if row is not None else "",
            )
        )
    return found


def not_closed(ledger: Ledger, day: str) -> tuple[str, list[str]]:
    """The last closed month, "" none, and the months with entries that are over on a day and not closed."""
    with ledger.read() as connection:
        last = _last_closed(connection)
        first = connection.execute(select(entry.c.period).order_by(entry.c.id).limit(1)).scalar()
    month, found = (after(last) if last else first or day[:7]), []
    while month < day[:7]:
        found.append(month)
        month = after(month)
    return last, found


def added_after_close(connection: Connection, since: int = 0) -> int:
    """How many entries after the one with this id count in a month that was closed before them."""
    total = 0
    for month, last in connection.execute(select(month_close.c.month, month_close.c.entry_id)):
        query = select(func.count()).where(entry.c.period <= month, entry.c.id > max(last, since))
        total += int(connection.execute(query.select_from(entry)).scalar_one())
    return total


def _last_closed(connection: Connection) -> str:
    return str(connection.execute(*_last()).scalar_one())


@stated
def _last() -> Select[tuple[str]]:
    return select(func.coalesce(func.max(month_close.c.month), ""))
