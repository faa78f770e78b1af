"""Pages that answer a form, under addresses of their own.

A browser that goes back to the answer of a form would have to send the form again, and of a page that must
not be stored it can't. So a form is answered by a redirect to `/shown/TOKEN`, where the page stays as long as
it holds: until its act was done, or the session has enough newer ones. It is kept in this process alone,
and shown to nobody but the session that sent the form.
"""

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

AT: Final = "/shown"
OF_A_SESSION: Final = 20
IN_ALL: Final = 400
"""Pages that are kept at most, of a session and of all; the oldest go first."""

Looks = Sequence[tuple[str, str]]
"""Subjects and details of the looks at a patient's data that a page is."""


@dataclass(slots=True)
class Shown:
    """An answer: of which session, to which form's address, and the page on which that form stood. `looks`
    are noted again each time that it is shown again. `html` is empty where its act was done since."""

    session: str
    sent_to: str
    stood_on: str
    status: int
    html: bytes
    looks: Looks
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class ShownPages:
    """Those of one console, by their tokens."""

    _kept: OrderedDict[str, Shown] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def answer(self, request: Request, session: str, page: HTMLResponse, looks: Looks) -> Response:
        """Keeps the answer to a form, and leads to it."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            kept = Shown(
                session, request.url.path, self.stood_on(request), page.status_code, bytes(page.body), looks
            )
            self._kept[token] = kept
            own = [one for one, of in self._kept.items() if of.session == session]
            for old in own[:-OF_A_SESSION]:
                del self._kept[old]
            while len(self._kept) > IN_ALL:
                self._kept.popitem(last=False)
        return RedirectResponse(f"{AT}/{token}", 303)

    def of(self, token: str, session: str) -> Shown | None:
        """What is kept for this session."""
        with self._lock:
            found = self._kept.get(token)
        return found if found is not None and found.session == session else None

    def is_done(self, request: Request, session: str) -> None:
        """An act was done: what was shown of it before does not hold any more."""
        with self._lock:
            for one in self._kept.values():
                if (one.session, one.sent_to) == (session, request.url.path):
                    one.html = b""

    def forget(self, session: str) -> None:
        """Drops what is kept for a session that ends."""
        with self._lock:
            for token in [token for token, one in self._kept.items() if one.session == session]:
                del self._kept[token]

    def stood_on(self, request: Request) -> str:
        """The page on which a link or a form stood, as the browser says: one of ours, "/" if it says none.
        Of an answer to a form it is the page of that form."""
        said = urlsplit(request.headers.get("referer", ""))
        if said.netloc != request.headers.get("host", "") or not said.path.startswith("/"):
            return "/"
        before = self._kept.get(said.path.removeprefix(f"{AT}/"))
        if before is not None:
            return before.stood_on
        path = "/" + said.path.lstrip("/")  # two slashes would name another machine
        return path + (f"?{said.query}" if said.query else "")
