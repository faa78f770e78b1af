"""Whose a claim is: what a person who sees some practices alone may look at."""

from sqlalchemy import select

from ledger.queries.listing import Listing, by
from ledger.schema import claim
from ledger.storage.database import Ledger

OF_CLAIMS = Listing(
    row=lambda number, practice: (number, practice),
    columns=(claim.c.id, claim.c.practice),
    joined=claim,
    number=claim.c.id,
    practice=by(claim.c.practice),
)
"""Whose each claim is."""


def practice_of(ledger: Ledger, claim_id: int) -> str | None:
    """The practice of a claim; None where there is no such claim."""
    if not 0 < claim_id < 1 << 63:
        return None
    with ledger.read() as connection:
        found: str | None = connection.execute(
            select(claim.c.practice).where(claim.c.id == claim_id)
        ).scalar_one_or_none()
    return found
