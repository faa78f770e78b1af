"""Who asks, whether they may, and the opened home of a request: every page begins here.

    with desk.visit(request, "see") as visit:
        return visit.page("claim.html", story=...)

A page of a patient's data says so (`visit.looked_at`), and the audit trail has a row with the person before
anything is shown.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from config.settings import Settings
from ledger.people.users import User
from ledger.trail import audit
from tasks.home.home import Home, keep_trail
from tasks.people import sign_in
from tasks.people.rights import Right, may
from tasks.runs import days
from web import listening, proxy
from web.errors import Refused
from web.homes import Homes
from web.kept_figures import AGAIN_SECONDS, KeptFigures
from web.shown import ShownPages

Form = ImmutableMultiDict[str, str]

COOKIE = "cleanclaim"
BEFORE = "cleanclaim-before"
"""The cookie before there is a session: the form for signing in is bound to it."""
HALF = "cleanclaim-half"
"""The cookie between the password and the second factor; it opens no other page."""
PROVIDER = "cleanclaim-provider"
"""The cookie while a person signs in at the identity provider: its answer is bound to it."""


@dataclass(frozen=True)
class Desk:
    """What all requests share."""

    settings: Settings
    homes: Homes
    figures: KeptFigures
    pages: Environment
    clock: Callable[[], datetime]
    secure: bool
    shown: ShownPages = field(default_factory=ShownPages)

    @property
    def now(self) -> int:
        """Seconds since the epoch."""
        return int(self.clock().timestamp())

    @property
    def today(self) -> date:
        """The day in the home's time zone."""
        return self.settings.day_at(self.clock())

    @property
    def cookie(self) -> str:
        """The session's cookie."""
        return self.named(COOKIE)

    def named(self, cookie: str) -> str:
        """A cookie's name; under HTTPS one that browsers take from this host alone."""
        return f"__Host-{cookie}" if self.secure else cookie

    def give(self, answer: Response, cookie: str, value: str, seconds: int) -> None:
        """Sets a cookie, for this host and no script."""
        answer.set_cookie(
            self.named(cookie), value, max_age=seconds, path="/", secure=self.secure, httponly=True,
            samesite="lax",
        )  # fmt: skip

    def take(self, answer: Response, cookie: str) -> None:
        """Deletes a cookie."""
        answer.delete_cookie(self.named(cookie), path="/", secure=self.secure, httponly=True, samesite="lax")

    def signed_in(self, answer: Response, token: str) -> None:
        """The answer to who is signed in now: the session's cookie, and none of those before it."""
        self.give(answer, COOKIE, token, self.settings.console_session_hours * 3600)
        for cookie in (BEFORE, HALF, PROVIDER):
            self.take(answer, cookie)

    @contextmanager
    def anyone(self) -> Iterator[Home]:
        """A home for who is not signed in: acts are the console's."""
        with self.homes.one() as home:
            keep_trail(home.settings, home.ledger, "console")
            yield home

    @contextmanager
    def visit(self, request: Request, right: Right | None = None) -> Iterator["Visit"]:
        """The request of a person who is signed in and has the right.

        Raises Refused WEB-01, WEB-03, WEB-12.
        """
        token = request.cookies.get(self.cookie, "")
        named = proxy.named_by(self.settings, request)
        with self.homes.one() as home:
            user = sign_in.of_cookie(home, token, self.now) if token else None
            if user is None or (named and user.name.casefold() != named.casefold()):
                raise Refused(401, "WEB-01", "sign in first; a session ends when nothing is done in it")
            visit = Visit(self, request, home, user, token, days.looked_at(home, self.today))
            if right is not None:
                visit.needs(right)
            keep_trail(home.settings, home.ledger, f"{user.name}, console")
            request.state.session = token
            yield visit

    @contextmanager
    def press(self, request: Request, form: Form, right: Right | None = None) -> Iterator["Visit"]:
        """The same for a form that was sent. Raises Refused WEB-02 too."""
        with self.visit(request, right) as visit:
            self.check_origin(request)
            if not hmac.compare_digest(form.get("form_key", ""), visit.form_key):
                raise Refused(403, "WEB-02", "this form is of another session; load the page again")
            yield visit

    def check_origin(self, request: Request) -> None:
        """A browser says where a form came from: another page than ours is refused. Raises Refused WEB-02."""
        site = request.headers.get("sec-fetch-site", "same-origin")
        origin = request.headers.get("origin", "")
        place = origin.partition("://")[2]
        ours = not origin or place == request.headers.get("host", "")
        if self.settings.console_behind_proxy and place.partition(":")[0] in listening.names(self.settings):
            ours = True  # the proxy may have put another name into Host
        if site not in ("same-origin", "none") or not ours:
            raise Refused(403, "WEB-02", "this form came from another page; nothing was done")

    def page(self, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
        """A page by its template."""
        return HTMLResponse(self.pages.get_template(template).render(**shown), status)


@dataclass(frozen=True)
class Visit:
    """One request of a person. `day` is the business date that days left are counted from."""

    desk: Desk
    request: Request
    home: Home
    user: User
    token: str
    day: date
    looks: list[tuple[str, str]] = field(default_factory=list)

    @property
    def form_key(self) -> str:
        """What a form must send back: known to the pages of this session alone."""
        return form_key(self.token)

    def may(self, right: Right) -> bool:
        return may(self.user.roles, right)

    def needs(self, right: Right) -> None:
        """Raises Refused WEB-03 where none of the person's roles has the right."""
        if not self.may(right):
            raise Refused(403, "WEB-03", "your role does not allow this; ask who keeps the users")

    def looked_at(self, subject: str, detail: str = "") -> None:
        """Notes that the person looks at a patient's data, before it is shown."""
        audit.record(self.home.ledger, self.day.isoformat(), "looked at", subject, detail)
        self.looks.append((subject, detail))

    def page(self, template: str, status: int = 200, **shown: Any) -> Response:
        """A page by its template, with who is signed in. The answer to a form leads to it."""
        page = self.desk.page(template, status, visit=self, **shown)
        if self.request.method != "POST":
            return page
        return self.desk.shown.answer(self.request, self.token, page, self.looks)

    def being_worked_out(self, title: str) -> Response:
        """The page of a figure that is being worked out: it asks again by itself."""
        answer = self.desk.page("working_out.html", 202, visit=self, title=title)
        answer.headers["Refresh"] = str(AGAIN_SECONDS)
        return answer

    def back(self, list_: str) -> str:
        """A list's address, with the filters that it had where the person comes from it."""
        stood_on = self.desk.shown.stood_on(self.request)
        return stood_on if urlsplit(stood_on).path == list_ else list_

    def to(self, address: str) -> Response:
        """Goes on to another page."""
        return RedirectResponse(address, 303)


def form_key(token: str) -> str:
    """The key of forms that belong to a cookie's value."""
    return hashlib.sha256(f"form key {token}".encode()).hexdigest()
