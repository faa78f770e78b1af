"""What waits for a person: denials in the order to work them, alerts, and how much there is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, reduce
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select

from ledger.books.work_items import OTHERS
from ledger.queries.listing import WHOLE, Listing, Page, by
from ledger.queries.suspense import SUSPENSE
from ledger.runs.settling import is_settled
from ledger.schema import (
    alert,
    answer,
    batch,
    claim,
    claim_payment,
    claim_version,
    correction,
    encounter,
    inbox_file,
    line_adjustment,
    partner_stop,
    payment_line,
    problem,
    remittance,
    response,
    submission,
    work_item,
)
from ledger.sending.submissions import has_successor
from ledger.storage.database import Ledger


@dataclass(frozen=True, slots=True)
class Denial:
    """One denial, or other work about money. `days_left` to act, None where no limit is known; cents at
    stake. What is about no claim of ours (a balance that a payer carries forward) has no claim."""

    id: int
    claim_id: int | None
    patient_control_number: str
    source: str
    external_id: str
    practice: str
    payer: str
    payer_claim_control_number: str
    line: int
    procedure: str
    group: str
    carc: str
    rarcs: str
    cents: int
    category: str
    owner: str
    action: str
    fix_path: str
    correctable: str
    appealable: str
    due_on: str
    days_left: int | None
    service_from_on: str
    trace: str
    business_on: str
    state: str
    kind: str = "denial"
    owed: bool = True  # a part of what a payer owes


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An adjustment of a denied claim's payment, as it came. `line` is the claim's line, 0 the claim."""

    line: int
    procedure: str
    group: str
    carc: str
    cents: int


@dataclass(frozen=True, slots=True)
class Alert:
    id: int
    code: str
    message: str
    remedy: str
    business_on: str
    practice: str
    payer: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many pieces of work lie in each queue."""

    held: int
    late: int
    rejected: int
    denied: int
    quarantined: int
    remittances: int
    batches_held: int
    stopped: int
    unanswered: int
    suspense: int
    alerts: int

    @property
    def total(self) -> int:
        return sum(getattr(self, name) for name in self.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Deadline:
    """Open work with a last day to act that is near."""

    id: int
    kind: str
    practice: str
    payer: str
    due_on: str
    owner: str
    action: str


def near(ledger: Ledger, as_of: date, days: int) -> list[Deadline]:
    """Open work about claims whose last day is within so many days, the soonest first."""
    w = work_item.c
    query = (
        select(w.id, w.kind, w.practice, w.payer, w.due_on, w.owner, w.action)
        .where(
            w.state == "open",
            w.due_on.between(as_of.isoformat(), (as_of + timedelta(days=days)).isoformat()),
        )
        .order_by(w.due_on, w.id)
    )
    with ledger.read() as connection:
        return [Deadline(*row) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which work about money: in a state (None: in any), of these owners, payers and practices (None: of
    all), and whether it is a part of what a payer owes (None: either)."""

    state: str | None = "open"
    owners: Collection[str] | None = None
    payers: Collection[str] | None = None
    practices: Collection[str] | None = None
    owed: bool | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        w = work_item.c
        asked = ((w.owner, self.owners), (w.payer, self.payers), (w.practice, self.practices))
        found: list[ColumnElement[bool]] = [
            column.in_(sorted(names)) for column, names in asked if names is not None
        ]
        found.append(w.kind.not_in(OTHERS))
        if self.state is not None:
            found.append(w.state == self.state)
        if self.owed is not None:
            found.append(w.owed == self.owed)
        return found


EVERYTHING_OPEN = Wanted()


def parties(ledger: Ledger) -> list[tuple[str, str, str]]:
    """The owners, payers and practices that open work about money names: (owner, payer, practice)."""
    w = work_item.c
    query = select(w.owner, w.payer, w.practice).where(w.state == "open", w.kind.not_in(OTHERS)).distinct()
    with ledger.read() as connection:
        return [(r[0], r[1], r[2]) for r in connection.execute(query)]


def denials(
    ledger: Ledger,
    as_of: date,
    wanted: Wanted = EVERYTHING_OPEN,
    *,
    after: int = 0,
    limit: int | None = None,
) -> list[Denial]:
    """Denials, what to work first on top: little time left first, then much money.

    With `limit` so many at most, behind the one with the id `after` (0: from the top). An id that is
    none is behind everything.
    """
    w = work_item.c
    urgency = _urgency(as_of)
    conditions = wanted.conditions
    if after:
        here = select(urgency.label("urgency"), w.cents).where(w.id == after).subquery()
        of_it = select(here.c.urgency).scalar_subquery(), select(here.c.cents).scalar_subquery()
        level = urgency == of_it[0]
        conditions.append(
            or_(
                urgency > of_it[0],
                level & (w.cents < of_it[1]),
                level & (w.cents == of_it[1]) & (w.id > after),
            )
        )
    order = (urgency, w.cents.desc(), w.id)
    return _denials(ledger, as_of, *conditions, order=order, limit=limit)


def at_stake(ledger: Ledger, wanted: Wanted = EVERYTHING_OPEN) -> tuple[int, int]:
    """How many pieces of work about money there are, and their cents."""
    query = select(func.count(), func.coalesce(func.sum(work_item.c.cents), 0)).where(*wanted.conditions)
    with ledger.read() as connection:
        row = connection.execute(query).one()
    return int(row[0]), int(row[1])


def denial(ledger: Ledger, as_of: date, number: int) -> Denial | None:
    """One denial, open or not."""
    return next(iter(_denials(ledger, as_of, work_item.c.id == number)), None)


def _denials(
    ledger: Ledger,
    as_of: date,
    *wanted: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]] = (),
    limit: int | None = None,
) -> list[Denial]:
    query = (
        select(
            work_item,
            func.coalesce(claim.c.patient_control_number, "").label("patient_control_number"),
            func.coalesce(claim.c.source, "").label("source"),
            func.coalesce(claim.c.external_id, "").label("external_id"),
            claim_version.c.service_from_on,
            func.coalesce(claim_payment.c.payer_claim_control_number, "").label("payer_claim_control_number"),
            func.coalesce(remittance.c.trace, "").label("trace"),
        )
        .outerjoin(claim, claim.c.id == work_item.c.claim_id)
        .outerjoin(claim_version, claim_version.c.id == claim.c.version_id)
        .outerjoin(claim_payment, claim_payment.c.id == work_item.c.claim_payment_id)
        .outerjoin(remittance, remittance.c.id == claim_payment.c.remittance_id)
        .where(*wanted)
        .order_by(*order)
        .limit(limit)
    )
    found = []
    with ledger.read() as connection:
        for r in connection.execute(query):
            left = (date.fromisoformat(r.due_on) - as_of).days if r.due_on else None
            found.append(
                Denial(
                    r.id,
                    r.claim_id,
                    r.patient_control_number,
                    r.source,
                    r.external_id,
                    r.practice,
                    r.payer,
                    r.payer_claim_control_number,
                    r.line,
                    r.procedure,
                    r.group,
                    r.carc,
                    r.rarcs,
                    r.cents,
                    r.category,
                    r.owner,
                    r.action,
                    r.fix_path,
                    r.correctable,
                    r.appealable,
                    r.due_on,
                    left,
                    r.service_from_on,
                    r.trace,
                    r.business_on,
                    r.state,
                    r.kind,
                    bool(r.owed),
                )
            )
    return found


def _urgency(as_of: date) -> ColumnElement[int]:
    """Within a week, a month, later, no limit known; what is past its limit comes last."""
    due = work_item.c.due_on
    week, month = ((as_of + timedelta(days=days)).isoformat() for days in (7, 30))
    return case(
        (due.is_(None), 3), (due < as_of.isoformat(), 4), (due <= week, 0), (due <= month, 1), else_=2
    )


def adjustments_of(ledger: Ledger, item: int) -> list[Adjusted]:
    """Every adjustment of the payment that a work item is of."""
    query = (
        select(
            func.coalesce(payment_line.c.line, 0),
            func.coalesce(payment_line.c.procedure, ""),
            line_adjustment.c.group,
            line_adjustment.c.carc,
            line_adjustment.c.cents,
        )
        .join(work_item, work_item.c.claim_payment_id == line_adjustment.c.claim_payment_id)
        .outerjoin(
            payment_line,
            (payment_line.c.claim_payment_id == line_adjustment.c.claim_payment_id)
            & (payment_line.c.position == line_adjustment.c.position),
        )
        .where(work_item.c.id == item)
        .order_by(line_adjustment.c.id)
    )
    with ledger.read() as connection:
        return [Adjusted(*row) for row in connection.execute(query)]


ALERTS = Listing(
    row=Alert,
    columns=[alert.c[name] for name in Alert.__dataclass_fields__],
    joined=alert,
    where=(alert.c.state == "open",),
    number=alert.c.id,
    newest_first=True,
    payer=by(alert.c.payer),
    practice=by(alert.c.practice),
    code=by(alert.c.code),
)
"""Open alerts, newest first."""


def alerts(ledger: Ledger, page: Page = WHOLE) -> list[Alert]:
    """Open alerts, newest first."""
    return ALERTS.read(ledger, page)


def waiting(ledger: Ledger) -> Waiting:
    """The length of every queue."""
    with ledger.read() as connection:
        return Waiting(*connection.execute(_lengths()).one())


@cache
def _lengths() -> Select[Any]:
    """One query for all queues, in the order of `Waiting`: a night asks several times."""
    number = select(func.count())
    decided = exists().where(correction.c.encounter_id == encounter.c.id)
    unanswered = select(answer.c.batch_id).where(answer.c.kind == "277CA", answer.c.submission_id.is_(None))
    quarantined = (
        number.where(inbox_file.c.outcome == "quarantined", ~is_settled("inbox_file", inbox_file.c.id)),
        number.where(response.c.state == "quarantined", ~is_settled("response", response.c.id)),
        number.where(
            problem.c.inbox_file_id.is_(None),
            problem.c.response_id.is_(None),
            ~is_settled("problem", problem.c.id),
        ),
    )
    queues = {
        "held": (number.where(encounter.c.state == "held"),),
        "late": (number.where(encounter.c.state == "late", ~decided),),
        "rejected": (
            number.select_from(submission).where(submission.c.state == "rejected", ~has_successor()),
        ),
        "denied": (number.where(work_item.c.state == "open", work_item.c.kind.not_in(OTHERS)),),
        "quarantined": quarantined,
        "remittances": (
            number.where(remittance.c.state != "posted", ~is_settled("remittance", remittance.c.id)),
        ),
        "batches_held": (number.where(batch.c.hold != ""),),
        "stopped": (number.select_from(partner_stop),),
        "unanswered": (
            number.select_from(submission).where(
                submission.c.state == "sent", submission.c.batch_id.in_(unanswered)
            ),
        ),
        "suspense": (number.select_from(SUSPENSE.joined),),
        "alerts": (number.where(alert.c.state == "open"),),
    }
    return select(
        *(
            reduce(add, (part.scalar_subquery() for part in parts)).label(name)
            for name, parts in queues.items()
        )
    )
