"""What was written of money is held by the audit trail: a digest over the rows of each transaction.

Postings balance in themselves, so one that is removed with its whole entry leaves no sum that is off. Each
transaction that writes entries or remittances adds a link to the trail which says which ones and digests
their rows; `verify` reads them again and finds what is missing, added or changed.

Only columns that nothing changes later are digested: a remittance's state is a person's to move.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Table, func, select

from ledger.database import Ledger, Row, ledger_of
from ledger.schema import audit, claim_payment, entry, posting, remittance

WRITTEN = "rows written"  # the act in the trail

COLUMNS: dict[str, tuple[str, ...]] = {
    "entry": ("id", "kind", "key", "remittance_id", "night"),
    "posting": ("entry_id", "account", "cents", "claim_id", "payer", "practice", "reference"),
    "remittance": (
        *("id", "response_id", "payer", "payee", "trace", "amount", "paid_on", "method", "content"),
        *("difference", "claims", "provider_level", "night"),
    ),
    "claim_payment": ("id", "remittance_id", "position", "status", "charge", "paid", "patient_owes"),
}
DEFAULTS = {"remittance_id": None, "claim_id": None, "reference": ""}
PARTS = ((entry, entry.c.id), (posting, posting.c.entry_id))
OF_REMITTANCE = ((remittance, remittance.c.id), (claim_payment, claim_payment.c.remittance_id))


@dataclass(slots=True)
class Written:
    """What a transaction wrote so far."""

    entries: list[int] = field(default_factory=list)
    remittances: list[int] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)

    def detail(self) -> str:
        """The link's text: which rows, how many, and their digest."""
        return (
            f"entries {ranges(self.entries)}; remittances {ranges(self.remittances)}; "
            f"{len(self.lines)} rows; {digest(self.lines)}"
        )


def note(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Notes rows that the caller's transaction has just written; each has its id or its parent's."""
    if not rows or ledger_of(connection).before_commit is None:
        return
    found: Written = connection.info["written"] or Written()
    connection.info["written"] = found
    names = COLUMNS[table.name]
    found.lines += [_line(table.name, [row[n] if n in row else DEFAULTS[n] for n in names]) for row in rows]
    if table is entry:
        found.entries += [row["id"] for row in rows]
    elif table is remittance:
        found.remittances += [row["id"] for row in rows]


def taken(connection: Connection) -> str:
    """The link of what was noted in this transaction; "": nothing was."""
    found: Written | None = connection.info["written"]
    return found.detail() if found is not None else ""


def _line(name: str, values: Iterable[object]) -> bytes:
    # a NUL is stored as U+FFFD by one of the databases, and must digest alike on both
    return ascii((name, *values)).replace("\\x00", "\\ufffd").encode("ascii")


def digest(lines: Iterable[bytes]) -> str:
    """SHA-256 over rows, whatever order a database gives them in."""
    made = hashlib.sha256()
    for line in sorted(lines):
        made.update(line + b"\n")
    return made.hexdigest()


def ranges(ids: Iterable[int]) -> str:
    """Ids in words, as `3-7,9`."""
    found: list[list[int]] = []
    for one in sorted(ids):
        if found and one == found[-1][1] + 1:
            found[-1][1] = one
        else:
            found.append([one, one])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in found) or "none"


def pairs(told: str) -> list[tuple[int, int]]:
    """The first and last id of each part of what `ranges` made."""
    if told == "none":
        return []
    parts = (part.partition("-") for part in told.split(","))
    return [(int(first), int(last or first)) for first, _, last in parts]


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it stands in the trail, in the row `id`."""

    id: int
    entries: list[tuple[int, int]]
    remittances: list[tuple[int, int]]
    rows: int
    sha256: str


def links(connection: Connection) -> Iterator[Link]:
    """Every link of the trail, oldest first."""
    query = select(audit.c.id, audit.c.detail).where(audit.c.act == WRITTEN).order_by(audit.c.id)
    for row in connection.execute(query):
        entries, remittances, rows, sha256 = row.detail.split("; ")
        yield Link(
            row.id,
            pairs(entries.removeprefix("entries ")),
            pairs(remittances.removeprefix("remittances ")),
            int(rows.removesuffix(" rows")),
            sha256,
        )


def faults(ledger: Ledger, since: int = 0) -> Iterator[tuple[int, str]]:
    """Where rows are not what a link says: the link's row in the trail, and what is wrong.

    The rows of links after row `since` are read and digested again; that none is missing or beside all
    links is counted over the whole ledger.
    """
    with ledger.read() as connection:
        known: dict[str, int] = {"entries": 0, "remittances": 0}
        last = 0
        for link in links(connection):
            last = link.id
            known["entries"] += _size(link.entries)
            known["remittances"] += _size(link.remittances)
            if link.id > since:
                lines = list(_lines(connection, link))
                if len(lines) != link.rows or digest(lines) != link.sha256:
                    yield link.id, f"of the {link.rows} rows written then, {_differ(lines, link)}"
        for name, table in (("entries", entry), ("remittances", remittance)):
            there = int(connection.execute(select(func.count()).select_from(table)).scalar_one())
            if there != known[name]:
                yield last, f"{there} {name} are there, and the trail knows {known[name]}"


def _differ(lines: Sequence[bytes], link: Link) -> str:
    if len(lines) == link.rows:
        return "at least one is another now"
    return f"{len(lines)} are there now"


def _size(parts: Iterable[tuple[int, int]]) -> int:
    return sum(last - first + 1 for first, last in parts)


def _lines(connection: Connection, link: Link) -> Iterator[bytes]:
    for parts, tables in ((link.entries, PARTS), (link.remittances, OF_REMITTANCE)):
        for first, last in parts:
            for table, key in tables:
                query = select(*(table.c[n] for n in COLUMNS[table.name])).where(key.between(first, last))
                for row in connection.execution_options(yield_per=5000).execute(query):
                    yield _line(table.name, row)


def adopt(ledger: Ledger) -> str:
    """The link over all that a ledger of an earlier release holds without one; "": there is nothing to do."""
    with ledger.read() as connection:
        if connection.execute(select(audit.c.id).where(audit.c.act == WRITTEN).limit(1)).first():
            return ""
        entries = list(connection.execute(select(entry.c.id)).scalars())
        remittances = list(connection.execute(select(remittance.c.id)).scalars())
        if not entries and not remittances:
            return ""
        found = Written(entries, remittances)
        whole = Link(0, pairs(ranges(entries)), pairs(ranges(remittances)), 0, "")
        found.lines = list(_lines(connection, whole))
    return found.detail()
