"""A session of the web console begins with a password, is looked up by its cookie, and ends.

Only the digest of the cookie is kept. A name that nobody has takes as long as a wrong password and is told
the same, and every try is counted before it is made.
"""

import hashlib
import secrets
from datetime import date

from ledger.people import sessions, sign_in_tries, users
from ledger.people.users import User
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.people.passwords import fits

OF_BOTH, OF_ADDRESS, OF_NAME = 5, 30, 30
"""Tries in a quarter of an hour: of one name from one address, from one address, of one name."""

SEEN_EVERY = 30  # seconds: not every request writes


def begin(home: Home, day: date, name: str, password: str, address: str, now: int) -> tuple[str, User]:
    """Signs in, and returns the cookie's value with who it is.

    Raises StepError SGN-01, wrong name or password; SGN-02, too many tries.
    """
    name = " ".join(name.split())[:200]
    keys = {
        _digest(f"both {name.casefold()} {address}"): OF_BOTH,
        _digest(f"address {address}"): OF_ADDRESS,
        _digest(f"name {name.casefold()}"): OF_NAME,
    }
    known = users.find_with_password(home.ledger, name)
    who = f"user {known[0].name}" if known is not None else "user unknown"
    if not sign_in_tries.count(home.ledger, keys, now):
        sign_in_tries.refused(home.ledger, day.isoformat(), who, "too many tries")
        raise StepError("SGN-02", "too many tries; wait a quarter of an hour, or ask who keeps the users")
    right = fits(known[1] if known is not None else "", password)
    if known is None or not right or known[0].disabled:
        sign_in_tries.refused(home.ledger, day.isoformat(), who, "wrong name or password, or disabled")
        raise StepError("SGN-01", "this name and password are not known here, or the user is disabled")
    sign_in_tries.forget(home.ledger, keys)
    token = secrets.token_urlsafe(32)
    sessions.begin(home.ledger, day.isoformat(), _digest(token), known[0], now)
    return token, known[0]


def of_cookie(home: Home, token: str, now: int) -> User | None:
    """Who is signed in by a cookie's value; None: nobody, or the session is over."""
    found = sessions.of_token(home.ledger, _digest(token), now, **_lasting(home))
    if found is None:
        return None
    user, seen_at = found
    if now - seen_at >= SEEN_EVERY:
        sessions.seen(home.ledger, _digest(token), now)
    return user


def open_sessions(home: Home, now: int) -> dict[str, int]:
    """How many sessions each person has that are not over, by name."""
    return sessions.counted(home.ledger, now, **_lasting(home))


def end(home: Home, day: date, token: str, user: User, now: int) -> None:
    """Signs out. Done twice, it is done once."""
    sessions.end(home.ledger, day.isoformat(), _digest(token), user.name, now)


def _lasting(home: Home) -> dict[str, int]:
    """The seconds that a session lasts, by this home's settings."""
    return {
        "idle": home.settings.console_idle_minutes * 60,
        "longest": home.settings.console_session_hours * 3600,
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
