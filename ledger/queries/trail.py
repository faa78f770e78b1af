"""The audit trail by pages, filtered, in bounded time however long it is.

Rows are looked at in pieces from the newest back: where a piece has too few that fit, the page says how far
it came, and goes on from there.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from ledger.schema import audit, audit_head
from ledger.storage.database import Ledger
from ledger.trail.audit import AuditRow

LOOKED_THROUGH = 20_000  # rows in one page, at most
SLACK = 1_000  # rows that may stand out of the order of their times
NEWEST = 5_000  # rows that the names of acts are taken from


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows: whose (the name that the actor begins with), which act, of what; from one instant (UTC, as
    the trail writes it) to before another, "" open. `before`: behind this row, 0 from the newest."""

    actor: str = ""
    act: str = ""
    subject: str = ""
    from_at: str = ""
    to_at: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A page: its rows, newest first, and behind which row the next one goes on, 0: that was all."""

    rows: list[AuditRow]
    next: int


_NAMES = tuple(AuditRow.__dataclass_fields__)


def piece(ledger: Ledger, wanted: Wanted, limit: int) -> Piece:
    """A page of the trail, newest first: at most `limit` rows, out of as many as are looked through at once.
    A subject is found by its index, so of one every row is looked at."""
    a = audit.c
    with ledger.read() as connection:
        last = int(connection.execute(select(audit_head.c.last)).scalar_one())
        top = min(last, wanted.before - 1) if wanted.before else last
        bottom = 1
        if wanted.to_at:
            top = min(top, _first(connection, wanted.to_at, last) + SLACK)
        if wanted.from_at:
            bottom = max(1, _first(connection, wanted.from_at, last) - SLACK)
        floor = bottom if wanted.subject else max(bottom, top - LOOKED_THROUGH + 1)
        query = select(*(a[name] for name in _NAMES)).where(a.id <= top, a.id >= floor, *_of(wanted))
        found = [AuditRow(**r._mapping) for r in connection.execute(query.order_by(a.id.desc()).limit(limit))]
    if len(found) == limit:
        return Piece(found, found[-1].id if found[-1].id > bottom else 0)
    return Piece(found, floor if floor > bottom else 0)


def acts(ledger: Ledger) -> list[str]:
    """The names of the newest acts, for a person who chooses."""
    with ledger.read() as connection:
        last = int(connection.execute(select(audit_head.c.last)).scalar_one())
        query = select(audit.c.act).where(audit.c.id > last - NEWEST).distinct()
        return sorted(connection.execute(query).scalars())


def _of(wanted: Wanted) -> list[ColumnElement[bool]]:
    a = audit.c
    found: list[ColumnElement[bool]] = []
    if wanted.actor:
        found.append(a.actor.startswith(wanted.actor, autoescape=True))
    if wanted.act:
        found.append(a.act == wanted.act)
    if wanted.subject:
        found.append(a.subject == wanted.subject)
    if wanted.from_at:
        found.append(a.recorded_at >= wanted.from_at)
    if wanted.to_at:
        found.append(a.recorded_at < wanted.to_at)
    return found


def _first(connection: Connection, at: str, last: int) -> int:
    """About the first row that is as late as an instant: the trail is in the order of its times, but for rows
    that were written side by side."""
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        found = connection.execute(select(audit.c.recorded_at).where(audit.c.id == middle)).scalar()
        if (found or "") < at:
            low = middle + 1
        else:
            high = middle
    return low
