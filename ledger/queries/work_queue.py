"""Everything that waits for a person in one queue: what it is worth, how likely, how urgent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Connection, Double, and_, case, func, literal, or_, select

from ledger.adjudication.chance import AGES, UNKNOWN_CENTS, URGENCIES, Chances, Outcome, urgency
from ledger.books.letters import APPEAL, FILED
from ledger.books.work_items import CREDITS, OPEN, WAITS
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
from ledger.storage.database import Ledger
from ledger.storage.given import parts, rounded, rows_of, share_of, text_of
from ledger.storage.one_of import one_of

LEARNED_DAYS = 540
LEARNED_FROM = 20_000  # outcomes at most, the newest: what a list costs does not grow with history


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
            found += [due() != "", due() <= self.due_by.isoformat()]
        if not self.snoozed:
            found.append(w.snoozed_until_on <= as_of.isoformat())
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
    chances = Chances(outcomes(ledger, as_of))
    with ledger.read() as connection:
        ranking = _Ranking(connection, as_of, chances, asked)
        here = ranking.of(after) if after else None
        if after and here is None:
            return []
        return _whole(connection, as_of, chances, ranking.page(here, limit))


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
    """What open work of these practices (None: of all) can be asked for, by column."""
    w = work_item.c
    columns = (w.kind, w.owner, w.payer, w.practice, w.carc, w.category, w.assignee)
    found: dict[str, set[str]] = {column.name: set() for column in columns}
    query = select(*columns).where(w.state == OPEN).distinct()
    if practices is not None:
        query = query.where(one_of(w.practice, practices))
    with ledger.read() as connection:
        for row in connection.execute(query):
            for column, value in zip(columns, row, strict=True):
                found[column.name].add(value)
    return found


def outcomes(ledger: Ledger, as_of: date) -> list[Outcome]:
    """What became of the work about money that is over, the newest first."""
    w = work_item.c
    since = (as_of - timedelta(days=LEARNED_DAYS)).isoformat()
    query = (
        select(
            w.kind,
            w.payer,
            w.carc,
            w.category,
            w.business_on,
            w.resolved_on,
            w.opened_cents,
            w.recovered_cents,
        )
        .where(w.resolved_on >= since, w.owed == 1, w.outcome != WAITS)
        .order_by(w.resolved_on.desc(), w.id.desc())
        .limit(LEARNED_FROM)
    )
    days, reason = cache(_days), cache(_reason)
    with ledger.read() as connection:
        return [
            Outcome(payer, reason(kind, carc, category), days(since, until), cents, recovered)
            for kind, payer, carc, category, since, until, cents, recovered in connection.execute(query).all()
        ]


def _days(since: str, until: str) -> int:
    return (date.fromisoformat(until) - date.fromisoformat(since)).days


def _reason(kind: str, carc: str, category: str) -> str:
    """What is alike among outcomes: the code, and what its remark made of it."""
    return f"{carc} {category.lower()}" if carc else kind.replace("_", " ")


def due() -> ColumnElement[str]:
    """The last day to act on a piece of work: that of its newest appeal, or its own; "" none is known."""
    newest = (
        select(letter.c.due_on)
        .where(letter.c.work_item_id == work_item.c.id, letter.c.kind == APPEAL)
        .order_by(letter.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(func.nullif(newest, ""), work_item.c.due_on)


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


class _Ranking:
    """The work that was asked for, in its order: SQL ranks it, with the chances of what is alike."""

    def __init__(self, connection: Connection, as_of: date, chances: Chances, asked: Asked) -> None:
        self._connection = connection
        w = work_item.c
        alike = (w.kind, w.fix_path, w.payer, w.carc, w.category)
        asked_for = asked.conditions(as_of)
        found = connection.execute(select(*alike).where(*asked_for).distinct()).all()
        rows = rows_of([_with_shares(chances, *one) for one in found])
        places = range(len(alike), len(alike) + 3 * len(AGES), 3)
        shares = select(
            *(text_of(rows, n).label(column.name) for n, column in enumerate(alike)),
            *(share_of(rows, place).label(f"from_{age}") for age, place in zip(AGES, places, strict=True)),
        ).cte("shares").prefix_with("MATERIALIZED")  # fmt: skip
        open_ones = (
            select(
                w.id,
                (stake(w.cents) * _share(shares, as_of)).label("likely"),
                due().label("due_on"),
                w.kind.in_(CREDITS).label("is_credit"),
            )
            .join(shares, and_(*(shares.c[column.name] == column for column in alike)))
            .where(*asked_for)
            .cte("open_ones")
            .prefix_with("MATERIALIZED")
        )
        worth = rounded(open_ones.c.likely * _urgency(open_ones.c.due_on, open_ones.c.is_credit, as_of))
        self._ranked = select(open_ones.c.id, worth.label("priority")).subquery("ranked")

    def of(self, number: int) -> _Place | None:
        """Where a piece of work stands; None where it is not among what was asked for."""
        row = self._connection.execute(select(self._ranked).where(self._ranked.c.id == number)).one_or_none()
        return _Place(*row) if row is not None else None

    def page(self, after: _Place | None, limit: int) -> list[_Place]:
        """So many behind a place (None: from the top)."""
        r = self._ranked.c
        query = select(r.id, r.priority).order_by(r.priority.desc(), r.id).limit(limit)
        if after is not None:
            alike = and_(r.priority == after.priority, r.id > after.id)
            query = query.where(or_(r.priority < after.priority, alike))
        return [_Place(*row) for row in self._connection.execute(query)]


def _with_shares(
    chances: Chances, kind: str, way: str, payer: str, carc: str, category: str
) -> list[str | int]:
    """What is alike, with its chance at each age."""
    reason = _reason(kind, carc, category)
    shares = (chances.of(kind=kind, way=way, payer=payer, reason=reason, days=age).share for age in AGES)
    return [kind, way, payer, carc, category, *(number for share in shares for number in parts(share))]


def _share(shares: CTE, as_of: date) -> ColumnElement[float]:
    """The chance of a piece of work at its age."""
    until = ((as_of - timedelta(days=age)).isoformat() for age in AGES[1:])
    ages = zip(until, AGES[:-1], strict=True)
    opened = work_item.c.business_on
    return case(
        *((opened > day, shares.c[f"from_{age}"]) for day, age in ages), else_=shares.c[f"from_{AGES[-1]}"]
    )


def _urgency(due_on: ColumnElement[str], is_credit: ColumnElement[bool], as_of: date) -> ColumnElement[float]:
    """`urgency` of a last day, "" none is known."""
    overdue = and_(is_credit, due_on != "", due_on < as_of.isoformat())
    below = ((as_of + timedelta(days=days)).isoformat() for days, _ in URGENCIES)
    known = ((due_on < day, factor) for day, (_, factor) in zip(below, URGENCIES, strict=True))
    factors = [(due_on == "", urgency(None)), (overdue, urgency(-1, is_credit=True)), *known]
    return case(
        *((when, literal(factor, Double())) for when, factor in factors), else_=literal(1.0, Double())
    )


def stake(cents: ColumnElement[int]) -> ColumnElement[int]:
    """What a piece of work counts as: its amount, or what one counts as whose amount nobody knows."""
    return func.coalesce(func.nullif(cents, 0), UNKNOWN_CENTS)


def _whole(connection: Connection, as_of: date, chances: Chances, places: Sequence[_Place]) -> list[Item]:
    """Full rows of a page, in its order."""
    priorities = {place.id: place.priority for place in places}
    query = (
        select(
            work_item,
            due().label("last_day"),
            func.coalesce(claim.c.patient_control_number, "").label("patient_control_number"),
            func.coalesce(claim.c.external_id, "").label("external_id"),
            func.coalesce(claim_version.c.service_from_on, "").label("service_from_on"),
            func.coalesce(payment.c.payer_claim_control_number, "").label("payer_claim_control_number"),
            func.coalesce(remittance.c.trace, "").label("trace"),
            func.coalesce(remittance.c.paid_on, "").label("decided_on"),
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
        reason=_reason(r.kind, r.carc, r.category),
        days=_days(r.business_on, as_of.isoformat()),
    )
    left = _days(as_of.isoformat(), r.last_day) if r.last_day else None
    return Item(
        **{name: getattr(r, name) for name in _AS_KEPT},
        owed=bool(r.owed),
        under_appeal=bool(r.under_appeal),
        way=r.fix_path,
        due_on=r.last_day,
        days_left=left,
        chance=round(chance.share, 4),
        basis=chance.basis,
        urgency=urgency(left, is_credit=r.kind in CREDITS),
        priority_cents=worth,
    )


_COMPUTED = frozenset(
    ("owed", "under_appeal", "way", "due_on", "days_left", "chance", "basis", "urgency", "priority_cents")
)
_AS_KEPT = tuple(name for name in Item.__dataclass_fields__ if name not in _COMPUTED)
