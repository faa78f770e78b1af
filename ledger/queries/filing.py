"""When a claim was filed, and what says so: its files, and the answers to them."""

from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from ledger.schema import answer, batch, response, submission
from ledger.storage.database import Ledger


@dataclass(frozen=True, slots=True)
class Filed:
    """One time that a claim went out. `sha256` is the file's as it was received; `sent_on` the day."""

    submission_id: int
    payer: str
    payer_order: str
    number: int
    frequency: str
    batch_id: int
    clearinghouse: str
    file: str
    isa13: int
    sha256: str
    sent_on: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What a partner said of a file (`of_claim` false) or of the claim in it."""

    submission_id: int
    kind: str
    status: str
    codes: str
    of_claim: bool
    file: str
    sha256: str
    on: str


def filings(ledger: Ledger, claim_id: int) -> tuple[list[Filed], list[Answered]]:
    """Each time that a claim was sent, oldest first, and the answers to those files."""
    with ledger.read() as connection:
        sent = _sent(connection, claim_id)
        return sent, [one for filed in sent for one in _answers(connection, filed)]


def _sent(connection: Connection, claim_id: int) -> list[Filed]:
    s, b = submission.c, batch.c
    query = (
        select(
            *(s.id, s.payer, s.payer_order, s.number, s.frequency, b.id, b.clearinghouse),
            *(b.name, b.isa13, b.sha256, b.sent_on),
        )
        .join(batch, b.id == s.batch_id)
        .where(s.claim_id == claim_id, b.sent_on.is_not(None))
        .order_by(b.sent_on, s.id)
    )
    return [Filed(*row) for row in connection.execute(query)]


def _answers(connection: Connection, filed: Filed) -> list[Answered]:
    a, r = answer.c, response.c
    query = (
        select(a.kind, a.status, a.codes, a.submission_id, r.name, r.sha256, a.business_on)
        .join(response, r.id == a.response_id)
        .where(
            a.batch_id == filed.batch_id,
            or_(a.submission_id.is_(None), a.submission_id == filed.submission_id),
        )
        .order_by(a.id)
    )
    return [
        Answered(
            filed.submission_id,
            row.kind,
            row.status,
            row.codes,
            row.submission_id is not None,
            row.name,
            row.sha256,
            row.business_on,
        )
        for row in connection.execute(query)
    ]
