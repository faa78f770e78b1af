"""The one place that changes the state of submissions: each change leaves an event.

What stands where is in `submission.state`; when, by whom and why it came there is in `submission_event`,
to which rows are only added. So the claims of a business date are a cohort, and a duration is the
difference of two rows.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, exists, literal, select, update

from ledger.database import Row, bounded, insert_many, instant, ledger_of
from ledger.schema import submission, submission_event


def move(
    connection: Connection,
    night: str,
    state: str,
    reason: str,
    *which: ColumnElement[bool],
    **values: object,
) -> list[int]:
    """Brings the submissions of which `which` holds into a state, with other columns; the ids of those
    that were in another one. `reason` names no patient."""
    moved = list(
        connection.execute(
            update(submission)
            .where(*which, submission.c.state != state)
            .values(state=state, **values)
            .returning(submission.c.id)
        ).scalars()
    )
    at, actor = instant(connection), ledger_of(connection).actor
    insert_many(
        connection,
        submission_event,
        [
            {
                "submission_id": number,
                "state": state,
                "night": night,
                "at": at,
                "actor": actor,
                "reason": reason,
            }
            for number in moved
        ],
    )
    return moved


def add(connection: Connection, night: str, reason: str, rows: Sequence[Row]) -> None:
    """New submissions, each with its first event."""
    insert_many(connection, submission, rows)
    at, actor = instant(connection), ledger_of(connection).actor
    for piece in bounded(list(dict.fromkeys(row["claim_id"] for row in rows))):
        without = ~exists().where(submission_event.c.submission_id == submission.c.id)
        first = select(
            submission.c.id,
            submission.c.state,
            literal(night),
            literal(at),
            literal(actor),
            literal(reason),
        ).where(submission.c.claim_id.in_(piece), without)
        connection.execute(
            submission_event.insert().from_select(
                ["submission_id", "state", "night", "at", "actor", "reason"], first
            )
        )
