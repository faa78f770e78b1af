"""A session of the web console: begun with a password and the second factor, or for whom a proxy or an
identity provider names; looked up by its cookie, ended.

Only the digest of the cookie is kept. A name that nobody has takes as long as a wrong password and is told
the same, and every try is counted before it is made.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ledger.people import second_factors, sessions, sign_in_tries, users
from ledger.people.second_factors import Spend
from ledger.people.sessions import NOT_THERE, AtProvider
from ledger.people.users import User
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.people import second_factor
from tasks.people.passwords import fits

OF_BOTH, OF_ADDRESS, OF_NAME = 5, 30, 30
"""Tries in a quarter of an hour: of one name from one address, from one address, of one name."""

SEEN_EVERY = 30  # seconds: not every request writes


@dataclass(frozen=True, slots=True)
class Begun:
    """`token` is a cookie's value. `waits`: the second factor is asked for first, and the token is good for
    that alone; `to_set_up`: the person has none yet and must have one."""

    token: str
    user: User
    waits: bool = False
    to_set_up: bool = False


def begin(home: Home, day: date, name: str, password: str, address: str, now: int) -> Begun:
    """Signs in, or lets go on to the second factor.

    Raises StepError SGN-01, wrong name or password; SGN-02, too many tries.
    """
    return _begin(home, day, known_by_password(home, day, name, password, address, now), now)


def known_by_password(home: Home, day: date, name: str, password: str, address: str, now: int) -> User:
    """Whose name and password these are. Raises as `begin`."""
    name = " ".join(name.split())[:200]
    keys = {
        _digest(f"both {name.casefold()} {address}"): OF_BOTH,
        _digest(f"address {address}"): OF_ADDRESS,
        _digest(f"name {name.casefold()}"): OF_NAME,
    }
    known = users.find_with_password(home.ledger, name)
    who = f"user {known[0].name}" if known is not None else "user unknown"
    _count(home, day, keys, who, now)
    right = fits(known[1] if known is not None else "", password)
    if known is None or not right or known[0].disabled:
        sign_in_tries.refused(home.ledger, day.isoformat(), who, "wrong name or password, or disabled")
        raise StepError("SGN-01", "this name and password are not known here, or the user is disabled")
    sign_in_tries.forget(home.ledger, keys)
    return known[0]


def begin_as(home: Home, day: date, user: User, now: int) -> Begun:
    """Signs in who has just become a user, or lets go on to the second factor that is to be set up."""
    return _begin(home, day, user, now)


def half(home: Home, token: str, now: int) -> Begun:
    """Who is to give the second factor by a cookie's value. Raises StepError SGN-04, nobody any more."""
    user = sessions.half(home.ledger, _digest(token), now) if token else None
    if user is None:
        raise StepError("SGN-04", "this took too long, or was done already; sign in again")
    return Begun(token, user, waits=True, to_set_up=not second_factors.of(home.ledger, user.name).on)


def second(home: Home, day: date, token: str, code: str, address: str, now: int) -> str:
    """The second factor after the password; returns the session's cookie value.

    Raises StepError SGN-02, too many tries; SGN-03, the code is wrong or was used; SGN-04, the password was
    too long ago; SGN-05, locked; SGN-06, the key that it is sealed under is not here.
    """
    user = half(home, token, now).user
    made = secrets.token_urlsafe(32)
    tokens = _digest(token), _digest(made)

    def complete(spend: Spend, how: str) -> bool:
        return sessions.complete(home.ledger, day.isoformat(), tokens, user, now, spend, how)

    _with_code(home, day, user, code, address, now, complete)
    return made


def signs_too(home: Home, day: date, name: str, password: str, code: str, address: str, now: int) -> User:
    """Who signs an act of another person's: known as at signing in, and nobody is signed in by it.

    Raises StepError SGN-01 to SGN-03, SGN-05, SGN-06 as `begin` and `second`; SGN-13, the second factor that
    this person must have is not set up.
    """
    user = known_by_password(home, day, name, password, address, now)
    if second_factors.of(home.ledger, user.name).on:
        _with_code(
            home, day, user, code, address, now, lambda spend, _: second_factors.spent(home.ledger, spend)
        )
    elif second_factor.must(home, user):
        raise StepError("SGN-13", f"{user.name} must have a second factor; sign in and set it up first")
    return user


def _with_code(
    home: Home, day: date, user: User, code: str, address: str, now: int, do: Callable[[Spend, str], bool]
) -> None:
    """Does what a code of the person's second factor is for; `do` spends it, False where it was spent before.
    Raises as `second`."""
    who = f"user {user.name}"
    keys = {
        _digest(f"code {user.name}"): OF_BOTH,
        _digest(f"code address {address}"): OF_ADDRESS,
    }
    _count(home, day, keys, who, now)
    found = second_factors.of(home.ledger, user.name)
    try:
        if not found.on or not do(*second_factor.spending(home, user, found, code, now)):
            raise second_factor.wrong_code()
    except StepError as refused:
        sign_in_tries.refused(home.ledger, day.isoformat(), who, f"second factor, {refused.code}")
        raise
    sign_in_tries.forget(home.ledger, keys)


def begin_anew(home: Home, day: date, name: str, now: int) -> Begun:
    """A session for who has just confirmed a second factor, which ended every other one.

    Raises StepError SGN-04, the person was disabled meanwhile.
    """
    user = users.find(home.ledger, name)
    if user is None or user.disabled:
        raise StepError("SGN-04", "this took too long, or was done already; sign in again")
    token = secrets.token_urlsafe(32)
    sessions.begin(home.ledger, day.isoformat(), _digest(token), user, now)
    return Begun(token, user)


def begin_by_proxy(home: Home, day: date, name: str, now: int) -> Begun:
    """A session for whom a proxy that is trusted names; password and second factor are the proxy's.

    Raises StepError SGN-07, nobody has this name here, or the user is disabled.
    """
    return _begin(home, day, _named(home, day, name, "proxy"), now, "named by the proxy", is_enough=True)


def begin_by_provider(
    home: Home, day: date, name: str, address: str, now: int, at: AtProvider, *, had_second_factor: bool
) -> Begun:
    """A session for whom an identity provider names, or on to the second factor, where one is to be asked for
    and the provider did not. Raises StepError SGN-07, nobody has this name here, or the user is disabled."""
    user = _named(home, day, name, "identity provider")
    sign_in_tries.forget(home.ledger, {_of_provider(address)})
    how = "named by the identity provider"
    if had_second_factor:
        return _begin(home, day, user, now, f"{how}, with its second factor", at, is_enough=True)
    return _begin(home, day, user, now, how, at)


def end_at_provider(home: Home, day: date, at: AtProvider, until: int, now: int) -> int:
    """Ends the sessions of who signed out at the identity provider, if they began by `until`. How many."""
    return sessions.end_at_provider(home.ledger, day.isoformat(), at, until, now)


def answered(home: Home, day: date, state: str, address: str, now: int) -> None:
    """An identity provider's answer is about to be used: once, and not too often from one address.

    Raises StepError SGN-02, too many tries; SGN-10, this one was used before.
    """
    _count(home, day, {_of_provider(address): OF_ADDRESS}, "user unknown", now)
    if not sign_in_tries.count(home.ledger, {_digest(f"state {state}"): 1}, now):
        provider_refused(home, day, "SGN-10")
        raise StepError("SGN-10", "this answer was used before; sign in again")


def provider_refused(home: Home, day: date, code: str) -> None:
    """Notes that signing in at the identity provider led to nobody."""
    sign_in_tries.refused(home.ledger, day.isoformat(), "user unknown", f"identity provider, {code}")


def _of_provider(address: str) -> str:
    return _digest(f"provider address {address}")


def _begin(
    home: Home,
    day: date,
    user: User,
    now: int,
    how: str = "",
    at: AtProvider = NOT_THERE,
    *,
    is_enough: bool = False,
) -> Begun:
    """A session, or a half one where a second factor is to be asked for first."""
    token = secrets.token_urlsafe(32)
    on = second_factors.of(home.ledger, user.name).on
    if not is_enough and (on or second_factor.must(home, user)):
        sessions.begin_half(home.ledger, _digest(token), user, now, at)
        return Begun(token, user, waits=True, to_set_up=not on)
    sessions.begin(home.ledger, day.isoformat(), _digest(token), user, now, how, at)
    return Begun(token, user)


def _named(home: Home, day: date, name: str, by: str) -> User:
    """Whom a proxy or an identity provider names. Raises StepError SGN-07."""
    user = users.find(home.ledger, " ".join(name.split())[:200])
    if user is None or user.disabled:
        who = f"user {user.name}" if user is not None else "user unknown"
        sign_in_tries.refused(home.ledger, day.isoformat(), who, f"named by the {by}, unknown or disabled")
        raise StepError("SGN-07", f"the {by} names somebody who is no user here, or is disabled")
    return user


def tried(home: Home, day: date, what: str, address: str, now: int) -> None:
    """One more try of what is typed without a name. Raises StepError SGN-02, too many from this address."""
    _count(home, day, {_digest(f"{what} {address}"): OF_BOTH}, "user unknown", now)


def _count(home: Home, day: date, keys: dict[str, int], who: str, now: int) -> None:
    if not sign_in_tries.count(home.ledger, keys, now):
        sign_in_tries.refused(home.ledger, day.isoformat(), who, "too many tries")
        raise StepError("SGN-02", "too many tries; wait a quarter of an hour, or ask who keeps the users")


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
