"""A person says what a deposit is: the remittances that it pays, or something that is no remittance."""

from collections.abc import Sequence
from datetime import date

from ledger.books.acts import Done
from ledger.payments import deposits
from tasks.home.home import Home
from tasks.operations.money_acts import By, perform


def match(
    home: Home,
    as_of: date,
    by: By,
    number: int,
    remittances: Sequence[int],
    fee: int = 0,
    *,
    dry_run: bool,
) -> Done:
    """A deposit pays these remittances, in their order; `fee`: cents that a card processor kept of them.

    Raises LedgerError LED-14 where it can't; LED-15, the fee is above what one person may decide.
    """
    return perform(
        home, as_of, by, lambda c, n, s: deposits.match(c, n, s, number, remittances, fee), dry_run=dry_run
    )


def settle(home: Home, as_of: date, by: By, number: int, meaning: str, *, dry_run: bool) -> Done:
    """A deposit is no payer's: one of `ledger.payments.deposits.MEANINGS`. Raises LED-14."""
    return perform(
        home, as_of, by, lambda c, n, s: deposits.settle(c, n, s, number, meaning), dry_run=dry_run
    )


def unmatch(home: Home, as_of: date, by: By, number: int, *, dry_run: bool) -> Done:
    """What explained a deposit is undone. Raises LED-14."""
    return perform(home, as_of, by, lambda c, n, s: deposits.unmatch(c, n, s, number), dry_run=dry_run)
