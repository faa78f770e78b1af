"""Opens the ledger and its transactions: the one place that knows SQLite from PostgreSQL.

A write is one short transaction that takes its lock at once and, under a lease, proves its fencing
token first: a run that was overtaken writes nothing. No network and no parsing inside it.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from ledger.errors import FencedOut, LedgerBusy
from ledger.schema import lease as lease_table

BUSY_SECONDS = 30
IN_BOUND = 900  # values in one IN (...): below SQLite's oldest limit

Row = dict[str, Any]


class Ledger:
    """A ledger by its URL (`sqlite:///path` or `postgresql+psycopg://...`).

    `token` is the fencing token of the lease under which this object writes; 0: under none.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.token = 0
        parsed = make_url(url)
        self.sqlite = parsed.get_backend_name() == "sqlite"
        if self.sqlite and parsed.database and parsed.database != ":memory:":
            _make_private(Path(parsed.database))
        self.engine: Engine = create_engine(url, hide_parameters=True, **self._options())
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    def _options(self) -> dict[str, Any]:
        if self.sqlite:
            return {"connect_args": {"timeout": BUSY_SECONDS}}
        return {"pool_pre_ping": True}

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: one consistent picture.

        Raises:
            LedgerBusy: the database stayed locked.
        """
        reading = self.engine.execution_options(cleanclaim_read=True)
        with _coded(), reading.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that writes all or nothing.

        Raises:
            FencedOut: a later run holds the lease; nothing is written.
            LedgerBusy: the database stayed locked.
        """
        with _coded(), self.engine.begin() as connection:
            if not self.sqlite:
                connection.execute(text("SET LOCAL lock_timeout = '30s'"))
            if self.token:
                query = select(lease_table.c.token).where(lease_table.c.name == "run")
                held = connection.execute(query if self.sqlite else query.with_for_update(read=True)).scalar()
                if held != self.token:
                    raise FencedOut(
                        f"token {self.token} was overtaken by {held}; the later run does the work"
                    )
            yield connection

    def migrate(self) -> None:
        """Brings the tables to this version, from nothing or from any earlier one."""
        from ledger.migrations import upgrade

        upgrade(self)

    def close(self) -> None:
        self.engine.dispose()


def insert_many(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Bulk insert by the driver's own executemany. Every row has the same keys.

    The statement is made once and the rows go to the driver as they are: SQLAlchemy's own way costs
    more than the database does. Multi-row VALUES would be ten times slower still.
    """
    if not rows:
        return
    names = list(rows[0])
    quote = connection.dialect.identifier_preparer.quote
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    columns = ", ".join(quote(table.c[name].name) for name in names)
    marks = ", ".join([mark] * len(names))
    connection.exec_driver_sql(
        f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({marks})",
        [tuple([row[name] for name in names]) for row in rows],
    )


def bounded(values: Sequence[Any]) -> Iterator[list[Any]]:
    """Pieces small enough for one IN (...)."""
    for start in range(0, len(values), IN_BOUND):
        yield list(values[start : start + IN_BOUND])


def _make_private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    # -wal and -shm take their rights from the database file; the mask guards what else is made
    os.umask(0o077)


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late (see _begin_sqlite)
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """IMMEDIATE for writers, or two that read before they write lose an update."""
    reads = connection.get_execution_options().get("cleanclaim_read")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def _coded() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if "locked" in str(error.orig) or "lock timeout" in str(error.orig):
            raise LedgerBusy("the database stayed locked; another program holds it, try again") from None
        raise
