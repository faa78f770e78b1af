"""Claims that are out at a payer and not decided: whom to ask for their status, and what was asked before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from ledger.adjudication.work import OVERDUE_PAYER
from ledger.books import claim_books
from ledger.schema import batch, claim, document, inquiry, submission, work_item
from ledger.sending.inquiries import OUT, Inquiry, Kind, Wanted, listed
from ledger.storage.database import bounded
from ledger.storage.documents import PARTNER_LIST
from ledger.storage.one_of import one_of

KIND: Kind = "276"


@dataclass(frozen=True, slots=True)
class Out:
    """A submission that is out, and the file that it went in."""

    submission_id: int
    claim_id: int
    patient_control_number: str
    practice: str
    payer: str
    payer_order: str
    payer_claim_control_number: str
    sha256: str


def out(connection: Connection, *conditions: ColumnElement[bool]) -> list[Out]:
    """The submissions that are out in files of ours and of which the conditions hold, by payer order.

    What an older system sent, or a partner's list counted as out, is in no file that could be read again.
    """
    query = (
        select(
            submission.c.id,
            claim.c.id,
            claim.c.patient_control_number,
            claim.c.practice,
            submission.c.payer,
            submission.c.payer_order,
            submission.c.payer_claim_control_number,
            batch.c.sha256,
        )
        .join(claim, claim.c.id == submission.c.claim_id)
        .join(batch, batch.c.id == submission.c.batch_id)
        .join(document, document.c.sha256 == batch.c.sha256)
        .where(submission.c.state.in_(OUT), document.c.kind != PARTNER_LIST, *conditions)
        .order_by(submission.c.payer_order, submission.c.id)
    )
    return [Out(*row) for row in connection.execute(query)]


def of_submissions(connection: Connection, ids: Collection[int]) -> dict[int, Out]:
    """Those of these submissions that are out."""
    return {one.submission_id: one for one in out(connection, one_of(submission.c.id, ids))}


def asked(connection: Connection, submission_id: int) -> list[Inquiry]:
    """What was asked of a submission, oldest first."""
    return listed(connection, inquiry.c.submission_id == submission_id, inquiry.c.kind == KIND)


def is_awaited(one: Inquiry, as_of: date, hours: int) -> bool:
    """Whether an inquiry is open and its answer not late, of a partner that answers within so many hours."""
    if not one.is_open:
        return False
    return not one.sent_on or date.fromisoformat(one.sent_on) + timedelta(days=hours // 24) >= as_of


def by_person(connection: Connection, one: Out, clearinghouse: str, actor: str, why: str) -> Wanted:
    """A person wants the status of a submission; each time is another need."""
    count = select(func.count()).where(inquiry.c.submission_id == one.submission_id, inquiry.c.kind == KIND)
    number = int(connection.execute(count).scalar_one()) + 1
    return _wanted(one, clearinghouse, f"person {number}", why, actor)


def overdue(connection: Connection, payers: Collection[str]) -> list[tuple[Out, date]]:
    """The submissions to these payers whose answer is overdue and work, with the day until which it was
    waited for."""
    w = work_item.c
    query = select(w.submission_id).where(
        w.kind == OVERDUE_PAYER, w.state == "open", w.submission_id.is_not(None), one_of(w.payer, payers)
    )
    found: list[tuple[Out, date]] = []
    for ids in bounded(sorted(set(connection.execute(query).scalars()))):
        here = of_submissions(connection, ids).values()
        books = claim_books.settled(connection, {one.claim_id for one in here})
        for one in here:
            sides = books[one.claim_id].settlement.sides
            until = [s.waiting_until for s in sides if s.payer == one.payer and s.waiting and s.waiting_until]
            if until:
                found.append((one, min(until)))
    return found


def by_itself(one: Out, clearinghouse: str, until: date) -> Wanted:
    """The status of a submission whose answer was waited for until that day: one need for each such day."""
    why = f"no answer by {until}"
    return _wanted(one, clearinghouse, f"overdue {until}", why, "")


def _wanted(one: Out, clearinghouse: str, need: str, why: str, actor: str) -> Wanted:
    return Wanted(
        key=f"{KIND}|submission {one.submission_id}|{need}",
        kind=KIND,
        clearinghouse=clearinghouse,
        payer=one.payer,
        practice=one.practice,
        why=why,
        actor=actor,
        submission_id=one.submission_id,
        payer_order=one.payer_order,
    )
