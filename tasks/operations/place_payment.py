"""A claim payment goes to the claim that a person names, back to suspense, or back to its payer."""

from datetime import date

from ledger.books.acts import Done
from ledger.payments import placements
from tasks.home.home import Home
from tasks.operations.money_acts import By, claim_of, perform


def match(home: Home, as_of: date, by: By, payment_id: int, number: str, *, dry_run: bool) -> Done:
    """From suspense to a claim."""
    claim_id = claim_of(home, number)
    return perform(
        home, as_of, by, lambda c, n, s: placements.match(c, n, s, payment_id, claim_id), dry_run=dry_run
    )


def give_back(home: Home, as_of: date, by: By, payment_id: int, *, dry_run: bool) -> Done:
    """From suspense back to the payer."""
    return perform(
        home, as_of, by, lambda c, n, s: placements.give_back(c, n, s, payment_id), dry_run=dry_run
    )


def unpost(home: Home, as_of: date, by: By, payment_id: int, *, dry_run: bool) -> Done:
    """From its claim to suspense."""
    return perform(home, as_of, by, lambda c, n, s: placements.unpost(c, n, s, payment_id), dry_run=dry_run)


def reallocate(home: Home, as_of: date, by: By, payment_id: int, number: str, *, dry_run: bool) -> Done:
    """From its claim to another one."""
    claim_id = claim_of(home, number)
    return perform(
        home, as_of, by, lambda c, n, s: placements.reallocate(c, n, s, payment_id, claim_id), dry_run=dry_run
    )
