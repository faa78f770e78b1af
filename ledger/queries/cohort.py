"""What became of the claims of a business date."""

from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.schema import claim_version, submission, submission_event
from ledger.storage.database import Ledger


@dataclass(frozen=True, slots=True)
class Standing:
    """Submissions of a cohort that stand in one state now."""

    state: str
    submissions: int
    charge_cents: int


def cohort(ledger: Ledger, business_on: str, state: str) -> list[Standing]:
    """Where the submissions stand now that came into `state` on a business date, such as `sent`."""
    came = select(submission_event.c.submission_id).where(
        submission_event.c.business_on == business_on, submission_event.c.state == state
    )
    query = (
        select(submission.c.state, func.count(), func.sum(claim_version.c.charge_cents))
        .join(claim_version, claim_version.c.id == submission.c.version_id)
        .where(submission.c.id.in_(came))
        .group_by(submission.c.state)
        .order_by(submission.c.state)
    )
    with ledger.read() as connection:
        return [Standing(name, count, int(cents)) for name, count, cents in connection.execute(query)]
