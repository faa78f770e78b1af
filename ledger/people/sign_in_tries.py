"""How often signing in was tried without success: counted before the password is looked at.

Tries that come at the same time are each counted, so that none of them slips by.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select, update

from ledger.errors import KeyRefused
from ledger.schema import sign_in_try
from ledger.storage.database import Ledger
from ledger.trail import audit

WINDOW = 15 * 60  # seconds that a try counts


def count(ledger: Ledger, most: Mapping[str, int], now: int) -> bool:
    """Counts one try under each key; False where one of them had its most already: it is not to be made."""
    try:
        return _counted(ledger, most, now)
    except KeyRefused:  # another try wrote the first row of a key at the same moment: now it is there
        return _counted(ledger, most, now)


def _counted(ledger: Ledger, most: Mapping[str, int], now: int) -> bool:
    t = sign_in_try.c
    with ledger.write() as connection:
        connection.execute(delete(sign_in_try).where(t.since_at <= now - WINDOW))
        query = select(t.key, t.tries).where(t.key.in_(most)).order_by(t.key).with_for_update()
        before = dict(connection.execute(query).tuples().all())
        if any(before.get(key, 0) >= limit for key, limit in most.items()):
            return False
        for key in sorted(most):
            if key in before:
                connection.execute(update(sign_in_try).where(t.key == key).values(tries=t.tries + 1))
            else:
                connection.execute(sign_in_try.insert().values(key=key, since_at=now, tries=1))
    return True


def forget(ledger: Ledger, keys: Collection[str]) -> None:
    """Signing in succeeded: what failed before under these keys counts no more."""
    with ledger.write() as connection:
        connection.execute(delete(sign_in_try).where(sign_in_try.c.key.in_(keys)))


def refused(ledger: Ledger, day: str, who: str, why: str) -> None:
    """Notes a try that failed; `who` is a name that is known, never what was typed."""
    audit.record(ledger, day, "sign-in refused", who, why)
