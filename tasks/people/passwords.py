"""The hash of a password (Argon2id, RFC 9106's second recommendation), and what a password must be."""

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tasks.errors import StepError

SHORTEST: Final = 12
LONGEST: Final = 256

_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)


def hashed(password: str, name: str) -> str:
    """The hash that is kept. Raises StepError USR-02, a password that is too short, long or plain."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise StepError("USR-02", f"a password has {SHORTEST} to {LONGEST} letters; choose another")
    if len(set(password)) < 5 or name.casefold() in password.casefold():
        raise StepError("USR-02", "a password must not be the name or a few letters repeated; choose another")
    return _HASHER.hash(password)


def fits(kept: str, password: str) -> bool:
    """Whether a password is the one of a hash. Without a hash ("") it takes as long, and is not."""
    if len(password) > LONGEST:
        return False
    try:
        return _HASHER.verify(kept or _of_nobody(), password) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _of_nobody() -> str:
    return _HASHER.hash("nobody has this password")
