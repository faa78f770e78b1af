"""Records that go to a payer as a 275: a packet is an inquiry of its own kind that nothing but a 999 answers.

Its key names the document that goes, so that what is written later is what a person saw. One file has one
packet: what a partner refuses is that one.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from ledger.books.letters import RECORDS, SENT
from ledger.schema import batch, claim, inquiry, letter, submission, work_item
from ledger.sending.inquiries import OUT, Inquiry, Kind, Wanted, drop_in, listed
from ledger.storage.database import Ledger
from ledger.storage.one_of import one_of

KIND: Final[Kind] = "275"
WITHDRAWN: Final = "withdrawn by a person"


@dataclass(frozen=True, slots=True)
class Whose:
    """The claim that a packet belongs to."""

    claim_id: int
    patient_control_number: str
    payer_claim_control_number: str


def whose(connection: Connection, submissions: list[int]) -> dict[int, Whose]:
    """By submission."""
    query = (
        select(
            submission.c.id,
            claim.c.id,
            claim.c.patient_control_number,
            submission.c.payer_claim_control_number,
        )
        .join(claim, claim.c.id == submission.c.claim_id)
        .where(one_of(submission.c.id, submissions))
    )
    return {row[0]: Whose(*row[1:]) for row in connection.execute(query)}


def newest(connection: Connection, submission_id: int) -> Inquiry | None:
    """The last packet of a submission, as it stands; None: it has none."""
    found = listed(connection, inquiry.c.kind == KIND, inquiry.c.submission_id == submission_id)
    return found[-1] if found else None


def wanted(
    connection: Connection,
    submission_id: int,
    sha256: str,
    *,
    clearinghouse: str,
    payer: str,
    practice: str,
    actor: str,
    why: str,
    request: int = 0,
) -> Wanted:
    """The need to send the document of a hash; each time is another need. `request`: of the payer that it
    answers, 0 none."""
    count = select(func.count()).where(inquiry.c.kind == KIND, inquiry.c.submission_id == submission_id)
    number = int(connection.execute(count).scalar_one()) + 1
    return Wanted(
        key=f"{KIND}|submission {submission_id}|{sha256}|{number}|{request}",
        kind=KIND,
        clearinghouse=clearinghouse,
        payer=payer,
        practice=practice,
        why=why,
        actor=actor,
        submission_id=submission_id,
    )


def sha256_of(one: Inquiry) -> str:
    """The hash of the document that goes."""
    return one.key.split("|")[2]


def request_of(one: Inquiry) -> int:
    """The payer's request that a packet answers; 0: it was sent of the own accord."""
    return int(one.key.split("|")[4])


def take_back(connection: Connection, business_on: str, one: Inquiry) -> bool:
    """A packet that no file has yet does not go. False: a file has it meanwhile."""
    return bool(drop_in(connection, business_on, {one.id: WITHDRAWN}))


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A packet that its partner refused, or that could not be written (`dropped` says why)."""

    inquiry_id: int
    batch_id: int | None
    dropped: str
    payer: str
    practice: str
    claim_id: int
    submission_id: int
    patient_control_number: str


def not_taken(ledger: Ledger) -> list[NotTaken]:
    """The packets that did not reach their payers, of which nothing was sent since, in whatever way."""
    with ledger.read() as connection:
        return [NotTaken(*row) for row in connection.execute(_not_taken())]


@cache
def _not_taken() -> Select[tuple[Any, ...]]:
    later, since = inquiry.alias("later"), letter.alias("since")
    again = exists().where(
        later.c.kind == KIND, later.c.submission_id == inquiry.c.submission_id, later.c.id > inquiry.c.id
    )
    another_way = exists().where(
        since.c.submission_id == letter.c.submission_id, since.c.kind == RECORDS, since.c.id > letter.c.id
    )
    failed: ColumnElement[bool] = or_(
        and_(batch.c.state == "rejected", inquiry.c.answered_on.is_(None)),
        inquiry.c.dropped.not_in(("", WITHDRAWN)),
    )
    return (
        select(
            *(inquiry.c.id, inquiry.c.batch_id, inquiry.c.dropped, inquiry.c.payer, inquiry.c.practice),
            *(submission.c.claim_id, submission.c.id, claim.c.patient_control_number),
        )
        .join(submission, submission.c.id == inquiry.c.submission_id)
        .join(claim, claim.c.id == submission.c.claim_id)
        .join(letter, letter.c.submission_id == submission.c.id)
        .join(work_item, work_item.c.id == letter.c.work_item_id)
        .outerjoin(batch, batch.c.id == inquiry.c.batch_id)
        .where(inquiry.c.kind == KIND, failed, ~again)
        .where(letter.c.kind == RECORDS, letter.c.event == SENT, letter.c.channel == KIND, ~another_way)
        .where(or_(submission.c.state.in_(OUT), work_item.c.state == "open"))
        .order_by(inquiry.c.id)
    )
