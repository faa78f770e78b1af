"""What the web console refuses, with a stable code. No message names a patient.

WEB-01  sign in first, or again: the session is over
WEB-02  the form is of another session, or came from elsewhere
WEB-03  the role does not allow it
WEB-04  there is no such page or row, or it is of another practice
WEB-05  the request is too large, or is no form
WEB-06  the console is not reached under this name
WEB-07  the ledger is busy; nothing was done
WEB-08  a filter or a field says nothing that is known
WEB-09  something unforeseen; only its kind and place are named
WEB-10  the console does not listen in the clear beyond this machine
WEB-11  the figures for a monitor are not for who asks
WEB-12  a proxy says who asks, and this is not the proxy, or it names nobody
WEB-13  the settings are not whole for signing in at the identity provider
WEB-14  people sign in at the identity provider, and nobody by a password

What is unforeseen is named by its kind and place alone, on the page and in the log: a message of a database
or of Python may quote what was read.
"""

import logging
import re

from config.unforeseen import raised_at
from tasks.errors import StepError, as_step_error

log = logging.getLogger("cleanclaim.console")

_CODE = re.compile(r"[A-Z]{3}-[A-Z\d-]+")


class Refused(Exception):
    """A request that is refused: `status` of HTTP, a code, what is wrong and what to do."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code, message)
        self.status, self.code, self.message = status, code, message

    def __str__(self) -> str:
        return f"{self.code} {self.message}"


def not_there(what: str) -> Refused:
    """The same for what is not there and for what is another practice's."""
    return Refused(404, "WEB-04", f"there is no such {what}, or it is of a practice that you don't see")


def as_refused(error: Exception) -> Refused:
    """The refusal that an error becomes."""
    found = as_step_error(error, "the page")
    if _CODE.fullmatch(found.code) and not found.code.startswith("NIT-0"):
        message = found.message.removeprefix(found.code).strip()
        status = 503 if found.retryable else 409 if isinstance(error, StepError) else 422
        return Refused(status, found.code, message)
    place = raised_at(error)
    log.error("WEB-09 %s at %s", type(error).__name__, place)
    return Refused(500, "WEB-09", f"{type(error).__name__} at {place}; please report this")
