"""A person's decision on a batch: release it, count it as sent or mailed, send it again, give it up.

Each `why` stays in the history and, with who said it, in the audit trail.
"""

from sqlalchemy import Connection, select, update

from ledger.errors import StateConflict
from ledger.runs import alerts
from ledger.schema import answer, batch, submission
from ledger.sending import batches, claims, inquiries, submissions
from ledger.storage.database import Ledger


def release(ledger: Ledger, batch_id: int, business_on: str, why: str) -> None:
    """Lets a held batch go on where it stopped.

    Raises:
        StateConflict: nothing holds it.
    """
    with ledger.write() as connection:
        done = connection.execute(
            update(batch)
            .where(batch.c.id == batch_id, batch.c.state.in_(batches.UNSENT), batch.c.hold != "")
            .values(hold="")
        )
        if done.rowcount != 1:
            raise StateConflict(f"nothing holds batch {batch_id}")
        batches.add_event(connection, batch_id, business_on, "released", why)


def count_as_sent(ledger: Ledger, batch_id: int, business_on: str, why: str) -> None:
    """A batch that is held between the intent and `sent` counts as sent: its answer is awaited.

    Raises:
        StateConflict: it is not held there.
    """
    with ledger.write() as connection:
        _settle_doubt(connection, batch_id, business_on, why)


def mailed(ledger: Ledger, batch_id: int, business_on: str, on: str, who: str, why: str) -> None:
    """A printed batch went by mail on that day, as `who` says: its claims are sent.

    Raises:
        StateConflict: it is not printed and waiting.
    """
    with ledger.write() as connection:
        done = connection.execute(
            update(batch)
            .where(batch.c.id == batch_id, batch.c.state == "uploaded", batch.c.hold != "")
            .values(state="sent", hold="", sent_on=on)
        )
        if done.rowcount != 1:
            raise StateConflict(f"batch {batch_id} is not printed and waiting to be mailed")
        batches.claims_are_sent(connection, business_on, batch_id)
        batches.add_event(connection, batch_id, business_on, "sent", f"mailed on {on}, by {who}: {why}")


def _settle_doubt(connection: Connection, batch_id: int, business_on: str, why: str) -> None:
    held = batch.c.id == batch_id, batch.c.state == "committing", batch.c.hold != ""
    if connection.execute(select(batch.c.id).where(*held)).first() is None:
        raise StateConflict(f"batch {batch_id} is not in doubt")
    batches.count_as_sent(connection, batch_id, business_on, why)


def resend(ledger: Ledger, batch_id: int, business_on: str, why: str) -> None:
    """The intent to send a batch once more, with the same number and bytes: it is `built` again.

    Its claims stay `sent`, its charges are posted, and no row is new. Of a batch that is held between
    the intent and `sent`, it counts as sent first.

    Raises:
        StateConflict: it was not sent, or the partner has answered of it.
    """
    with ledger.write() as connection:
        state = connection.execute(select(batch.c.state).where(batch.c.id == batch_id)).scalar()
        if state == "committing":
            _settle_doubt(connection, batch_id, business_on, "in doubt: it may have come")
        done = connection.execute(
            update(batch)
            .where(
                batch.c.id == batch_id,
                batch.c.state.in_(("sent", "acknowledged")),
                ~batches.beyond_sent(batch_id),
            )
            .values(state="built")
        )
        if done.rowcount != 1:
            raise StateConflict(f"batch {batch_id} is not one that was sent and waits for its answer")
        batches.add_event(connection, batch_id, business_on, "resend", why)


def abandon(ledger: Ledger, batch_id: int, business_on: str, why: str) -> int:
    """Gives a batch up; how many of its claims or inquiries are ready again, to travel under a new number.

    Before the intent to rename (`built`, `uploaded`) the partner has nothing of it. A resend that is
    not out yet is taken back instead, and no claim moves. Of a batch that is out, only where all that
    the partner ever said of it is that it refuses a copy: then it is a person's decision that the
    partner holds no other one.

    Raises:
        StateConflict: the batch may be at the partner.
    """
    with ledger.write() as connection:
        if batches.drop_resend(connection, batch_id, business_on, "resend given up", why):
            return 0
        done = connection.execute(
            update(batch)
            .where(batch.c.id == batch_id, batch.c.state.in_(("built", "uploaded")))
            .values(state="rejected", hold="")
        )
        if done.rowcount:
            of_it = submission.c.batch_id == batch_id, submission.c.state == "batched"
            reason = f"batch {batch_id} abandoned"
            again = submissions.move(connection, business_on, "ready", reason, *of_it, batch_id=None)
            again += inquiries.let_go(connection, batch_id)
        else:
            again = _abandon_refused(connection, batch_id, business_on)
        batches.add_event(connection, batch_id, business_on, "abandoned", why)
        return again


def _abandon_refused(connection: Connection, batch_id: int, business_on: str) -> int:
    if not only_refused(connection, batch_id):
        raise StateConflict(f"batch {batch_id} may be at the partner already and can't be abandoned")
    of_it = submission.c.batch_id == batch_id, submission.c.state == "sent"
    ids = list(connection.execute(select(submission.c.id).where(*of_it)).scalars())
    reason = f"batch {batch_id} refused and abandoned"
    submissions.move(connection, business_on, "rejected", reason, *of_it, acknowledged_on=business_on)
    connection.execute(update(batch).where(batch.c.id == batch_id).values(state="rejected"))
    alerts.settle_all(connection, f"copy:{batch_id}:")
    return claims.submit_again(connection, ids, business_on)


def only_refused(connection: Connection, batch_id: int) -> bool:
    """Whether a batch is out and all that the partner ever said of it is TA1 R, but not a duplicate."""
    out = batch.c.id == batch_id, batch.c.state == "sent", ~batches.beyond_sent(batch_id)
    if connection.execute(select(batch.c.id).where(*out)).first() is None:
        return False
    said = connection.execute(
        select(answer.c.kind, answer.c.status, answer.c.codes).where(answer.c.batch_id == batch_id)
    ).all()
    return bool(said) and all((a.kind, a.status) == ("TA1", "R") and a.codes != "025" for a in said)
