"""What became of the encounters that came on a business date: each is in one place of the flow, now.

The places add up, in claims and in cents: what was picked up is held, set aside, waiting to be billed, or a
claim that was sent, rejected, accepted, paid or denied. It is what stands now, not what was so on that day.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, FromClause, case, func, select

from ledger.encounters.held import HELD, documented
from ledger.schema import claim, claim_version, encounter, submission
from ledger.storage.database import Ledger

PLACES: Final = (
    "waiting", "held", "aside", "patients", "ready", "sent", "rejected", "accepted", "paid", "part_paid",
    "denied", "ended",
)  # fmt: skip
"""waiting: not judged, or not a claim yet. aside: another version took its place. patients: no payer is
asked. ready: a claim that did not go out. sent: no answer. ended: replaced, taken back or closed."""

_OF_SUBMISSION: Final = {
    "held": "ready", "ready": "ready", "batched": "ready",
    "sent": "sent", "rejected": "rejected",
    "accepted": "accepted", "pended": "accepted", "forwarded": "accepted",
    "paid": "paid", "predetermined": "paid", "part_paid": "part_paid",
    "denied": "denied", "in_appeal": "denied",
    "replaced": "ended", "voided": "ended", "closed": "ended",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """How many encounters of a business date are in a place of the flow, and their charges in cents."""

    name: str
    claims: int
    cents: int


@dataclass(frozen=True, slots=True)
class Flowing:
    """An encounter in the flow. `claim_id` None: it is no claim yet; `state` is its first submission's."""

    encounter_id: int
    external_id: str
    practice: str
    claim_id: int | None
    patient_control_number: str
    payer: str
    state: str
    place: str
    cents: int


def flow(ledger: Ledger, day: str, practices: Collection[str] | None = None) -> dict[str, Place]:
    """Every place of the flow of a business date's encounters, of these practices (None: of all)."""
    joined, place = _joined()
    cents = func.coalesce(func.sum(_CENTS), 0)
    where = _of(day, practices)
    counts = select(place, func.count(), cents).select_from(joined).where(*where).group_by(place)
    unbilled = (
        select(place, encounter.c.payload)
        .select_from(joined)
        .where(*where, claim_version.c.id.is_(None), encounter.c.state != HELD)
    )
    with ledger.read() as connection:
        found = {name: [number, int(total)] for name, number, total in connection.execute(counts)}
        for name, payload in connection.execute(unbilled):
            found[name][1] += documented(payload)[1]
    return {name: Place(name, *found.get(name, (0, 0))) for name in PLACES}


def flowing(
    ledger: Ledger,
    day: str,
    places: Collection[str],
    practices: Collection[str] | None = None,
    *,
    after: int = 0,
    limit: int = 50,
) -> list[Flowing]:
    """The encounters of a business date in these places, by id behind `after`, at most `limit`."""
    joined, place = _joined()
    query = (
        select(
            encounter.c.id,
            encounter.c.external_id,
            encounter.c.practice,
            claim.c.id.label("claim_id"),
            func.coalesce(claim.c.patient_control_number, "").label("number"),
            func.coalesce(submission.c.payer, "").label("payer"),
            func.coalesce(submission.c.state, encounter.c.state).label("state"),
            place.label("place"),
            _CENTS.label("charge_cents"),
            encounter.c.payload,
        )
        .select_from(joined)
        .where(*_of(day, practices), place.in_(sorted(places)), encounter.c.id > after)
        .order_by(encounter.c.id)
        .limit(limit)
    )
    with ledger.read() as connection:
        rows = connection.execute(query).all()
    return [
        Flowing(
            row.id,
            row.external_id,
            row.practice,
            row.claim_id,
            row.number,
            row.payer,
            row.state,
            row.place,
            row.charge_cents if row.charge_cents is not None else documented(row.payload)[1],
        )
        for row in rows
    ]


_CENTS: Final = func.coalesce(
    claim_version.c.charge_cents, case((encounter.c.state == HELD, encounter.c.charge_cents))
)
"""What a claim charges, or an encounter that is held; of others their documents say it."""


def _of(day: str, practices: Collection[str] | None) -> list[ColumnElement[bool]]:
    found = [encounter.c.business_on == day]
    if practices is not None:
        found.append(encounter.c.practice.in_(sorted(practices)))
    return found


def _joined() -> tuple[FromClause, ColumnElement[str]]:
    """Encounters, each with the newest version and first payer's submission that it led to, and its place."""
    version, sent = claim_version.alias(), submission.alias()
    newest_version = (
        select(func.max(version.c.id)).where(version.c.encounter_id == encounter.c.id).scalar_subquery()
    )
    first_payer = (
        select(sent.c.id)
        .where(sent.c.version_id == claim_version.c.id)
        .order_by(case((sent.c.payer_order == "P", 0), else_=1), sent.c.number.desc(), sent.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    joined = (
        encounter.outerjoin(claim_version, claim_version.c.id == newest_version)
        .outerjoin(claim, claim.c.id == claim_version.c.claim_id)
        .outerjoin(submission, submission.c.id == first_payer)
    )
    place = case(
        (encounter.c.state == "held", "held"),
        (encounter.c.state.in_(("replaced", "late", "settled")), "aside"),
        (claim_version.c.id.is_(None), "waiting"),
        (submission.c.id.is_(None), "patients"),
        *((submission.c.state == state, name) for state, name in _OF_SUBMISSION.items()),
        else_="waiting",
    )
    return joined, place
