"""The second signature of a command: two persons who may sign in sign it, each with password and code.

Whoever types a command could name anybody as the first person and be the second one alone, so both are asked.
They read the preview before; what the act comes to when it is done is compared with what they read.
"""

import re
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, date, datetime

import typer

from ledger.errors import SecondNeeded
from ledger.people import second_factors, users
from ledger.people.users import User
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By
from tasks.people import sign_in
from tasks.people.rights import may

ADDRESS = "the command"
"""What tries are counted for, where the web console has the address of a browser."""

_AMOUNT = re.compile(r"cents=-?\d+|-?\$[\d,]+\.\d\d")


def show(printed: Callable[[], None]) -> None:
    """Prints a preview beside the command's own answer."""
    with redirect_stdout(sys.stderr):
        printed()


def signed_by_both(home: Home, day: date, by: By) -> By:
    """Asks both persons, the first one first.

    Raises SecondNeeded LED-15, one person twice; StepError SGN-01 to SGN-03, SGN-05, SGN-06 as at signing in;
    SGN-13, the second one may not; SGN-16, one is nobody who may sign in.
    """
    first, second = (_known(home, name) for name in (by.who, by.second))
    if first.name == second.name:
        raise SecondNeeded(f"{first.name} can't sign twice; the second signature is another person's")
    if not may(second.roles, "bill") or second.only is not None:
        raise StepError(
            "SGN-13", f"{second.name} may not sign this: the role or the practices do not allow it"
        )
    for person in (first, second):
        _ask(home, day, person)
    return By(first.name, by.why, second.name)


def _known(home: Home, name: str) -> User:
    user = users.find(home.ledger, " ".join(name.split())[:200])
    if user is None or user.disabled:
        raise StepError(
            "SGN-16",
            "an act that two persons sign names two who may sign in, by --as and --second; "
            "one of these may not: see `cleanclaim users list`",
        )
    return user


def _ask(home: Home, day: date, user: User) -> None:
    password = str(typer.prompt(f"Password of {user.name}", hide_input=True, err=True))
    code = ""
    if second_factors.of(home.ledger, user.name).on:
        code = str(typer.prompt(f"Code of {user.name}", hide_input=True, err=True))
    now = int(datetime.now(UTC).timestamp())
    sign_in.signs_too(home, day, user.name, password, code, ADDRESS, now)


def check_read(read: object, now: object) -> None:
    """Raises StepError SGN-14: what was read had other amounts than the act has by now."""
    if _amounts(read) != _amounts(now):
        raise StepError("SGN-14", "this is not what both of you read; read it again, then sign")


def _amounts(result: object) -> list[str]:
    """What an act comes to; its other words may name rows that are numbered anew each time."""
    return _AMOUNT.findall(repr(result))
