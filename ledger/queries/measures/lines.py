"""Lines that first payers answered, and what of them was denied or rejected: with what each line is told by.

A line is a row of what was billed: payer, practice, provider, procedure, modifiers, place, diagnosis, units,
whether an authorization is named. No patient is read. What is denied of a whole claim, and a rejection of
one, stands with the claim's first line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from ledger.adjudication.work import DENIAL
from ledger.queries.measures.passes import ANSWERED, DECIDED, came_into, denied_by, first
from ledger.queries.measures.scope import Scope
from ledger.schema import answer, claim, claim_line, claim_version, submission, submission_event, work_item
from ledger.storage.database import Ledger

DENIED: Final = "denial"
REJECTED: Final = "rejection"


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line of a claim as it was billed. `npi` is the line's provider, else the claim's; `authorized`: an
    authorization is named; `on`: its day of service."""

    claim_id: int
    patient_control_number: str
    external_id: str
    line: int
    payer: str
    practice: str
    npi: str
    procedure: str
    modifiers: str
    place: str
    diagnoses: str
    units: str
    authorized: bool
    on: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A line of which its first payer answered the claim, or it was rejected, on a business date for the
    first time. `clean`: the whole claim was answered and nothing of it was denied."""

    billed: BilledLine
    business_on: str
    clean: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """What was denied of a line, or that its claim was rejected: `kind` denial or rejection. `code` is the
    CARC, or the status codes of the 277CA (999 where a whole group was rejected); cents as they were when it
    became work, of a rejection what the claim charges."""

    billed: BilledLine
    number: int
    kind: str
    code: str
    rarcs: str
    cents: int
    business_on: str


def answered_lines(ledger: Ledger, scope: Scope) -> Iterator[Answered]:
    """The lines of the claims that were first answered or rejected in a scope, by claim."""
    decided = first(scope, DECIDED)
    answered, rejected = came_into(decided, ANSWERED), came_into(decided, ("rejected",))
    clean = case((and_(answered, ~rejected, ~denied_by(decided)), 1), else_=0)
    query = (
        select(*_columns(decided.c.payer), decided.c.business_on, clean)
        .select_from(decided)
        .join(submission, submission.c.id == decided.c.submission_id)
        .join(claim, claim.c.id == decided.c.claim_id)
        .join(claim_version, claim_version.c.id == submission.c.version_id)
        .join(claim_line, claim_line.c.version_id == claim_version.c.id)
        .order_by(claim.c.id, claim_line.c.number)
    )
    with ledger.read() as connection:
        for row in connection.execute(query):
            yield Answered(_billed(row), row[-2], bool(row[-1]))


def refused_lines(ledger: Ledger, scope: Scope) -> list[Refused]:
    """What was denied or rejected in a scope, by claim and line."""
    with ledger.read() as connection:
        found = [
            _refused(row) for query in (_denied(scope), _rejected(scope)) for row in connection.execute(query)
        ]
    return sorted(found, key=lambda one: (one.billed.claim_id, one.billed.line, one.kind, one.number))


def _denied(scope: Scope) -> Select[Any]:
    work, line = work_item.c, claim_line.c
    version = func.coalesce(submission.c.version_id, claim.c.version_id)
    return (
        select(
            *_columns(work.payer),
            *(work.id, literal(DENIED), work.carc, work.rarcs, work.opened_cents, work.business_on),
        )
        .select_from(work_item)
        .join(claim, claim.c.id == work.claim_id)
        .outerjoin(submission, submission.c.id == work.submission_id)
        .join(claim_version, claim_version.c.id == version)
        .join(
            claim_line,
            and_(
                line.version_id == claim_version.c.id,
                or_(line.number == work.line, and_(work.line == 0, line.number == _first_line())),
            ),
        )
        .where(scope.within(work.business_on), work.kind == DENIAL, *scope.of(work.practice, work.payer))
    )


def _rejected(scope: Scope) -> Select[Any]:
    event, sent, line = submission_event.c, submission.c, claim_line.c
    said = answer.alias()
    codes = (
        select(func.max(said.c.codes))
        .where(said.c.submission_id == sent.id, said.c.kind == "277CA", said.c.status == "U")
        .scalar_subquery()
    )
    return (
        select(
            *_columns(sent.payer),
            *(sent.id, literal(REJECTED), func.coalesce(codes, "999"), literal("")),
            *(claim_version.c.charge_cents, event.business_on),
        )
        .select_from(submission_event)
        .join(submission, sent.id == event.submission_id)
        .join(claim, claim.c.id == sent.claim_id)
        .join(claim_version, claim_version.c.id == sent.version_id)
        .join(claim_line, and_(line.version_id == claim_version.c.id, line.number == _first_line()))
        .where(
            scope.within(event.business_on),
            event.state == "rejected",
            *scope.of(claim.c.practice, sent.payer),
        )
    )


def _first_line() -> ColumnElement[int]:
    """The number of the first line of a version."""
    line = claim_line.alias()
    return select(func.min(line.c.number)).where(line.c.version_id == claim_version.c.id).scalar_subquery()


def _columns(payer: ColumnElement[str]) -> list[ColumnElement[Any]]:
    version, line = claim_version.c, claim_line.c
    return [
        *(claim.c.id, claim.c.patient_control_number, claim.c.external_id),
        *(line.number, payer, claim.c.practice),
        case((line.rendering_npi != "", line.rendering_npi), else_=version.rendering_npi),
        *(line.procedure, line.modifiers, line.place_of_service, version.diagnoses, line.units),
        *(line.authorization, line.service_from_on, version.service_from_on),
    ]


def _billed(row: Any) -> BilledLine:
    authorization, on, of_claim = row[12:15]
    said: list[Any] = [*row[:12], bool(authorization), on or of_claim]
    return BilledLine(*said)


def _refused(row: Any) -> Refused:
    number, kind, code, rarcs, cents, on = row[15:]
    return Refused(_billed(row), number, kind, code, rarcs, int(cents), on)
