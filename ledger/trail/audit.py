"""The audit trail: who did what to which claim, batch or file. Rows are added, never changed.

Each row holds an HMAC-SHA256, under a key that lies outside the database, over the row before it and
itself: a changed, removed or slipped-in row does not fit. That rows were cut off at the end shows
against the heads that are written outside the database each night.

An act is noted inside the transaction that does it and the rows of a transaction are chained together
just before its commit, so the line that writers stand in is short: a row for a batch, a chunk or a
person's act, never one for each claim. A ledger without a key keeps no trail (tests, measurements).
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, Update, func, select, update

from config.counted import counted
from ledger.schema import audit, audit_head, identity
from ledger.storage.database import Ledger, bounded, insert_many, instant, ledger_of
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated
from ledger.trail import written

BEGAN = "epoch began"  # a person's decision where the ledger goes on; its subject is `epoch N`
PIECE = 5000  # rows read at once
LOOKED_AT = 10_000  # earlier rows of the trail that one night looks at: some 0.1 s
NEWEST = 2**62
FAULTS_LISTED = 20  # faults listed at most


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One act. `at` is UTC; `actor` is a user of this machine, with the run's token under a lease."""

    id: int
    recorded_at: str
    business_on: str
    actor: str
    act: str
    subject: str
    detail: str
    key_id: str
    mac: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of the trail at some time, and the ledger's epoch then."""

    id: int
    mac: str
    epoch: int = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the trail does not fit: the row (or what is left of it) and why.

    `unchecked`: nothing is known to be wrong, but rows are under a key that is not here.
    """

    id: int
    what: str
    row: AuditRow | None = None
    unchecked: bool = False


@dataclass(slots=True)
class Verified:
    """What a look over the whole trail came to. `heads` counts those that were compared."""

    rows: int = 0
    heads: int = 0
    faults: list[Fault] = field(default_factory=list)
    more: int = 0  # faults beyond those listed

    @property
    def holds(self) -> bool:
        return not self.faults

    def add(self, fault: Fault) -> None:
        if len(self.faults) < FAULTS_LISTED:
            self.faults.append(fault)
        else:
            self.more += 1


@dataclass(frozen=True, slots=True)
class Trail:
    """What rows are written with. `clock` gives the time in UTC; it decides nothing."""

    key: bytes = field(repr=False)
    actor: str
    clock: Callable[[], str]


_EPOCH = select(identity.c.epoch)
_NAMES = tuple(AuditRow.__dataclass_fields__)
_COLUMNS = tuple(audit.c[name] for name in _NAMES)


def keep(ledger: Ledger, trail: Trail) -> None:
    """From now on this ledger's acts are kept, and its events say who and when."""
    ledger.actor, ledger.clock = trail.actor, trail.clock
    ledger.before_commit = lambda connection, acts: _chain(connection, trail, acts)


def note(connection: Connection, business_on: str, act: str, subject: str, detail: str = "") -> None:
    """Notes an act inside the caller's transaction. `detail` names no patient."""
    connection.info["acts"].append((business_on, act, subject, detail))


def record(ledger: Ledger, business_on: str, act: str, subject: str, detail: str = "") -> None:
    """Notes an act that changes nothing in the ledger: an export, a look at a claim, a new key."""
    with ledger.write() as connection:
        note(connection, business_on, act, subject, detail)


def key_id(key: bytes) -> str:
    """A short name of a key, which discloses nothing of it."""
    return hashlib.sha256(b"audit key:" + key).hexdigest()[:8]


def _mac(key: bytes, before: str, values: Sequence[object]) -> str:
    return hmac.digest(key, _SAID([before, *values]).encode("ascii"), "sha256").hex()


_SAID = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def _chain(connection: Connection, trail: Trail, acts: Sequence[tuple[str, str, str, str]]) -> None:
    last, mac = connection.execute(_END).one()
    if link := written.taken(connection):
        acts = [*acts, (acts[-1][0] if acts else "", written.WRITTEN, "rows", link)]
    token = ledger_of(connection).token
    actor = f"{trail.actor}, run {token}" if token else trail.actor
    at, short = instant(connection), key_id(trail.key)
    rows = []
    for number, (business_on, act, subject, detail) in enumerate(acts, last + 1):
        values = [number, at, business_on, actor, act, subject, detail.replace("\0", ""), short]
        mac = _mac(trail.key, mac, values)
        rows.append(dict(zip(_NAMES, [*values, mac], strict=True)))
    insert_many(connection, audit, rows)
    connection.execute(*_new_end(last + len(rows), mac))


_END = select(audit_head.c.last, audit_head.c.mac).where(audit_head.c.name == "audit").with_for_update()


@stated
def _new_end(number: Any, chained: Any) -> Update:
    return update(audit_head).where(audit_head.c.name == "audit").values(last=number, mac=chained)


def head(ledger: Ledger) -> Head:
    """Where the trail ends now; id 0: it holds nothing."""
    with ledger.read() as connection:
        row = connection.execute(_HEAD).one()
    return Head(*row)


_HEAD = select(audit_head.c.last, audit_head.c.mac, func.coalesce(_EPOCH.scalar_subquery(), 1))


def rows(ledger: Ledger, *, subject: str = "", act: str = "", most: int = 200) -> list[AuditRow]:
    """The newest acts first, of one subject (`batch 12`) or one act where asked."""
    query = select(audit).order_by(audit.c.id.desc()).limit(most)
    if subject:
        query = query.where(audit.c.subject == subject)
    if act:
        query = query.where(audit.c.act == act)
    with ledger.read() as connection:
        return [AuditRow(**row._mapping) for row in connection.execute(query)]


def verify(
    ledger: Ledger, keys: Mapping[str, bytes], heads: Mapping[str, Head], rows_since: int = 0, turn: int = 0
) -> Verified:
    """Looks over the trail: rows against the one before, every head against its row, and the rows that links
    hold against them: those after row `rows_since`, and an eighth of the earlier ones by `turn`
    (`ledger/trail/written.py`).

    Of its own rows up to `rows_since` it looks at `LOOKED_AT` by `turn`, at all where there are no more: what
    a night checks does not grow with the trail. That none is gone is counted over all.

    `keys` by their `key_id`; `heads` by the name of the file they stand in.
    """
    look = _Look(ledger, keys, heads)
    rows_since = min(rows_since, head(ledger).id)
    parts = _parts(rows_since, turn)
    for first, last in parts:
        look.at_part(first, last)
    if len(parts) > 1 and (gone := rows_since - _count_up_to(ledger, rows_since)):
        look.found.add(Fault(rows_since, f"{counted(gone, 'row')} of those up to here are gone"))
    look.at_other_heads()
    if look.end != (look.expected - 1, look.before):
        last, there = look.end[0], look.expected - 1
        look.found.add(Fault(look.expected, f"the trail ended at row {last}; what is there ends at {there}"))
    look.report_what_is_left()
    if look.found.rows:
        for row_id, what in written.faults(ledger, rows_since, turn):
            look.found.add(Fault(row_id, what))
    return look.found


class _Look:
    """A look over the trail: what was found, and where it stands."""

    def __init__(self, ledger: Ledger, keys: Mapping[str, bytes], heads: Mapping[str, Head]) -> None:
        self.found = Verified()
        self.before, self.expected = "", 1  # what the next row goes on from, and its id
        self.end = (0, "")  # the id and mac that the trail itself knows of its last row
        self._ledger = ledger
        self._keys = keys
        self._unchecked: dict[str, tuple[Row[Any], int]] = {}
        self._wanted: dict[int, list[tuple[str, Head]]] = {}
        with ledger.read() as connection:
            gone = set(left_behind(connection, heads.values()))
        for name, known in heads.items():
            if known not in gone:
                self._wanted.setdefault(known.id, []).append((name, known))

    def at_part(self, first: int, last: int) -> None:
        """Looks at rows of the trail against one another; `last` may be beyond its end."""
        if first != self.expected:
            self.before, self.expected = _mac_of(self._ledger, first - 1), first
        for some, end in _between(self._ledger, first, last):
            self.end = end
            for row in some:
                if row.id != self.expected:
                    self._gone(row.id - 1)
                self._at_row(row)
                self.before, self.expected = row.mac, row.id + 1
                self.found.rows += 1
        if last != NEWEST and self.expected <= last:
            self._gone(last)

    def _gone(self, last: int) -> None:
        self.found.add(Fault(self.expected, f"rows {self.expected} to {last} are gone"))

    def _at_row(self, row: Row[Any]) -> None:
        key = self._keys.get(row.key_id)
        if key is None:
            first, rows = self._unchecked.get(row.key_id, (row, 0))
            self._unchecked[row.key_id] = (first, rows + 1)
        elif not hmac.compare_digest(row.mac, _mac(key, self.before, row[:-1])):
            self.found.add(Fault(row.id, "it, or the one before it, is not what was written", _act(row)))
        self._at_heads(row)

    def _at_heads(self, row: Row[Any]) -> None:
        for name, known in self._wanted.pop(row.id, ()):
            self.found.heads += 1
            if known.mac != row.mac:
                self.found.add(Fault(row.id, f"{name} knows another row in its place", _act(row)))

    def at_other_heads(self) -> None:
        """Compares the heads of rows that were not looked at."""
        with self._ledger.read() as connection:
            rows = connection.execute(*_rows_of(list(self._wanted))).all()
        for row in rows:
            self._at_heads(row)

    def report_what_is_left(self) -> None:
        """Rows whose key is not here, and heads of rows that are gone."""
        for short, (first, rows) in self._unchecked.items():
            what = f"{counted(rows, 'row')} from here on can't be checked: their key {short} is not here"
            self.found.add(Fault(first.id, what, _act(first), unchecked=True))
        for number, those in sorted(self._wanted.items()):
            for name, _ in those:
                self.found.heads += 1
                if number:
                    self.found.add(Fault(number, f"{name} knows row {number}, which is gone"))


def adopt(ledger: Ledger) -> None:
    """Takes rows into the trail that a ledger of an earlier release wrote without a link."""
    link = written.adopt(ledger)
    if link:
        record(ledger, "", written.WRITTEN, "rows", link)


def left_behind(connection: Connection, heads: Iterable[Head]) -> list[Head]:
    """Those of a way that a ledger did not go on: a person began a later epoch where they do not fit."""
    rows = connection.execute(_BEGINNINGS)
    began = [(int(subject.rpartition(" ")[2]), _FORK.match(detail)) for subject, detail in rows]
    return [h for h in heads if any(n > h.epoch and fork and h.id > int(fork[1]) for n, fork in began)]


_BEGINNINGS = select(audit.c.subject, audit.c.detail).where(audit.c.act == BEGAN)


@stated
def _rows_of(ids: Any) -> Select[tuple[Any, ...]]:
    return select(*_COLUMNS).where(one_of(audit.c.id, ids))


@stated
def _rows_between(first: Any, last: Any) -> Select[tuple[Any, ...]]:
    return select(*_COLUMNS).where(audit.c.id.between(first, last)).order_by(audit.c.id).limit(PIECE)


def fork_of(connection: Connection, heads: Iterable[Head]) -> int:
    """The fork: the last row that is known to be common with the ledger that `heads` are of. 0: none is."""
    known = {h.id: h for h in heads if h.id}
    there: dict[int, str] = {}
    for piece in bounded(list(known)):
        there.update(
            connection.execute(select(audit.c.id, audit.c.mac).where(audit.c.id.in_(piece))).tuples().all()
        )
    fork = 0
    for number in sorted(known):
        if there.get(number) != known[number].mac:
            break
        fork = number
    return fork


def began(head: Head, fork: int, why: str) -> str:
    """What the row of a new epoch says: the head that it does not go on from, the fork, and why."""
    return f"after row {head.id} {head.mac}; common to row {fork}; {why}"


_FORK = re.compile(r"after row \d+ \S*; common to row (\d+); ")


def _parts(since: int, turn: int) -> list[tuple[int, int]]:
    """The first and last ids of the rows to look at: of those up to `since` the part whose turn it is, and
    all newer ones."""
    turns = -(-since // LOOKED_AT)
    if turns <= 1:
        return [(1, NEWEST)]
    first = turn % turns * LOOKED_AT + 1
    return [(first, min(first + LOOKED_AT - 1, since)), (since + 1, NEWEST)]


def _act(row: Row[Any]) -> AuditRow:
    return AuditRow(**row._mapping)


def _between(ledger: Ledger, first: int, last: int) -> Iterator[tuple[Sequence[Row[Any]], tuple[int, str]]]:
    """Rows by pieces, and where the trail ends in the same picture: another process may write meanwhile."""
    while True:
        with ledger.read() as connection:
            some = connection.execute(*_rows_between(first, last)).all()
            end = connection.execute(_HEAD).one()
        yield some, (end.last, end.mac)
        if len(some) < PIECE:
            return
        first = some[-1].id + 1


def _count_up_to(ledger: Ledger, last: int) -> int:
    with ledger.read() as connection:
        query = select(func.count()).select_from(audit).where(audit.c.id.between(1, last))
        return int(connection.execute(query).scalar_one())


def _mac_of(ledger: Ledger, number: int) -> str:
    """What the row after this one goes on from; "" where it is gone: then that one does not fit."""
    with ledger.read() as connection:
        return connection.execute(select(audit.c.mac).where(audit.c.id == number)).scalar() or ""


def keys_used(ledger: Ledger) -> list[str]:
    """The ids of the keys that rows are under."""
    with ledger.read() as connection:
        return sorted(connection.execute(select(audit.c.key_id).distinct()).scalars())


def count(ledger: Ledger) -> int:
    """How many rows there are."""
    with ledger.read() as connection:
        return int(connection.execute(select(func.count()).select_from(audit)).scalar_one())
