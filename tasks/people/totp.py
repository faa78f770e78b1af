"""One-time codes by time (TOTP, RFC 6238 over RFC 4226) as every authenticator app shows them.

Six digits, SHA-1, a step of 30 seconds. A code of the step before or behind is taken too: clocks differ.
"""

import base64
import hashlib
import hmac
from typing import Final
from urllib.parse import quote, urlencode

DIGITS: Final = 6
STEP: Final = 30  # seconds
SKEW: Final = 1  # steps that the app's clock may be off, either way
SECRET_BYTES: Final = 20
ISSUER: Final = "CleanClaim"


def step_of(now: int) -> int:
    """The step that an instant (seconds since the epoch) is in."""
    return now // STEP


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a step."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    start = mac[-1] & 15
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_that_fits(secret: bytes, code: str, now: int) -> int | None:
    """The step whose code this is, near `now`; None: it is none. Every step is compared, in the same time."""
    here, found = step_of(now), None
    for step in range(here - SKEW, here + SKEW + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode("utf-8", "replace")):
            found = step
    return found


def spelled(secret: bytes) -> str:
    """A secret as it is typed into an app: base32."""
    return base64.b32encode(secret).decode().rstrip("=")


def address(secret: bytes, name: str) -> str:
    """The otpauth URI that apps read, for a person's name."""
    asked = {
        "secret": spelled(secret),
        "issuer": ISSUER,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": STEP,
    }
    return f"otpauth://totp/{ISSUER}:{quote(name)}?{urlencode(asked)}"
