"""What must never vanish is held by the audit trail: a digest over the rows that each transaction wrote.

Postings balance in themselves, so one that is removed with its whole entry leaves no sum that is off. Each
transaction that writes rows of a kind in `WORDS` adds a link to the trail which says which ones and digests
them with their parts; `verify` reads them again and finds what is missing, added or changed.

Only columns that nothing changes later are digested. Of money that is every column. A claim and an alert
change for good reasons, each noted as an act: of those it is held that they are there.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, select

from ledger.schema import (
    alert,
    audit,
    claim,
    claim_line,
    claim_payment,
    entry,
    line_adjustment,
    money_act,
    payment_line,
    posting,
    provider_adjustment,
    remittance,
    settlement,
    submission,
)
from ledger.storage.database import Ledger, Row, ledger_of, values_of
from ledger.storage.stated import stated

WRITTEN = "rows written"  # the act in the trail
TURNS = 8  # no multiple of the days of a week: of nights on some weekdays every turn comes
BLOCK = 64  # rows of the trail whose links have their turn together: what they wrote lies side by side
READ_AT_ONCE = 5_000  # rows
EARLIER = 40_000  # rows that earlier nights may have for each turn to be an eighth of them

WORDS = {
    "entries": entry,
    "remittances": remittance,
    "payments": claim_payment,
    "settlements": settlement,
    "acts": money_act,
    "alerts": alert,
    "claims": claim,
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "entry": ("id", "kind", "key", "remittance_id", "business_on", "period"),
    "posting": ("entry_id", "account", "cents", "claim_id", "payer", "practice", "reference"),
    "remittance": (
        *("id", "response_id", "key", "payer", "payee", "practice", "trace", "originator", "paid_cents"),
        *(
            "paid_on",
            "method",
            "content",
            "state",
            "difference_cents",
            "claims",
            "provider_level_cents",
            "business_on",
        ),
    ),
    "claim_payment": (
        *("id", "remittance_id", "position", "patient_control_number", "payer_claim_control_number"),
        *(
            "status",
            "charge_cents",
            "paid_cents",
            "patient_owes_cents",
            "remarks",
            "inpatient",
            "outpatient",
            "forwarded_to",
            "unknown_drg",
            "corrected_payer",
            "corrected_patient",
            "service_from_on",
        ),
    ),
    "payment_line": (
        *("claim_payment_id", "position", "line", "control_number", "procedure", "modifiers"),
        *("charge_cents", "paid_cents", "remarks"),
    ),
    "line_adjustment": ("claim_payment_id", "position", "group", "carc", "cents"),
    "provider_adjustment": (*("remittance_id", "position", "reason", "reference", "fiscal_on", "cents"),),
    "settlement": ("id", "kind", "number", "state", "who", "why", "business_on"),
    "money_act": (
        *("id", "claim_id", "claim_payment_id", "remittance_id", "kind", "payer", "practice", "cents"),
        *("reference", "actor", "second", "why", "business_on"),
    ),
    "alert": ("id", "key"),
    "claim": ("id",),
}
DEFAULTS = {"remittance_id": None, "claim_id": None, "reference": ""}
PARTS: dict[str, tuple[tuple[Table, Callable[[int, int], ColumnElement[bool]]], ...]] = {
    "entries": ((posting, posting.c.entry_id.between),),
    "remittances": ((provider_adjustment, provider_adjustment.c.remittance_id.between),),
    "payments": (
        (line_adjustment, line_adjustment.c.claim_payment_id.between),
        (payment_line, payment_line.c.claim_payment_id.between),
    ),
}
"""What belongs to a row of a kind, by its id."""
TABLES = (*WORDS.values(), *(table for parts in PARTS.values() for table, _ in parts))


@dataclass(slots=True)
class Written:
    """What a transaction wrote so far: ids by their table's word in a link, and each row as a line."""

    ids: dict[str, list[int]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def detail(self) -> str:
        """The link's text: which rows, how many, and their digest."""
        which = [f"{word} {ranges(self.ids[word])}" for word in WORDS if self.ids.get(word)]
        return "; ".join((*which, f"{len(self.lines)} rows", digest(self.lines)))


def note(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Notes rows that the caller's transaction has just written; each has its id or its parent's."""
    if not rows or ledger_of(connection).before_commit is None:
        return
    found: Written = connection.info["written"] or Written()
    connection.info["written"] = found
    names = COLUMNS[table.name]
    if missing := [n for n in names if n not in rows[0]]:
        rows = [{**{n: DEFAULTS[n] for n in missing}, **row} for row in rows]
    name = table.name
    lines = [ascii((name, *values)) for values in values_of(names, rows)]
    found.lines += [_as_stored(line) for line in lines] if any("\\x00" in line for line in lines) else lines
    word = next((word for word, its in WORDS.items() if its is table), "")
    if word:
        found.ids.setdefault(word, []).extend(row["id"] for row in rows)


def seal(connection: Connection, business_on: str) -> None:
    """Makes a link of what was noted so far, which need not be kept in memory until the transaction ends."""
    if link := taken(connection):
        connection.info["acts"].append((business_on, WRITTEN, "rows", link))
        connection.info["written"] = None


def taken(connection: Connection) -> str:
    """The link of what was noted in this transaction; "": nothing was."""
    found: Written | None = connection.info["written"]
    return found.detail() if found is not None else ""


def _as_stored(line: str) -> str:
    # a NUL is stored as U+FFFD by one of the databases, and must digest alike on both
    return line.replace("\\x00", "\\ufffd")


def digest(lines: Iterable[str]) -> str:
    """SHA-256 over rows, whatever order a database gives them in."""
    return hashlib.sha256("\n".join([*sorted(lines), ""]).encode("ascii")).hexdigest()


def ranges(ids: Iterable[int]) -> str:
    """Ids in words, as `3-7,9`."""
    found: list[list[int]] = []
    for one in sorted(ids):
        if found and one == found[-1][1] + 1:
            found[-1][1] = one
        else:
            found.append([one, one])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in found) or "none"


def pairs(ranges_text: str) -> list[tuple[int, int]]:
    """The first and last id of each part of what `ranges` made."""
    if ranges_text == "none":
        return []
    parts = (part.partition("-") for part in ranges_text.split(","))
    return [(int(first), int(last or first)) for first, _, last in parts]


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it stands in the trail, in the row `id`; the first and last id of each part by its word."""

    id: int
    parts: dict[str, list[tuple[int, int]]]
    rows: int
    sha256: str


def links(connection: Connection) -> Iterator[Link]:
    """Every link of the trail, oldest first."""
    for row in connection.execute(_LINKS):
        *which, rows, sha256 = row.detail.split("; ")
        each = (one.split(" ") for one in which)
        parts = {word: pairs(ids) for word, ids in each}
        yield Link(row.id, parts, int(rows.removesuffix(" rows")), sha256)


_LINKS = select(audit.c.id, audit.c.detail).where(audit.c.act == WRITTEN).order_by(audit.c.id)


def faults(ledger: Ledger, since: int = 0, turn: int = 0) -> Iterator[tuple[int, str]]:
    """Where rows are not what a link says: the link's row in the trail, and what is wrong.

    The rows of links after row `since` are read and digested again, and the earlier links whose `turn` it
    is: an eighth of them, and fewer as they grow, so that a night reads as many however long the history.
    That none of a kind is missing or beside all links is counted over the whole ledger; what belongs to them,
    some ten times as many rows, only with `since` 0.
    """
    with ledger.read() as connection:
        known = dict.fromkeys(WORDS, 0)
        last, rows = 0, 0
        clean = True
        found = list(links(connection))
        turns = _turns(found, since)
        for link in found:
            last = link.id
            rows += link.rows
            for word, parts in link.parts.items():
                known[word] += _size(parts)
        asked = [one for one in found if one.id > since or one.id // BLOCK % turns == turn % turns]
        for some in _together(asked):
            for link, lines in zip(some, read_lines(connection, some), strict=True):
                if len(lines) != link.rows or digest(lines) != link.sha256:
                    clean = False
                    yield link.id, f"of the {link.rows} rows written then, {_differ(lines, link)}"
        for word, table in WORDS.items():
            there = _count(connection, table)
            if there != known[word]:
                clean = False
                yield last, f"{there} {word} are there, and the trail knows {known[word]}"
        there = sum(_count(connection, table) for table in TABLES) if not since else rows
        if clean and there != rows:
            yield last, f"{there} rows are there, and the trail knows {rows}"
        alone = sum(
            int(connection.execute(*_without_submission(*part)).scalar_one())
            for part in _claims_to_ask(found, since, turn, turns)
        )
        if alone:
            yield last, f"{alone} claims have no submission"


@stated
def _without_submission(first: Any, last: Any) -> Select[tuple[int]]:
    """How many claims from one id to another have no submission, though not all of one is kept back."""
    sent = select(submission.c.id).where(submission.c.claim_id == claim.c.id).exists()
    of_claim = select(claim_line.c.number).where(claim_line.c.version_id == claim.c.version_id)
    kept_back = and_(
        of_claim.where(claim_line.c.restricted == 1).exists(),
        ~of_claim.where(claim_line.c.restricted == 0).exists(),
    )
    query = select(func.count()).select_from(claim)
    return query.where(claim.c.id.between(first, last), ~sent, ~kept_back)


def _claims_to_ask(found: Sequence[Link], since: int, turn: int, turns: int) -> list[tuple[int, int]]:
    """The first and last ids of the claims that are asked for a submission: all that are newer than row
    `since`, and of the earlier ones the part whose turn it is."""
    ends = [last for link in found if link.id <= since for _, last in link.parts.get("claims", ())]
    newest = max(ends, default=0)
    size = -(-newest // turns)
    first = turn % turns * size + 1
    earlier = [(first, min(first + size - 1, newest))] if size else []
    return [*earlier, (newest + 1, 2**62)]


def _turns(found: Sequence[Link], since: int) -> int:
    """In how many turns the links up to row `since` are read again: each has about an eighth of what came
    after, or of `EARLIER` rows."""
    new = sum(link.rows for link in found if link.id > since)
    earlier = sum(link.rows for link in found if link.id <= since)
    return TURNS * max(1, -(-earlier // max(new, EARLIER)))


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(_counting(table)).scalar_one())


@cache
def _counting(table: Table) -> Select[tuple[int]]:
    return select(func.count()).select_from(table)


def _size(parts: Iterable[tuple[int, int]]) -> int:
    return sum(last - first + 1 for first, last in parts)


def _differ(lines: Sequence[str], link: Link) -> str:
    if len(lines) == link.rows:
        return "at least one is another now"
    return f"{len(lines)} are there now"


def _together(links_: Iterable[Link]) -> Iterator[list[Link]]:
    """Links in their order, as many at a time as hold some thousand rows."""
    some: list[Link] = []
    rows = 0
    for link in links_:
        some.append(link)
        rows += link.rows
        if rows >= READ_AT_ONCE:
            yield some
            some, rows = [], 0
    if some:
        yield some


def read_lines(connection: Connection, links_: Sequence[Link]) -> list[list[str]]:
    """The rows of each link as lines. What neighbors wrote has ids in one piece and is read at once."""
    found: list[list[str]] = [[] for _ in links_]
    for word, its in WORDS.items():
        parts = sorted((*of, n) for n, link in enumerate(links_) for of in link.parts.get(word, ()))
        firsts = [first for first, _, _ in parts]
        for first, last in _merged(parts):
            for table, which in ((its, its.c.id.between), *PARTS.get(word, ())):
                query = select(*(table.c[n] for n in COLUMNS[table.name])).where(which(first, last))
                rows = connection.execution_options(yield_per=READ_AT_ONCE).execute(query)
                for row in chain.from_iterable(rows.partitions()):  # one by one costs twice as much
                    # the first column is the id that the range is of
                    of = parts[bisect_right(firsts, row[0]) - 1][2]
                    found[of].append(_as_stored(ascii((table.name, *row))))
    return found


def _merged(parts: Iterable[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """The ranges of sorted parts, those that touch as one."""
    found: list[tuple[int, int]] = []
    for first, last, _ in parts:
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def adopt(ledger: Ledger) -> str:
    """The link over all that a ledger of an earlier release holds without one; "": there is nothing to do."""
    with ledger.read() as connection:
        if connection.execute(select(audit.c.id).where(audit.c.act == WRITTEN).limit(1)).first():
            return ""
        there = {word: list(connection.execute(select(t.c.id)).scalars()) for word, t in WORDS.items()}
        found = Written({word: ids for word, ids in there.items() if ids})
        parts = {word: pairs(ranges(ids)) for word, ids in found.ids.items()}
        [found.lines] = read_lines(connection, [Link(0, parts, 0, "")])
    return found.detail() if found.ids else ""
