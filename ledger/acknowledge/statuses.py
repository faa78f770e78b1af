"""277: what a payer says of a claim that it was asked about. It moves no claim; the books wait by it.

The trace names the inquiry; where it is not ours, the patient control number names a claim that this partner
has. The same answer again, in whatever file, changes nothing.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.sql import ColumnElement

from config.problem import Problem
from edi.records import ClaimStatusAnswer
from ledger.acknowledge.inquiries import answered, find, refused
from ledger.acknowledge.work import Work
from ledger.adjudication import claim_status
from ledger.schema import batch, claim, inquiry, status_answer, submission
from ledger.sending.inquiries import Inquiry, listed
from ledger.storage.database import Row

KIND = "276"
R = TypeVar("R")


def in_order(records: Iterable[R]) -> Iterator[R]:
    """The records in their order, those of claims' statuses at the end, and of these what says most last:
    the last one that is kept of a claim counts."""
    found = list(records)
    yield from (one for one in found if not isinstance(one, ClaimStatusAnswer))
    statuses = [(meaning_of(one), one) for one in found if isinstance(one, ClaimStatusAnswer)]
    yield from (one for _, one in sorted(statuses, key=lambda pair: -claim_status.weight(pair[0])))


def meaning_of(record: ClaimStatusAnswer) -> str:
    """What an answer means."""
    return claim_status.meaning((s.category for s in record.statuses), record.paid or 0)


def take_status(work: Work, record: ClaimStatusAnswer) -> None:
    """Keeps what is said of one claim, and that its inquiry is answered; or that a file is refused."""
    if record.refused_at:
        if not refused(work, KIND, record.reference, "277", _codes(record)):
            _unknown(work)
        return
    asked = find(work.connection, work.clearinghouse, KIND, record.trace)
    whose = place_of_number(work, record.patient_control_number)
    if asked is None:
        if not whose:
            _unknown(work)
            return
        number, claim_id, _ = whose[-1]
        asked = _open_inquiry(work, number)
    else:
        assert asked.submission_id is not None
        number, claim_id = asked.submission_id, _claim_of(work, asked.submission_id)
        if whose and claim_id not in {owner for _, owner, _ in whose}:
            _of_another_claim(work)
            return
    row = {
        "response_id": work.response_id,
        "submission_id": number,
        "inquiry_id": asked.id if asked is not None else None,
        "meaning": meaning_of(record),
        "codes": _codes(record),
        "payer_claim_control_number": record.payer_claim_control_number,
        "paid_cents": record.paid or 0,
        "paid_on": record.paid_on.isoformat() if record.paid_on else None,
        "check_number": record.check_number,
        "business_on": work.business_on,
    }
    if known(work, row):
        return
    work.connection.execute(status_answer.insert().values(row))
    if asked is not None:
        answered(work.connection, work.business_on, asked)
    work.claims.add(claim_id)
    work.taken.statuses += 1


def _codes(record: ClaimStatusAnswer) -> str:
    said = (f"{s.category}:{s.code}" + (f":{s.entity}" if s.entity else "") for s in record.statuses)
    return " ".join(said)


def known(work: Work, row: Row) -> bool:
    """Whether the same was said before."""
    same: list[ColumnElement[bool]] = [
        status_answer.c[name].is_(None) if value is None else status_answer.c[name] == value
        for name, value in row.items()
        if name not in ("response_id", "business_on", "meaning")
    ]
    return work.connection.execute(select(status_answer.c.id).where(*same)).first() is not None


def place_of_number(work: Work, number: str) -> list[tuple[int, int, str]]:
    """The submissions that this partner has of the claim with a patient control number, oldest first, with
    the claim and the payer."""
    query = (
        select(submission.c.id, submission.c.claim_id, submission.c.payer)
        .join(claim, claim.c.id == submission.c.claim_id)
        .join(batch, batch.c.id == submission.c.batch_id)
        .where(claim.c.patient_control_number == number, batch.c.clearinghouse == work.clearinghouse)
        .where(batch.c.sent_on.is_not(None))
        .order_by(submission.c.id)
    )
    return [(row[0], row[1], row[2]) for row in work.connection.execute(query)] if number else []


def _claim_of(work: Work, number: int) -> int:
    query = select(submission.c.claim_id).where(submission.c.id == number)
    return int(work.connection.execute(query).scalar_one())


def _open_inquiry(work: Work, number: int) -> Inquiry | None:
    """The newest inquiry about a submission that is out and not answered: its trace came back changed."""
    found = listed(
        work.connection,
        inquiry.c.submission_id == number,
        inquiry.c.kind == KIND,
        inquiry.c.answered_on.is_(None),
        batch.c.sent_on.is_not(None),
    )
    return found[-1] if found else None


def _unknown(work: Work) -> None:
    work.taken.unknown += 1
    work.troubles.append(
        Problem(
            code="STA-UNKNOWN",
            place="277, 2200D TRN02",
            message="this ledger asked nothing under that trace, and the claim that it names is none that "
            "this partner has from here",
            remedy="ask the partner whose claim it is; was it asked before a restore, ask again; nothing was "
            "changed",
        )
    )


def _of_another_claim(work: Work) -> None:
    work.taken.unknown += 1
    work.troubles.append(
        Problem(
            code="STA-CLAIM",
            place="277, 2200D REF EJ",
            message="its trace is that of one claim and its patient control number that of another",
            remedy="ask the partner which claim it is about; nothing was changed",
        )
    )
