"""Claims as they first go to their first payer, and as it first answers them.

A claim is counted once, with its first payer. One that an older system had sent and one that only asks what
would be paid (a predetermination) are counted nowhere here.
"""

from typing import Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)

from ledger.adjudication.work import DENIAL, MISSING_REMITTANCE, VERIFY_FORWARDING
from ledger.encounters.encounters import WHOSE
from ledger.queries.measures.scope import Scope
from ledger.queries.month.roll import in_cents
from ledger.schema import (
    claim,
    claim_line,
    claim_version,
    encounter,
    submission,
    submission_event,
    work_item,
)

ANSWERED: Final = ("paid", "part_paid", "denied", "forwarded")
"""States that a payer's answer puts a claim into."""
DENYING: Final = (DENIAL, VERIFY_FORWARDING, MISSING_REMITTANCE)
"""The kinds of work of what a payer does not pay in its answer: denied, not its claim, or a duplicate of an
answer that is not here."""
OUT: Final = ("sent", "accepted", "rejected", "pended", *ANSWERED)
"""States of what has gone out: some partners answer before it is known that a file arrived."""
DECIDED: Final = ("rejected", *ANSWERED)
"""States in which a first pass is over."""
WHOLE_CLAIM: Final = 0
"""The line of work that is about all lines of its claim."""

Rows = Select[tuple[int, int, int]]
"""Of each claim: its id, what it counts above the line, and below it."""


def clean_claims(scope: Scope) -> Rows:
    """Of the claims that first went out, those that no edit held and nobody rejected."""
    sent = first(scope, OUT)
    rejected = came_into(sent, ("rejected",))
    return select(
        sent.c.claim_id,
        case((or_(rejected, _was_held(sent)), 0), else_=1).label("numerator"),
        literal(1).label("denominator"),
    )


def first_pass(scope: Scope) -> Rows:
    """Of the claims that first went out and were rejected or answered, those whose payer denied nothing in
    its first answer, with nobody rejecting them before it."""
    sent = first(scope, OUT)
    event = submission_event.alias()
    decided = (
        select(func.min(event.c.id))
        .where(event.c.submission_id == sent.c.submission_id, event.c.state.in_(DECIDED))
        .scalar_subquery()
    )
    found = select(sent.c.claim_id, sent.c.payer, decided.label("event_id")).subquery()
    denied = denied_by(found, work_item.c.business_on == submission_event.c.business_on)
    good = and_(submission_event.c.state.not_in(("rejected", "denied")), ~denied)
    return select(
        found.c.claim_id,
        case((good, 1), else_=0).label("numerator"),
        literal(1).label("denominator"),
    ).join(submission_event, submission_event.c.id == found.c.event_id)


def initial_denials(scope: Scope) -> Rows:
    """Of the claims that their first payer first answered, those of which it denied something then."""
    answered = first(scope, ANSWERED)
    denied = denied_by(answered, work_item.c.business_on == answered.c.business_on)
    return select(
        answered.c.claim_id,
        case((denied, 1), else_=0).label("numerator"),
        literal(1).label("denominator"),
    )


def initial_denied_dollars(scope: Scope) -> Rows:
    """Of what those claims asked of their first payer, the charges of the lines of which it denied something
    in that answer; a denial of the whole claim is one of each of its lines."""
    answered, line, work = first(scope, ANSWERED), claim_line.c, work_item.c
    denied = denied_by(
        answered, work.business_on == answered.c.business_on, work.line.in_((WHOLE_CLAIM, line.number))
    )
    return (
        select(
            answered.c.claim_id,
            in_cents(func.sum(case((denied, line.charge_cents), else_=0))).label("numerator"),
            in_cents(func.sum(line.charge_cents)).label("denominator"),
        )
        .select_from(answered)
        .join(submission, submission.c.id == answered.c.submission_id)
        .join(claim_line, line.version_id == submission.c.version_id)
        .where(line.patients == 0, line.restricted == 0)
        .group_by(answered.c.claim_id)
    )


def first(scope: Scope, states: tuple[str, ...]) -> Subquery:
    """The claims whose submissions to a first payer came into one of these states for the first time in a
    scope, each with the submission, the payer and the business date."""
    event, sent = submission_event.c, submission.c
    came = (
        select(sent.claim_id, func.min(event.id).label("event_id"))
        .join(submission, sent.id == event.submission_id)
        .where(scope.within(event.business_on), event.state.in_(states), *_first_payers(submission))
        .group_by(sent.claim_id)
        .subquery()
    )
    before, other = submission_event.alias(), submission.alias()
    earlier = exists().where(
        other.c.claim_id == came.c.claim_id,
        *_first_payers(other),
        before.c.submission_id == other.c.id,
        before.c.state.in_(states),
        before.c.id < came.c.event_id,
    )
    return (
        select(came.c.claim_id, sent.id.label("submission_id"), sent.payer, event.business_on)
        .select_from(came)
        .join(submission_event, event.id == came.c.event_id)
        .join(submission, sent.id == event.submission_id)
        .join(claim_version, claim_version.c.id == sent.version_id)
        .join(claim, claim.c.id == came.c.claim_id)
        .where(~earlier, claim_version.c.predetermination == 0, *scope.of(claim.c.practice, sent.payer))
        .subquery()
    )


def _first_payers(table: FromClause) -> list[ColumnElement[bool]]:
    return [table.c.payer_order == "P", table.c.opened_on.is_(None)]


def came_into(sent: Subquery, states: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether a submission ever came into one of these states."""
    event = submission_event.alias()
    return exists().where(event.c.submission_id == sent.c.submission_id, event.c.state.in_(states))


def denied_by(sent: Subquery, *when: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a claim's payer denied something of it: ever, or `when` the work of it was opened."""
    work = work_item.c
    return exists().where(
        work.claim_id == sent.c.claim_id, work.payer == sent.c.payer, work.kind.in_(DENYING), *when
    )


def _was_held(sent: Subquery) -> ColumnElement[bool]:
    """Whether a night held a version of the claim's encounter before it went out."""
    mine, held = claim.alias(), work_item.alias()
    return exists().where(
        mine.c.id == sent.c.claim_id,
        *(encounter.c[name] == mine.c[name] for name in WHOSE),
        held.c.key == literal("hold|") + cast(encounter.c.id, Text),
        held.c.business_on <= sent.c.business_on,
    )
