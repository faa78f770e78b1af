"""The answer to an inquiry is here: what it says is the reader's of its kind, that it came is said here."""

from sqlalchemy import Connection, select, update

from ledger.acknowledge.work import Work, move
from ledger.acknowledge.work import find as batch_of
from ledger.schema import batch, inquiry
from ledger.sending import batches, packets
from ledger.sending.inquiries import Inquiry, listed


def find(connection: Connection, clearinghouse: str, kind: str, trace: str) -> Inquiry | None:
    """The inquiry of a trace, as this partner has it; None: none that went to it has it."""
    if not trace:
        return None
    found = listed(
        connection,
        inquiry.c.trace == trace,
        inquiry.c.kind == kind,
        inquiry.c.clearinghouse == clearinghouse,
        batch.c.state.not_in(("built", "uploaded")) | (batch.c.sent_on.is_not(None)),
    )
    return found[-1] if found else None


def answered(connection: Connection, business_on: str, one: Inquiry) -> bool:
    """Its answer came: its file arrived, and once all of a file are answered its batch is accepted. False:
    it was answered before."""
    done = connection.execute(
        update(inquiry)
        .where(inquiry.c.id == one.id, inquiry.c.answered_on.is_(None))
        .values(answered_on=business_on)
    )
    if done.rowcount != 1:
        return False
    if one.batch_id is None:
        return True
    state = connection.execute(select(batch.c.state).where(batch.c.id == one.batch_id)).scalar_one()
    batches.arrived(connection, one.batch_id, state, business_on)
    left = select(inquiry.c.id).where(inquiry.c.batch_id == one.batch_id, inquiry.c.answered_on.is_(None))
    if connection.execute(left.limit(1)).first() is None:
        connection.execute(update(batch).where(batch.c.id == one.batch_id).values(state="accepted"))
        batches.add_event(
            connection, one.batch_id, business_on, "accepted", "every inquiry of it is answered"
        )
    return True


def taken(work: Work, batch_id: int) -> bool:
    """A 999 accepts a file. Nothing more answers records (275): they arrived. False: it is another kind."""
    if _kind_of(work.connection, batch_id) != packets.KIND:
        return False
    work.connection.execute(
        update(inquiry)
        .where(inquiry.c.batch_id == batch_id, inquiry.c.answered_on.is_(None))
        .values(answered_on=work.business_on)
    )
    return True


def refused(work: Work, kind: str, reference: str, answer: str, codes: str) -> bool:
    """A payer refuses who asked, or the provider: with it, what it does not answer of a file. False: no such
    file went to this partner."""
    found = batch_of(work, reference)
    if found is None or _kind_of(work.connection, found["id"]) != kind:
        return False
    if found["state"] != "rejected":
        work.note(answer, "R", codes, found["id"])
        move(work, found, "rejected", answer, f"R {codes}")
    return True


def _kind_of(connection: Connection, batch_id: int) -> str:
    return str(connection.execute(select(batch.c.kind).where(batch.c.id == batch_id)).scalar_one())
