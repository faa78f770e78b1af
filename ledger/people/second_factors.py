"""The second factor of persons who sign in: begun, confirmed by a code, spent code by code, removed.

A secret comes sealed and goes sealed: no key is known here. What is spent is spent by compare-and-set, so
that of two who send the same code at once one is let in.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from ledger.errors import StateConflict
from ledger.people.users import User, end_sessions
from ledger.schema import recovery_code, second_factor
from ledger.storage.database import Ledger, insert_many
from ledger.trail import audit

Spend = Callable[[Connection], bool]
"""Spends a code inside the transaction that signs in; False where it was spent already."""


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """`sealed` and `pending` are sealed secrets, "" none; `since_on` the day it was confirmed. `wrong`: codes
    refused since one was right. `spent_at`: when the step began whose code was used last. `codes_left`:
    recovery codes that are not used."""

    name: str
    sealed: str = ""
    pending: str = ""
    since_on: str = ""
    spent_at: int = 0
    wrong: int = 0
    codes_left: int = 0

    @property
    def on(self) -> bool:
        """Whether it was confirmed: whether signing in asks for it."""
        return bool(self.sealed)


def every(ledger: Ledger) -> dict[str, SecondFactor]:
    """The second factor of each person who has or began one, by name."""
    f, r = second_factor.c, recovery_code.c
    left = select(func.count()).where(r.name == f.name, r.used_at == 0).scalar_subquery()
    with ledger.read() as connection:
        rows = connection.execute(select(second_factor, left.label("codes_left"))).all()
    return {row.name: SecondFactor(**row._mapping) for row in rows}


def of(ledger: Ledger, name: str) -> SecondFactor:
    """The second factor of a person; an empty one where nothing was begun."""
    return every(ledger).get(name) or SecondFactor(name)


def begin(ledger: Ledger, business_on: str, name: str, pending: str, said: str) -> None:
    """A new secret waits for a code that confirms it; one that is confirmed already counts until then."""
    f = second_factor.c
    with ledger.write() as connection:
        asked = update(second_factor).where(f.name == name).values(pending=pending)
        if not connection.execute(asked).rowcount:
            connection.execute(second_factor.insert().values(name=name, pending=pending, spent_at=0))
        audit.note(connection, business_on, "second factor begun", f"user {name}", said)


def confirm(
    ledger: Ledger,
    business_on: str,
    user: User,
    pending: str,
    spent_at: int,
    digests: Collection[str],
    said: str,
) -> None:
    """The secret that waited counts from now on, with new recovery codes; every session is over.

    Raises StateConflict: another secret was begun meanwhile, or the person was changed.
    """
    f = second_factor.c
    query = update(second_factor).where(f.name == user.name, f.pending == pending, f.pending != "")
    values = {"sealed": pending, "pending": "", "since_on": business_on, "spent_at": spent_at, "wrong": 0}
    with ledger.write() as connection:
        if connection.execute(query.values(values)).rowcount != 1:
            raise StateConflict(f"the second factor of {user.name} was begun anew meanwhile; take that one")
        _codes(connection, user.name, digests)
        end_sessions(connection, user)
        audit.note(connection, business_on, "second factor on", f"user {user.name}", said)


def remove(ledger: Ledger, business_on: str, user: User, said: str) -> None:
    """The person has no second factor; every session is over.

    Raises StateConflict: there is none, or the person was changed meanwhile.
    """
    with ledger.write() as connection:
        query = delete(second_factor).where(second_factor.c.name == user.name)
        if connection.execute(query).rowcount != 1:
            raise StateConflict(f"{user.name} has no second factor any more; look again")
        _codes(connection, user.name, ())
        end_sessions(connection, user)
        audit.note(connection, business_on, "second factor removed", f"user {user.name}", said)


def count_wrong(ledger: Ledger, name: str, most: int) -> bool:
    """Counts a code as wrong before it is looked at; False where `most` in a row were: it is not to be."""
    f = second_factor.c
    query = update(second_factor).where(f.name == name, f.wrong < most).values(wrong=f.wrong + 1)
    with ledger.write() as connection:
        return connection.execute(query).rowcount == 1


def spend_step(name: str, sealed: str, began_at: int) -> Spend:
    """Spends the code of the step that began then (seconds since the epoch), and each before it."""
    f = second_factor.c
    query = update(second_factor).where(f.name == name, f.sealed == sealed, f.spent_at < began_at)

    def spend(connection: Connection) -> bool:
        return connection.execute(query.values(spent_at=began_at, wrong=0)).rowcount == 1

    return spend


def spend_recovery(name: str, digest: str, now: int) -> Spend:
    """Spends a recovery code."""
    r = recovery_code.c
    query = update(recovery_code).where(r.digest == digest, r.name == name, r.used_at == 0)

    def spend(connection: Connection) -> bool:
        if connection.execute(query.values(used_at=now)).rowcount != 1:
            return False
        connection.execute(update(second_factor).where(second_factor.c.name == name).values(wrong=0))
        return True

    return spend


def spent(ledger: Ledger, spend: Spend) -> bool:
    """Spends a code for something else than signing in; False where it was spent already."""
    with ledger.write() as connection:
        return spend(connection)


def _codes(connection: Connection, name: str, digests: Collection[str]) -> None:
    """These recovery codes and no earlier ones."""
    connection.execute(delete(recovery_code).where(recovery_code.c.name == name))
    insert_many(connection, recovery_code, [{"digest": one, "name": name, "used_at": 0} for one in digests])
