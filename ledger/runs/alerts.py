"""What a person must know and no queue shows: reported once while its cause lasts, open until settled.

An alert is `open`; `settled`, since its cause is gone; or `dismissed` by a person. A cause that comes
again is reported again. A `lasting` cause is looked at anew every night: once a person dismissed it, it
is not reported until it was gone and came back.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, select, update

from ledger.schema import alert
from ledger.storage.database import Ledger, bounded
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated
from ledger.trail import audit, written

UNSETTLED = ("open", "dismissed")


def add(
    connection: Connection,
    key: str,
    business_on: str,
    code: str,
    message: str,
    remedy: str = "",
    *,
    lasting: bool = False,
    practice: str = "",
    payer: str = "",
) -> bool:
    """An alert inside the caller's transaction. False: it is open, or a person dismissed this lasting
    cause and it was not gone since. `practice` and `payer`: whose matter it is, if that of one."""
    values = {
        "business_on": business_on,
        "code": code,
        "message": message,
        "remedy": remedy,
        "state": "open",
        "practice": practice,
        "payer": payer,
    }
    before = connection.execute(select(alert.c.id, alert.c.state).where(alert.c.key == key)).one_or_none()
    if before is None:
        made = connection.execute(alert.insert().values(key=key, **values).returning(alert.c.id)).scalar_one()
        written.note(connection, alert, [{"id": int(made), "key": key}])
        return True
    if before.state == "open" or (before.state == "dismissed" and lasting):
        return False
    connection.execute(
        update(alert).where(alert.c.id == before.id).values(**values, reopened=alert.c.reopened + 1)
    )
    audit.note(connection, business_on, "alert opened again", f"alert {before.id}", code)
    return True


def report(
    ledger: Ledger,
    key: str,
    business_on: str,
    code: str,
    message: str,
    remedy: str = "",
    *,
    lasting: bool = False,
    practice: str = "",
    payer: str = "",
) -> bool:
    """An alert in a transaction of its own. `key` names the cause, so that it is reported once."""
    with ledger.write() as connection:
        return add(
            connection,
            key,
            business_on,
            code,
            message,
            remedy,
            lasting=lasting,
            practice=practice,
            payer=payer,
        )


def unreported(ledger: Ledger, keys: Collection[str]) -> set[str]:
    """Those of the causes of which no alert is open, nor was dismissed."""
    left = set(keys)
    with ledger.read() as connection:
        left -= set(connection.execute(*_unsettled(left)).scalars())
    return left


@stated
def _unsettled(keys: Any) -> Select[tuple[str]]:
    return select(alert.c.key).where(one_of(alert.c.key, keys), alert.c.state.in_(UNSETTLED))


def settle(ledger: Ledger, key: str) -> bool:
    """Notes that a cause is gone. False where it has no alert, or was gone before: nothing is written."""
    if unreported(ledger, (key,)):
        return False
    with ledger.write() as connection:
        done = connection.execute(
            update(alert).where(alert.c.key == key, alert.c.state.in_(UNSETTLED)).values(state="settled")
        )
        return done.rowcount == 1


def settle_by_hand(ledger: Ledger, alert_id: int, business_on: str, why: str) -> bool:
    """A person's statement that an alert is dealt with, kept in the audit trail. False where none is open."""
    with ledger.write() as connection:
        done = connection.execute(
            update(alert).where(alert.c.id == alert_id, alert.c.state == "open").values(state="dismissed")
        )
        if done.rowcount:
            audit.note(connection, business_on, "alert settled", f"alert {alert_id}", why)
        return done.rowcount == 1


def settle_but(ledger: Ledger, code: str, keys: Collection[str]) -> int:
    """Notes that the causes of a code are gone, but those among `keys`; how many."""
    with ledger.read() as connection:
        gone = [row.id for row in connection.execute(*_of_code(code)) if row.key not in keys]
    if gone:
        with ledger.write() as connection:
            for piece in bounded(gone):
                connection.execute(update(alert).where(alert.c.id.in_(piece)).values(state="settled"))
    return len(gone)


@stated
def _of_code(code: Any) -> Select[tuple[int, str]]:
    return select(alert.c.id, alert.c.key).where(alert.c.code == code, alert.c.state.in_(UNSETTLED))


def settle_causes(ledger: Ledger, causes: str) -> None:
    """Closes every open alert whose key begins with `causes`."""
    with ledger.write() as connection:
        settle_all(connection, causes)


def settle_all(connection: Connection, causes: str) -> None:
    """Notes that every cause is gone whose key begins with `causes`, inside the caller's transaction."""
    connection.execute(
        update(alert)
        .where(alert.c.key.startswith(causes, autoescape=True), alert.c.state.in_(UNSETTLED))
        .values(state="settled")
    )


def settle_of(connection: Connection, causes: Collection[str], number: int) -> None:
    """Notes that these causes of the row `number` are gone: keys `cause:number` and
    `cause:number:...`, never those of another number that begins alike."""
    for cause in causes:
        own = f"{cause}:{number}"
        connection.execute(
            update(alert)
            .where(
                (alert.c.key == own) | alert.c.key.startswith(f"{own}:", autoescape=True),
                alert.c.state.in_(UNSETTLED),
            )
            .values(state="settled")
        )
