"""Who may sign in to the web console. A person is an actor of the books: one name for both.

What is changed ends every session of the person at once. Nobody is removed, for what a person did stays under
the name; who leaves is disabled.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from ledger.books.acts import named
from ledger.people import users
from ledger.people.users import EVERY_PRACTICE, User
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, signed
from tasks.people.passwords import hashed
from tasks.people.rights import RIGHTS

_NAME = re.compile(r"[^\W_](?:[\w .'@-]{0,78}[\w.])?")


@dataclass(frozen=True, slots=True)
class UserChanged:
    """A person as it is now; in a dry run, as it would be. `before`: as it was, None where it is new."""

    user: User
    before: User | None
    dry_run: bool


def add(
    home: Home,
    as_of: date,
    by: By,
    name: str,
    roles: Collection[str],
    practices: Collection[str],
    password: str,
    *,
    dry_run: bool,
    only_first: bool = False,
) -> UserChanged:
    """A new person. Without practices none is seen; `*` is every one. `only_first`: while nobody is a user.

    Raises StepError USR-01, the name is taken or is none; USR-02, the password; USR-03, no such role or
    practice; LedgerError LED-14, the name is a program's; LED-03, somebody is a user already.
    """
    signature = signed(home, by, preview=dry_run)
    who, why = named(signature)
    name = " ".join(name.split())
    if not _NAME.fullmatch(name):
        raise StepError("USR-01", "a name has up to 80 letters, digits, blanks and . ' @ - in it")
    if users.find(home.ledger, name) is not None:
        raise StepError("USR-01", f"{name} is a user already; see `cleanclaim users list`")
    made = User(name, _roles(roles), _practices(home, practices), business_on=as_of.isoformat())
    kept = hashed(password, name)
    if not dry_run:
        said = f"by {who}: {why}"
        users.add(home.ledger, as_of.isoformat(), made, kept, signature.limit_of(name), said, only_first)
    return UserChanged(made, None, dry_run)


def set_password(home: Home, as_of: date, by: By, name: str, password: str, *, dry_run: bool) -> UserChanged:
    """A new password. Raises StepError USR-01, USR-02; LedgerError LED-03, changed meanwhile."""
    return _change(home, as_of, by, name, {}, "user's password set", dry_run=dry_run, password=password)


def set_roles(
    home: Home,
    as_of: date,
    by: By,
    name: str,
    roles: Collection[str] | None,
    practices: Collection[str] | None,
    *,
    dry_run: bool,
) -> UserChanged:
    """Other roles, other practices, or both; None leaves them. Raises StepError USR-01, USR-03; LED-03."""
    changes: dict[str, frozenset[str]] = {}
    if roles is not None:
        changes["roles"] = _roles(roles)
    if practices is not None:
        changes["practices"] = _practices(home, practices)
    if not changes:
        raise StepError("USR-03", "name a role or a practice, or both")
    return _change(home, as_of, by, name, changes, "user's roles set", dry_run=dry_run)


def set_disabled(home: Home, as_of: date, by: By, name: str, disabled: bool, *, dry_run: bool) -> UserChanged:
    """A person may not sign in any more, or may again. Raises StepError USR-01; LED-03."""
    act = "user disabled" if disabled else "user enabled"
    return _change(home, as_of, by, name, {"disabled": disabled}, act, dry_run=dry_run)


def user_called(home: Home, name: str) -> User:
    """The person of a name. Raises StepError USR-01: nobody has it."""
    found = users.find(home.ledger, " ".join(name.split()))
    if found is None:
        raise StepError("USR-01", f"nobody is called {name} here; see `cleanclaim users list`")
    return found


def _change(
    home: Home,
    as_of: date,
    by: By,
    name: str,
    changes: dict[str, frozenset[str]] | dict[str, bool],
    act: str,
    *,
    dry_run: bool,
    password: str | None = None,
) -> UserChanged:
    who, why = named(signed(home, by, preview=dry_run))
    before = user_called(home, name)
    after = replace(before, **changes)
    kept = hashed(password, before.name) if password is not None else ""
    if not dry_run and (kept or after != before):
        users.change(home.ledger, as_of.isoformat(), before, after, act, f"by {who}: {why}", kept)
    return UserChanged(after, before, dry_run)


def _roles(asked: Collection[str]) -> frozenset[str]:
    found = frozenset(role.strip().lower() for role in asked)
    if not found or not found <= RIGHTS.keys():
        raise StepError("USR-03", f"a role is one of {', '.join(RIGHTS)}")
    return found


def _practices(home: Home, asked: Collection[str]) -> frozenset[str]:
    known = {key.casefold(): key for key in home.partners.practices} | {EVERY_PRACTICE: EVERY_PRACTICE}
    found = frozenset(known.get(one.strip().casefold(), "") for one in asked)
    if "" in found:
        listed = ", ".join(sorted(home.partners.practices)) or "none"
        raise StepError("USR-03", f"a practice is one of {listed}, or * for every one")
    return found
