"""Where each thing stands now: the inbox as it was last seen, and every claim by its encounter."""

from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.queries.night import InboxCounts
from ledger.schema import claim, claim_version, inbox_look, submission
from ledger.storage.database import Ledger


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim with the state of its newest submission.

    `charge` in cents; `batch_id` is None before it is written.
    """

    claim_id: int
    patient_control_number: str
    source: str
    external_id: str
    practice: str
    payer: str
    payer_order: str
    state: str
    charge: int
    batch_id: int | None


def inbox(ledger: Ledger) -> InboxCounts:
    """The newest look at the inbox: `files` is the sum of the other three."""
    columns = (inbox_look.c.files, inbox_look.c.read, inbox_look.c.quarantined, inbox_look.c.duplicates)
    with ledger.read() as connection:
        row = connection.execute(select(*columns).order_by(inbox_look.c.id.desc()).limit(1)).one_or_none()
    return InboxCounts(*row) if row is not None else InboxCounts(0, 0, 0, 0)


def claims(ledger: Ledger) -> list[Standing]:
    """Every claim with where it stands, oldest first; a claim that went to several payers once for each."""
    newest = (
        select(func.max(submission.c.id).label("id"))
        .group_by(submission.c.claim_id, submission.c.payer_order)
        .subquery()
    )
    query = (
        select(
            claim.c.id,
            claim.c.patient_control_number,
            claim.c.source,
            claim.c.external_id,
            claim.c.practice,
            submission.c.payer,
            submission.c.payer_order,
            submission.c.state,
            claim_version.c.charge_cents,
            submission.c.batch_id,
        )
        .join(submission, submission.c.claim_id == claim.c.id)
        .join(newest, newest.c.id == submission.c.id)
        .join(claim_version, claim_version.c.id == claim.c.version_id)
        .order_by(claim.c.id, submission.c.payer_order)
    )
    with ledger.read() as connection:
        return [Standing(*tuple(row)) for row in connection.execute(query)]
