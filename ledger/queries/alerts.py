"""Alerts, open and over, each with what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.schema import alert, audit
from ledger.storage.database import Ledger
from ledger.storage.one_of import one_of


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert. `key`: its cause. `state`: open, settled (the cause is gone), dismissed (a person dealt with
    it). `reopened`: how often its cause came again."""

    id: int
    key: str
    code: str
    message: str
    remedy: str
    state: str
    business_on: str
    reopened: int


@dataclass(frozen=True, slots=True)
class Dealt:
    """A person's act on an alert, of the audit trail. `at` is UTC."""

    at: str
    business_on: str
    who: str
    act: str
    why: str


_COLUMNS = [alert.c[name] for name in AlertRow.__dataclass_fields__]


def page(ledger: Ledger, states: Sequence[str], code: str, after: int, limit: int) -> list[AlertRow]:
    """Alerts in these states, of one code where one is given, newest first, behind the one `after`."""
    query = select(*_COLUMNS).where(alert.c.state.in_(sorted(states)))
    if code:
        query = query.where(alert.c.code == code)
    if after:
        query = query.where(alert.c.id < after)
    with ledger.read() as connection:
        return [AlertRow(*row) for row in connection.execute(query.order_by(alert.c.id.desc()).limit(limit))]


def counted(ledger: Ledger) -> dict[str, int]:
    """How many alerts are in each state."""
    query = select(alert.c.state, func.count()).group_by(alert.c.state)
    with ledger.read() as connection:
        return {state: int(n) for state, n in connection.execute(query)}


def one(ledger: Ledger, number: int) -> AlertRow | None:
    """One alert; None where there is none."""
    query = select(*_COLUMNS).where(alert.c.id == number)
    with ledger.read() as connection:
        found = connection.execute(query).one_or_none()
    return AlertRow(*found) if found is not None else None


def dealt(ledger: Ledger, numbers: Sequence[int]) -> dict[int, list[Dealt]]:
    """What persons did with each of these alerts, newest first."""
    subjects = {f"alert {number}": number for number in numbers}
    a = audit.c
    query = select(a.subject, a.recorded_at, a.business_on, a.actor, a.act, a.detail)
    query = query.where(one_of(a.subject, list(subjects))).order_by(a.id.desc())
    found: dict[int, list[Dealt]] = {}
    with ledger.read() as connection:
        for row in connection.execute(query) if subjects else ():
            found.setdefault(subjects[row.subject], []).append(Dealt(*row[1:]))
    return found
