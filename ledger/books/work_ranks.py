"""The order of the queue, kept beside each piece of work, and what its chances are learned from.

A priority holds from one day to another: until the next day on which the age of the work or its last day
counts otherwise. A change of the work takes its rank back, and a night that learned another chance the ranks
of what is alike. So a page reads the order by an index, and a night writes what changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    func,
    select,
    update,
)

from ledger.adjudication.chance import (
    AGES,
    LARGE,
    URGENCIES,
    Chances,
    Group,
    Key,
    Outcome,
    age_at,
    counted,
    priority,
)
from ledger.books.letters import APPEAL
from ledger.books.work_items import DUTIES, OPEN, WAITS
from ledger.schema import letter, outcome_group, work_item
from ledger.storage import kept_to
from ledger.storage.database import insert_many
from ledger.storage.kept_to import KeptTo
from ledger.storage.one_of import one_of

LEARNED_DAYS: Final = 540
LEARNED_FROM: Final = 20_000  # outcomes at most, the newest: what a night learns costs the same each time
CHANCES: Final = "chances"
_FIRST, _LAST = date.min.isoformat(), date.max.isoformat()
_MOST: Final = 2**62
_ALIKE = ("kind", "fix_path", "payer", "practice", "carc", "category")


@dataclass(frozen=True, slots=True)
class Rank:
    """The priority of a piece of work (cents), from a day up to another one."""

    id: int
    priority: int
    from_on: str
    until_on: str


def due() -> ColumnElement[str]:
    """The last day to act on a piece of work: that of its newest appeal, or its own; NULL none is known."""
    newest = (
        select(letter.c.due_on)
        .where(letter.c.work_item_id == work_item.c.id, letter.c.kind == APPEAL)
        .order_by(letter.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(newest, work_item.c.due_on)


def reason_of(kind: str, carc: str, category: str) -> str:
    """What is alike among outcomes: the code, and what its remark made of it."""
    return f"{carc} {category.lower()}" if carc else kind.replace("_", " ")


def days_between(since: str, until: str) -> int:
    """Days from one day to another."""
    return (date.fromisoformat(until) - date.fromisoformat(since)).days


def outcomes(connection: Connection, as_of: date) -> list[Outcome]:
    """What became of the work about money that is over, the newest first."""
    w = work_item.c
    since = (as_of - timedelta(days=LEARNED_DAYS)).isoformat()
    query = (
        select(
            *(w.kind, w.payer, w.carc, w.category, w.business_on, w.resolved_on),
            *(w.opened_cents, w.recovered_cents, w.practice),
        )
        .where(w.resolved_on >= since, w.owed == 1, w.outcome != WAITS)
        .order_by(w.resolved_on.desc(), w.id.desc())
        .limit(LEARNED_FROM)
    )
    days, reason = cache(days_between), cache(reason_of)
    return [
        Outcome(payer, reason(kind, carc, category), days(since, until), *of)
        for kind, payer, carc, category, since, until, *of in connection.execute(query).all()
    ]


def chances(connection: Connection, as_of: date) -> Chances:
    """What work is likely to recover: as it was learned last, or from the outcomes where it never was."""
    if _learned_on(connection) is None:
        return Chances(outcomes(connection, as_of))
    return _learned(connection)


def _learned(connection: Connection) -> Chances:
    """Those that were learned last; none of an outcome where they never were."""
    g = outcome_group.c
    rows = connection.execute(select(g.reason, g.payer, g.part, g.number, g.shares, g.expected)).tuples()
    return Chances.learned(
        {
            (reason, payer, part): Group(number, float(shares), float(expected))
            for reason, payer, part, number, shares, expected in rows
        }
    )


def unranked(connection: Connection, as_of: date) -> set[int]:
    """The open work that has no rank for this day: mostly none, so an index is asked for each way of having
    none, and no other work is looked at."""
    day, w = as_of.isoformat(), work_item.c
    ways = (w.ranked_until_on.is_(None), w.ranked_until_on <= day, w.ranked_from_on > day)
    return {
        number
        for way in ways
        for number in connection.execute(select(w.id).where(w.state == OPEN, way)).scalars()
    }


def ranked(as_of: date) -> ColumnElement[bool]:
    """Whether a piece of work has a rank for this day. Both days are written so that no index of them serves:
    nearly all work has one, and is read in its order."""
    day, w = as_of.isoformat(), work_item.c
    until_on = func.coalesce(w.ranked_until_on, w.ranked_from_on)
    from_on = func.coalesce(w.ranked_from_on, w.ranked_until_on)
    return and_(until_on > day, from_on <= day)


def ranks(
    connection: Connection, as_of: date, known: Chances, wanted: Sequence[ColumnElement[bool]]
) -> list[Rank]:
    """The ranks of this work, each thought about by itself."""
    w = work_item.c
    query = select(*(w[name] for name in ("id", *_ALIKE, "business_on", "cents")), due().label("last_day"))
    shares: dict[tuple[Any, ...], list[float]] = {}
    return [_rank(row, as_of, known, shares) for row in connection.execute(query.where(*wanted))]


def _rank(row: Any, as_of: date, known: Chances, shares: dict[tuple[Any, ...], list[float]]) -> Rank:
    """The rank of one; `shares` keeps the chances of what is alike, of which much is ranked at once."""
    number, kind, way, payer, practice, carc, category, business_on, cents, last_day = row
    alike = (kind, way, payer, practice, carc, category, cents >= LARGE)
    at_ages = shares.get(alike)
    if at_ages is None:
        at_ages = shares[alike] = _shares(known, *alike)
    opened = date.fromisoformat(business_on)
    last = date.fromisoformat(last_day) if last_day else None
    share = at_ages[age_at((as_of - opened).days)]
    left = (last - as_of).days if last is not None else None
    worth = priority(cents, share, left, is_duty=kind in DUTIES)
    return Rank(number, worth, *_holds(opened, last, as_of))


@lru_cache(maxsize=10_000)
def _holds(opened: date, last: date | None, as_of: date) -> tuple[str, str]:
    """The days between which neither the age nor the last day counts otherwise than on this one."""
    turns = [opened.toordinal() + age for age in AGES[1:]]
    if last is not None:
        turns += [last.toordinal() - below + 1 for below, _ in URGENCIES]
    today = as_of.toordinal()
    before = max((day for day in turns if day <= today), default=0)
    after = min((day for day in turns if day > today), default=0)
    return (
        date.fromordinal(before).isoformat() if before > 0 else _FIRST,
        date.fromordinal(after).isoformat() if 0 < after <= date.max.toordinal() else _LAST,
    )


def keep(connection: Connection, as_of: date, *, anew: bool = False) -> int:
    """Ranks the open work that has no rank for this day. How many pieces. Chances of an earlier day than this
    are learned anew first; with `anew` those of this day too."""
    learned_on = _learned_on(connection)
    if anew or learned_on is None or learned_on < as_of.isoformat():
        known = _learn(connection, as_of)
    else:
        known = _learned(connection)
    of = unranked(connection, as_of)
    found = ranks(connection, as_of, known, [one_of(work_item.c.id, of)]) if of else []
    if found:
        values: dict[str, Any] = {
            "priority_cents": bindparam("worth"),
            "ranked_from_on": bindparam("since"),
            "ranked_until_on": bindparam("till"),
        }
        change = update(work_item).where(work_item.c.id == bindparam("of")).values(values)
        rows = [
            {"of": one.id, "worth": one.priority, "since": one.from_on, "till": one.until_on} for one in found
        ]
        connection.execute(change, rows)
    return len(found)


def _learn(connection: Connection, as_of: date) -> Chances:
    """The chances from what is over by now. Ranks that counted another chance are taken back."""
    before = _learned(connection)
    now = Chances(outcomes(connection, as_of)).unless_like(before.groups)
    moved = _moved(connection, as_of, before, now)
    if moved:
        w = work_item.c
        # each by itself, which an index finds
        of_these = (w[name] == bindparam(f"of_{name}") for name in _ALIKE)
        change = update(work_item).where(
            *(w.state == OPEN, *of_these, w.cents.between(bindparam("least"), bindparam("most"))),
            w.business_on.between(bindparam("since"), bindparam("until")),
            w.ranked_until_on.is_not(None),
        )
        names = (*(f"of_{name}" for name in _ALIKE), "least", "most", "since", "until")
        values = [dict(zip(names, row, strict=True)) for row in sorted(moved)]
        connection.execute(change.values(ranked_until_on=None), values)
    _keep_groups(connection, before.groups, now.groups)
    kept_to.note(connection, {CHANCES: KeptTo(as_of.isoformat())})
    return now


def _moved(connection: Connection, as_of: date, before: Chances, now: Chances) -> set[tuple[Any, ...]]:
    """What is alike among the open work and has another chance now: its names, and from which cents and day
    of opening to which."""
    of_all: set[str] = set()
    payers: set[str] = set()
    for reason, payer, _ in now.differing(before.groups):
        (payers if payer else of_all).add(payer or reason)
    if not (of_all or payers):
        return set()
    w = work_item.c
    query = select(*(w[name] for name in _ALIKE), case((w.cents >= LARGE, 1), else_=0)).distinct()
    query = query.where(w.state == OPEN)
    if not of_all:
        query = query.where(w.payer.in_(sorted(payers)))
    opened = _opened(as_of)
    found: set[tuple[Any, ...]] = set()
    for row in connection.execute(query):
        if row.payer in payers or reason_of(row.kind, row.carc, row.category) in of_all:
            cents = (LARGE, _MOST) if row[-1] else (-_MOST, LARGE - 1)
            shares = zip(_shares(before, *row), _shares(now, *row), opened, strict=True)
            found.update((*row[:-1], *cents, *days) for then, share, days in shares if then != share)
    return found


def _opened(as_of: date) -> list[tuple[str, str]]:
    """The first and the last day on which work of each of `AGES` was opened."""
    last = [_LAST, *((as_of - timedelta(days=age)).isoformat() for age in AGES[1:])]
    first = [(as_of - timedelta(days=age - 1)).isoformat() for age in AGES[1:]]
    return list(zip([*first, _FIRST], last, strict=True))


def _shares(
    known: Chances, kind: str, way: str, payer: str, practice: str, carc: str, category: str, is_large: int
) -> list[float]:
    """The chances of what is alike as its priority counts them, at each age."""
    reason = reason_of(kind, carc, category)
    shares = known.shares(
        kind=kind, way=way, payer=payer, practice=practice, reason=reason, is_large=bool(is_large)
    )
    return [counted(share) for share in shares]


def _keep_groups(connection: Connection, before: Mapping[Key, Group], now: Mapping[Key, Group]) -> None:
    g = outcome_group.c
    for reason, payer, part in [key for key in before if now.get(key) != before[key]]:
        connection.execute(delete(outcome_group).where(g.reason == reason, g.payer == payer, g.part == part))
    rows = []
    for key in (key for key in now if now[key] != before.get(key)):
        reason, payer, part = key
        number, total, expected = now[key]
        counts = {"number": number, "shares": repr(total), "expected": repr(expected)}
        rows.append({"reason": reason, "payer": payer, "part": part, **counts})
    insert_many(connection, outcome_group, rows)


def _learned_on(connection: Connection) -> str | None:
    """The day on which chances were learned last; None: never."""
    found = kept_to.read(connection, [CHANCES]).get(CHANCES)
    return found.business_on if found is not None else None
