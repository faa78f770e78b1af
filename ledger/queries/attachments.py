"""Documents that claims announced (PWK) and that have not been sent yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Select, func, select

from ledger.books.letters import RECORDS, SENT
from ledger.schema import attachment, batch, claim, claim_version, letter, submission
from ledger.storage.database import Ledger

ON_REQUEST = "AA"
"""PWK02 of what is kept until the payer asks: nothing is announced by it that must be sent."""
OUT = ("sent", "accepted", "pended")


@dataclass(frozen=True, slots=True)
class Announced:
    """A claim that is out and whose documents are not. `control_numbers` as PWK06 gives them."""

    submission_id: int
    claim_id: int
    patient_control_number: str
    practice: str
    payer: str
    charge_cents: int
    sent_on: str
    transmission: str
    control_numbers: tuple[str, ...]


def announced(ledger: Ledger) -> Iterator[Announced]:
    """Each claim without an answer of its payer that announced documents which nobody sent."""
    with ledger.read() as connection:
        rows = connection.execute(_unsent()).tuples().all()
    for _, some in groupby(rows, key=lambda row: row[0]):
        one = list(some)
        number, claim_id, ours, practice, payer, cents, sent_on, transmission, _ = one[0]
        numbers = tuple(row[8] for row in one if row[8])
        yield Announced(number, claim_id, ours, practice, payer, cents, sent_on, transmission, numbers)


@cache
def _unsent() -> Select[tuple[Any, ...]]:
    s, a = submission.c, attachment.c
    newest = (
        select(letter.c.event)
        .where(letter.c.submission_id == s.id, letter.c.kind == RECORDS)
        .order_by(letter.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            *(s.id, s.claim_id, claim.c.patient_control_number, claim.c.practice, s.payer),
            *(claim_version.c.charge_cents, batch.c.sent_on, a.transmission, a.control_number),
        )
        .join(attachment, a.version_id == s.version_id)
        .join(claim, claim.c.id == s.claim_id)
        .join(claim_version, claim_version.c.id == s.version_id)
        .join(batch, batch.c.id == s.batch_id)
        .where(s.state.in_(OUT), a.transmission != ON_REQUEST, func.coalesce(newest, "") != SENT)
        .order_by(s.id, a.place)
    )
