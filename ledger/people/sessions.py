"""Who is signed in to the web console. A session is a row: it can be ended from elsewhere."""

from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, delete, func, or_, select, update

from ledger.people.second_factors import Spend
from ledger.people.users import User, user_of
from ledger.schema import console_session, console_user
from ledger.storage.database import Ledger
from ledger.trail import audit

KEPT = 30 * 24 * 3600  # seconds that the row of a session that is over stays
HALF = 10 * 60  # seconds in which the second factor is to follow the password


class AtProvider(NamedTuple):
    """Digests of who somebody is at the identity provider, and of the session there; "" is none."""

    subject: str = ""
    session: str = ""


NOT_THERE: Final = AtProvider()
"""Of who signed in otherwise."""


def begin(
    ledger: Ledger, day: str, token: str, user: User, now: int, how: str = "", at: AtProvider = NOT_THERE
) -> None:
    """A session of a person under the digest of its cookie; rows of old sessions go."""
    with ledger.write() as connection:
        _insert(connection, token, user, now, at, waits=False)
        audit.note(connection, day, "signed in", f"user {user.name}", how)


def begin_half(ledger: Ledger, token: str, user: User, now: int, at: AtProvider = NOT_THERE) -> None:
    """The password was right, and the second factor is asked for: nobody is signed in."""
    with ledger.write() as connection:
        _insert(connection, token, user, now, at, waits=True)


def half(ledger: Ledger, token: str, now: int) -> User | None:
    """Whose password was right under this digest, a short while ago; None: nobody's."""
    query = _open(now, HALF, HALF, console_user, waits=True).where(console_session.c.token == token)
    with ledger.read() as connection:
        row = connection.execute(query).one_or_none()
    return user_of(row) if row is not None else None


def complete(
    ledger: Ledger, day: str, tokens: tuple[str, str], user: User, now: int, spend: Spend, how: str
) -> bool:
    """Signs in with the second factor: the code is spent, the half session (the first token) is over and the
    session begins under the second. False, and nobody is signed in: one of the two was spent already."""
    s, (before, token) = console_session.c, tokens
    over = update(console_session).where(s.token == before, s.ended_at == 0, s.waits == 1)
    with ledger.write() as connection:
        if not spend(connection):
            return False
        ended = connection.execute(over.values(ended_at=now).returning(s.subject, s.provider_session))
        at = ended.one_or_none()
        if at is None:
            return False
        _insert(connection, token, user, now, AtProvider(*at), waits=False)
        audit.note(connection, day, "signed in", f"user {user.name}", how)
    return True


def _insert(connection: Connection, token: str, user: User, now: int, at: AtProvider, *, waits: bool) -> None:
    s = console_session.c
    connection.execute(delete(console_session).where(s.seen_at < now - KEPT))
    values = {"token": token, "name": user.name, "changes": user.changes, "waits": int(waits)}
    values |= {"subject": at.subject, "provider_session": at.session}
    connection.execute(console_session.insert().values(**values, began_at=now, seen_at=now, ended_at=0))


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


def end_at_provider(ledger: Ledger, day: str, at: AtProvider, until: int, now: int) -> int:
    """Somebody is signed out at the identity provider: of the sessions that began by `until` those of that
    session there end, and without one all of that person. How many."""
    s = console_session.c
    theirs = and_(s.subject == at.subject, s.subject != "")
    if at.session:  # one that was begun without a word of its session there may be it
        theirs = or_(s.provider_session == at.session, and_(theirs, s.provider_session == ""))
    query = update(console_session).where(theirs, s.ended_at == 0, s.began_at <= until)
    with ledger.write() as connection:
        names = list(connection.execute(query.values(ended_at=now).returning(s.name)).scalars())
        for name in names:
            audit.note(connection, day, "signed out", f"user {name}", "by the identity provider")
    return len(names)


def counted(ledger: Ledger, now: int, *, idle: int, longest: int) -> dict[str, int]:
    """How many sessions each person has that are not over, by name."""
    name = console_session.c.name
    query = _open(now, idle, longest, name, func.count()).group_by(name)
    with ledger.read() as connection:
        return dict(connection.execute(query).tuples().all())


def _open(
    now: int, idle: int, longest: int, *columns: Table | ColumnElement[Any], waits: bool = False
) -> Select[Any]:
    """Sessions that are not over, with their persons; with `waits` those whose second factor is asked for."""
    s, u = console_session.c, console_user.c
    return (
        select(*columns)
        .select_from(console_session.join(console_user, s.name == u.name))
        .where(s.ended_at == 0, s.changes == u.changes, u.disabled == 0)
        .where(s.waits == int(waits))
        .where(s.seen_at > now - idle, s.began_at > now - longest)
    )
