"""How payment plans stand: what is still owed of them, and what was not paid in time."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ledger.patients import plans
from ledger.patients.plans import Plan
from ledger.queries import patient_claims
from tasks.home.home import Home

GRACE: Final = timedelta(days=5)
"""How long after its day an instalment is waited for: mail takes some."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan on a day, in cents: what is still owed of its claims, and what was to be paid and was not."""

    plan: Plan
    owed: int
    missed: int


def standing(home: Home, on: date) -> list[Standing]:
    """Every plan that nobody ended, oldest first. What its claims owe less, whoever paid it, is paid."""
    with home.ledger.read() as connection:
        kept = [one for one in plans.all_of(connection) if not one.ended]
        ids = {claim_id for one in kept for claim_id, _ in one.claims}
        owed = patient_claims.owed(connection, ids) if ids else {}
    found = []
    for one in kept:
        left = sum(max(owed.get(claim_id, 0), 0) for claim_id, _ in one.claims)
        missed = max(one.expected(on - GRACE) - max(one.cents - left, 0), 0)
        found.append(Standing(one, left, min(missed, left)))
    return found
