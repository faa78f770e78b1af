"""Where the visits stand: billed, held, dismissed, not billed; and encounters that no visit explains."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import Connection, and_, case, func, or_, select

from ledger.encounters import visits
from ledger.encounters.encounters import WHOSE
from ledger.encounters.visit_matching import candidates, documented
from ledger.encounters.visits import BOOKED, CURRENT, DISMISSED, KEPT, NONE, REQUESTED
from ledger.queries.listing import Listing, by
from ledger.schema import encounter, visit, visit_event
from ledger.storage.database import Ledger
from ledger.storage.one_of import one_of

TO_COME = (BOOKED, REQUESTED)
STATES = ("unbilled", "held", "billed", "dismissed", "not_kept", "contradicts", "booked", "requested")


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit. `state`: unbilled (kept, and no encounter documents it), held (documented, and no claim yet),
    billed, dismissed, not_kept, contradicts (not kept, and an encounter documents it), booked (to come), or
    requested (a patient asked for an estimate). `encounter` is that one's number; `reason` is that of a
    dismissal."""

    id: int
    practice: str
    number: str
    visit_on: str
    provider_npi: str
    status: str
    state: str
    encounter: str
    matched_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unbooked:
    """An encounter of a day that a practice's appointment book covers, and of no visit."""

    encounter_id: int
    practice: str
    external_id: str
    service_on: str
    state: str


_SAME = encounter.alias()
_CLAIMED = (
    select(func.count())
    .where(
        *(_SAME.c[name] == encounter.c[name] for name in WHOSE),
        _SAME.c.state.in_(("claimed", "late")),
    )
    .correlate(encounter)
    .scalar_subquery()
)
_REASON = (
    select(visit_event.c.detail)
    .where(visit_event.c.visit_id == visit.c.id, visit_event.c.event == "dismissed")
    .order_by(visit_event.c.id.desc())
    .limit(1)
    .correlate(visit)
    .scalar_subquery()
)
_STATE = case(
    (visit.c.state == DISMISSED, "dismissed"),
    (and_(visit.c.state == NONE, visit.c.status.in_(TO_COME)), visit.c.status),
    (visit.c.state == NONE, "not_kept"),
    (visit.c.encounter_id.is_(None), "unbilled"),
    (visit.c.status.not_in((KEPT, BOOKED)), "contradicts"),
    (_CLAIMED > 0, "billed"),
    else_="held",
)
VISITS = Listing(
    row=VisitRow,
    columns=(
        *(visit.c.id, visit.c.practice, visit.c.number, visit.c.visit_on, visit.c.provider_npi),
        *(visit.c.status, _STATE, func.coalesce(encounter.c.external_id, ""), visit.c.matched_by),
        case((visit.c.state == DISMISSED, func.coalesce(_REASON, "")), else_=""),
    ),
    joined=visit.outerjoin(encounter, encounter.c.id == visit.c.encounter_id),
    number=visit.c.id,
    practice=by(visit.c.practice),
    code=by(_STATE),
)
"""Every visit, oldest first; chosen by its state as a code."""
OPEN = replace(VISITS, where=(visit.c.state == visits.OPEN,))
"""Kept visits that nothing documents and nobody dismissed."""
STILL_BOOKED = replace(VISITS, where=(visit.c.state == NONE, visit.c.status == BOOKED))
"""Visits of which no book said yet whether they were kept."""


def possible(ledger: Ledger) -> dict[int, list[str]]:
    """The numbers of the encounters that visits without one may be, by visit; of those that have any."""
    with ledger.read() as connection:
        waiting = visits.appointments(connection, open_only=True)
        free = visits.free_encounters(connection, waiting)
    numbers = {one.id: one.number for one in free}
    found = {one.id: [numbers[i] for i in candidates(one, free)] for one in waiting}
    return {number: names for number, names in found.items() if names}


def unbooked(ledger: Ledger) -> list[Unbooked]:
    """Encounters without a visit, of the days between the first and the last visit of their practice."""
    e, v = encounter.c, visit.c
    days = (
        select(v.practice, func.min(v.visit_on), func.max(v.visit_on))
        .where(v.status.not_in(TO_COME))
        .group_by(v.practice)
    )
    found = []
    with ledger.read() as connection:
        for practice, first, last in connection.execute(days).tuples().all():
            query = select(e.id, e.practice, e.external_id, e.payload, e.state).where(
                and_(e.practice == practice, e.state.in_(CURRENT), e.business_on >= first, ~visits.visited())
            )
            for number, its, external_id, payload, state in connection.execute(query.order_by(e.id)).tuples():
                on = min(documented(number, its, external_id, payload).days, default="")
                if first <= on <= last:
                    found.append(Unbooked(number, its, external_id, on, state))
    return found


@dataclass(frozen=True, slots=True)
class Booked:
    """What the appointment book says of whose visit it is and when. `is_off`: it is cancelled or dismissed,
    was not kept, or a plan pays for it."""

    visit_on: str
    member_id: str
    medical_record_number: str
    is_request: bool
    is_off: bool


def booked(connection: Connection, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Booked]:
    """Visits by practice and number; those that the book has."""
    query = select(visit).where(one_of(visit.c.number, sorted({number for _, number in wanted})))
    return {
        (row.practice, row.number): Booked(
            visit_on=row.visit_on,
            member_id=row.member_id,
            medical_record_number=row.medical_record_number,
            is_request=row.status == REQUESTED,
            is_off=row.status not in (*TO_COME, KEPT) or row.state == DISMISSED or row.pays == visits.INSURED,
        )
        for row in connection.execute(query)
        if (row.practice, row.number) in wanted
    }


@dataclass(frozen=True, slots=True)
class SelfPayVisit:
    """A visit that no plan pays for, or a request for an estimate: its day is `visit_on` then. `business_on`:
    the day on which a book told of it first."""

    id: int
    practice: str
    number: str
    visit_on: str
    status: str
    scheduled_on: str
    provider_npi: str
    member_id: str
    medical_record_number: str
    business_on: str


def self_pay_visits(connection: Connection, first: str = "") -> list[SelfPayVisit]:
    """Visits of uninsured and self-pay patients from a day on that are to come or were kept, and every
    request; by their ids."""
    v = visit.c
    since = [v.visit_on >= first] if first else []
    who_pay = and_(v.pays.in_(visits.PATIENT_PAYS), v.status.in_((BOOKED, KEPT)), *since)
    asks = and_(v.status == REQUESTED, v.pays != visits.INSURED)
    query = select(*(v[name] for name in SelfPayVisit.__dataclass_fields__))
    query = query.where(v.state != DISMISSED, or_(who_pay, asks))
    return [SelfPayVisit(*row) for row in connection.execute(query.order_by(v.id))]
