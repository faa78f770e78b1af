"""What a guarantor pays, spread over the account's claims by rule; and a payment that was none.

A payment goes to the oldest services first, or to the claims that are named; what is more than is owed stays
on a claim as money of the guarantor, to be refunded or used. All of it is one act: done whole or not at all.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import Connection

from config.dollars import dollars
from ledger.books import acts, claim_acts
from ledger.books.acts import Done, Signature
from ledger.books.claim_acts import UNDOES
from ledger.queries.patient_claims import PatientClaim, payments
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, perform
from tasks.patients import accounts
from tasks.patients.accounts import Account

METHODS: Final = ("cash", "check", "card", "eft")


def pay(
    home: Home,
    as_of: date,
    by: By,
    number: str,
    cents: int,
    method: str,
    reference: str = "",
    claims: Sequence[str] = (),
    *,
    dry_run: bool,
) -> Done:
    """Money of a guarantor. `reference`: the check's number, a card's last four digits, a receipt.

    Raises StepError PAT-03, no such method, or a check without its number; PAT-02, another account's claim;
    CLM-03, several claims have a number; PAT-06, the account's check of this number was entered before;
    ActRefused, it may hold a card's number; SecondNeeded, the whole is above what one person may decide.
    """
    if method not in METHODS:
        raise StepError("PAT-03", f"{method} is no way of paying; one of {', '.join(METHODS)}")
    if method == "check" and not reference.strip():
        raise StepError("PAT-03", "a check has a number: give it as --reference")
    account = accounts.of_number(home, number)
    chosen = (accounts.claim_in(home, account, one) for one in claims)
    named = list({one.id: one for one in chosen}.values())
    shares = spread(account, named, cents)
    how = " ".join((method, *reference.split()))
    if method == "check":
        _refuse_again(home, account, how)

    def act(connection: Connection, business_on: str, signature: Signature) -> str:
        acts.within_limit(signature, cents)
        for one, part in shares:
            claim_acts.pay(connection, business_on, signature, one.id, part, how)
        return f"account {account.number}: {_words(shares, cents)}"

    return perform(home, as_of, by, act, dry_run=dry_run)


def _refuse_again(home: Home, account: Account, how: str) -> None:
    """Raises StepError PAT-06 where a check stands on the account already."""
    with home.ledger.read() as connection:
        every = payments(connection, account.ids)
    undone = {one.how for one in every}
    before = [one for one in every if one.how == how and f"{UNDOES} {one.act}" not in undone]
    if before:
        acts_ = " ".join(str(one.act) for one in before)
        raise StepError(
            "PAT-06",
            f"{how} was entered for account {account.number} on {before[0].business_on} (payments {acts_}); "
            "where that was wrong, `cleanclaim patients unpay` it first",
        )


def spread(account: Account, named: Sequence[PatientClaim], cents: int) -> list[tuple[PatientClaim, int]]:
    """Which claim gets how much of a payment: what is owed and in collections, the oldest service first. What
    is left stays on the newest of them. Raises StepError PAT-04 for nothing."""
    if cents <= 0:
        raise StepError("PAT-04", "a payment is more than nothing")
    claims = list(named or account.claims)
    found: list[tuple[PatientClaim, int]] = []
    left = cents
    for one in claims:
        part = min(left, max(one.owed, 0) + one.given_up)
        if part:
            found.append((one, part))
            left -= part
    if left:
        last = claims[-1]
        before = next((part for one, part in found if one is last), 0)
        found = [*((one, part) for one, part in found if one is not last), (last, before + left)]
    return found


def _words(shares: Sequence[tuple[PatientClaim, int]], cents: int) -> str:
    parts = "; ".join(f"{dollars(part)} to claim {one.number}" for one, part in shares)
    owed = sum(min(part, max(one.owed, 0) + one.given_up) for one, part in shares)
    more = f"; {dollars(cents - owed)} of it are more than is owed" if cents > owed else ""
    return f"{dollars(cents)} received: {parts}{more}"


def unpay(home: Home, as_of: date, by: By, numbers: Sequence[int], *, dry_run: bool) -> Done:
    """Payments were none: a check came back, or they were entered wrong. They stay in the books, with what
    undoes them. Raises ActRefused: one is no payment, or is undone already."""

    def act(connection: Connection, business_on: str, signature: Signature) -> str:
        return "; ".join(
            claim_acts.unpay(connection, business_on, signature, one) for one in dict.fromkeys(numbers)
        )

    return perform(home, as_of, by, act, dry_run=dry_run)
