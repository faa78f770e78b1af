"""The second signature of an act that is above what one person may decide: another one's, given beside it.

The second person reads the preview, and types name, password and code into the same form. Nobody is signed in
by it. Only what was read is signed: the same words in the form, and the same amounts in the preview.
Where people sign in elsewhere no password is known here, and it is given by the command.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ledger.errors import LedgerError, SecondNeeded
from ledger.people.users import User
from tasks.errors import StepError
from tasks.people import sign_in
from tasks.people.rights import Right, may
from web.desk import Form, Visit
from web.sign_in import address_of, elsewhere

FIELDS = ("second", "second_password", "second_code", "second_read")
"""What the form has for it; none of it is shown again."""
READ = "read"
"""The field that stands for the amounts of the preview above the button."""
CHANGED = "WEB-15"
_AMOUNT = re.compile(r"-?\$[\d,]+\.\d\d")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act was not done. `needs_second`: the form asks for the second signature, below `lines`, which
    are the act's preview; `read` goes back with the signature and stands for them."""

    text: str
    needs_second: bool
    lines: tuple[str, ...] = ()
    read: str = ""

    def __str__(self) -> str:
        return self.text


def refusal(
    visit: Visit, form: Form, error: StepError | LedgerError, preview: Callable[[], list[str]]
) -> Refusal:
    """The refusal of an act that was to be done. Raises StepError, LedgerError as its `preview`."""
    asks = isinstance(error, SecondNeeded) or bool(form.get("second"))
    place = elsewhere(visit.desk.settings)
    if asks and place:
        return Refusal(
            f"{error}; people sign in at the {place}, so the second one signs by the command", False
        )
    lines = preview() if asks or error.code == CHANGED else []
    text = str(error).removesuffix(" (--second NAME)")  # the form has fields for it
    return Refusal(text, asks, tuple(lines), read_of(form, lines))


def read_of(form: Form, lines: Iterable[str]) -> str:
    """What stands for an act as it was read: what was typed, and the amounts of its preview. Its other words
    may name rows that are numbered anew each time."""
    typed = sorted(
        (name, " ".join(str(value).split()))
        for name, value in form.multi_items()
        if name not in ("form_key", "really", READ, *FIELDS) and str(value).strip()
    )
    read = json.dumps([typed, [_AMOUNT.findall(line) for line in lines]])
    return hashlib.sha256(read.encode("utf-8", "replace")).hexdigest()


def amounts_of(lines: Iterable[str]) -> str:
    """What stands for the amounts of a preview, line by line."""
    return hashlib.sha256(json.dumps([_AMOUNT.findall(line) for line in lines]).encode("ascii")).hexdigest()


def check_same(form: Form, lines: Iterable[str]) -> None:
    """Raises StepError WEB-15: the preview that was read has other amounts than the act would have now."""
    if form.get(READ) and form.get(READ) != amounts_of(lines):
        raise StepError(CHANGED, "it would come to something else by now; nothing was done, read it again")


def check_read(form: Form, lines: Iterable[str]) -> None:
    """Raises StepError SGN-14: the second person read something else than what the act now comes to."""
    if form.get("second_read", "") != read_of(form, lines):
        raise StepError("SGN-14", "this is not what the second person read; read it again, then sign")


def signer(visit: Visit, form: Form, right: Right) -> str:
    """The name of who signs too, "" where nobody is named.

    Raises StepError SGN-01 to SGN-03, SGN-05 and SGN-06 as at signing in; SGN-13, this person may not.
    """
    name = form.get("second", "")
    if not name.strip():
        return ""
    if elsewhere(visit.desk.settings):
        raise StepError("SGN-13", "a second signature is not taken here")
    password, code = form.get("second_password", ""), form.get("second_code", "")
    desk, address = visit.desk, address_of(visit.request)
    user = sign_in.signs_too(visit.home, desk.today, name, password, code, address, desk.now)
    if not may(user.roles, right) or not _sees_all_of(user, visit.user):
        raise StepError("SGN-13", f"{user.name} may not sign this: the role or the practices do not allow it")
    return user.name


def _sees_all_of(second: User, first: User) -> bool:
    """Whether the second person sees every practice that the first one sees; what an act touches is there."""
    return second.only is None or (first.only is not None and first.only <= second.only)
