"""The second factor of who signs in: a secret that is sealed in the ledger, its codes, and recovery codes.

Every code is good once. A code of the app is counted as wrong before it is looked at; after LOCKED_AT in a
row only a recovery code is taken, which counts anew, or a keeper of the users removes the second factor.
"""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Final

from ledger.errors import KeyMissing
from ledger.people import second_factors
from ledger.people.second_factors import SecondFactor, Spend
from ledger.people.users import User
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.home.keys import second_factor_keys
from tasks.people import totp

LOCKED_AT: Final = 20
RECOVERY_CODES: Final = 10
_OF_THE_APP = re.compile(r"\d{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Secret:
    """What a person types into the app, or gives to it as an address. It is shown once."""

    spelled: str
    address: str


def must(home: Home, user: User) -> bool:
    """Whether one of the person's roles signs in with a second factor only."""
    return not user.roles.isdisjoint(home.settings.console_second_factor)


def new_secret(home: Home, user: User) -> tuple[Secret, str]:
    """A new secret as the person sees it, and sealed as the ledger keeps it."""
    made = secrets.token_bytes(totp.SECRET_BYTES)
    return Secret(totp.spelled(made), totp.address(made, user.name)), _sealed(home, user, made)


def began_at(home: Home, user: User, sealed: str, code: str, now: int) -> int | None:
    """When the step began (seconds since the epoch) whose code this is; None: it is none near `now`.

    Raises StepError SGN-06.
    """
    step = totp.step_that_fits(_unsealed(home, user, sealed), plain(code), now)
    return step * totp.STEP if step is not None else None


def new_recovery_codes() -> list[str]:
    """Codes of 80 bits each, in fours to be read."""
    made = (base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES))
    return ["-".join(one[at : at + 4] for at in range(0, len(one), 4)) for one in made]


def digest_of(user: User, recovery_code: str) -> str:
    """What is kept of a recovery code."""
    return hashlib.sha256(f"recovery {user.name} {plain(recovery_code)}".encode()).hexdigest()


def spending(home: Home, user: User, found: SecondFactor, code: str, now: int) -> tuple[Spend, str]:
    """How a code is spent, and in words with what the person signs in.

    Raises StepError SGN-03, it is none; SGN-05, too many were wrong; SGN-06, the key is not here.
    """
    if not _OF_THE_APP.fullmatch(plain(code)):
        return second_factors.spend_recovery(user.name, digest_of(user, code), now), "with a recovery code"
    if not second_factors.count_wrong(home.ledger, user.name, LOCKED_AT):
        raise StepError(
            "SGN-05",
            f"{LOCKED_AT} codes in a row were wrong; take a recovery code, or ask who keeps the users",
        )
    at = began_at(home, user, found.sealed, code, now)
    if at is None:
        raise wrong_code()
    return second_factors.spend_step(user.name, found.sealed, at), "with a code"


def wrong_code() -> StepError:
    """The same for a code that is wrong and for one that was used."""
    return StepError("SGN-03", "this code is wrong, over or used already; wait for the next one")


def plain(code: str) -> str:
    """A code as people type it, without what stands between."""
    return re.sub(r"[\s-]", "", code).lower()[:64]


def _sealed(home: Home, user: User, secret: bytes) -> str:
    keys = second_factor_keys(home.settings, make=True)
    assert keys is not None  # it was made
    held = keys.seal(secret + user.name.encode())  # with the name: no row is good for another person
    return base64.b64encode(held).decode()


def _unsealed(home: Home, user: User, sealed: str) -> bytes:
    keys = second_factor_keys(home.settings)
    try:
        held = keys.unseal_any(base64.b64decode(sealed)) if keys is not None else b""
    except KeyMissing:
        held = b""
    if held[totp.SECRET_BYTES :] != user.name.encode():
        raise StepError(
            "SGN-06",
            "the key of second factors is not the one that this was sealed under; put it back, or remove the "
            f"second factor: cleanclaim users second-factor {user.name!r} --remove",
        )
    return held[: totp.SECRET_BYTES]
