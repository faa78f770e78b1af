"""Everything that waits for a person in one queue: what it is worth, how likely, how urgent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)

from ledger.adjudication.chance import Chances, urgency
from ledger.books import work_ranks
from ledger.books.letters import APPEAL, FILED
from ledger.books.work_items import DUTIES, OPEN
from ledger.books.work_ranks import Rank, days_between, due, reason_of
from ledger.schema import (
    claim,
    claim_version,
    coverage,
    letter,
    remittance,
    submission,
    work_event,
    work_item,
)
from ledger.schema import claim_payment as payment
from ledger.schema.day_type import DayOrNone
from ledger.storage.database import Ledger
from ledger.storage.one_of import one_of
from ledger.storage.unindexed import unindexed


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which work: None or "" is any. `cents` is the least amount, `due_by` the latest last day to act (what
    has none is left out). `assignee` "-" is nobody. What is snoozed is shown where `snoozed` is true."""

    ids: Collection[int] | None = None
    state: str | None = OPEN
    kinds: Collection[str] | None = None
    owners: Collection[str] | None = None
    payers: Collection[str] | None = None
    practices: Collection[str] | None = None
    carc: str = ""
    category: str = ""
    assignee: str = ""
    cents: int = 0
    due_by: date | None = None
    snoozed: bool = False

    def conditions(self, as_of: date) -> list[ColumnElement[bool]]:
        w = work_item.c
        lists = (
            (w.id, self.ids),
            (w.kind, self.kinds),
            (w.owner, self.owners),
            (w.payer, self.payers),
            (w.practice, self.practices),
        )
        found: list[ColumnElement[bool]] = [one_of(c, v) for c, v in lists if v is not None]
        exact = ((w.state, self.state), (w.carc, self.carc), (w.category, self.category))
        found += [column == value for column, value in exact if value]
        if self.assignee:
            found.append(w.assignee == ("" if self.assignee == NOBODY else self.assignee))
        if self.cents:
            found.append(w.cents >= self.cents)
        if self.due_by is not None:
            last = self.due_by.isoformat()
            appealed = select(letter.c.work_item_id).where(letter.c.kind == APPEAL)
            maybe = or_(w.due_on <= last, w.id.in_(appealed))  # few, and read from an index
            found += [maybe, due() <= last]
        if not self.snoozed:
            found.append(or_(w.snoozed_until_on.is_(None), w.snoozed_until_on <= as_of.isoformat()))
        return found


NOBODY = "-"
EVERYTHING = Asked()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece of work. `priority` is in cents: what is likely to be recovered, times its urgency.

    `reference` is what the commands of its kind take; `root` the code that says why, the remark before the
    adjustment that it explains; `next_payer` the first payer of its claim that was not billed, ""
    none.
    """

    id: int
    kind: str
    practice: str
    payer: str
    claim_id: int | None
    patient_control_number: str
    external_id: str
    reference: str
    claim_payment_id: int | None
    payer_claim_control_number: str
    trace: str
    decided_on: str
    service_from_on: str
    line: int
    procedure: str
    group: str
    carc: str
    rarcs: str
    category: str
    cents: int
    owed: bool
    owner: str
    assignee: str
    action: str
    way: str
    correctable: str
    appealable: str
    under_appeal: bool
    next_payer: str
    due_on: str
    days_left: int | None
    snoozed_until_on: str
    business_on: str
    state: str
    outcome: str
    recovered_cents: int
    chance: float
    basis: str
    urgency: float
    priority_cents: int


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a piece of work."""

    business_on: str
    event: str
    actor: str
    detail: str


class _Place(NamedTuple):
    """Where a piece of work stands: the greatest priority (cents) first, of two alike the older one."""

    id: int
    priority: int


def items(
    ledger: Ledger, as_of: date, asked: Asked = EVERYTHING, *, after: int = 0, limit: int = 50
) -> list[Item]:
    """The work that was asked for, what is worth most now on top; behind the one with the id `after` (0: from
    the top). An id that is not among it is behind everything."""
    with ledger.read() as connection:
        chances = work_ranks.chances(connection, as_of)
        order = _Order(connection, as_of, chances, asked)
        here = order.of(after) if after else None
        if after and here is None:
            return []
        return _whole(connection, as_of, chances, order.page(here, limit))


def totals(ledger: Ledger, as_of: date, asked: Asked = EVERYTHING) -> tuple[int, int]:
    """How many pieces of work there are, and their cents."""
    query = select(func.count(), func.coalesce(func.sum(work_item.c.cents), 0))
    with ledger.read() as connection:
        row = connection.execute(query.where(*asked.conditions(as_of))).one()
    return int(row[0]), int(row[1])


def item(ledger: Ledger, as_of: date, number: int) -> Item | None:
    """One piece of work, open or not."""
    found = items(ledger, as_of, Asked(ids=(number,), state=None, snoozed=True), limit=1)
    return found[0] if found else None


def events(ledger: Ledger, number: int) -> list[Event]:
    """What happened to a piece of work, oldest first."""
    e = work_event.c
    query = select(e.business_on, e.event, e.actor, e.detail).where(e.work_item_id == number).order_by(e.id)
    with ledger.read() as connection:
        return [Event(*row) for row in connection.execute(query)]


def names(ledger: Ledger, practices: Collection[str] | None = None) -> dict[str, set[str]]:
    """What open work of these practices (None: of all) can be asked for, by column; who has none of it is not
    among its names."""
    w = work_item.c
    assigned = select(w.assignee, w.practice).where(_IS_ASSIGNED, unindexed(w.state) == OPEN).distinct()
    with ledger.read() as connection:
        rows = [dict(zip(_NAMES, row, strict=True)) for row in connection.execute(_COMBINATIONS)]
        rows += [dict(row._mapping) for row in connection.execute(assigned)]
    found: dict[str, set[str]] = {name: set() for name in (*_NAMES, "assignee") if name != "fix_path"}
    for row in rows:
        if practices is None or row["practice"] in practices:
            for name in found.keys() & row.keys():
                found[name].add(row[name])
    return found


_IS_ASSIGNED: Final[ColumnElement[bool]] = literal_column("work_item.assignee <> ''")
"""It stands in words, since an index of this work alone serves no parameters."""
_NAMES: Final = ("kind", "fix_path", "payer", "practice", "carc", "category", "owner")
"""Columns of an index, in its order."""


def _combinations() -> Select[tuple[Any, ...]]:
    """Each combination of names that open work has, by one look into their index for each: behind one, the
    next that differs in its last name, or else in the one before it."""
    w, here, behind = work_item.c, work_item.alias("here"), work_item.alias("behind")
    first = select(w.id).where(w.state == OPEN).order_by(*(w[name] for name in _NAMES)).limit(1)
    walk = select(first.scalar_subquery().label("id")).cte("walk", recursive=True)
    next_ones = [
        select(behind.c.id)
        .where(
            behind.c.state == OPEN,
            *(behind.c[name] == here.c[name] for name in _NAMES[:place]),
            behind.c[_NAMES[place]] > here.c[_NAMES[place]],
        )
        .order_by(*(behind.c[name] for name in _NAMES[place:]))
        .limit(1)
        .correlate(here)
        .scalar_subquery()
        for place in reversed(range(len(_NAMES)))
    ]
    onward = select(func.coalesce(*next_ones)).select_from(walk.join(here, here.c.id == walk.c.id))
    walk = walk.union_all(onward)
    return select(*(here.c[name] for name in _NAMES)).join(walk, walk.c.id == here.c.id)


_COMBINATIONS: Final = _combinations()


def _under_appeal() -> ColumnElement[int]:
    """1 where the newest appeal of a piece of work is filed and not over, else 0."""
    query = select(letter.c.event).where(letter.c.work_item_id == work_item.c.id, letter.c.kind == APPEAL)
    newest = query.order_by(letter.c.id.desc()).limit(1).scalar_subquery()
    return case((newest == FILED, 1), else_=0)


def _next_payer() -> ColumnElement[str]:
    """The first payer of a piece of work's claim that nothing went to."""
    billed = (
        select(submission.c.id)
        .where(submission.c.claim_id == claim.c.id, submission.c.payer_order == coverage.c.payer_order)
        .correlate(claim, coverage)  # two levels up: by itself SQLAlchemy would look at every claim
    )
    query = (
        select(coverage.c.payer)
        .where(coverage.c.version_id == claim.c.version_id, ~billed.exists())
        .order_by(coverage.c.place)
        .limit(1)
    )
    return func.coalesce(query.scalar_subquery(), "")


class _Order:
    """The work that was asked for, in its order: by the ranks that are kept, and those of the others now."""

    def __init__(self, connection: Connection, as_of: date, chances: Chances, asked: Asked) -> None:
        self._connection = connection
        w = work_item.c
        conditions = asked.conditions(as_of)
        is_kept = asked.ids is None and asked.state == OPEN
        of = work_ranks.unranked(connection, as_of) if is_kept else None
        thought: list[Rank] = []
        if of is None or of:
            by_itself = [] if of is None else [one_of(w.id, of)]
            thought = work_ranks.ranks(connection, as_of, chances, [*conditions, *by_itself])
        self._thought = {one.id: _Place(one.id, one.priority) for one in thought}
        self._kept = None
        if is_kept:
            kept = select(w.id, w.priority_cents).where(*conditions, work_ranks.ranked(as_of))
            self._kept = kept.order_by(w.priority_cents.desc(), w.id)

    def of(self, number: int) -> _Place | None:
        """Where a piece of work stands; None where it is not among what was asked for."""
        if number in self._thought or self._kept is None:
            return self._thought.get(number)
        row = self._connection.execute(self._kept.where(work_item.c.id == number)).one_or_none()
        return _Place(*row) if row is not None else None

    def page(self, after: _Place | None, limit: int) -> list[_Place]:
        """So many behind a place (None: from the top)."""
        w = work_item.c
        found = [one for one in self._thought.values() if after is None or _behind(one) > _behind(after)]
        if self._kept is not None:
            query = self._kept
            if after is not None:
                query = query.where(w.priority_cents <= after.priority)  # the index begins there
                alike = and_(w.priority_cents == after.priority, w.id > after.id)
                query = query.where(or_(w.priority_cents < after.priority, alike))
            found += [_Place(*row) for row in self._connection.execute(query.limit(limit))]
        return nsmallest(limit, found, key=_behind)


def _behind(place: _Place) -> tuple[int, int]:
    return -place.priority, place.id


def _whole(connection: Connection, as_of: date, chances: Chances, places: Sequence[_Place]) -> list[Item]:
    """Full rows of a page, in its order."""
    priorities = {place.id: place.priority for place in places}
    query = (
        select(
            work_item,
            due().label("last_day"),
            func.coalesce(claim.c.patient_control_number, "").label("patient_control_number"),
            func.coalesce(claim.c.external_id, "").label("external_id"),
            claim_version.c.service_from_on,
            func.coalesce(payment.c.payer_claim_control_number, "").label("payer_claim_control_number"),
            func.coalesce(remittance.c.trace, "").label("trace"),
            type_coerce(remittance.c.paid_on, DayOrNone()).label("decided_on"),
            _under_appeal().label("under_appeal"),
            _next_payer().label("next_payer"),
        )
        .outerjoin(claim, claim.c.id == work_item.c.claim_id)
        .outerjoin(claim_version, claim_version.c.id == claim.c.version_id)
        .outerjoin(payment, payment.c.id == work_item.c.claim_payment_id)
        .outerjoin(remittance, remittance.c.id == payment.c.remittance_id)
        .where(one_of(work_item.c.id, priorities))
    )
    rows = {r.id: r for r in connection.execute(query)}
    return [_item(rows[place.id], as_of, chances, place.priority) for place in places]


def _item(r: Any, as_of: date, chances: Chances, worth: int) -> Item:
    chance = chances.of(
        kind=r.kind,
        way=r.fix_path,
        payer=r.payer,
        practice=r.practice,
        reason=reason_of(r.kind, r.carc, r.category),
        cents=r.cents,
        days=days_between(r.business_on, as_of.isoformat()),
    )
    left = days_between(as_of.isoformat(), r.last_day) if r.last_day else None
    return Item(
        **{name: getattr(r, name) for name in _AS_KEPT},
        owed=bool(r.owed),
        under_appeal=bool(r.under_appeal),
        way=r.fix_path,
        due_on=r.last_day,
        days_left=left,
        chance=round(chance.share, 4),
        basis=chance.basis,
        urgency=urgency(left, is_duty=r.kind in DUTIES),
        priority_cents=worth,
    )


_COMPUTED = frozenset(
    ("owed", "under_appeal", "way", "due_on", "days_left", "chance", "basis", "urgency", "priority_cents")
)
_AS_KEPT = tuple(name for name in Item.__dataclass_fields__ if name not in _COMPUTED)
