"""One run at a time: a lock of this machine's kernel, and a lease in the database with a token.

The kernel lets go of the lock when its process dies, however it dies; the lease guards against a
run on another machine. Each taking raises the token, and every write proves it (`Ledger.write`),
so a run that was thought dead and wakes up again can write nothing.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from ledger.errors import LeaseTaken
from ledger.schema import lease
from ledger.storage.database import Ledger

RUN = "run"


@contextmanager
def hold(ledger: Ledger, lock_file: Path, holder: str, now: int, seconds: int = 12 * 3600) -> Iterator[int]:
    """Holds the run's lease and yields its token, which `ledger` then writes under.

    `now` is in seconds since the epoch. `holder` names it for people: a host and a process number.

    Raises:
        LeaseTaken: another run works on this machine, or on another one until the lease ends.
    """
    with _process_lock(lock_file):
        token = _take(ledger, holder, now, seconds)
        ledger.token = token
        try:
            yield token
        finally:
            token, ledger.token = ledger.token, 0  # renewed meanwhile, maybe
            _give_back(ledger, token)


def renew(ledger: Ledger) -> None:
    """The run that holds the lease goes on under the next token: whoever still works for it under the one
    before writes nothing more, and what such a worker was writing has ended.

    Raises:
        FencedOut: another run holds the lease.
    """
    with ledger.write() as connection:  # which proves the token
        connection.execute(lease.update().where(lease.c.name == RUN).values(token=ledger.token + 1))
    ledger.token += 1


@contextmanager
def _process_lock(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LeaseTaken("another run works on this home; this one leaves, nothing is lost") from None
        yield
    finally:
        os.close(handle)


def _take(ledger: Ledger, holder: str, now: int, seconds: int) -> int:
    machine = holder.rsplit(":", 1)[0]
    with ledger.write() as connection:
        row = connection.execute(select(lease).where(lease.c.name == RUN)).one_or_none()
        if row is None:
            connection.execute(
                lease.insert().values(name=RUN, token=1, holder=holder, expires_at=now + seconds)
            )
            return 1
        elsewhere = row.holder.rsplit(":", 1)[0] != machine
        if row.expires_at > now and elsewhere:
            raise LeaseTaken(f"{row.holder} works on this ledger; this run leaves, nothing is lost")
        # on this machine the kernel's lock has shown that whoever held the lease is gone
        taken = connection.execute(
            lease.update()
            .where(lease.c.name == RUN, lease.c.token == row.token)
            .values(token=row.token + 1, holder=holder, expires_at=now + seconds)
        )
        if taken.rowcount != 1:
            raise LeaseTaken("another run took the lease just now; this one leaves, nothing is lost")
        return int(row.token) + 1


def _give_back(ledger: Ledger, token: int) -> None:
    with ledger.write() as connection:
        connection.execute(
            lease.update().where(lease.c.name == RUN, lease.c.token == token).values(expires_at=0)
        )
