"""A guarantor pays month by month: no statement asks for it, and a missed instalment is work."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from ledger.books.acts import named
from ledger.patients import plans
from ledger.patients.plans import Plan
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, signed
from tasks.patients import accounts
from tasks.patients.due import REASONS, held, of_claim
from tasks.patients.kept import known

AHEAD: Final = timedelta(days=366)
MOST: Final = 60
"""Instalments; longer ones are a loan."""


def plan(
    home: Home, as_of: date, by: By, number: str, instalments: int, first_on: date, *, dry_run: bool
) -> Plan:
    """What an account owes and no payer may still pay is paid by instalments.

    Raises StepError PLN-01, nothing can be planned, or a hold stands; PLN-02, the number of instalments or
    the first day will not do.
    """
    who, why = named(signed(home, by, preview=dry_run))
    account = accounts.of_number(home, number)
    facts = known(home, account.ids)
    hold = held(account, facts, as_of)
    if hold is not None:
        raise StepError("PLN-01", f"account {account.number} is held: {REASONS[f'hold_{hold.kind}']}")
    claims = [(c.id, c.owed) for c in account.claims if c.owed > 0 and not of_claim(c, facts, as_of)[0]]
    cents = sum(part for _, part in claims)
    if not claims:
        raise StepError(
            "PLN-01", f"account {account.number} owes nothing that a plan may ask for; see `patients show`"
        )
    if not 1 <= instalments <= min(MOST, cents):
        raise StepError("PLN-02", f"a plan has 1 to {min(MOST, cents)} instalments")
    if first_on < as_of:
        raise StepError("PLN-02", f"the first instalment can't be due before {as_of}")
    if first_on > as_of + AHEAD:  # until then no statement asks for it
        raise StepError("PLN-02", f"{first_on} is more than a year ahead; correct the day")
    made = Plan(0, account.number, account.practice, cents, instalments, first_on, as_of.isoformat(), False,
                tuple(claims))  # fmt: skip
    if not dry_run:
        with home.ledger.write() as connection:
            kept = plans.keep(
                connection, as_of.isoformat(), account.number, account.practice, claims, instalments,
                first_on, who, why,
            )  # fmt: skip
        made = replace(made, id=kept)
    return made


def end(home: Home, as_of: date, by: By, number: int, *, dry_run: bool) -> Plan:
    """A plan is over: what is left of it is on the next statement.

    Raises StepError PLN-03, no such plan, or it is over: a person ended it, or nothing is left of it.
    """
    who, why = named(signed(home, by, preview=dry_run))
    with home.ledger.read() as connection:
        found = next((one for one in plans.all_of(connection) if one.id == number), None)
        left = plans.left(connection)
    if found is None or not left.get(number):
        raise StepError("PLN-03", f"no plan {number} is kept; see `cleanclaim patients show ACCOUNT`")
    if not dry_run:
        with home.ledger.write() as connection:
            plans.end(connection, as_of.isoformat(), number, who, why)
    return found
