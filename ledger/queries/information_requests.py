"""Documents that payers ask for (277) and that nobody sent since.

The newest request under a payer's number counts. It is over once records were sent for it, once the payer
decided on the day of the request or later, and once the claim went to that payer again: whatever the order
in which the files came. A request after the payer's decision is a review of what it paid, and waits for a
person.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import Select, Text, cast, exists, func, literal, literal_column, select

from ledger.books.letters import RECORDS, SENT
from ledger.schema import (
    batch,
    claim,
    claim_payment,
    claim_version,
    letter,
    remittance,
    status_answer,
    submission,
    work_item,
)
from ledger.storage.database import Ledger

KIND: Final = "information_request"
"""Of the work that a request is."""

OVER: Final = ("rejected", "voided", "closed")
"""The states of claims of which no payer wants anything more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a payer asks for of one claim.

    `number`: of the first request under this number of the payer, by which its work is known. `asked`: LOINC
    codes, a line's with its number behind an @; `codes`: the payer's status codes. `due_on`: the day that the
    payer names, "" none; `came_on`: the business date on which the newest came."""

    number: int
    submission_id: int
    claim_id: int
    patient_control_number: str
    practice: str
    payer: str
    charge_cents: int
    control_number: str
    asked: str
    codes: str
    due_on: str
    came_on: str


def open_requests(ledger: Ledger) -> list[Asked]:
    """Those that wait for a person, a claim's together."""
    with ledger.read() as connection:
        return [Asked(*row) for row in connection.execute(_waiting()).tuples()]


def request(ledger: Ledger, number: int) -> Asked | None:
    """The newest request of those that begin with a number, over or not; None: there is none."""
    with ledger.read() as connection:
        rows = connection.execute(_asked().where(_first() == number)).tuples().all()
    return Asked(*rows[-1]) if rows else None


@cache
def _first() -> Any:
    """The first request of the same claim under the same number of the payer."""
    other = status_answer.alias("other")
    return (
        select(func.min(other.c.id))
        .where(
            other.c.submission_id == status_answer.c.submission_id,
            other.c.control_number == status_answer.c.control_number,
        )
        .correlate(status_answer)  # also where it stands in a condition of a condition
        .scalar_subquery()
    )


@cache
def _asked() -> Select[tuple[Any, ...]]:
    a, s = status_answer.c, submission.c
    return (
        select(
            *(_first(), s.id, s.claim_id, claim.c.patient_control_number, claim.c.practice, s.payer),
            *(claim_version.c.charge_cents, a.control_number, a.asked, a.codes, a.due_on, a.business_on),
        )
        .join(submission, s.id == a.submission_id)
        .join(claim, claim.c.id == s.claim_id)
        .join(claim_version, claim_version.c.id == s.version_id)
        .where(
            a.control_number != literal_column("''")
        )  # spelled out: so an index of requests alone serves it
        .order_by(a.submission_id, a.control_number, a.id)  # as that index has them
    )


@cache
def _waiting() -> Select[tuple[Any, ...]]:
    a, s, later = status_answer.c, submission.c, submission.alias("later")
    decided = exists().where(
        claim_payment.c.claim_id == s.claim_id,
        claim_payment.c.remittance_id == remittance.c.id,
        remittance.c.payer == s.payer,
        remittance.c.state == "posted",
        remittance.c.paid_on >= a.asked_on,
    )
    sent_again = exists().where(
        later.c.claim_id == s.claim_id,
        later.c.payer == s.payer,
        later.c.id > s.id,
        later.c.batch_id == batch.c.id,
        batch.c.sent_on >= a.asked_on,
    )
    newer = status_answer.alias("newer")
    reminded = exists().where(
        newer.c.submission_id == s.id, newer.c.control_number == a.control_number, newer.c.id > a.id
    )
    return _asked().where(
        s.state.not_in(OVER), ~reminded, ~decided, ~sent_again, func.coalesce(_sent(), "") != SENT
    )


def _sent() -> Any:
    """What was done last of sending records for it since it came."""
    key = literal(f"{KIND}|").concat(cast(_first(), Text))
    return (
        select(letter.c.event)
        .join(work_item, work_item.c.id == letter.c.work_item_id)
        .where(work_item.c.key == key, letter.c.kind == RECORDS)
        .where(letter.c.business_on >= status_answer.c.business_on)
        .order_by(letter.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
