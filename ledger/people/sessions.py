"""Who is signed in to the web console. A session is a row: it can be ended from elsewhere."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, func, select, update

from ledger.people.users import User, user_of
from ledger.schema import console_session, console_user
from ledger.storage.database import Ledger
from ledger.trail import audit

KEPT = 30 * 24 * 3600  # seconds that the row of a session that is over stays


def begin(ledger: Ledger, day: str, token: str, user: User, now: int) -> None:
    """A session of a person under the digest of its cookie; rows of old sessions go."""
    s = console_session.c
    values = {
        "token": token,
        "name": user.name,
        "changes": user.changes,
        "began_at": now,
        "seen_at": now,
        "ended_at": 0,
    }
    with ledger.write() as connection:
        connection.execute(delete(console_session).where(s.seen_at < now - KEPT))
        connection.execute(console_session.insert().values(values))
        audit.note(connection, day, "signed in", f"user {user.name}")


def of_token(ledger: Ledger, token: str, now: int, *, idle: int, longest: int) -> tuple[User, int] | None:
    """Who is signed in by this digest, and when the session was last seen; None: nobody.

    A session is over `idle` seconds after its last request, `longest` after its first, when it was ended, and
    when what its person may do was changed since.
    """
    s = console_session.c
    query = _open(now, idle, longest, console_user, s.seen_at.label("seen_at")).where(s.token == token)
    with ledger.read() as connection:
        row = connection.execute(query).one_or_none()
    return (user_of(row), int(row.seen_at)) if row is not None else None


def seen(ledger: Ledger, token: str, now: int) -> None:
    """The person of a session did something; one that was ended stays so."""
    s = console_session.c
    query = update(console_session).where(s.token == token, s.ended_at == 0, s.seen_at < now)
    with ledger.write() as connection:
        connection.execute(query.values(seen_at=now))


def end(ledger: Ledger, day: str, token: str, name: str, now: int) -> None:
    """A person signs out. A session that is over stays so."""
    s = console_session.c
    query = update(console_session).where(s.token == token, s.ended_at == 0)
    with ledger.write() as connection:
        if connection.execute(query.values(ended_at=now)).rowcount:
            audit.note(connection, day, "signed out", f"user {name}")


def counted(ledger: Ledger, now: int, *, idle: int, longest: int) -> dict[str, int]:
    """How many sessions each person has that are not over, by name."""
    name = console_session.c.name
    query = _open(now, idle, longest, name, func.count()).group_by(name)
    with ledger.read() as connection:
        return dict(connection.execute(query).tuples().all())


def _open(now: int, idle: int, longest: int, *columns: Table | ColumnElement[Any]) -> Select[Any]:
    """Sessions that are not over, with their persons."""
    s, u = console_session.c, console_user.c
    return (
        select(*columns)
        .select_from(console_session.join(console_user, s.name == u.name))
        .where(s.ended_at == 0, s.changes == u.changes, u.disabled == 0)
        .where(s.seen_at > now - idle, s.began_at > now - longest)
    )
