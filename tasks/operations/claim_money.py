"""A patient's payment, a refund, a write-off, and a payer's part that becomes the patient's.

A payer is named by its key; "" is the patient. Without `cents` it is all there is of it.
"""

from datetime import date

from ledger.books import claim_acts
from ledger.books.acts import Done
from ledger.payments import payer_refunds
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, claim_of, perform


def pay(home: Home, as_of: date, by: By, number: str, cents: int, *, dry_run: bool) -> Done:
    """Money that a patient pays for a claim."""
    claim_id = claim_of(home, number)
    return perform(home, as_of, by, lambda c, n, s: claim_acts.pay(c, n, s, claim_id, cents), dry_run=dry_run)


def refund(
    home: Home, as_of: date, by: By, number: str, payer: str, cents: int | None = None, *, dry_run: bool
) -> Done:
    """Money that goes back to who paid beyond what was owed."""
    claim_id, whose = claim_of(home, number), home.partners.payer_key(payer)
    return perform(
        home, as_of, by, lambda c, n, s: claim_acts.refund(c, n, s, claim_id, whose, cents), dry_run=dry_run
    )


def write_off(
    home: Home, as_of: date, by: By, number: str, payer: str, cents: int | None = None, *, dry_run: bool
) -> Done:
    """What nobody is asked for any more."""
    claim_id, whose = claim_of(home, number), home.partners.payer_key(payer)
    return perform(
        home,
        as_of,
        by,
        lambda c, n, s: claim_acts.write_off(c, n, s, claim_id, whose, cents),
        dry_run=dry_run,
    )


def to_patient(
    home: Home,
    as_of: date,
    by: By,
    number: str,
    payer: str,
    reason: str,
    cents: int | None = None,
    line: int = 0,
    *,
    dry_run: bool,
) -> Done:
    """What a payer leaves unpaid, of one line or of all (0), becomes the patient's, for one of
    `ledger.books.claim_acts.REASONS`."""
    claim_id, whose = claim_of(home, number), home.partners.payer_key(payer)
    return perform(
        home,
        as_of,
        by,
        lambda c, n, s: claim_acts.to_patient(c, n, s, claim_id, whose, reason, cents, line),
        dry_run=dry_run,
    )


def offset(home: Home, as_of: date, by: By, number: str, payer: str, *, dry_run: bool) -> Done:
    """What a payer took back of a claim itself settles the credit that it has there."""
    claim_id, whose = claim_of(home, number), home.partners.payer_key(payer)
    return perform(
        home, as_of, by, lambda c, n, s: payer_refunds.offset(c, n, s, claim_id, whose), dry_run=dry_run
    )


def pay_refund(
    home: Home,
    as_of: date,
    by: By,
    payer: str,
    practice: str,
    reference: str,
    cents: int | None = None,
    *,
    dry_run: bool,
) -> Done:
    """A refund to a payer under the reference of its recoupment. Raises StepError ACT-01: no practice."""
    whose = home.partners.payer_key(payer)
    if practice not in home.partners.practices:
        raise StepError("ACT-01", f"no practice has the key {practice}; see partners/practices")
    return perform(
        home,
        as_of,
        by,
        lambda c, n, s: payer_refunds.pay(c, n, s, whose, practice, reference, cents),
        dry_run=dry_run,
    )
