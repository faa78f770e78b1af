"""Claims by state, and what holds them."""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, Text, and_, cast, exists, func, literal_column, or_, select

from ledger.encounters.encounters import WHOSE as OF_A_CLAIM
from ledger.queries.listing import WHOLE, Listing, Page, by
from ledger.schema import (
    answer,
    batch,
    claim,
    claim_version,
    correction,
    encounter,
    finding,
    submission,
    work_item,
)
from ledger.sending.submissions import has_successor
from ledger.storage.database import Ledger, bounded

STATES = (
    "held",
    "ready",
    "batched",
    "sent",
    "rejected",
    "accepted",
    "pended",
    "forwarded",
    "denied",
    "part_paid",
    "paid",
    "predetermined",
    "replaced",
    "voided",
    "in_appeal",
    "closed",
)


@dataclass(frozen=True, slots=True)
class Held:
    """One blocking finding of an encounter that waits. Title and fix are the edit's."""

    encounter_id: int
    source: str
    external_id: str
    version: int
    practice: str
    edit_id: str
    severity: str
    line: int | None
    place: str
    detail: str
    since: str
    finding_id: int
    payers: tuple[str, ...] = ()  # as the document names them
    charge_cents: int = 0
    service_from_on: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A claim refused before adjudication: by which answer, with which codes. `place` is what the
    answer said of it beside them: "for NUMBER" where its file was refused for another claim."""

    submission_id: int
    claim_id: int
    patient_control_number: str
    source: str
    external_id: str
    practice: str
    payer: str
    batch_id: int
    kind: str
    codes: str
    place: str
    charge_cents: int
    business_on: str
    service_from_on: str


def by_state(ledger: Ledger) -> dict[str, int]:
    """Claims by the state of their newest submission; states without a claim are left out."""
    with ledger.read() as connection:
        found = Counter(dict(connection.execute(_SUBMISSIONS).tuples().all()))
        found.subtract(connection.execute(_replaced()).scalars())
    return {state: found[state] for state in STATES if found[state]}


_SUBMISSIONS = select(submission.c.state, func.count()).group_by(submission.c.state)


@cache
def _replaced() -> Select[tuple[str]]:
    newer, older = submission.alias(), submission.alias()
    return (
        select(older.c.state)
        .select_from(newer)
        .join(
            older,
            (older.c.claim_id == newer.c.claim_id)
            & (older.c.payer_order == newer.c.payer_order)
            & (older.c.number == newer.c.number - 1),
        )
        .where(newer.c.number > literal_column("1"))  # of the partial index: no parameter
    )


def _held(*of: Any) -> Held:
    payers, cents, day = of[-3:]
    return Held(*[*of[:-3], tuple(payers.splitlines()), cents, day])


HELD = Listing(
    row=_held,
    columns=(
        *(encounter.c.id, encounter.c.source, encounter.c.external_id, encounter.c.version),
        *(encounter.c.practice, finding.c.edit_id, finding.c.severity, finding.c.line, finding.c.place),
        *(finding.c.detail, encounter.c.business_on, finding.c.id),
        *(encounter.c.payers, encounter.c.charge_cents, encounter.c.service_from_on),
    ),
    joined=encounter.join(finding, finding.c.encounter_id == encounter.c.id),
    where=(encounter.c.state == "held", finding.c.severity == "hold"),
    number=finding.c.id,
    order=((encounter.c.id, False),),
    practice=by(encounter.c.practice),
    code=by(finding.c.edit_id),
)
"""What holds encounters, oldest first. Which payer a document means is not in a column."""


def holds(ledger: Ledger, page: Page = WHOLE) -> list[Held]:
    """What holds encounters, oldest first."""
    return HELD.read(ledger, page)


def holds_otherwise(ledger: Ledger, since: str) -> tuple[list[Held], list[str]]:
    """What first holds encounters where the work says otherwise, of those that were judged on this day or
    later (`judged.keep`; "" ever) or have no open work; and the keys of open work whose encounters are not
    held."""
    w, e, f = work_item.c, encounter.c, finding.c
    other = finding.alias("other")
    first = select(func.min(other.c.id)).where(other.c.encounter_id == e.id, other.c.severity == "hold")
    kept = {w.state: "open", w.reference: e.external_id, w.practice: e.practice}
    kept |= {w.procedure: f.edit_id, w.line: func.coalesce(f.line, 0), w.cents: e.charge_cents}
    held = select(e.id).where(e.state == "held")
    worked = select(cast(func.substr(w.key, len(HOLD) + 1), BigInteger)).where(
        w.kind == "hold", w.state == "open"
    )
    judged = held.where(or_(e.judged_as == "", e.judged_on >= since)) if since else held
    differ = (
        select(*HELD.columns)
        .select_from(HELD.joined.outerjoin(work_item, w.key == HOLD + cast(e.id, Text)))
        .where(*HELD.where, f.id == first.scalar_subquery())
        .where(or_(w.id.is_(None), *(column != value for column, value in kept.items())))
        .order_by(e.id)
    )
    with ledger.read() as connection:
        held_now, in_work, judged_since = (
            set(connection.execute(query).scalars()) for query in (held, worked, judged)
        )
        found: list[Held] = []
        over = in_work - held_now
        for piece in bounded(sorted(judged_since | (held_now - in_work))):
            found += [_held(*row) for row in connection.execute(differ.where(e.id.in_(piece)))]
            holding = select(f.encounter_id).where(f.encounter_id.in_(piece), f.severity == "hold")
            over |= set(piece) - set(connection.execute(holding).scalars())
        return found, [f"{HOLD}{number}" for number in sorted(over)]


HOLD = "hold|"
"""What the key of the work of a hold begins with; the encounter's id follows."""


@dataclass(frozen=True, slots=True)
class Late:
    """A newer version of an encounter whose claim is out."""

    encounter_id: int
    source: str
    external_id: str
    version: int
    practice: str
    claim_id: int
    patient_control_number: str


LATE = Listing(
    row=Late,
    columns=(
        *(encounter.c[name] for name in ("id", "source", "external_id", "version", "practice")),
        *(claim.c.id, claim.c.patient_control_number),
    ),
    joined=encounter.join(claim, and_(*(claim.c[name] == encounter.c[name] for name in OF_A_CLAIM))),
    where=(encounter.c.state == "late", ~exists().where(correction.c.encounter_id == encounter.c.id)),
    number=encounter.c.id,
    practice=by(encounter.c.practice),
)
"""Corrections that came after their claim was sent and that nobody decided about, oldest first."""


def late(ledger: Ledger, page: Page = WHOLE) -> list[Late]:
    """Newer versions of encounters whose claim is out."""
    return LATE.read(ledger, page)


_SAID = answer.alias()
_LAST = select(func.max(_SAID.c.id)).where(_SAID.c.submission_id == submission.c.id).scalar_subquery()
REJECTED = Listing(
    row=Rejected,
    columns=(
        *(submission.c.id, claim.c.id, claim.c.patient_control_number, claim.c.source),
        *(claim.c.external_id, claim.c.practice, submission.c.payer, batch.c.id),
        *(func.coalesce(answer.c[name], "") for name in ("kind", "codes", "place")),
        *(claim_version.c.charge_cents, submission.c.acknowledged_on, claim_version.c.service_from_on),
    ),
    joined=submission.join(claim, claim.c.id == submission.c.claim_id)
    .join(claim_version, claim_version.c.id == submission.c.version_id)
    .join(batch, batch.c.id == submission.c.batch_id)
    .outerjoin(answer, answer.c.id == _LAST),
    where=(submission.c.state == "rejected", ~has_successor()),
    number=submission.c.id,
    order=((claim_version.c.charge_cents, True),),
    payer=by(submission.c.payer),
    practice=by(claim.c.practice),
    code=by(func.coalesce(answer.c.codes, "")),
)
"""Claims whose newest submission was refused and that wait for a person, the dearest first."""


def rejections(ledger: Ledger, page: Page = WHOLE) -> list[Rejected]:
    """Claims that were refused and wait for a person, the dearest first."""
    return REJECTED.read(ledger, page)


def rejections_otherwise(ledger: Ledger, answers: int) -> tuple[list[Rejected], list[str]]:
    """Claims that were refused and whose work says otherwise or is not open, or that were answered after
    answer `answers`, and the keys of open work whose claims wait no more."""
    w, s, v = work_item.c, submission.c, claim_version.c
    kept = {w.state: "open", w.reference: claim.c.patient_control_number, w.practice: claim.c.practice}
    kept |= {w.payer: s.payer, w.cents: v.charge_cents}
    differ = (
        select(*REJECTED.columns)
        .select_from(REJECTED.joined.outerjoin(work_item, w.key == REJECTION + cast(s.id, Text)))
        .where(*REJECTED.where)
        .where(
            or_(w.id.is_(None), answer.c.id > answers, *(column != value for column, value in kept.items()))
        )
        .order_by(s.id)
    )
    waits = exists().where(s.id == w.submission_id, *REJECTED.where)
    over = select(w.key).where(w.kind == "rejection", w.state == "open", ~waits)
    with ledger.read() as connection:
        found = [Rejected(*row) for row in connection.execute(differ)]
        return found, list(connection.execute(over).scalars())


REJECTION = "rejection|"
"""What the key of the work of a rejection begins with; the submission's id follows."""


def rejected_cents(ledger: Ledger, page: Page = WHOLE) -> int:
    """What the claims of the whole list charge, however long a page is."""
    return REJECTED.total(ledger, claim_version.c.charge_cents, page)


def ready_numbers(ledger: Ledger) -> list[tuple[str, str]]:
    """The patient control number and the payer of every submission that waits to be sent."""
    query = (
        select(claim.c.patient_control_number, submission.c.payer)
        .join(submission, submission.c.claim_id == claim.c.id)
        .where(submission.c.state == "ready")
    )
    with ledger.read() as connection:
        return [(row.patient_control_number, row.payer) for row in connection.execute(query)]
