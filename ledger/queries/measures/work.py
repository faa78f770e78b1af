"""What people did about claims, and what came of it: touches, recovery by act, deadlines missed."""

from typing import Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union,
)

from ledger.adjudication.work import DENIAL, PRICES
from ledger.encounters.encounters import WHOSE
from ledger.queries.measures.passes import Rows
from ledger.queries.measures.scope import Scope
from ledger.queries.month.roll import in_cents
from ledger.schema import (
    actor,
    claim,
    claim_version,
    correction,
    coverage,
    edit_override,
    encounter,
    letter,
    money_act,
    work_event,
    work_item,
)

ACTS: Final = ("appeal", "correction", "records", "to_patient", "write_off", "other")
"""What was done about a denial, as recovery is told apart: the first of these that was. other: nothing is on
record, or another act."""
DENIED: Final = (DENIAL, *PRICES)
"""The kinds of work of which recovery is counted."""
TIMED: Final = (*DENIED, "rejection")
"""The kinds of work of which a deadline is: to appeal, to correct, to file."""


def touches(scope: Scope) -> Rows:
    """How often a person did something about a claim: once for each person and business date, however much
    that person did to it that day. Below the line each claim is 1."""
    done = union(*_done(scope)).subquery()
    programs = select(actor.c.name).where(actor.c.kind == "service")
    query = select(done.c.claim_id, func.count().label("numerator"), literal(1).label("denominator")).where(
        done.c.actor.not_in(programs)
    )
    return _with_payer(query.group_by(done.c.claim_id), scope, done.c.claim_id)


def _done(scope: Scope) -> list[Select[tuple[int, str, str]]]:
    """Claim, business date and person of everything that is on record."""
    made = [
        select(table.c.claim_id, table.c.business_on, table.c.actor)
        .join(claim, claim.c.id == table.c.claim_id)
        .where(scope.within(table.c.business_on), *scope.of(claim.c.practice))
        for table in (money_act, correction, letter)
    ]
    events = (
        select(work_item.c.claim_id, work_event.c.business_on, work_event.c.actor)
        .join(work_item, work_item.c.id == work_event.c.work_item_id)
        .join(claim, claim.c.id == work_item.c.claim_id)
        .where(scope.within(work_event.c.business_on), work_event.c.actor != "", *scope.of(claim.c.practice))
    )
    let_pass = (
        select(claim.c.id, edit_override.c.business_on, edit_override.c.who)
        .join(encounter, encounter.c.id == edit_override.c.encounter_id)
        .join(claim, and_(*(claim.c[name] == encounter.c[name] for name in WHOSE)))
        .where(scope.within(edit_override.c.business_on), *scope.of(claim.c.practice))
    )
    return [*made, events, let_pass]


def _with_payer(query: Rows, scope: Scope, claim_id: ColumnElement[int]) -> Rows:
    """Of claims whose first payer is the one asked for."""
    if scope.payer is None:
        return query
    first = exists().where(
        claim.c.id == claim_id,
        claim_version.c.id == claim.c.version_id,
        coverage.c.version_id == claim_version.c.id,
        coverage.c.place == 1,
        coverage.c.payer == scope.payer,
    )
    return query.where(first)


def recovery(scope: Scope, act: str = "") -> Rows:
    """Of denied work that is over, what was paid on it since, over what it was when it was opened. `act`: of
    that which this one of `ACTS` was done about."""
    w = work_item.c
    wanted = [] if not act else [_act() == act]
    return _of_claims(
        scope,
        in_cents(func.sum(w.recovered_cents)),
        in_cents(func.sum(w.opened_cents)),
        w.kind.in_(DENIED),
        w.state != "open",
        scope.within(w.resolved_on),
        *wanted,
    )


def _act() -> ColumnElement[str]:
    """What was done about a piece of work, from its opening to its end."""
    w = work_item.c

    wrote = [
        exists().where(letter.c.work_item_id == w.id, letter.c.kind == kind) for kind in ("appeal", "records")
    ]
    corrected = _corrected_by(w.resolved_on)
    given = [
        exists().where(
            money_act.c.claim_id == w.claim_id,
            money_act.c.kind == kind,
            money_act.c.payer == w.payer,
            or_(money_act.c.line == 0, money_act.c.line == w.line),
            money_act.c.business_on.between(w.business_on, w.resolved_on),
        )
        for kind in ("to_patient", "write_off")
    ]
    return case(
        (wrote[0], "appeal"), (corrected, "correction"), (wrote[1], "records"),
        (given[0], "to_patient"), (given[1], "write_off"), else_="other",
    )  # fmt: skip


def _corrected_by(day: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a person decided about a correction of the work's claim, from its opening to a day."""
    w = work_item.c
    return exists().where(
        correction.c.claim_id == w.claim_id, correction.c.business_on.between(w.business_on, day)
    )


def deadlines_missed(scope: Scope) -> Rows:
    """Of the last days to appeal, correct or file that a scope had and that are past, those by which the work
    was not over, nor appealed, nor its claim corrected."""
    w = work_item.c
    filed = exists().where(
        letter.c.work_item_id == w.id, letter.c.kind == "appeal", letter.c.business_on <= w.due_on
    )
    over = func.coalesce(w.resolved_on <= w.due_on, false())
    missed = ~or_(over, filed, _corrected_by(w.due_on))
    return _of_claims(
        scope,
        func.sum(case((missed, 1), else_=0)),
        func.count(),
        w.kind.in_(TIMED),
        scope.within(w.due_on),
        w.due_on < scope.as_of.isoformat(),
    )


def _of_claims(
    scope: Scope, above: ColumnElement[int], below: ColumnElement[int], *where: ColumnElement[bool]
) -> Rows:
    w = work_item.c
    return (
        select(w.claim_id, above.label("numerator"), below.label("denominator"))
        .where(w.claim_id.is_not(None), *where, *scope.of(w.practice, w.payer))
        .group_by(w.claim_id)
    )
