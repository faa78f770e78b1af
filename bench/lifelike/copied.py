"""A larger home out of one that was played: its rows once more, so many times, under ids and numbers of their
own, and each time as many days later as its nights took.

What names a person, a number or a file has an ending of its own in each copy, so that copies are other
patients and other claims. The files of a copy have no bytes, as retention leaves them. The audit trail goes
on over the copies by rows of its own, whose links hold what was copied. All else is as the steps of the
nights wrote it, and the queue is kept for the last day by what keeps it each night.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, select
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, DropIndex

from config.settings import Settings
from ledger.schema import audit, metadata
from ledger.schema.day_type import Day
from ledger.storage.database import Ledger
from ledger.trail import written
from ledger.trail.audit import note
from tasks.home.home import open_home
from tasks.work.causes import keep_queue

ONCE: Final = frozenset(
    (
        *("account", "actor", "identity", "audit_head", "lease", "turn", "schedule", "sequence"),
        *("control_number", "kept_to", "outcome_group", "queue_change", "inbox_seen", "remote_look"),
        "inbox_new",  # read tonight and not taken in yet
        *("partner_stop", "contract", "contract_rate", "enrolment", "repricing", "month_close", "settlement"),
        *("console_user", "console_session", "second_factor", "recovery_code", "sign_in_try", "work_view"),
        *("audit", "balance", "document"),  # these in their own way
    )
)
"""Tables of which there is as much whatever the size, or which a played home has no rows of."""
OWN: Final = {
    "alert": ("key",),
    "batch": ("name",),
    "claim": ("patient_control_number", "external_id"),
    "claim_payment": ("patient_control_number", "payer_claim_control_number", "member_id", "patient_name"),
    "claim_version": ("member_id", "patient_name"),
    "coverage": ("member_id",),
    "deposit": ("key", "trace"),
    "encounter": ("external_id", "content", "patient"),
    "guarantor_mark": ("mark",),
    "inbox_file": ("name", "sha256"),
    "inquiry": ("key", "trace"),
    "notice": ("key",),
    "patient": ("digest",),
    "payment_batch": ("file",),
    "remittance": ("key", "trace"),
    "response": ("name", "sha256", "isa13"),
    "submission": ("payer_claim_control_number",),
    "visit": ("number", "member_id", "medical_record_number"),
}
"""Texts that name one person, number or file."""
VERSIONS: Final = ("claim", "version_id")  # an id that the schema does not declare as one
COUNTED: Final = {
    "answers": "answer",
    "claim_version": "claim_version",
    "edit_override": "edit_override",
    "encounters": "encounter",
    "entries": "entry",
    "guarantors": "guarantor",
    "submission_event": "submission_event",
    "versions": "claim_version",
}
"""The table whose last row is noted as kept, by the last word of the note's name."""


def enlarge(settings: Settings, times: int, tell: Callable[[str], None] = lambda _: None) -> date:
    """The home has so many times its rows; nothing else may use it. Its last business date then."""
    ledger = Ledger(settings.database_url)
    with closing(ledger.engine.raw_connection()) as opened:
        connection = opened.driver_connection
        assert connection is not None
        if ledger.engine.dialect.name != "sqlite":
            connection.autocommit = True  # as SQLite's is: what begins says so
        cursor = connection.cursor()
        copy = _Copy(cursor, ledger.engine.dialect)
        with copy.without_indexes():
            for number in range(1, times):
                copy.write(number)
                tell(f"copy {number}")
            copy.end(times)
            tell("indexes")
        cursor.close()
        opened.invalidate()  # its settings are for this alone
    ledger.close()
    last = copy.first + timedelta(days=copy.days * times - 1)
    with open_home(settings) as home:
        for number in range(1, times):
            copy.note_acts(home.ledger, number)
            tell(f"trail of copy {number}")
        keep_queue(home, last, learn=True)
    return last


class _Copy:
    """Writes copies by statements of a few forms, from the rows that were played."""

    def __init__(self, cursor: Any, dialect: Dialect) -> None:
        self._cursor = cursor
        self._dialect = dialect
        self._quote = dialect.identifier_preparer.quote
        self._sqlite = dialect.name == "sqlite"
        days = "SELECT business_on FROM night UNION ALL SELECT business_on FROM encounter"
        first, last = (
            date.fromisoformat(str(day))
            for day in self._row(f"min(business_on), max(business_on) FROM ({days}) AS days")
        )
        self.first, self.days = first, (last - first).days + 1
        self._next = first + timedelta(days=self.days)
        self._last = {
            table.name: self._row(f"coalesce(max(id), 0) FROM {table.name}")[0]
            for table in metadata.sorted_tables
            if "id" in table.c and table is not audit
        }
        [self._trail] = self._row("coalesce(max(id), 0) FROM audit")
        [self._isa13] = self._row("coalesce(max(last), 0) FROM control_number")

    def _row(self, query: str) -> Any:
        self._cursor.execute(f"SELECT {query}")
        return self._cursor.fetchone()

    @contextmanager
    def without_indexes(self) -> Iterator[None]:
        """No index but those of keys, no guard and no wait for the disk; all is there again at the end."""
        indexes = [index for table in metadata.sorted_tables for index in sorted(table.indexes, key=str)]
        if self._sqlite:
            settings = [
                "journal_mode = OFF",
                "synchronous = OFF",
                "foreign_keys = OFF",
                "cache_size = -2000000",
            ]
            settings = [
                f"PRAGMA {one}" for one in (*settings, "ignore_check_constraints = ON", "threads = 2")
            ]
        else:
            settings = ["session_replication_role = replica", "maintenance_work_mem = '1GB'"]
            settings = [f"SET {one}" for one in settings]
        for statement in (
            *settings,
            *(str(DropIndex(one).compile(dialect=self._dialect)) for one in indexes),
        ):
            self._cursor.execute(statement)
        yield
        for one in indexes:
            self._cursor.execute(str(CreateIndex(one).compile(dialect=self._dialect)))
        if self._sqlite:
            self._cursor.execute("PRAGMA journal_mode = WAL").fetchall()
        else:
            self._cursor.execute("VACUUM ANALYZE")

    def write(self, number: int) -> None:
        """One copy, behind those before it."""
        self._cursor.execute("BEGIN")
        for table in metadata.sorted_tables:
            if table.name not in ONCE:
                values = {column.name: self._value(column, number) for column in table.columns}
                self._insert(table, values, f"FROM {table.name} WHERE {self._was_played(table)}")
        self._documents(number)
        self._balances(number)
        self._cursor.execute("COMMIT")

    def _insert(self, table: Table, values: dict[str, str], rest: str) -> None:
        names = ", ".join(map(self._quote, values))
        self._cursor.execute(f"INSERT INTO {table.name} ({names}) SELECT {', '.join(values.values())} {rest}")

    def _was_played(self, table: Table) -> str:
        """Whether a row is no copy: by its id, by what it belongs to, or by its day."""
        for column in (*table.primary_key.columns, *table.columns):
            if target := self._target(column):
                return f"{column.name} <= {self._last[target]}"
        return f"business_on < '{self._next}'"

    def _target(self, column: Column[Any]) -> str:
        """The table whose id a column holds; "" none."""
        if (column.table.name, column.name) == VERSIONS:
            return "claim_version"
        if column.name == "id":
            return str(column.table.name)
        return next((self._target(key.column) for key in column.foreign_keys), "")

    def _value(self, column: Column[Any], number: int) -> str:
        """What a copy has in a column."""
        table, name = str(column.table.name), column.name
        quoted, ending = self._quote(name), f"'Y{number}'"
        if (table, name) in _WORDED:
            return _WORDED[table, name](self, number)
        if name == "id" or self._target(column):
            return f"{quoted} + {number * self._last[self._target(column) or table]}"
        if isinstance(column.type, Day):
            return self._later(quoted, number)
        if name in OWN.get(table, ()):
            return f"CASE {quoted} WHEN '' THEN '' ELSE {quoted} || {ending} END"
        return quoted

    def _later(self, day: str, number: int) -> str:
        """A day of a copy. The calendar's first and last stand for none."""
        days = number * self.days
        later = f"date({day}, '+{days} days')" if self._sqlite else f"{day} + {days}"
        return f"CASE WHEN {day} BETWEEN '0002-01-01' AND '9990-01-01' THEN {later} ELSE {day} END"

    def _moved(self, column: str, table: str, number: int) -> str:
        return f"CAST({column} + {number * self._last[table]} AS TEXT)"

    def _isa13_of(self, number: int) -> str:
        return f"isa13 + {number * self._isa13}"

    def _period(self, number: int) -> str:
        return f"substr(CAST({self._later('business_on', number)} AS TEXT), 1, 7)"

    def _entry_key(self, number: int) -> str:
        """An act's by its id, by which it is found; the others are only to be their own."""
        act = self._moved("CAST(substr(key, 5) AS BIGINT)", "money_act", number)
        return f"CASE WHEN key LIKE 'act:%' THEN 'act:' || {act} ELSE key || 'Y{number}' END"

    def _payload(self, number: int) -> str:
        """The document is of another person: judged again, a copy is no encounter of who was played."""
        named = '"patient":{"last":"'
        return f"replace(payload, '{named}', '{named}Y{number}')"

    def _marks(self, number: int) -> str:
        return f"replace(marks, ' ', 'Y{number} ') || 'Y{number}'"

    def _read_as(self, number: int) -> str:
        """A rule's number, the day of service and a person's word."""
        day = "substr(read_as, 3, 10)"
        if not self._sqlite:
            day = f"CAST({day} AS DATE)"
        return f"substr(read_as, 1, 2) || CAST({self._later(day, number)} AS TEXT) || substr(read_as, 13)"

    def _work_key(self, number: int) -> str:
        """As `tasks/work/causes.py` and `ledger/books/work_items.py` make it, of ids."""
        encounter = self._moved("CAST(substr(key, 6) AS BIGINT)", "encounter", number)
        behind = "substr(key, instr(key, '|'))" if self._sqlite else "substr(key, strpos(key, '|'))"
        claim = self._moved("claim_id", "claim", number)
        submission = self._moved("submission_id", "submission", number)
        payment = self._moved("claim_payment_id", "claim_payment", number)
        return (
            f"CASE WHEN kind = 'hold' AND key LIKE 'hold|%' THEN 'hold|' || {encounter}"
            f" WHEN key LIKE 'claim %' THEN 'claim ' || {claim} || {behind}"
            f" WHEN kind = 'suspense' THEN 'suspense|' || {payment}"
            f" WHEN kind = 'rejection' THEN 'rejection|' || {submission}"
            f" ELSE key || 'Y{number}' END"
        )

    def _work_reference(self, number: int) -> str:
        payment = self._moved("claim_payment_id", "claim_payment", number)
        return (
            f"CASE WHEN reference = '' THEN '' WHEN kind = 'suspense' THEN {payment}"
            f" ELSE reference || 'Y{number}' END"
        )

    def _documents(self, number: int) -> None:
        """Those that one row each names; what several may name stays that of the first."""
        table = metadata.tables["document"]
        values = {column.name: self._quote(column.name) for column in table.columns}
        empty = "x''" if self._sqlite else "''::bytea"
        values |= {"sha256": f"sha256 || 'Y{number}'", "bytes": empty, "key_id": "'purged'"}
        values["business_on"] = self._later("business_on", number)
        kinds = "kind IN ('encounter_file', 'response')"
        self._insert(table, values, f"FROM document WHERE {kinds} AND business_on < '{self._next}'")

    def _balances(self, number: int) -> None:
        """Each day goes on from the last one before it: all that was ever in an account is on every day."""
        names = "practice, payer, account, of_claim"
        day = self._later("d.business_on", number)
        first = f"business_on < '{self._next}'"
        self._cursor.execute(
            f"INSERT INTO balance (business_on, {names}, cents, entry_id)"
            f" SELECT {day}, k.practice, k.payer, k.account, k.of_claim,"
            f" k.cents * {number} + coalesce(b.cents, 0), d.entry_id + {number * self._last['entry']}"
            f" FROM (SELECT business_on, max(entry_id) AS entry_id FROM balance WHERE {first}"
            " GROUP BY business_on) AS d"
            f" CROSS JOIN (SELECT {names}, cents FROM balance WHERE business_on ="
            f" (SELECT max(business_on) FROM balance WHERE {first})) AS k"
            " LEFT JOIN balance AS b ON b.business_on = d.business_on AND b.practice = k.practice"
            " AND b.payer = k.payer AND b.account = k.account AND b.of_claim = k.of_claim"
        )

    def note_acts(self, ledger: Ledger, number: int) -> None:
        """The acts of a copy in the trail, each link over the rows that were copied."""
        a = audit.c
        query = select(a.business_on, a.act, a.subject, a.detail).where(a.id <= self._trail).order_by(a.id)
        with ledger.read() as connection:
            acts = [self._act(connection, number, *row) for row in connection.execute(query).tuples().all()]
        with ledger.write() as connection:
            for act in acts:
                note(connection, *act)

    def _act(
        self, connection: Connection, number: int, business_on: str, act: str, subject: str, detail: str
    ) -> tuple[str, str, str, str]:
        if business_on:
            day = date.fromisoformat(business_on) + timedelta(days=number * self.days)
            business_on = day.isoformat()
        if act == written.WRITTEN:
            return business_on, act, subject, self._link(connection, detail, number)
        return business_on, act, f"{subject}Y{number}", detail

    def _link(self, connection: Connection, detail: str, number: int) -> str:
        """A link over the rows of a copy that stand for those of this one."""
        parts = {}
        for word, _, ranges in (part.partition(" ") for part in detail.split("; ")[:-2]):
            later = number * self._last[written.WORDS[word].name]
            parts[word] = [(first + later, last + later) for first, last in written.pairs(ranges)]
        [lines] = written.read_lines(connection, [written.Link(0, parts, 0, "")])
        ids = {word: [n for a, b in pairs for n in range(a, b + 1)] for word, pairs in parts.items()}
        return written.Written(ids, lines).detail()

    def end(self, times: int) -> None:
        """What there is once says how far the copies go."""
        self._cursor.execute("BEGIN")
        for table in ("sequence", "control_number"):
            self._cursor.execute(f"UPDATE {table} SET last = last * {times}")
        for word, table in COUNTED.items():
            more = (times - 1) * self._last[table]
            self._cursor.execute(f"UPDATE kept_to SET last = last + {more} WHERE name LIKE '% {word}'")
        self._cursor.execute(f"UPDATE kept_to SET business_on = {self._later('business_on', times - 1)}")
        if not self._sqlite:
            for table in self._last:
                self._cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
                    f" (SELECT coalesce(max(id), 0) + 1 FROM {table}))"
                )
        self._cursor.execute("COMMIT")


_WORDED: Final[dict[tuple[str, str], Callable[[_Copy, int], str]]] = {
    ("batch", "isa13"): _Copy._isa13_of,
    ("encounter", "payload"): _Copy._payload,
    ("entry", "key"): _Copy._entry_key,
    ("entry", "period"): _Copy._period,
    ("guarantor_digest", "marks"): _Copy._marks,
    ("guarantor_digest", "read_as"): _Copy._read_as,
    ("work_item", "key"): _Copy._work_key,
    ("work_item", "reference"): _Copy._work_reference,
}
