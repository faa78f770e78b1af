"""The one place that changes the state of submissions: each change leaves an event.

What stands where is in `submission.state`; when, by whom and why it came there is in `submission_event`,
to which rows are only added. So the claims of a business date are a cohort, and a duration is the
difference of two rows.
"""

from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Text,
    Update,
    exists,
    literal,
    select,
    type_coerce,
    update,
)

from ledger.errors import StateConflict
from ledger.schema import submission, submission_event
from ledger.schema.day_type import Day
from ledger.storage.database import Row, insert_many, instant, ledger_of
from ledger.storage.one_of import one_of
from ledger.storage.stated import Given, stated


def move(
    connection: Connection,
    business_on: str,
    state: str,
    reason: str,
    *which: ColumnElement[bool],
    **values: object,
) -> int:
    """Brings the submissions of which `which` holds into a state, with other columns; how many were in
    another one. `reason` names no patient.

    Raises:
        StateConflict: another transaction moved one of them meanwhile.
    """
    wanted = (*which, submission.c.state != state)
    noted = _note(connection, business_on, reason, literal(state), *wanted)
    moved = connection.execute(update(submission).where(*wanted).values(state=state, **values)).rowcount
    return _all_of(state, moved, noted)


Holds = Callable[[], ColumnElement[bool]]
"""A condition on submissions, built once."""


def move_those(
    connection: Connection, business_on: str, state: str, reason: str, ids: Collection[int], holds: Holds
) -> int:
    """As `move`, of these submissions the ones of which `holds` holds, by statements that are built once.

    Raises as `move` does.
    """
    noting, moving = _built(holds)
    said = (business_on, instant(connection), ledger_of(connection).actor, reason)
    noted = _rows(connection, noting(ids, state, *said))
    return _all_of(state, _rows(connection, moving(ids, state)), noted)


@cache
def _built(holds: Holds) -> tuple[Callable[..., Given], Callable[..., Given]]:
    def which(ids: Any, state: Any) -> tuple[ColumnElement[bool], ...]:
        return one_of(submission.c.id, ids), holds(), submission.c.state != state

    @stated
    def noting(ids: Any, state: Any, business_on: Any, at: Any, actor: Any, reason: Any) -> Insert:
        texts = (type_coerce(text, Text) for text in (at, actor, reason))
        said = (type_coerce(business_on, Day()), *texts)
        return _events(type_coerce(state, Text), said, which(ids, state))

    @stated
    def moving(ids: Any, state: Any) -> Update:
        return update(submission).where(*which(ids, state)).values(state=state)

    return noting, moving


def _rows(connection: Connection, given: Given) -> int:
    return connection.execute(*given).rowcount


def _all_of(state: str, moved: int, noted: int) -> int:
    if moved != noted:
        raise StateConflict(f"{moved} claims became {state} and {noted} were to; run the step again")
    return moved


def add(connection: Connection, business_on: str, reason: str, rows: Sequence[Row]) -> None:
    """New submissions, each with its first event."""
    insert_many(connection, submission, rows)
    without = ~exists().where(submission_event.c.submission_id == submission.c.id)
    of_claims = one_of(submission.c.claim_id, {row["claim_id"] for row in rows})
    _note(connection, business_on, reason, submission.c.state, of_claims, without)


def has_successor() -> ColumnElement[bool]:
    """Of a submission: whether its claim has a newer one in the same order."""
    newer = submission.alias("newer")
    return exists().where(
        newer.c.claim_id == submission.c.claim_id,
        newer.c.payer_order == submission.c.payer_order,
        newer.c.number > submission.c.number,
    )


def _note(
    connection: Connection,
    business_on: str,
    reason: str,
    state: ColumnElement[str],
    *which: ColumnElement[bool],
) -> int:
    """An event for each of these submissions, which stay locked until the transaction ends."""
    said = (
        literal(business_on, Day()),
        literal(instant(connection)),
        literal(ledger_of(connection).actor),
        literal(reason),
    )
    return connection.execute(_events(state, said, which)).rowcount


def _events(
    state: ColumnElement[str], said: Sequence[ColumnElement[str]], which: Sequence[ColumnElement[bool]]
) -> Insert:
    rows = select(submission.c.id, state, *said).where(*which).order_by(submission.c.id)
    rows = rows.with_for_update(of=submission)
    names = ["submission_id", "state", "business_on", "recorded_at", "actor", "reason"]
    return submission_event.insert().from_select(names, rows).execution_options(preserve_rowcount=True)
