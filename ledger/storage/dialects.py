"""Everything in which SQLite and PostgreSQL differ for the ledger, side by side.

| | SQLite | PostgreSQL |
|---|---|---|
| a write | BEGIN IMMEDIATE: one writer at a time | rows are locked as they are read or changed |
| a read | a deferred BEGIN under WAL: one picture | REPEATABLE READ, read only: one picture |
| a wait for a lock | `busy_timeout`, 30 s | `lock_timeout`, 30 s |
| many rows | the driver's executemany | COPY |
| many rows changed | the driver's executemany | one UPDATE from an array |
| workers that share rows | they wait for each other | `FOR UPDATE`, left out for SQLite |
| one migration at a time | the write lock | an advisory lock |
| text | any | no NUL character: it is stored as U+FFFD |
| a day | ISO text, which a CHECK holds to a real day | DATE |
"""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    MetaData,
    Select,
    Table,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.sql.compiler import IdentifierPreparer
from sqlalchemy.sql.dml import UpdateBase

from ledger.schema.day_type import Day

BUSY_SECONDS = 30
CACHE_KIB = 64 * 1024
"""Of pages a connection keeps in memory: SQLite's own 2 MiB lose a chunk's, and those of indexes of hashes,
which are read all over, before the next row needs them."""
FEW = 8  # rows from which COPY is worth its round trips
MIGRATION_LOCK = 0x0C1EA2C1  # any number; the same for all who migrate this product's ledger


class Dialect(Protocol):
    """One database as the ledger uses it."""

    def engine(self, url: URL) -> Engine:
        """An engine whose errors hide the parameters of statements."""

    def reading(self, engine: Engine) -> Engine:
        """The same engine for transactions that only read one picture."""

    def begin(self, connection: Connection) -> None:
        """What a transaction says first."""

    def insert(
        self, connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Inserts many rows of the columns `names`."""

    def put_texts(
        self,
        connection: Connection,
        table: Table,
        names: Sequence[str],
        rows: Sequence[Sequence[int | str | None]],
    ) -> None:
        """Gives many rows other texts or days in the columns `names`: of each its id, and these."""

    def new_ids(self, connection: Connection, table: Table, count: int) -> Sequence[int]:
        """Ids that no row has, for rows that are inserted with them."""

    def migrate_alone(self, connection: Connection) -> None:
        """Waits until no other program migrates."""

    def forget_triggers(self, connection: Connection) -> None:
        """After every table was dropped: what guarded them goes too."""

    def number_on(self, connection: Connection, metadata: MetaData) -> None:
        """After rows came with their ids: the next id given out is a new one."""

    def refusal(self, error: BaseException) -> str:
        """What the database did not allow, without any value: a constraint's name or a trigger's message."""

    def busy(self, error: BaseException) -> bool:
        """Whether it was the wait for a lock that ended."""

    def full(self, error: BaseException) -> bool:
        """Whether the disk has no room for what was written."""

    def other_tables(self, error: BaseException) -> bool:
        """Whether a table or a column is not there that this version has."""

    def no_fit(self, error: BaseException) -> bool:
        """Whether a value does not fit its column, its index or its character set."""

    def size(self, connection: Connection) -> int:
        """Bytes of the database."""

    def give_back_space(self, engine: Engine) -> None:
        """Takes what was removed out of the files, too."""


OF_THE_DISK = ("SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_CORRUPT")
"""What SQLite says of the file, not of what was to be written: an operator has to know."""


class Sqlite:
    def engine(self, url: URL) -> Engine:
        if url.database and url.database != ":memory:":
            _make_private(Path(url.database))
        return _sqlite_engine(url)

    def reading(self, engine: Engine) -> Engine:
        return engine.execution_options(cleanclaim_read=True)

    def begin(self, connection: Connection) -> None:
        pass  # BEGIN IMMEDIATE has done it

    def insert(
        self, connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """By the driver's own executemany: SQLAlchemy's own way costs more than the database does,
        and multi-row VALUES would be ten times slower still."""
        marks = ", ".join("?" * len(names))
        connection.exec_driver_sql(
            f"INSERT INTO {_into(connection, table, names)} VALUES ({marks})", list(rows)
        )

    def put_texts(
        self,
        connection: Connection,
        table: Table,
        names: Sequence[str],
        rows: Sequence[Sequence[int | str | None]],
    ) -> None:
        each = ", ".join(f"{_quoted(connection, name)} = ?" for name in names)
        connection.exec_driver_sql(
            f"UPDATE {_quoted(connection, table.name)} SET {each} WHERE id = ?",
            [(*texts, number) for number, *texts in rows],
        )

    def new_ids(self, connection: Connection, table: Table, count: int) -> Sequence[int]:
        """As the database gives them: behind the largest. The write lock is held."""
        last = connection.execute(_last_id(table)).scalar_one()
        return range(last + 1, last + 1 + count)

    def migrate_alone(self, connection: Connection) -> None:
        pass  # BEGIN IMMEDIATE has done it

    def forget_triggers(self, connection: Connection) -> None:
        pass  # they went with their tables

    def number_on(self, connection: Connection, metadata: MetaData) -> None:
        pass  # the next id is one more than the largest

    def refusal(self, error: BaseException) -> str:
        found = getattr(error, "orig", error)
        said = str(found)
        of_the_disk = getattr(found, "sqlite_errorname", "").startswith(OF_THE_DISK)
        return said if of_the_disk or "constraint" in said or "append-only" in said else ""

    def busy(self, error: BaseException) -> bool:
        return "locked" in str(getattr(error, "orig", error))

    def full(self, error: BaseException) -> bool:
        return getattr(getattr(error, "orig", error), "sqlite_errorcode", None) in (
            sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_IOERR_WRITE,  # a quota, or a file that may not grow
        )

    def other_tables(self, error: BaseException) -> bool:
        said = str(getattr(error, "orig", error))
        return said.startswith(("no such table: ", "no such column: ")) or " has no column named " in said

    def no_fit(self, error: BaseException) -> bool:
        found = getattr(error, "orig", error)
        no_day = getattr(found, "sqlite_errorcode", None) == sqlite3.SQLITE_CONSTRAINT_CHECK
        return no_day or isinstance(found, sqlite3.DataError)

    def size(self, connection: Connection) -> int:
        pages, each = (
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size")
        )
        return int(pages * each)

    def give_back_space(self, engine: Engine) -> None:
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@cache
def _last_id(table: Table) -> Select[tuple[int]]:
    return select(func.coalesce(func.max(table.c.id), 0))


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
        "secure_delete=ON",  # what is removed is overwritten
        f"busy_timeout={BUSY_SECONDS * 1000}",
        f"cache_size=-{CACHE_KIB}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


# An engine keeps the statements it has compiled, no data. A process that opens a ledger again, as `serve` and
# the tests do, would compile each of them anew; its connections are closed with the ledger all the same.
@lru_cache(maxsize=8)
def _sqlite_engine(url: URL) -> Engine:
    made = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    event.listen(made, "before_execute", _note_touched)
    return made


@lru_cache(maxsize=8)
def _postgresql_engine(url: URL) -> Engine:
    made = create_engine(url, hide_parameters=True, pool_pre_ping=True)
    event.listen(made, "connect", _prepare_postgresql)
    event.listen(made, "before_execute", _note_touched)
    return made


def _note_touched(connection: Connection, statement: Any, *given: Any) -> None:
    """Notes by itself what SQLAlchemy writes; whoever writes by the driver notes it."""
    if isinstance(statement, UpdateBase):
        note_touched(connection, str(statement.table))


def note_touched(connection: Connection, table: str) -> None:
    """Notes that a transaction writes to a table."""
    touched = connection.info.get("touched")
    if touched is not None:
        touched.add(table)


def _begin_sqlite(connection: Connection) -> None:
    """IMMEDIATE for writers, or two that read before they write lose an update."""
    reads = connection.get_execution_options().get("cleanclaim_read")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


class Postgresql:
    def engine(self, url: URL) -> Engine:
        return _postgresql_engine(url)

    def reading(self, engine: Engine) -> Engine:
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def begin(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")

    def insert(
        self, connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        into = _into(connection, table, names)
        known = list(rows)
        if len(known) < FEW:
            marks = ", ".join(["%s"] * len(names))
            connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", known)
            return
        raw: Any = connection.connection.driver_connection
        with raw.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in known:
                copy.write_row(row)

    def put_texts(
        self,
        connection: Connection,
        table: Table,
        names: Sequence[str],
        rows: Sequence[Sequence[int | str | None]],
    ) -> None:
        """One statement: the server would plan one for each row anew."""
        of, quoted = _quoted(connection, table.name), [_quoted(connection, name) for name in names]
        each = ", ".join(f"{name} = given.{name}" for name in quoted)
        kinds = ["date" if isinstance(table.c[name].type, Day) else "text" for name in names]
        arrays = ", ".join(f"%s::{kind}[]" for kind in ("bigint", *kinds))
        connection.exec_driver_sql(
            f"UPDATE {of} SET {each} FROM unnest({arrays}) AS given(id, {', '.join(quoted)}) "
            f"WHERE {of}.id = given.id",
            tuple(list(column) for column in zip(*rows, strict=True)),
        )

    def new_ids(self, connection: Connection, table: Table, count: int) -> Sequence[int]:
        number = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
        query = select(number).select_from(func.generate_series(1, count).table_valued())
        return sorted(connection.execute(query).scalars())

    def migrate_alone(self, connection: Connection) -> None:
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))

    def forget_triggers(self, connection: Connection) -> None:
        """A trigger's function stays behind its table, and would be in the way of the next migration."""
        made = connection.exec_driver_sql(
            "SELECT proname FROM pg_proc WHERE proname LIKE 'append\\_only\\_%%' "
            "AND pronamespace = current_schema()::regnamespace"
        )
        for (name,) in made.all():
            connection.exec_driver_sql(f"DROP FUNCTION {name}()")

    def number_on(self, connection: Connection, metadata: MetaData) -> None:
        for table in metadata.sorted_tables:
            if "id" in table.c:
                connection.execute(
                    text(
                        "SELECT setval(pg_get_serial_sequence(:name, 'id'), "
                        f"COALESCE((SELECT MAX(id) FROM {_quoted(connection, table.name)}), 0) + 1, false)"
                    ),
                    {"name": table.name},
                )

    def refusal(self, error: BaseException) -> str:
        diagnosis = getattr(getattr(error, "orig", error), "diag", None)
        if diagnosis is None:
            return ""
        if diagnosis.constraint_name:
            return f"constraint {diagnosis.constraint_name}"
        return str(diagnosis.message_primary) if diagnosis.sqlstate == "P0001" else ""  # a trigger's message

    def busy(self, error: BaseException) -> bool:
        return getattr(getattr(error, "orig", error), "sqlstate", "") in ("55P03", "40P01")

    def full(self, error: BaseException) -> bool:
        return getattr(getattr(error, "orig", error), "sqlstate", "") == "53100"

    def other_tables(self, error: BaseException) -> bool:
        state = getattr(getattr(error, "orig", error), "sqlstate", "")
        return state in ("42P01", "42703")  # undefined_table, undefined_column

    def no_fit(self, error: BaseException) -> bool:
        # class 22: data exceptions; class 54: program limits, such as an index's longest row
        return str(getattr(getattr(error, "orig", error), "sqlstate", "") or "")[:2] in ("22", "54")

    def size(self, connection: Connection) -> int:
        return int(connection.execute(select(func.pg_database_size(func.current_database()))).scalar_one())

    def give_back_space(self, engine: Engine) -> None:
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM FULL")


def _prepare_postgresql(connection: Any, record: Any) -> None:
    """Text from outside may hold a NUL, which this database can't keep: it is stored as U+FFFD. A day comes
    as text, as it is in the other one."""
    from psycopg.types.string import StrDumperUnknown, TextLoader

    class WithoutNul(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)

    connection.adapters.register_dumper(str, WithoutNul)
    # a day is ISO text in all our programs; a server, or its user, may be set to write days in another way
    connection.adapters.register_loader("date", TextLoader)
    if not str(connection.info.parameter_status("DateStyle")).startswith("ISO"):
        connection.execute("SET datestyle TO ISO")
        connection.commit()


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


def _into(connection: Connection, table: Table, names: Sequence[str]) -> str:
    return _written(connection.dialect.identifier_preparer, table, tuple(names))


@lru_cache(maxsize=1024)
def _written(quoting: IdentifierPreparer, table: Table, names: tuple[str, ...]) -> str:
    columns = ", ".join(quoting.quote(table.c[name].name) for name in names)
    return f"{quoting.quote(table.name)} ({columns})"


def dialect_of(url: URL) -> Dialect:
    """The database that a URL names."""
    return Sqlite() if url.get_backend_name() == "sqlite" else Postgresql()
