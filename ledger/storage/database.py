"""Opens the ledger and its transactions. In what databases differ is in `dialects`.

A write is one short transaction that takes its lock at once and, under a lease, proves its fencing
token first: a run that was overtaken writes nothing. No network and no parsing inside it.
"""

import copy
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from operator import itemgetter
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, StatementError

from ledger.adjudication.facts import Terms
from ledger.errors import (
    FencedOut,
    KeyRefused,
    LedgerBusy,
    LedgerFull,
    LedgerRefused,
    OtherVersion,
    ValueRefused,
)
from ledger.schema import lease as lease_table
from ledger.schema import queue_change
from ledger.schema.day_type import NotADay, may_miss
from ledger.storage.archive import Archive
from ledger.storage.dialects import Dialect, dialect_of, note_touched
from ledger.storage.packs import Packs

# At DEBUG it writes every row that it reads, and hiding parameters does not hide rows.
logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)

IN_BOUND = 900  # values in one IN (...): below SQLite's oldest limit

BESIDE_THE_QUEUE = frozenset(
    (
        *("audit", "audit_head", "identity", "lease", "turn", "night", "schedule", "document", "alert"),
        *("notice", "notice_alert", "notice_end", "console_user", "console_session", "sign_in_try"),
        *("recovery_code", "second_factor", "work_view"),
        *("work_event", "outcome_group", "kept_to", "queue_change"),
        *("balance", "guarantor_digest", "guarantor_mark", "patient"),
        *("inbox_look", "inbox_new", "inbox_seen", "remote_look", "sequence", "control_number"),
    )
)
"""The tables of which no work is derived. A transaction that writes to another one says so (`queue_change`),
so that what is derived of that table is derived anew when the queue is looked at next, and not each time."""

_NO_FIT = "a value is too large, too long, no text or no day for its column; nothing was written"

Row = dict[str, Any]
Acts = list[tuple[str, str, str, str]]  # business date, act, subject, detail


class _TakenBack(Exception):
    pass


@dataclass(slots=True)
class Whole:
    """An act in one transaction. With `taken_back` set at its end nothing of it was written."""

    taken_back: bool = False


class Ledger:
    """A ledger by its URL (`sqlite:///path` or `postgresql+psycopg://...`).

    `token` is the fencing token of the lease under which this object writes; 0: under none.
    `archive` seals documents (None: they are stored plain). `packs` has those of old nights (None: this
    object reads none of them). `terms` are what is agreed with payers, by
    key. `actor` and `clock` are what events are written with. `before_commit` gets what `audit.note`
    noted in a transaction, at its end; None: no trail is kept.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.token = 0
        self.archive: Archive | None = None
        self.packs: Packs | None = None
        self.terms: Mapping[str, Terms] = {}
        self.actor = ""
        self.clock: Callable[[], str] | None = None
        self.before_commit: Callable[[Connection, Acts], None] | None = None
        parsed = make_url(url)
        self.dialect: Dialect = dialect_of(parsed)
        self.engine: Engine = self.dialect.engine(parsed)
        self._reading = self.dialect.reading(self.engine)
        self._whole: Connection | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: one consistent picture.

        Raises:
            LedgerBusy: the database stayed locked.
        """
        if self._whole is not None:
            yield self._whole
            return
        with self._coded(), self._reading.begin() as connection:
            connection.info["ledger"] = self
            self.dialect.begin(connection)
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that writes all or nothing.

        Raises:
            FencedOut: a later run holds the lease; nothing is written.
            LedgerBusy: the database stayed locked.
            LedgerFull: its disk is full; nothing is written.
            LedgerRefused: a key or an append-only table does not allow it; nothing is written.
            ValueRefused: a value does not fit its column; nothing is written.
        """
        if self._whole is not None:
            with self.savepoint(self._whole):
                yield self._whole
            return
        with self._coded(), self.engine.begin() as connection:
            acts: Acts = []
            touched: set[str] = set()
            connection.info.update(ledger=self, acts=acts, written=None, at=None, touched=touched)
            self.dialect.begin(connection)
            if self.token:
                # the row is locked for readers who share it, so that no other run takes over meanwhile
                query = select(lease_table.c.token).where(lease_table.c.name == "run")
                held = connection.execute(query.with_for_update(read=True)).scalar()
                if held != self.token:
                    raise FencedOut(
                        f"token {self.token} was overtaken by {held}; the later run does the work"
                    )
            yield connection
            if self.before_commit is not None and (acts or connection.info["written"]):
                self.before_commit(connection, acts)
            if tables := touched - BESIDE_THE_QUEUE:
                change = {"key": token_hex(16), "tables": " ".join(sorted(tables))}
                connection.execute(queue_change.insert().values(change))

    @contextmanager
    def whole(self) -> Iterator["Whole"]:
        """One transaction for every write and read of this object inside: all of it holds, or nothing.

        For a person's act that takes several steps, and its preview, which takes them all back. For one
        thread. Raises as `write` does.
        """
        act = Whole()
        with suppress(_TakenBack), self.write() as connection:
            self._whole = connection
            try:
                yield act
            finally:
                self._whole = None
            if act.taken_back:
                raise _TakenBack

    @contextmanager
    def savepoint(self, connection: Connection) -> Iterator[None]:
        """A part of a write that is taken back alone when it raises, with what the trail was to say of it.

        Raises as `write` does.
        """
        acts, written = len(connection.info["acts"]), copy.deepcopy(connection.info["written"])
        try:
            with self._coded(), connection.begin_nested():
                yield
        except BaseException:
            del connection.info["acts"][acts:]
            connection.info["written"] = written
            raise

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _coded(self) -> Iterator[None]:
        """A driver's error may quote what was written, so none of its words are passed on."""
        try:
            yield
        except (OverflowError, UnicodeEncodeError):  # the drivers' own binding of a value
            raise ValueRefused(_NO_FIT) from None
        except Exception as error:
            if isinstance(error, StatementError) and isinstance(error.orig, NotADay):
                raise ValueRefused(_NO_FIT) from None
            if not _from_driver(error):
                raise
            if self.dialect.no_fit(error):
                raise ValueRefused(_NO_FIT) from None
            if self.dialect.busy(error):
                raise LedgerBusy("the database stayed locked; another program holds it, try again") from None
            if self.dialect.other_tables(error):
                raise OtherVersion from None
            if self.dialect.full(error):
                raise LedgerFull(
                    "the disk of the database is full; nothing was written; make room and run again"
                ) from None
            found = getattr(error, "orig", None) or error
            kind = type(found).__name__
            of_a_key = any(c.__name__ == "IntegrityError" for c in type(found).__mro__)
            raise (KeyRefused if of_a_key else LedgerRefused)(
                f"the database refused: {self.dialect.refusal(error) or kind}; nothing was written"
            ) from None


def _from_driver(error: Exception) -> bool:
    return isinstance(error, DBAPIError) or type(error).__module__.startswith("psycopg")


def ledger_of(connection: Connection) -> Ledger:
    """The ledger whose transaction this is."""
    found: Ledger = connection.info["ledger"]
    return found


def instant(connection: Connection) -> str:
    """When this transaction writes: UTC as text, the same for all its rows; "" without a clock.

    It is kept beside what happened and decides nothing.
    """
    clock = ledger_of(connection).clock
    if connection.info["at"] is None:
        connection.info["at"] = clock() if clock is not None else ""
    found: str = connection.info["at"]
    return found


def insert_many(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Bulk insert in the database's own quickest way. Every row has the same keys."""
    if not rows:
        return
    note_touched(connection, table.name)
    names = list(rows[0])
    values = _with_no_day(values_of(names, rows), may_miss(table, tuple(names)))
    ledger_of(connection).dialect.insert(connection, table, names, values)


def put_texts(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[int | str, ...]]
) -> None:
    """Gives many rows other texts or days in the columns `names`: of each its id, and these in order."""
    if rows:
        note_touched(connection, table.name)
        values = list(_with_no_day(rows, [n + 1 for n in may_miss(table, tuple(names))]))
        ledger_of(connection).dialect.put_texts(connection, table, names, values)


def _with_no_day(rows: Iterable[Sequence[Any]], at: Sequence[int]) -> Iterable[Sequence[Any]]:
    """The rows as the drivers are to write them, which know of no types: None for "" in these places."""
    return (_none_in(row, at) for row in rows) if at else rows


def _none_in(row: Sequence[Any], at: Sequence[int]) -> tuple[Any, ...]:
    values = list(row)
    for n in at:
        values[n] = values[n] or None
    return tuple(values)


def values_of(names: Sequence[str], rows: Iterable[Row]) -> Iterator[tuple[Any, ...]]:
    """Of each row the values under these names, in their order."""
    if len(names) == 1:
        return ((row[names[0]],) for row in rows)
    return map(itemgetter(*names), rows)


def new_ids(connection: Connection, table: Table, count: int) -> Sequence[int]:
    """Ids for rows that the caller inserts with them, in rising order. No other transaction gets them."""
    return ledger_of(connection).dialect.new_ids(connection, table, count) if count else ()


def count(connection: Connection, query: Select[Any]) -> int:
    """The number that a query counts or adds up; a sum of no rows is 0."""
    return int(connection.execute(query).scalar_one() or 0)


def bounded(values: Sequence[Any]) -> Iterator[list[Any]]:
    """Pieces small enough for one IN (...)."""
    for start in range(0, len(values), IN_BOUND):
        yield list(values[start : start + IN_BOUND])
