"""The measures by name: the two sums of each, and the claims that it counts, page by page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Subquery, func, select

from ledger.queries.measures import owed, passes, work
from ledger.queries.measures.passes import Rows
from ledger.queries.measures.scope import Scope
from ledger.queries.month.roll import in_cents
from ledger.schema import (
    claim,
    claim_version,
    correction,
    coverage,
    edit_override,
    entry,
    letter,
    money_act,
    submission_event,
    work_event,
)
from ledger.storage.database import Ledger
from ledger.storage.one_of import one_of

NUMERATOR, DENOMINATOR = "numerator", "denominator"
PARTS: Final = (NUMERATOR, DENOMINATOR)

ROWS: Final[Mapping[str, Callable[[Scope], Rows]]] = {
    "clean-claims": passes.clean_claims,
    "first-pass": passes.first_pass,
    "initial-denials": passes.initial_denials,
    "initial-denied-dollars": passes.initial_denied_dollars,
    "days-in-ar": owed.days_in_ar,
    "over-90-days": owed.over_90_days,
    "net-collection": owed.net_collection,
    "touches": work.touches,
    "recovery": work.recovery,
    **{f"recovery-by-{act.replace('_', '-')}": partial(work.recovery, act=act) for act in work.ACTS},
    "deadlines-missed": work.deadlines_missed,
}


@dataclass(frozen=True, slots=True)
class Sums:
    """A measure's fraction, and how many claims it counts at all."""

    numerator: int
    denominator: int
    claims: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A claim that a measure counts: how much of it stands above the line and below it."""

    claim_id: int
    patient_control_number: str
    external_id: str
    practice: str
    payer: str  # its first
    service_from_on: str
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class CountedPage:
    """A page of a measure's claims. `sums` are of all its pages; `next` is the claim behind which the next
    page begins, None: that was all."""

    claims: tuple[Counted, ...]
    sums: Sums
    next: int | None


def sums(ledger: Ledger, name: str, scope: Scope, part: str = "") -> Sums:
    """The fraction of one of `ROWS`; `part` of `PARTS`: of the claims that count there alone."""
    rows = _rows(name, scope, part)
    query = select(
        in_cents(func.coalesce(func.sum(rows.c.numerator), 0)),
        in_cents(func.coalesce(func.sum(rows.c.denominator), 0)),
        func.count(),
    )
    with ledger.read() as connection:
        return Sums(*(int(one) for one in connection.execute(query).one()))


def counted(
    ledger: Ledger, name: str, scope: Scope, *, part: str = "", after: int = 0, limit: int = 50
) -> CountedPage:
    """The claims of one of `ROWS` behind one, by their ids; `part` of `PARTS`: those that count there."""
    rows = _rows(name, scope, part)
    query = (
        _claims(*(in_cents(rows.c[one]) for one in PARTS))
        .join(rows, rows.c.claim_id == claim.c.id)
        .where(claim.c.id > after)
        .order_by(claim.c.id)
        .limit(limit)
    )
    with ledger.read() as connection:
        found = tuple(Counted(*row) for row in connection.execute(query).tuples())
    return CountedPage(
        found, sums(ledger, name, scope, part), found[-1].claim_id if len(found) == limit else None
    )


def first_pages(ledger: Ledger, name: str, scope: Scope, *, limit: int = 50) -> dict[str, CountedPage]:
    """What `counted` says first of one of `ROWS`, of all its claims ("") and of each of `PARTS`: the rows are
    read once for all of them."""
    rows = ROWS[name](scope).subquery()
    query = select(rows.c.claim_id, *(in_cents(rows.c[one]) for one in PARTS)).order_by(rows.c.claim_id)
    with ledger.read() as connection:
        every = [tuple(map(int, row)) for row in connection.execute(query)]
        of_part = {"": every, **{part: [row for row in every if row[n]] for n, part in enumerate(PARTS, 1)}}
        wanted = {row[0] for of in of_part.values() for row in of[:limit]}
        said = _claims().where(one_of(claim.c.id, wanted))
        words = {row[0]: tuple(row) for row in connection.execute(said)}
    return {part: _page(of, words, limit) for part, of in of_part.items()}


def _page(rows: Sequence[tuple[int, ...]], words: Mapping[int, tuple[Any, ...]], limit: int) -> CountedPage:
    found = tuple(Counted(*words[claim_id], *of) for claim_id, *of in rows[:limit])
    whole = Sums(sum(row[1] for row in rows), sum(row[2] for row in rows), len(rows))
    return CountedPage(found, whole, found[-1].claim_id if len(found) == limit else None)


def _claims(*more: ColumnElement[int]) -> Select[Any]:
    """Claims as a list has them, and what more it has of each."""
    version, first = claim_version.c, coverage.c
    return (
        select(
            *(claim.c.id, claim.c.patient_control_number, claim.c.external_id, claim.c.practice),
            func.coalesce(first.payer, ""),
            version.service_from_on,
            *more,
        )
        .join(claim_version, version.id == claim.c.version_id)
        .outerjoin(coverage, (first.version_id == version.id) & (first.place == 1))
    )


def _rows(name: str, scope: Scope, part: str) -> Subquery:
    rows = ROWS[name](scope).subquery()
    if not part:
        return rows
    return select(rows).where(rows.c[part] != 0).subquery()


def newest(ledger: Ledger) -> tuple[int, ...]:
    """Where the tables end from which the measures are read, all of them append-only: while none has a new
    row, each measure of a scope is what it was."""
    tables = (entry, submission_event, work_event, money_act, correction, letter, edit_override)
    query = select(*(select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery() for table in tables))
    with ledger.read() as connection:
        return tuple(int(one) for one in connection.execute(query).one())
