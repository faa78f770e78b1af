"""Whose a patient's credit is, and when there was a word of the owner last."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from config.unclaimed_property import rule_of
from ledger.books.credits import CONTACTED, Credit
from ledger.queries import patient_claims
from ledger.queries.patient_claims import PatientClaim
from tasks.credits.clock import Owner
from tasks.patients import accounts
from tasks.patients.accounts import Account


def owners(connection: Connection, credits: Sequence[Credit], as_of: date) -> dict[int, Owner]:
    """By the work of a credit its owner. What seems to be abandoned by its own claim is looked at beside the
    account's other claims: an owner who comes for another visit did not abandon anything."""
    found = _by_claim(connection, credits)
    late = [one for one in credits if _abandoned(found.get(one.item), as_of)]
    if late:
        wanted = {one.claim_id for one in late}
        of_late = [one for one in accounts.balances(connection) if not wanted.isdisjoint(one.claims)]
        for account in accounts.load(connection, of_late):
            for one in late:
                if one.claim_id in account.ids:
                    found[one.item] = _owner(account, one)
    return found


def _by_claim(connection: Connection, credits: Sequence[Credit]) -> dict[int, Owner]:
    claims: dict[int, PatientClaim] = {
        one.id: one for one in patient_claims.load(connection, {one.claim_id for one in credits})
    }
    found = {}
    for one in credits:
        account = accounts.account_of([claims[one.claim_id]])
        if account.guarantor is not None:
            found[one.item] = _owner(account, one)
    return found


def _abandoned(owner: Owner | None, as_of: date) -> bool:
    rule = rule_of(owner.state, as_of) if owner is not None else None
    return rule is not None and owner is not None and rule.abandoned_on(owner.contact_on) <= as_of


def _owner(account: Account, credit: Credit) -> Owner:
    guarantor = account.guarantor
    of = guarantor.address if guarantor is not None else None
    days = [credit.since_on, credit.received_on, *(one.service_from_on for one in account.claims)]
    days += [one.from_on for one in credit.said if one.event == CONTACTED]
    return Owner(
        name=account.name,
        lines=tuple(line for line in (of.line1, of.line2) if line) if of is not None else (),
        city=of.city if of is not None else "",
        state=of.state if of is not None else "",
        zip=of.zip if of is not None else "",
        contact_on=date.fromisoformat(max(day for day in days if day)),
    )
