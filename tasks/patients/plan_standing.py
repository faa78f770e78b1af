"""How payment plans stand: what is left of them, and what was not paid in time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ledger.patients import plans
from ledger.patients.plans import Plan
from tasks.home.home import Home

GRACE: Final = timedelta(days=5)
"""How long after its day an instalment is waited for: mail takes some."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan on a day, in cents: what is left of it, and what was to be paid and was not. Of a plan whose
    last instalment was paid nothing is left: it is over."""

    plan: Plan
    owed: int
    missed: int


def standing(home: Home, on: date, claims: Collection[int] | None = None) -> list[Standing]:
    """Every plan that nobody ended, oldest first, or those that pay one of these claims."""
    with home.ledger.read() as connection:
        every = plans.all_of(connection, claims)
        left = plans.left(connection, None if claims is None else [one.id for one in every])
        kept = [one for one in every if one.id in left]
    found = []
    for one in kept:
        rest = left[one.id]
        missed = max(one.expected(on - GRACE) - (one.cents - rest), 0)
        found.append(Standing(one, rest, min(missed, rest)))
    return found
