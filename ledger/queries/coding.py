"""What the validation of coding left behind, and the past claims that it can be tried on again."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.queries.listing import Listing, by
from ledger.schema import claim, claim_version, encounter, finding, submission, work_item
from ledger.storage.database import Ledger, bounded
from ledger.storage.one_of import one_of


@dataclass(frozen=True, slots=True)
class UncodedRow:
    """An encounter that waits for a coder; `payload` is its JSON."""

    encounter_id: int
    source: str
    external_id: str
    version: int
    practice: str
    payload: str
    since: str


@dataclass(frozen=True, slots=True)
class Unchecked:
    """How many encounters an edit could not judge in a night, and how many of them went out."""

    edit_id: str
    encounters: int
    claimed: int


def waiting(edit_id: str) -> Listing[UncodedRow]:
    """The held encounters with a finding of this edit, oldest first."""
    held_by = select(finding.c.encounter_id).where(
        finding.c.edit_id == edit_id, finding.c.encounter_id == encounter.c.id
    )
    return Listing(
        row=UncodedRow,
        columns=(
            *(encounter.c.id, encounter.c.source, encounter.c.external_id, encounter.c.version),
            *(encounter.c.practice, encounter.c.payload, encounter.c.business_on),
        ),
        joined=encounter,
        where=(encounter.c.state == "held", held_by.exists()),
        number=encounter.c.id,
        practice=by(encounter.c.practice),
    )


def uncoded(ledger: Ledger, edit_id: str) -> int:
    """How many encounters wait for a coder."""
    query = (
        select(func.count(func.distinct(encounter.c.id)))
        .join(finding, finding.c.encounter_id == encounter.c.id)
        .where(encounter.c.state == "held", finding.c.edit_id == edit_id)
    )
    with ledger.read() as connection:
        return int(connection.execute(query).scalar_one())


def unchecked(ledger: Ledger, business_on: str, edit_id: str) -> list[Unchecked]:
    """What the edits could not judge among the encounters that were last looked at in a night.

    The findings named `edit_id` list the edits; most encounters of a night share one list.
    """
    query = (
        select(finding.c.detail, encounter.c.state, func.count())
        .join(encounter, encounter.c.id == finding.c.encounter_id)
        .where(finding.c.business_on == business_on, finding.c.edit_id == edit_id)
        .group_by(finding.c.detail, encounter.c.state)
    )
    counts: dict[str, list[int]] = {}
    with ledger.read() as connection:
        for detail, state, count in connection.execute(query):
            for one in detail.split():
                pair = counts.setdefault(one, [0, 0])
                pair[0] += count
                pair[1] += count * (state == "claimed")
    return [Unchecked(one, *pair) for one, pair in sorted(counts.items())]


@dataclass(frozen=True, slots=True)
class PastDenial:
    """A denial of a past claim, whatever became of it. `line` 0 is the whole claim; cents."""

    line: int
    carc: str
    rarcs: str
    cents: int


@dataclass(frozen=True, slots=True)
class PastSubmission:
    """A claim that went out: the night of its newest submission, its state, its encounter and denials."""

    claim_id: int
    patient_control_number: str
    encounter_id: int
    external_id: str
    practice: str
    payload: str
    business_on: str
    state: str
    denials: tuple[PastDenial, ...]


def number_of(ledger: Ledger, practice: str, source: str, external_id: str, subject: str = "") -> str:
    """The patient control number that an encounter's claim has; "" where it has none yet."""
    query = select(claim.c.patient_control_number).where(
        claim.c.practice == practice,
        claim.c.source == source,
        claim.c.external_id == external_id,
        claim.c.subject == subject,
    )
    with ledger.read() as connection:
        return connection.execute(query).scalar() or ""


def past_submissions(
    ledger: Ledger, since: str, size: int, claims: Collection[int] | None = None
) -> Iterator[list[PastSubmission]]:
    """The claims that went out in a night since `since`, of these (None: of all), in pieces of `size`, oldest
    first."""
    wanted = [] if claims is None else [one_of(submission.c.claim_id, claims)]
    newest = (
        select(func.max(submission.c.id).label("id"))
        .where(submission.c.batch_id.is_not(None), *wanted)
        .group_by(submission.c.claim_id)
        .subquery()
    )
    last = 0
    while True:
        query = (
            select(
                claim.c.id,
                claim.c.patient_control_number,
                claim_version.c.encounter_id,
                claim.c.external_id,
                claim.c.practice,
                encounter.c.payload,
                submission.c.business_on,
                submission.c.state,
            )
            .join(submission, submission.c.claim_id == claim.c.id)
            .join(newest, newest.c.id == submission.c.id)
            .join(claim_version, claim_version.c.id == submission.c.version_id)
            .join(encounter, encounter.c.id == claim_version.c.encounter_id)
            .where(
                submission.c.business_on >= since, claim.c.id > last, encounter.c.payload != ""
            )  # not purged
            .order_by(claim.c.id)
            .limit(size)
        )
        with ledger.read() as connection:
            rows = connection.execute(query).all()
            denials: dict[int, list[PastDenial]] = {}
            for piece in bounded([r.id for r in rows]):
                said = (
                    select(
                        work_item.c.claim_id,
                        work_item.c.line,
                        work_item.c.carc,
                        work_item.c.rarcs,
                        work_item.c.cents,
                    )
                    .where(work_item.c.claim_id.in_(piece), work_item.c.kind == "denial")
                    .order_by(work_item.c.id)
                )
                for d in connection.execute(said):
                    denials.setdefault(d.claim_id, []).append(PastDenial(d.line, d.carc, d.rarcs, d.cents))
        if not rows:
            return
        last = rows[-1].id
        yield [
            PastSubmission(
                claim_id=r.id,
                patient_control_number=r.patient_control_number,
                encounter_id=r.encounter_id,
                external_id=r.external_id,
                practice=r.practice,
                payload=r.payload,
                business_on=r.business_on,
                state=r.state,
                denials=tuple(denials.get(r.id, ())),
            )
            for r in rows
        ]
