"""The first person of a home, made in the browser by whoever can read the home's files.

While nobody can sign in, a console that starts writes a code into the home's file `first-user`, readable
by its owner alone. Whoever types the code into the console becomes its first manager. It is typed into a
form, so it is in no address, and it is in no log, no argument and no variable of the environment. It is
good for an hour, and once: the person is added only where nobody is a user yet.
"""

import base64
import hmac
import secrets
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from config.settings import Settings
from ledger.people import sign_in_tries, users
from ledger.people.users import EVERY_PRACTICE, User
from tasks.errors import StepError
from tasks.home.home import Home, write_private
from tasks.operations import users as operation
from tasks.operations.money_acts import By
from tasks.people.sign_in import tried

FILE: Final = "first-user"
ROLE: Final = "manager"
LASTS: Final = 3600  # seconds
WHY: Final = "the first user, by the code in the home"
_BYTES: Final = 10  # 80 bits: 16 letters and digits of base32, which has no 0, 1, 8 or 9 to be misread


@dataclass(frozen=True, slots=True)
class Code:
    """What is typed, the file that holds it, and until when it is good, in seconds since the epoch."""

    code: str
    file: Path
    until: int


def by_password(settings: Settings) -> bool:
    """Whether people sign in by a password here: else a proxy or an identity provider says who asks."""
    return not (settings.console_user_header or settings.oidc_issuer)


def awaited(home: Home) -> bool:
    """Whether nobody is a user yet, and the first one can be made in the browser."""
    return by_password(home.settings) and not users.users(home.ledger)


def offer(home: Home, now: int) -> Code | None:
    """The code for the first user, as a console starts: the one of before if it is still good, or a new one.

    None: somebody is a user already, or people sign in elsewhere; what was left of a code is removed.
    """
    file = home.settings.home / FILE
    if not awaited(home):
        file.unlink(missing_ok=True)
        return None
    found = _read(file)
    if found is None or found.until <= now:
        spelled = base64.b32encode(secrets.token_bytes(_BYTES)).decode("ascii")
        code = "-".join(spelled[at : at + 4] for at in range(0, len(spelled), 4))
        found = Code(code, file, now + LASTS)
        until = datetime.fromtimestamp(found.until, UTC).isoformat()
        write_private(file, f'code = "{code}"\nuntil = {until}\n'.encode("ascii"))
    return found


def enrol(home: Home, day: date, code: str, name: str, password: str, address: str, now: int) -> User:
    """Makes the first user, a manager of every practice.

    Raises:
        StepError: SGN-02, too many tries; SGN-17, the code is wrong or over, or somebody is a user already;
            USR-01, the name; USR-02, the password.
        LedgerError: LED-14, the name is a program's.
    """
    tried(home, day, "first user", address, now)
    file = home.settings.home / FILE
    kept = _read(file)
    typed = "".join(c for c in code.upper() if c.isalnum())
    right = kept is not None and hmac.compare_digest(typed.encode(), kept.code.replace("-", "").encode())
    if kept is None or not right or kept.until <= now or not awaited(home):
        sign_in_tries.refused(home.ledger, day.isoformat(), "user unknown", "first user, SGN-17")
        raise StepError(
            "SGN-17",
            "the code is not the one in the home's file first-user, or its hour is over; a console that is "
            "started again writes a new one",
        )
    every = [EVERY_PRACTICE]
    by = By(name, WHY)
    made = operation.add(home, day, by, name, [ROLE], every, password, dry_run=False, only_first=True).user
    file.unlink(missing_ok=True)
    return made


def _read(file: Path) -> Code | None:
    """The code that a file holds; None: there is none, or it is no such file."""
    try:
        held = tomllib.loads(file.read_text("ascii"))
        return Code(str(held["code"]), file, int(held["until"].timestamp()))
    except (OSError, ValueError, KeyError, AttributeError):
        return None
