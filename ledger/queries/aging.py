"""How old what payers owe is now, by practice and payer, with the claims that each figure is of.

It is read from what explains a receivable, the open work and the waits for payers, so that it costs what is
open and not what ever was. What nothing explains is not among it: `Receivable.unexplained` says how much.
It is aged from the day of service, as in a month's package.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, Subquery, case, func, literal, select, union_all

from ledger.books.work_items import OPEN
from ledger.queries import balances
from ledger.queries.month.aging import BUCKETS, LAST_DAYS, Aged
from ledger.schema import claim, claim_version, claim_waiting, work_item
from ledger.storage.database import Ledger


@dataclass(frozen=True, slots=True)
class Receivable:
    """What is owed now; cents. `aged`: by payers, by practice and payer. `of_payers` and `of_patients` are by
    practice, as the books say."""

    aged: tuple[Aged, ...]
    of_payers: dict[str, int]
    of_patients: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.of_payers.values()) + sum(self.of_patients.values())

    @property
    def unexplained(self) -> int:
        """What payers owe by the books, less what open work and waits explain."""
        return sum(self.of_payers.values()) - sum(one.total for one in self.aged)


@dataclass(frozen=True, slots=True)
class OwedClaim:
    """A claim of which a payer owes something; cents. `in_work` and `waits`: the two parts of it."""

    claim_id: int
    patient_control_number: str
    external_id: str
    practice: str
    payer: str
    service_from_on: str
    cents: int
    in_work: int
    waits: int


@dataclass(frozen=True, slots=True)
class OwedPage:
    """A page of the claims of a figure. `next` is the claim behind which the next page begins, None: that was
    all."""

    claims: list[OwedClaim]
    next: int | None


def receivable(ledger: Ledger, as_of: date, practices: Collection[str] | None = None) -> Receivable:
    """What is owed to these practices (None: to all) on a day."""
    of_payers: dict[str, int] = defaultdict(int)
    of_patients: dict[str, int] = defaultdict(int)
    with ledger.read() as connection:
        aged = _aged(connection, as_of, practices)
        for key, cents in balances.all_of(connection).items():
            if practices is not None and key.practice not in practices:
                continue
            if key.account == "receivable_payer":
                of_payers[key.practice] += cents
            elif key.account == "receivable_patient":
                of_patients[key.practice] += cents
    return Receivable(tuple(aged), dict(of_payers), dict(of_patients))


def owed_by_payer(ledger: Ledger, practices: Collection[str] | None = None) -> list[tuple[str, int]]:
    """What each payer owes these practices (None: all) by the books, the largest first; no claim is read."""
    owed: dict[str, int] = defaultdict(int)
    with ledger.read() as connection:
        for (practice, payer), cents in balances.receivables(connection).items():
            if practices is None or practice in practices:
                owed[payer] += cents
    return sorted(((payer, cents) for payer, cents in owed.items() if cents), key=lambda of: (-of[1], of[0]))


def _aged(connection: Connection, as_of: date, practices: Collection[str] | None) -> list[Aged]:
    owed = _owed(practices, None)
    bucket = _bucket(as_of)
    query = (
        select(owed.c.practice, owed.c.payer, bucket, func.count(), func.sum(owed.c.cents))
        .join(claim, claim.c.id == owed.c.claim_id)
        .join(claim_version, claim_version.c.id == claim.c.version_id)
        .group_by(owed.c.practice, owed.c.payer, bucket)
    )
    counts: dict[tuple[str, str], int] = defaultdict(int)
    cents: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(BUCKETS))
    for practice, payer, place, count, total in connection.execute(query):
        counts[practice, payer] += count
        cents[practice, payer][place] += int(total)
    return [Aged(*key, counts[key], tuple(of)) for key, of in sorted(cents.items())]


def owed_figure(
    ledger: Ledger,
    as_of: date,
    *,
    practices: Collection[str] | None = None,
    payer: str | None = None,
    bucket: int | None = None,
) -> tuple[int, int]:
    """How many claims a figure of the aging is of, one of two payers for each of them, and its cents."""
    owed = _owed(practices, payer)
    figure = select(func.count(), func.coalesce(func.sum(owed.c.cents), 0)).select_from(owed)
    if bucket is not None:
        figure = figure.join(claim, claim.c.id == owed.c.claim_id)
        figure = figure.join(claim_version, claim_version.c.id == claim.c.version_id)
        figure = figure.where(_bucket(as_of) == bucket)
    with ledger.read() as connection:
        count, total = connection.execute(figure).one()
    return int(count), int(total)


def owed_claims(
    ledger: Ledger,
    as_of: date,
    *,
    practices: Collection[str] | None = None,
    payer: str | None = None,
    bucket: int | None = None,
    after: int = 0,
    limit: int = 50,
) -> OwedPage:
    """The claims of a figure of the aging, by their ids behind one. A claim that two payers owe is there for
    each of them: it comes in one page whole."""
    place = [] if bucket is None else [_bucket(as_of) == bucket]
    with ledger.read() as connection:
        page = _page(connection, practices, payer, place, after, limit)
        owed = _owed(practices, payer, page)
        rows = connection.execute(
            select(
                *(claim.c.id, claim.c.patient_control_number, claim.c.external_id),
                *(owed.c.practice, owed.c.payer, claim_version.c.service_from_on),
                *(owed.c.cents, owed.c.in_work, owed.c.waits),
            )
            .join(owed, owed.c.claim_id == claim.c.id)
            .join(claim_version, claim_version.c.id == claim.c.version_id)
            .where(*place)
            .order_by(claim.c.id, owed.c.payer)
        ).all()
    return OwedPage(
        [OwedClaim(*row[:6], *(int(cents) for cents in row[6:])) for row in rows],
        page[-1] if len(page) == limit else None,
    )


def _page(
    connection: Connection,
    practices: Collection[str] | None,
    payer: str | None,
    place: Sequence[ColumnElement[bool]],
    after: int,
    limit: int,
) -> list[int]:
    """The next claims behind one: each of the two parts gives its own, by their ids. Where the parts of one
    cancel each other it is among them, and nothing is owed of it."""
    found: set[int] = set()
    for part in _parts(practices, payer):
        of = part.c.claim_id
        query = select(of).where(of > after, part.c.in_work + part.c.waits != 0)
        if place:
            query = query.join(claim, claim.c.id == of)
            query = query.join(claim_version, claim_version.c.id == claim.c.version_id).where(*place)
        query = query.distinct().order_by(of).limit(limit)  # each line of a claim may be work
        found.update(connection.execute(query).scalars())
    return sorted(found)[:limit]


def _parts(
    practices: Collection[str] | None, payer: str | None, claims: Collection[int] | None = None
) -> tuple[Subquery, Subquery]:
    """Open work that is a part of what is owed, and what waits for payers, by claim."""
    w, c = work_item.c, claim_waiting.c
    work = select(w.claim_id, w.practice, w.payer, w.cents.label("in_work"), literal(0).label("waits")).where(
        w.state == OPEN, w.owed == 1, w.claim_id.is_not(None)
    )
    waits = select(c.claim_id, c.practice, c.payer, literal(0).label("in_work"), c.cents.label("waits"))
    if practices is not None:
        seen = sorted(practices)
        work, waits = work.where(w.practice.in_(seen)), waits.where(c.practice.in_(seen))
    if payer is not None:
        work, waits = work.where(w.payer == payer), waits.where(c.payer == payer)
    if claims is not None:
        work, waits = work.where(w.claim_id.in_(claims)), waits.where(c.claim_id.in_(claims))
    return work.subquery(), waits.subquery()


def _owed(
    practices: Collection[str] | None, payer: str | None, claims: Collection[int] | None = None
) -> Subquery:
    """By claim, practice and payer what is owed, of these claims where they are named."""
    both = union_all(*(select(part) for part in _parts(practices, payer, claims))).subquery()
    b = both.c
    return (
        select(
            *(b.claim_id, b.practice, b.payer, func.sum(b.in_work + b.waits).label("cents")),
            *(func.sum(b.in_work).label("in_work"), func.sum(b.waits).label("waits")),
        )
        .group_by(b.claim_id, b.practice, b.payer)
        .having(func.sum(b.in_work + b.waits) != 0)
        .subquery()
    )


def _bucket(as_of: date) -> ColumnElement[int]:
    """The place of a claim's age among `BUCKETS`; a day that lies ahead or is not known is 0 days old."""
    day = claim_version.c.service_from_on
    last = [(as_of - timedelta(days=days)).isoformat() for days in LAST_DAYS]
    return case((day.is_(None), 0), *((day >= since, place) for place, since in enumerate(last)), else_=4)
