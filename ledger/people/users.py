"""Who may sign in to the web console: roles, practices, and a password of which only the hash is kept."""

import json
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select, update

from ledger.books.acts import know
from ledger.errors import ActRefused, StateConflict
from ledger.schema import actor, audit_head, console_user
from ledger.storage.database import Ledger
from ledger.trail import audit

EVERY_PRACTICE: Final = "*"


@dataclass(frozen=True, slots=True)
class User:
    """A person who may sign in. `practices` are keys; `*` is every practice. `changes` counts what was
    changed: a session that began under another count is over."""

    name: str
    roles: frozenset[str]
    practices: frozenset[str]
    disabled: bool = False
    changes: int = 0
    business_on: str = ""

    def of(self, practice: str) -> bool:
        """Whether the person may see what is of this practice; "" is of none, and for who sees all."""
        return EVERY_PRACTICE in self.practices or practice in self.practices

    @property
    def only(self) -> frozenset[str] | None:
        """The practices that the person is limited to; None: to none."""
        return None if EVERY_PRACTICE in self.practices else self.practices

    @property
    def words(self) -> str:
        """Roles and practices, for the audit trail."""
        shown = f"{' '.join(sorted(self.roles)) or 'no role'}, practices {' '.join(sorted(self.practices))}"
        return f"{shown}, disabled" if self.disabled else shown


def users(ledger: Ledger) -> list[User]:
    """Every person who may sign in, or once might, by name."""
    with ledger.read() as connection:
        return [
            user_of(row) for row in connection.execute(select(console_user).order_by(console_user.c.name))
        ]


def find(ledger: Ledger, name: str) -> User | None:
    """The person of a name, whatever its capitals."""
    known = find_with_password(ledger, name)
    return known[0] if known is not None else None


def find_with_password(ledger: Ledger, name: str) -> tuple[User, str] | None:
    """The person of a name, and the hash of the password."""
    with ledger.read() as connection:  # they are few, and databases differ in what a capital is
        rows = connection.execute(select(console_user)).all()
    found = [(user_of(r), str(r.password)) for r in rows if r.name.casefold() == name.casefold()]
    return found[0] if found else None


def add(
    ledger: Ledger,
    business_on: str,
    user: User,
    password: str,
    limit_cents: int,
    said: str,
    only_first: bool = False,
) -> None:
    """A new person, under the name as an actor who may decide about so many cents alone. `only_first`: only
    while nobody else is a user.

    Raises ActRefused: the name is a program's, or is spelled otherwise by an actor that is known;
    StateConflict: somebody is a user already.
    """
    with ledger.write() as connection:
        if only_first:
            # the end of the trail is locked first: of two that come at once the second one counts both
            connection.execute(select(audit_head).with_for_update())
        _known_as_person(connection, business_on, user.name, limit_cents)
        values = {**_values(user), "name": user.name, "password": password, "business_on": business_on}
        connection.execute(console_user.insert().values(values))
        if only_first and connection.execute(select(func.count()).select_from(console_user)).scalar() != 1:
            raise StateConflict("somebody is a user already; sign in, or ask who keeps the users")
        audit.note(connection, business_on, "user added", f"user {user.name}", f"{user.words}; {said}")


def change(
    ledger: Ledger, business_on: str, before: User, after: User, act: str, said: str, password: str = ""
) -> None:
    """What a person may do becomes another, or the password; every session of the person is over.

    Raises StateConflict: somebody else changed it meanwhile.
    """
    values = _values(after)
    if password:
        values["password"] = password
    with ledger.write() as connection:
        end_sessions(connection, before, **values)
        audit.note(connection, business_on, act, f"user {before.name}", f"{after.words}; {said}")


def end_sessions(connection: Connection, user: User, **values: str | int) -> None:
    """Every session of the person is over, and these columns of the row have other values.

    Raises StateConflict: somebody else changed it meanwhile.
    """
    u = console_user.c
    query = update(console_user).where(u.name == user.name, u.changes == user.changes)
    if connection.execute(query.values(**values, changes=user.changes + 1)).rowcount != 1:
        raise StateConflict(f"user {user.name} was changed meanwhile; look again")


def _values(user: User) -> dict[str, str | int]:
    return {
        "roles": " ".join(sorted(user.roles)),
        "practices": json.dumps(sorted(user.practices)),
        "disabled": int(user.disabled),
    }


def _known_as_person(connection: Connection, business_on: str, name: str, limit_cents: int) -> None:
    actors = connection.execute(select(actor.c.name, actor.c.kind)).all()
    known = next((one for one in actors if one.name.casefold() == name.casefold()), None)
    if known is not None and known.kind == "person" and known.name != name:
        raise ActRefused(f"a person signs as {known.name} already; use that spelling, or another name")
    know(connection, business_on, known.name if known is not None else name, "person", limit_cents)


def user_of(row: Row[Any]) -> User:
    """The person of a row."""
    return User(
        row.name,
        frozenset(row.roles.split()),
        frozenset(json.loads(row.practices)),
        bool(row.disabled),
        row.changes,
        row.business_on,
    )
