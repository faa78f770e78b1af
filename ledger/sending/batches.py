"""The protocol of a batch: nothing lost, nothing twice, wherever the process dies.

    built ──> uploaded ──> committing ──> sent ──> acknowledged ──> accepted | part_accepted | rejected
       (temporary name   (intent, before   (final name
        up, read back)    the rename)       taken)

1. `store` gives out ISA13 and keeps the bytes, their hash, the name and the claims in one
   transaction: nothing or a whole batch.
2. Before `committing` the upload may be done again freely. In `committing` the temporary file is
   the witness: still there, rename again; gone, it was submitted and is never sent again.
3. Every change is compare-and-set and leaves an event. `hold` keeps a batch for a person.
4. A resend is a person's decision (`decisions`) that puts a sent batch back to `built`: the same bytes go
   the same way, and `sent_on` keeps that it was sent. Only a batch without one was never sent.

A file of inquiries is a batch too, with another kind: it has inquiries in it and charges nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from config.counted import counted
from ledger.books import charges
from ledger.errors import StateConflict
from ledger.runs import alerts
from ledger.schema import (
    batch,
    batch_event,
    claim,
    claim_version,
    control_number,
    document,
    encounter,
    inquiry,
    partner_stop,
    submission,
)
from ledger.sending import inquiries, submissions
from ledger.storage import documents
from ledger.storage.database import Ledger, Row, bounded
from ledger.trail import audit

UNSENT = ("built", "uploaded", "committing")
CLAIMS = "837"
_CONTENTS = {CLAIMS: ("claim", "claims"), "275": ("packet", "packets")}


def contents_of(kind: str) -> tuple[str, str]:
    """What a batch of a kind has, one and many."""
    return _CONTENTS.get(kind, ("inquiry", "inquiries"))


AT_ONCE = 10_000  # rows of a long list that are in memory at a time


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
    replaces: str
    condition: str
    payload: str
    encounter_id: int
    reported: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """A batch as it is to be stored. `submissions` stand in the order of the file, or in a file of another
    kind `inquiries`."""

    clearinghouse: str
    receiver: str  # ISA qualifier and id: the scope of ISA13
    payer: str
    isa13: int
    name: str
    data: bytes
    submissions: Sequence[int] = ()
    kind: str = CLAIMS
    inquiries: Sequence[int] = ()
    reported: Mapping[int, str] = field(default_factory=dict)
    """By submission, the digest of what its claim says of the payers before it."""


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """A file under our name that another ledger sent: who has it, or answers it, and its number."""

    clearinghouse: str
    isa13: int


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch as it stands. `claims` counts what is in it, claims or inquiries."""

    id: int
    clearinghouse: str
    receiver: str
    payer: str
    isa13: int
    name: str
    sha256: str
    claims: int
    charge_cents: int
    state: str
    hold: str
    business_on: str
    sent_on: str
    kind: str = CLAIMS

    @property
    def of_claims(self) -> bool:
        return self.kind == CLAIMS

    @property
    def contents(self) -> str:
        """What is in it."""
        return contents_of(self.kind)[1]

    def counted(self, number: int) -> str:
        """How many of what are in it, as text."""
        return counted(number, *contents_of(self.kind))

    @property
    def resending(self) -> bool:
        """Whether it was sent, and a person decided to send it once more."""
        return self.state in UNSENT and bool(self.sent_on)

    @property
    def words(self) -> str:
        """Its state for people."""
        state = self.state.replace("_", " ")
        return ("resend, " if self.resending else "") + state + (", held" if self.hold else "")


def ready(ledger: Ledger) -> list[tuple[int, str, str]]:
    """Every submission that is ready, as `each_ready` gives it."""
    return list(each_ready(ledger))


def each_ready(ledger: Ledger, first: int = 0, last: int | None = None) -> Iterator[tuple[int, str, str]]:
    """Every submission that is ready, or those in a span of ids, as (id, payer key, kind of claim), oldest
    first. They come from the ledger as they are asked for."""
    query = (
        select(submission.c.id, submission.c.payer, claim_version.c.kind)
        .join(claim_version, claim_version.c.id == submission.c.version_id)
        .where(submission.c.state == "ready", submission.c.id >= first)
        .order_by(submission.c.id)
    )
    if last is not None:
        query = query.where(submission.c.id <= last)
    with ledger.read() as connection:
        for row in connection.execute(query.execution_options(yield_per=AT_ONCE)):
            yield row.id, row.payer, row.kind


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
                    submission.c.replaces,
                    submission.c.condition,
                    encounter.c.payload,
                    encounter.c.id,
                    submission.c.reported,
                )
                .join(claim, claim.c.id == submission.c.claim_id)
                .join(claim_version, claim_version.c.id == submission.c.version_id)
                .join(encounter, encounter.c.id == claim_version.c.encounter_id)
                .where(submission.c.id.in_(piece), submission.c.state == "ready")
            )
            found.update((row[0], Ready(*row)) for row in rows)
    return [found[i] for i in submission_ids if i in found]


def file_before(ledger: Ledger, submission_id: int) -> str:
    """The hash of the file in which a submission's claim last went out in the same order; "" none is here."""
    this, before = submission.alias("this"), submission.alias("before")
    query = (
        select(batch.c.sha256)
        .join(before, before.c.batch_id == batch.c.id)
        .join(
            this,
            (this.c.claim_id == before.c.claim_id)
            & (this.c.payer_order == before.c.payer_order)
            & (this.c.number > before.c.number),
        )
        .join(document, document.c.sha256 == batch.c.sha256)
        .where(this.c.id == submission_id, document.c.kind == "claim_file")
        .order_by(before.c.number.desc())
        .limit(1)
    )
    with ledger.read() as connection:
        return connection.execute(query).scalar() or ""


def next_control_number(ledger: Ledger, receiver: str) -> int:
    """The ISA13 that the next batch to this receiver takes, if none is stored before it."""
    with ledger.read() as connection:
        last = connection.execute(
            select(control_number.c.last).where(control_number.c.receiver == receiver)
        ).scalar()
    return (last or 0) + 1


def never_sent(ledger: Ledger, receiver: str) -> dict[int, str]:
    """The ISA13s to a receiver that are written, wait to be sent and cannot be with the partner yet, each
    with the SHA-256 of its file."""
    with ledger.read() as connection:
        query = select(batch.c.isa13, batch.c.sha256).where(
            batch.c.receiver == receiver,
            batch.c.state.in_(("built", "uploaded")),
            batch.c.sent_on.is_(None),
            batch.c.hold == "",
        )
        return dict(connection.execute(query).tuples().all())


def stop_for(
    ledger: Ledger, clearinghouse: str, business_on: str, reason: str, found: ForeignFile | None = None
) -> None:
    """Stops a partner in a transaction of its own."""
    with ledger.write() as connection:
        stop_partner(connection, clearinghouse, business_on, reason, found)


def store(ledger: Ledger, business_on: str, new: NewBatch) -> int:
    """Stores a whole batch in one transaction and returns its id; charges are posted with it.

    Raises:
        StateConflict: the number was taken, or a submission is no longer ready; nothing was stored.
    """
    file = documents.Document("claim_file" if new.kind == CLAIMS else "inquiry_file", new.data)
    size = len(new.submissions) + len(new.inquiries)
    with ledger.write() as connection:
        _take_number(connection, new.receiver, new.isa13)
        charge = charges.total(connection, new.submissions)
        documents.store(connection, business_on, [file])
        batch_id = int(
            connection.execute(
                batch.insert()
                .values(
                    kind=new.kind,
                    clearinghouse=new.clearinghouse,
                    receiver=new.receiver,
                    payer=new.payer,
                    isa13=new.isa13,
                    name=new.name,
                    sha256=file.sha256,
                    claims=size,
                    charge_cents=charge,
                    state="built",
                    business_on=business_on,
                )
                .returning(batch.c.id)
            ).scalar_one()
        )
        _take_claims(connection, business_on, batch_id, new.submissions)
        inquiries.take(connection, batch_id, new.isa13, new.inquiries)
        for number, digest in new.reported.items():
            connection.execute(update(submission).where(submission.c.id == number).values(reported=digest))
        charges.post(connection, business_on, batch_id)
        what = contents_of(new.kind)[1]
        add_event(connection, batch_id, business_on, "built", f"{size} {what}, {len(new.data)} bytes")
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


def _take_claims(connection: Connection, business_on: str, batch_id: int, wanted: Sequence[int]) -> None:
    moved = 0
    for piece in bounded(list(wanted)):
        ready = submission.c.id.in_(piece), submission.c.state == "ready"
        reason = f"in batch {batch_id}"
        moved += submissions.move(connection, business_on, "batched", reason, *ready, batch_id=batch_id)
    if moved != len(wanted):
        raise StateConflict(f"{len(wanted) - moved} claims are no longer ready; the batch is written again")


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


def move(ledger: Ledger, batch_id: int, was: str, becomes: str, business_on: str, detail: str = "") -> None:
    """Compare-and-set of a batch's state; with `sent` its submissions are sent too.

    Raises:
        StateConflict: the batch is not in state `was`.
    """
    with ledger.write() as connection:
        values: Row = {"state": becomes}
        if becomes == "sent":
            values |= {"sent_on": business_on, "hold": ""}
        done = connection.execute(
            update(batch).where(batch.c.id == batch_id, batch.c.state == was).values(values)
        )
        if done.rowcount != 1:
            raise StateConflict(
                f"batch {batch_id} is not in state {was}; look at it with `batches show {batch_id}`"
            )
        if becomes == "sent":
            claims_are_sent(connection, business_on, batch_id)
        add_event(connection, batch_id, business_on, becomes, detail)


def claims_are_sent(connection: Connection, business_on: str, batch_id: int) -> int:
    """The claims of a batch that is out; how many moved."""
    batched = submission.c.batch_id == batch_id, submission.c.state == "batched"
    return submissions.move(connection, business_on, "sent", f"batch {batch_id} sent", *batched)


def arrived(connection: Connection, batch_id: int, state: str, business_on: str) -> bool:
    """The partner answers: a batch whose rename is in doubt is `sent`, a resend not yet out is dropped.

    False: nothing of it was under way.
    """
    if state == "committing":
        return count_as_sent(connection, batch_id, business_on, "shown by the partner's answer")
    return drop_resend(connection, batch_id, business_on, "resend dropped", "the partner's answer came")


def count_as_sent(connection: Connection, batch_id: int, business_on: str, how: str) -> bool:
    """A batch between the intent and `sent` counts as sent. False: it is not between them."""
    done = connection.execute(
        update(batch)
        .where(batch.c.id == batch_id, batch.c.state == "committing")
        .values(state="sent", hold="", sent_on=business_on)
    )
    if done.rowcount:
        claims_are_sent(connection, business_on, batch_id)
        add_event(connection, batch_id, business_on, "sent", how)
    return done.rowcount == 1


def drop_resend(connection: Connection, batch_id: int, business_on: str, event: str, detail: str) -> bool:
    """A resend whose copy is not out is taken back: the batch is `sent`, as it was. False: there is none."""
    done = connection.execute(
        update(batch)
        .where(batch.c.id == batch_id, batch.c.state.in_(("built", "uploaded")), batch.c.sent_on.is_not(None))
        .values(state="sent", hold="")
    )
    if done.rowcount:
        add_event(connection, batch_id, business_on, event, detail)
    return done.rowcount == 1


def resend_not_needed(ledger: Ledger, batch_id: int, business_on: str, why: str) -> None:
    """Takes a resend back that turned out to be of no use, such as a file that still lies there."""
    with ledger.write() as connection:
        drop_resend(connection, batch_id, business_on, "resend not needed", why)


def answered(ledger: Ledger, batch_id: int) -> int:
    """How many of its claims are no longer just sent: answered, paid, or given another way. Or how many of
    its inquiries are answered."""
    with ledger.read() as connection:
        return sum(
            int(connection.execute(select(func.count()).where(*of_it)).scalar_one())
            for of_it in _beyond_sent(batch_id)
        )


def _beyond_sent(batch_id: int) -> tuple[tuple[ColumnElement[bool], ...], ...]:
    return (
        (submission.c.batch_id == batch_id, submission.c.state.not_in(("batched", "sent"))),
        (inquiry.c.batch_id == batch_id, inquiry.c.answered_on.is_not(None)),
    )


def beyond_sent(batch_id: int) -> ColumnElement[bool]:
    """Whether any claim or inquiry of it is answered."""
    return or_(*(select(1).where(*of_it).exists() for of_it in _beyond_sent(batch_id)))


def hold(ledger: Ledger, batch_id: int, business_on: str, reason: str) -> None:
    """Keeps an unsent batch for a person. Its state stays; nothing goes on by itself."""
    with ledger.write() as connection:
        done = connection.execute(
            update(batch)
            .where(batch.c.id == batch_id, batch.c.state.in_(UNSENT), batch.c.hold == "")
            .values(hold=reason)
        )
        if done.rowcount:
            add_event(connection, batch_id, business_on, "hold", reason)


def note(ledger: Ledger, batch_id: int, business_on: str, event: str, detail: str = "") -> None:
    """An event without a change of state, such as a failed attempt."""
    with ledger.write() as connection:
        add_event(connection, batch_id, business_on, event, detail)


def stop_partner(
    connection: Connection,
    clearinghouse: str,
    business_on: str,
    reason: str,
    found: ForeignFile | None = None,
) -> None:
    """Nothing more goes to this partner until a person releases it."""
    held = connection.execute(
        select(partner_stop.c.clearinghouse).where(partner_stop.c.clearinghouse == clearinghouse)
    ).scalar()
    if held is None:
        evidence = {"found_at": found.clearinghouse, "isa13": found.isa13} if found is not None else {}
        connection.execute(
            partner_stop.insert().values(
                clearinghouse=clearinghouse, reason=reason, business_on=business_on, **evidence
            )
        )
        audit.note(connection, business_on, "partner stopped", f"clearinghouse {clearinghouse}", reason)


def stopped(ledger: Ledger) -> dict[str, str]:
    """Stopped partners with the reason."""
    with ledger.read() as connection:
        rows = connection.execute(select(partner_stop.c.clearinghouse, partner_stop.c.reason))
        return {row.clearinghouse: row.reason for row in rows}


def stopped_for_foreign_files(ledger: Ledger) -> dict[str, tuple[ForeignFile, str]]:
    """The partners who are stopped since another ledger sends as we do, with its file and the reason."""
    query = select(partner_stop).where(partner_stop.c.found_at != "").order_by(partner_stop.c.clearinghouse)
    with ledger.read() as connection:
        return {
            row.clearinghouse: (ForeignFile(row.found_at, row.isa13), row.reason)
            for row in connection.execute(query)
        }


def lift_stops(connection: Connection, clearinghouses: Collection[str]) -> None:
    """Ends stops that a decision takes the place of, inside the caller's transaction."""
    connection.execute(partner_stop.delete().where(partner_stop.c.clearinghouse.in_(sorted(clearinghouses))))


def release_partner(ledger: Ledger, clearinghouse: str, business_on: str = "", why: str = "") -> bool:
    """A person's statement that the partner's fault is corrected. False where it was not stopped."""
    with ledger.write() as connection:
        done = connection.execute(partner_stop.delete().where(partner_stop.c.clearinghouse == clearinghouse))
        if done.rowcount:
            alerts.settle_all(connection, f"stopped:{clearinghouse}:")
            audit.note(connection, business_on, "partner released", f"clearinghouse {clearinghouse}", why)
        return done.rowcount == 1


def add_event(connection: Connection, batch_id: int, business_on: str, event: str, detail: str) -> None:
    """An event inside the caller's transaction, in the audit trail too."""
    connection.execute(
        batch_event.insert().values(batch_id=batch_id, business_on=business_on, event=event, detail=detail)
    )
    audit.note(connection, business_on, f"batch {event}", f"batch {batch_id}", detail)
