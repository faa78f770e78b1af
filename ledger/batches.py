"""The protocol of a batch: nothing lost, nothing twice, wherever the process dies.

    built ──> uploaded ──> committing ──> sent ──> acknowledged ──> accepted | part_accepted | rejected
       (temporary name   (intent, before   (final name
        up, read back)    the rename)       taken)

1. `store` gives out ISA13 and keeps the bytes, their hash, the name and the claims in one
   transaction: nothing or a whole batch.
2. Before `committing` the upload may be done again freely. In `committing` the temporary file is
   the witness: still there, rename again; gone, it was submitted and is never sent again.
3. Every change is compare-and-set and leaves an event. `hold` keeps a batch for a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from ledger import audit, documents
from ledger.database import Ledger, Row, bounded, insert_many
from ledger.errors import StateConflict
from ledger.schema import (
    batch,
    batch_event,
    claim,
    control_number,
    encounter,
    entry,
    partner_stop,
    posting,
    submission,
)

UNSENT = ("built", "uploaded", "committing")
ON_THE_WAY = ("sent", "acknowledged", "accepted", "part_accepted")


@dataclass(frozen=True, slots=True)
class Ready:
    """A submission that may go: with the encounter its claim is written from."""

    submission_id: int
    claim_id: int
    payer: str
    practice: str
    patient_control_number: str
    payer_order: str
    frequency: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """A batch as it is to be stored. `submissions` stand in the order of the file."""

    clearinghouse: str
    receiver: str  # ISA qualifier and id: the scope of ISA13
    payer: str
    isa13: int
    name: str
    data: bytes
    submissions: Sequence[int]


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch as it stands. `charge` in cents."""

    id: int
    clearinghouse: str
    receiver: str
    payer: str
    isa13: int
    name: str
    sha256: str
    claims: int
    charge: int
    state: str
    hold: str
    night: str
    sent_night: str


def ready(ledger: Ledger) -> list[tuple[int, str]]:
    """Every submission that is ready, as (id, payer key), oldest first."""
    with ledger.read() as connection:
        query = (
            select(submission.c.id, submission.c.payer)
            .where(submission.c.state == "ready")
            .order_by(submission.c.id)
        )
        return [(row.id, row.payer) for row in connection.execute(query)]


def load(ledger: Ledger, submission_ids: Sequence[int]) -> list[Ready]:
    """What is needed to write these submissions, in their order, of those that still are ready."""
    found: dict[int, Ready] = {}
    with ledger.read() as connection:
        for piece in bounded(list(submission_ids)):
            rows = connection.execute(
                select(
                    submission.c.id,
                    claim.c.id.label("claim_id"),
                    submission.c.payer,
                    claim.c.practice,
                    claim.c.patient_control_number,
                    submission.c.payer_order,
                    submission.c.frequency,
                    encounter.c.payload,
                )
                .join(claim, claim.c.id == submission.c.claim_id)
                .join(encounter, encounter.c.id == claim.c.encounter_id)
                .where(submission.c.id.in_(piece), submission.c.state == "ready")
            )
            found.update((row[0], Ready(*row)) for row in rows)
    return [found[i] for i in submission_ids if i in found]


def next_control_number(ledger: Ledger, receiver: str) -> int:
    """The ISA13 that the next batch to this receiver takes, if none is stored before it."""
    with ledger.read() as connection:
        last = connection.execute(
            select(control_number.c.last).where(control_number.c.receiver == receiver)
        ).scalar()
    return (last or 0) + 1


def store(ledger: Ledger, night: str, new: NewBatch) -> int:
    """Stores a whole batch in one transaction and returns its id; charges are posted with it.

    Raises:
        StateConflict: the number was taken, or a submission is no longer ready; nothing was stored.
    """
    document = documents.Document("claim_file", new.data)
    with ledger.write() as connection:
        _take_number(connection, new.receiver, new.isa13)
        charge = _charges(connection, new.submissions)
        documents.store(connection, night, [document])
        batch_id = int(
            connection.execute(
                batch.insert()
                .values(
                    clearinghouse=new.clearinghouse,
                    receiver=new.receiver,
                    payer=new.payer,
                    isa13=new.isa13,
                    name=new.name,
                    sha256=document.sha256,
                    claims=len(new.submissions),
                    charge=charge,
                    state="built",
                    night=night,
                )
                .returning(batch.c.id)
            ).scalar_one()
        )
        _move_submissions(connection, batch_id, new.submissions)
        _post_charges(connection, night, batch_id)
        add_event(
            connection, batch_id, night, "built", f"{len(new.submissions)} claims, {len(new.data)} bytes"
        )
    return batch_id


def _take_number(connection: Connection, receiver: str, isa13: int) -> None:
    if isa13 == 1:
        exists = connection.execute(
            select(control_number.c.last).where(control_number.c.receiver == receiver)
        ).scalar()
        if exists is None:
            connection.execute(control_number.insert().values(receiver=receiver, last=1))
            return
    taken = connection.execute(
        update(control_number)
        .where(control_number.c.receiver == receiver, control_number.c.last == isa13 - 1)
        .values(last=isa13)
    )
    if taken.rowcount != 1:
        raise StateConflict(
            f"interchange number {isa13} was given out by another run; the batch is written again"
        )


def _charges(connection: Connection, submissions: Sequence[int]) -> int:
    total = 0
    for piece in bounded(list(submissions)):
        query = select(claim.c.charge).join(submission, submission.c.claim_id == claim.c.id)
        total += sum(connection.execute(query.where(submission.c.id.in_(piece))).scalars())
    return total


def _move_submissions(connection: Connection, batch_id: int, submissions: Sequence[int]) -> None:
    moved = 0
    for piece in bounded(list(submissions)):
        done = connection.execute(
            update(submission)
            .where(submission.c.id.in_(piece), submission.c.state == "ready")
            .values(state="batched", batch_id=batch_id)
        )
        moved += done.rowcount
    if moved != len(submissions):
        raise StateConflict(
            f"{len(submissions) - moved} claims are no longer ready; the batch is written again"
        )


def _post_charges(connection: Connection, night: str, batch_id: int) -> None:
    """What is charged, once a claim; a corrected charge posts the difference."""
    rows = connection.execute(
        select(claim.c.id, claim.c.charge, claim.c.practice, submission.c.payer)
        .join(submission, submission.c.claim_id == claim.c.id)
        .where(submission.c.batch_id == batch_id)
    ).all()
    posted: dict[int, int] = {}
    for piece in bounded([r.id for r in rows]):
        query = select(posting.c.claim_id, posting.c.cents).where(
            posting.c.claim_id.in_(piece), posting.c.account == "revenue"
        )
        for charged in connection.execute(query):
            posted[charged.claim_id] = posted.get(charged.claim_id, 0) - charged.cents
    due = [(r, r.charge - posted.get(r.id, 0)) for r in rows if r.charge != posted.get(r.id, 0)]
    insert_many(
        connection,
        entry,
        [{"kind": "charge", "key": f"charge:{r.id}:{batch_id}", "night": night} for r, _ in due],
    )
    entries: dict[str, int] = {}
    for piece in bounded([f"charge:{r.id}:{batch_id}" for r, _ in due]):
        entries.update(
            connection.execute(select(entry.c.key, entry.c.id).where(entry.c.key.in_(piece))).all()
        )
    postings: list[Row] = []
    for r, cents in due:
        common = {
            "entry_id": entries[f"charge:{r.id}:{batch_id}"],
            "claim_id": r.id,
            "payer": r.payer,
            "practice": r.practice,
        }
        postings.append({**common, "account": "receivable_payer", "cents": cents})
        postings.append({**common, "account": "revenue", "cents": -cents})
    insert_many(connection, posting, postings)


def _row(connection: Connection, batch_id: int) -> BatchRow:
    row = connection.execute(_SELECT.where(batch.c.id == batch_id)).one_or_none()
    if row is None:
        raise StateConflict(f"there is no batch {batch_id}")
    return BatchRow(*row)


_SELECT = select(*(batch.c[name] for name in BatchRow.__dataclass_fields__))


def get(ledger: Ledger, batch_id: int) -> BatchRow:
    """One batch.

    Raises:
        StateConflict: there is none of that id.
    """
    with ledger.read() as connection:
        return _row(connection, batch_id)


def to_send(ledger: Ledger) -> list[BatchRow]:
    """Batches that are not sent and that nothing holds, oldest first, of partners not stopped."""
    with ledger.read() as connection:
        stopped = select(partner_stop.c.clearinghouse)
        rows = connection.execute(
            _SELECT.where(
                batch.c.state.in_(UNSENT), batch.c.hold == "", batch.c.clearinghouse.not_in(stopped)
            ).order_by(batch.c.id)
        )
        return [BatchRow(*row) for row in rows]


def move(ledger: Ledger, batch_id: int, was: str, becomes: str, night: str, detail: str = "") -> None:
    """Compare-and-set of a batch's state; with `sent` its submissions are sent too.

    Raises:
        StateConflict: the batch is not in state `was`.
    """
    with ledger.write() as connection:
        values: Row = {"state": becomes}
        if becomes == "sent":
            values |= {"sent_night": night, "hold": ""}
        done = connection.execute(
            update(batch).where(batch.c.id == batch_id, batch.c.state == was).values(values)
        )
        if done.rowcount != 1:
            raise StateConflict(
                f"batch {batch_id} is not in state {was}; look at it with `batches show {batch_id}`"
            )
        if becomes == "sent":
            connection.execute(
                update(submission)
                .where(submission.c.batch_id == batch_id, submission.c.state == "batched")
                .values(state="sent")
            )
        add_event(connection, batch_id, night, becomes, detail)


def hold(ledger: Ledger, batch_id: int, night: str, reason: str) -> None:
    """Keeps an unsent batch for a person. Its state stays; nothing goes on by itself."""
    with ledger.write() as connection:
        done = connection.execute(
            update(batch)
            .where(batch.c.id == batch_id, batch.c.state.in_(UNSENT), batch.c.hold == "")
            .values(hold=reason)
        )
        if done.rowcount:
            add_event(connection, batch_id, night, "hold", reason)


def release(ledger: Ledger, batch_id: int, night: str, why: str) -> None:
    """Lets a held batch go on where it stopped; `why` is a person's word.

    Raises:
        StateConflict: nothing holds it.
    """
    with ledger.write() as connection:
        done = connection.execute(
            update(batch)
            .where(batch.c.id == batch_id, batch.c.state.in_(UNSENT), batch.c.hold != "")
            .values(hold="")
        )
        if done.rowcount != 1:
            raise StateConflict(f"nothing holds batch {batch_id}")
        add_event(connection, batch_id, night, "released", why)


def note(ledger: Ledger, batch_id: int, night: str, event: str, detail: str = "") -> None:
    """An event without a change of state: a failed attempt, a resend."""
    with ledger.write() as connection:
        add_event(connection, batch_id, night, event, detail)


def stop_partner(connection: Connection, clearinghouse: str, night: str, reason: str) -> None:
    """Nothing more goes to this partner until a person releases it."""
    held = connection.execute(
        select(partner_stop.c.clearinghouse).where(partner_stop.c.clearinghouse == clearinghouse)
    ).scalar()
    if held is None:
        connection.execute(
            partner_stop.insert().values(clearinghouse=clearinghouse, reason=reason, night=night)
        )
        audit.note(connection, night, "partner stopped", f"clearinghouse {clearinghouse}", reason)


def stopped(ledger: Ledger) -> dict[str, str]:
    """Stopped partners with the reason."""
    with ledger.read() as connection:
        rows = connection.execute(select(partner_stop.c.clearinghouse, partner_stop.c.reason))
        return {row.clearinghouse: row.reason for row in rows}


def release_partner(ledger: Ledger, clearinghouse: str) -> bool:
    """A person's word that the partner's fault is mended. False where it was not stopped."""
    with ledger.write() as connection:
        done = connection.execute(partner_stop.delete().where(partner_stop.c.clearinghouse == clearinghouse))
        if done.rowcount:
            audit.note(connection, "", "partner released", f"clearinghouse {clearinghouse}")
        return done.rowcount == 1


def abandon(ledger: Ledger, batch_id: int, night: str, why: str) -> int:
    """Gives an unsent batch up: its claims are ready again and travel under a new number.

    Only before the intent to rename (`built`, `uploaded`): later it may have been submitted.

    Raises:
        StateConflict: the batch may be at the partner already.
    """
    with ledger.write() as connection:
        done = connection.execute(
            update(batch)
            .where(batch.c.id == batch_id, batch.c.state.in_(("built", "uploaded")))
            .values(state="rejected", hold="")
        )
        if done.rowcount != 1:
            raise StateConflict(f"batch {batch_id} may be at the partner already and can't be abandoned")
        moved = connection.execute(
            update(submission)
            .where(submission.c.batch_id == batch_id, submission.c.state == "batched")
            .values(state="ready", batch_id=None)
        )
        add_event(connection, batch_id, night, "abandoned", why)
        return int(moved.rowcount)


def add_event(connection: Connection, batch_id: int, night: str, event: str, detail: str) -> None:
    """An event inside the caller's transaction, in the audit trail too."""
    connection.execute(
        batch_event.insert().values(batch_id=batch_id, night=night, event=event, detail=detail)
    )
    audit.note(connection, night, f"batch {event}", f"batch {batch_id}", detail)
