"""The diagnoses of claims with what judges them: lines, the newest document, words of reviewers."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from ledger.encounters.encounters import WHOSE
from ledger.schema import (
    claim,
    claim_line,
    claim_version,
    coding_audit_line,
    coding_review,
    coverage,
    encounter,
    submission,
)
from ledger.sending.billed import VOID
from ledger.storage.one_of import one_of

NEVER_TAKEN = "rejected"
"""The state of a submission that was refused before adjudication: nothing was reported by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosed:
    """A claim with its diagnoses as they went out last, or will go out. `patient_id`: None where a purge took
    whose it is. `reported`: it went to a payer and was not taken back. Days are ISO text."""

    claim_id: int
    number: str
    practice: str
    patient_id: int | None
    version_id: int
    kind: str
    diagnoses: str
    provider: str
    payer: str
    service_on: str
    reported: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledLine:
    """A line of a version of a claim that payers see; `modifiers` with blanks between."""

    version_id: int
    number: int
    procedure: str
    modifiers: str
    provider: str
    service_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestDocument:
    """The newest version of the encounter that a claim is of, as JSON: "" where it was purged."""

    claim_id: int
    external_id: str
    version: int
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedLine:
    """What the latest review of a line in a coding audit said its code and diagnoses should be, "" as
    billed."""

    version_id: int
    line: int
    audit_id: int
    procedure: str
    diagnoses: str


def diagnosed(
    connection: Connection,
    from_on: str,
    to_on: str,
    *,
    practices: Collection[str] | None = None,
    patients: Collection[int] | None = None,
    claims: Collection[int] | None = None,
    size: int = 5000,
) -> Iterator[list[Diagnosed]]:
    """The claims with services from one day to another that have diagnoses, in pieces, by claim.

    Of these practices, patients or claims; None: of all. What is restricted to the patient or asks
    for a predetermination is no claim to a payer.
    """
    s, v = submission.c, claim_version.c
    sent, any_version = submission.alias("sent").c, claim_version.alias("any_version").c
    went = (
        select(func.max(sent.id))
        .where(sent.claim_id == claim.c.id, or_(sent.batch_id.is_not(None), sent.opened_on.is_not(None)))
        .correlate(claim)
    )
    # Found by the index of the days; which version counts is known only then.
    of_days = select(any_version.claim_id).where(
        any_version.service_from_on >= from_on, any_version.service_from_on <= to_on
    )
    wanted = [
        claim.c.id.in_(of_days),
        v.service_from_on >= from_on,
        v.service_from_on <= to_on,
        v.diagnoses != "",
    ]
    wanted += [v.predetermination == 0]
    wanted += [one_of(claim.c.practice, practices)] if practices is not None else []
    wanted += [one_of(claim.c.patient_id, patients)] if patients is not None else []
    wanted += [one_of(claim.c.id, claims)] if claims is not None else []
    query = (
        select(
            claim.c.id.label("claim_id"),
            claim.c.patient_control_number.label("number"),
            claim.c.practice,
            claim.c.patient_id,
            v.id.label("version_id"),
            v.kind,
            v.diagnoses,
            v.rendering_npi.label("provider"),
            func.coalesce(coverage.c.payer, "").label("payer"),
            v.service_from_on.label("service_on"),
            func.coalesce(s.frequency, "").label("frequency"),
            func.coalesce(s.state, "").label("state"),
        )
        .select_from(claim)
        .outerjoin(submission, s.id == went.scalar_subquery())
        .join(claim_version, v.id == func.coalesce(s.version_id, claim.c.version_id))
        .outerjoin(coverage, and_(coverage.c.version_id == v.id, coverage.c.place == 1))
        .order_by(claim.c.id)
        .limit(size)
    )
    last = 0
    while rows := connection.execute(query.where(*wanted, claim.c.id > last)).all():
        last = rows[-1].claim_id
        yield [_of(row) for row in rows]


def _of(row: Any) -> Diagnosed:
    facts = dict(row._mapping)
    frequency, state = facts.pop("frequency"), facts.pop("state")
    return Diagnosed(**facts, reported=frequency not in ("", VOID) and state != NEVER_TAKEN)


def billed_lines(connection: Connection, versions: Collection[int]) -> dict[int, list[BilledLine]]:
    """The lines of versions of claims that payers see, by version."""
    n, v = claim_line.c, claim_version.c
    query = (
        select(
            n.version_id,
            n.number,
            n.procedure,
            n.modifiers,
            func.coalesce(func.nullif(n.rendering_npi, ""), v.rendering_npi).label("provider"),
            func.coalesce(n.service_from_on, v.service_from_on).label("service_on"),
        )
        .join(claim_version, v.id == n.version_id)
        .where(one_of(n.version_id, versions), n.restricted == 0)
        .order_by(n.version_id, n.number)
    )
    found: dict[int, list[BilledLine]] = {}
    for row in connection.execute(query):
        found.setdefault(row.version_id, []).append(BilledLine(**row._mapping))
    return found


def newest_documents(connection: Connection, claims: Collection[int]) -> dict[int, NewestDocument]:
    """The newest version of each claim's encounter, by claim."""
    e = encounter.c
    query = (
        select(claim.c.id.label("claim_id"), e.external_id, e.version, e.payload)
        .join(encounter, and_(*(e[name] == claim.c[name] for name in WHOSE)))
        .where(one_of(claim.c.id, claims))
        .order_by(claim.c.id, e.version, e.id)
    )
    return {row.claim_id: NewestDocument(**row._mapping) for row in connection.execute(query)}


def reviewed_lines(connection: Connection, versions: Collection[int]) -> list[ReviewedLine]:
    """The latest word of each coding audit about lines of these versions."""
    n, r = coding_audit_line.c, coding_review.c
    latest = select(func.max(r.id).label("id")).group_by(r.audit_id, r.place).subquery()
    query = (
        select(n.version_id, n.line, n.audit_id, r.procedure, r.diagnoses)
        .join(coding_review, and_(r.audit_id == n.audit_id, r.place == n.place))
        .join(latest, latest.c.id == r.id)
        .where(one_of(n.version_id, versions))
        .order_by(r.id)
    )
    return [ReviewedLine(**row._mapping) for row in connection.execute(query)]


def claims_named(connection: Connection, named: str) -> list[tuple[int, int | None]]:
    """The claim of a patient control number, or of an id, with its patient: at most one."""
    c = claim.c
    columns = select(c.id, c.patient_id)
    found = connection.execute(columns.where(c.patient_control_number == named)).all()
    if not found and named.isascii() and named.isdigit() and len(named) < 19:
        found = connection.execute(columns.where(c.id == int(named))).all()
    return [(int(row.id), row.patient_id) for row in found]
