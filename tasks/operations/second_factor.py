"""A person's second factor: begun with a new secret, confirmed by a code, removed.

Until a code confirms it nothing changes. What is confirmed or removed ends every session of the person.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.books.acts import named
from ledger.people import second_factors
from ledger.people.users import User
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, signed
from tasks.operations.users import user_called
from tasks.people.second_factor import Secret, began_at, digest_of, new_recovery_codes, new_secret


@dataclass(frozen=True, slots=True)
class FactorChanged:
    """What was done. `secret` and `recovery_codes` are shown this once; a dry run makes none."""

    user: User
    state: Literal["begun", "on", "removed"]
    dry_run: bool
    secret: Secret | None = None
    recovery_codes: tuple[str, ...] = ()


def begin(home: Home, as_of: date, by: By, name: str, *, dry_run: bool) -> FactorChanged:
    """A new secret, which counts when a code confirms it. Raises StepError USR-01; LedgerError LED-14."""
    user, said = _who(home, by, name, dry_run)
    if dry_run:
        return FactorChanged(user, "begun", True)
    secret, sealed = new_secret(home, user)
    second_factors.begin(home.ledger, as_of.isoformat(), user.name, sealed, said)
    return FactorChanged(user, "begun", False, secret)


def confirm(
    home: Home, as_of: date, by: By, name: str, code: str, now: int, *, dry_run: bool
) -> FactorChanged:
    """The secret that was begun counts from now on, with new recovery codes.

    Raises StepError USR-01; USR-04, none was begun; USR-05, the code does not fit; SGN-06; LED-03.
    """
    user, said = _who(home, by, name, dry_run)
    pending = second_factors.of(home.ledger, user.name).pending
    if not pending:
        raise StepError("USR-04", f"{user.name} has no second factor that waits for a code; begin one")
    at = began_at(home, user, pending, code, now)
    if at is None:
        raise StepError(
            "USR-05",
            "this code is not of the secret that was begun last; take the app's next one, or begin anew",
        )
    if dry_run:
        return FactorChanged(user, "on", True)
    codes = new_recovery_codes()
    digests = [digest_of(user, one) for one in codes]
    second_factors.confirm(home.ledger, as_of.isoformat(), user, pending, at, digests, said)
    return FactorChanged(user, "on", False, recovery_codes=tuple(codes))


def remove(home: Home, as_of: date, by: By, name: str, *, dry_run: bool) -> FactorChanged:
    """The person has none any more, nor one that was begun.

    Raises StepError USR-01; USR-04, there is none; LedgerError LED-03, LED-14.
    """
    user, said = _who(home, by, name, dry_run)
    found = second_factors.of(home.ledger, user.name)
    if not found.on and not found.pending:
        raise StepError("USR-04", f"{user.name} has no second factor; see `cleanclaim users list`")
    if not dry_run:
        second_factors.remove(home.ledger, as_of.isoformat(), user, said)
    return FactorChanged(user, "removed", dry_run)


def _who(home: Home, by: By, name: str, dry_run: bool) -> tuple[User, str]:
    who, why = named(signed(home, by, preview=dry_run))
    return user_called(home, name), f"by {who}: {why}"
