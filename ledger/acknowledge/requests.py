"""277 by which a payer asks for documents before it decides. It moves no claim; it is work, and the books
know that the payer wants more.

The patient control number names the claim, else the payer's own number does; where both are ours they must
name one claim. A request goes to the payer that asks: of a claim that several payers have it is that one's.
The same request again, in whatever file, changes nothing.
"""

from collections.abc import Mapping

from sqlalchemy import select

from config.problem import Problem
from edi.guides.information_request import LOINC
from edi.records import InformationRequest, Status
from ledger.acknowledge.statuses import known, place_of_number
from ledger.acknowledge.work import Work
from ledger.adjudication import claim_status
from ledger.schema import batch, status_answer, submission

Place = tuple[int, int, str]
"""A submission, its claim and its payer."""


def take_request(work: Work, record: InformationRequest, payers: Mapping[str, str]) -> None:
    """Keeps what is asked of one claim. `payers`: the keys of payers by the id that they give themselves."""
    by_number = place_of_number(work, record.patient_control_number)
    theirs = (record.payer_claim_control_number, record.trace)
    by_theirs = _of_payers_number(work, {one for one in theirs if one})
    if by_number and by_theirs and not {one[1] for one in by_number} & {one[1] for one in by_theirs}:
        _trouble(work, "RFI-CLAIM", "its patient control number is that of one claim and the payer's number "
                 "that of another")  # fmt: skip
        return
    found = by_number or by_theirs
    key = payers.get(record.payer.id, "")
    if key:
        found = [one for one in found if one[2] == key]
    if not found:
        _trouble(work, "RFI-UNKNOWN", "it names no claim that this payer has from here through this partner")
        return
    if len({one[2] for one in found}) > 1:
        _trouble(work, "RFI-PAYER", "no file of a payer has the id of who asks, and several have the claim")
        return
    number, claim_id, _ = found[-1]
    row = {
        "response_id": work.response_id,
        "submission_id": number,
        "inquiry_id": None,
        "meaning": claim_status.WANTS_MORE,
        "codes": " ".join(dict.fromkeys(f"{one.category}:{one.code}" for one in _every(record))),
        "payer_claim_control_number": record.payer_claim_control_number,
        "paid_cents": 0,
        "paid_on": None,
        "check_number": "",
        "control_number": record.trace,
        "asked": asked_for(record),
        "asked_on": record.asked_on.isoformat() if record.asked_on is not None else work.business_on,
        "due_on": record.due.isoformat() if record.due is not None else None,
        "business_on": work.business_on,
    }
    if known(work, row):
        return
    work.connection.execute(status_answer.insert().values(row))
    work.claims.add(claim_id)
    work.taken.statuses += 1


def asked_for(record: InformationRequest) -> str:
    """The LOINC codes of what is asked for, a blank between; those of a line with its number (REF FJ, else
    its procedure) behind an @."""
    whole = [one.code for one in record.statuses if one.code_list == LOINC]
    of_lines = [
        f"{one.code}@{line.control_number or line.procedure}".rstrip("@")
        for line in record.lines
        for one in line.statuses
        if one.code_list == LOINC
    ]
    return " ".join(dict.fromkeys((*whole, *of_lines)))


def _every(record: InformationRequest) -> tuple[Status, ...]:
    return (*record.statuses, *(one for line in record.lines for one in line.statuses))


def _of_payers_number(work: Work, numbers: set[str]) -> list[Place]:
    """The submissions that this partner has under a payer's number, oldest first."""
    query = (
        select(submission.c.id, submission.c.claim_id, submission.c.payer)
        .join(batch, batch.c.id == submission.c.batch_id)
        .where(submission.c.payer_claim_control_number.in_(numbers), batch.c.sent_on.is_not(None))
        .where(batch.c.clearinghouse == work.clearinghouse)
        .order_by(submission.c.id)
    )
    return [(row[0], row[1], row[2]) for row in work.connection.execute(query)] if numbers else []


def _trouble(work: Work, code: str, message: str) -> None:
    work.taken.unknown += 1
    work.troubles.append(
        Problem(
            code=code,
            place="277 request, 2200D",
            message=message,
            remedy="ask the payer which claim it asks about, and answer it by hand; nothing was changed",
        )
    )
