"""Signing in and out. The form for signing in is bound to a cookie of its own: no other page sends it."""

import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.oidc import BEGINS
from config.settings import Settings
from ledger.people.sessions import HALF as HALF_SECONDS
from tasks.errors import StepError
from tasks.operations import first_user
from tasks.people import sign_in
from tasks.people.sign_in import Begun
from web import proxy
from web.desk import BEFORE, COOKIE, HALF, PROVIDER, Desk, Form, form_key
from web.errors import Refused
from web.routing import Sent, router

FIRST = "/sign-in/first"
"""The page of the first user, as long as nobody is one."""


def routes(desk: Desk) -> APIRouter:
    """The pages for signing in and out."""
    pages = router()

    @pages.get("/sign-in")
    def form(request: Request) -> Response:
        if desk.settings.oidc_issuer:
            return provider_form(desk)
        named = proxy.named_by(desk.settings, request)
        if named:
            return _by_proxy(desk, named)
        with desk.anyone() as home:
            if first_user.awaited(home):
                return RedirectResponse(FIRST, 303)
        return _form(desk, request)

    @pages.post("/sign-in")
    def begin(request: Request, form: Sent) -> Response:
        if desk.settings.console_user_header:
            raise Refused(403, "WEB-12", "nobody signs in by a password here; the proxy says who asks")
        if desk.settings.oidc_issuer:
            raise Refused(
                403, "WEB-14", "nobody signs in by a password here; sign in at the identity provider"
            )
        check_unsigned(desk, request, form)
        try:
            with desk.anyone() as home:
                name, password = form.get("name", ""), form.get("password", "")
                begun = sign_in.begin(home, desk.today, name, password, address_of(request), desk.now)
        except StepError as refused:
            return _form(desk, request, refused, 429 if refused.code == "SGN-02" else 403)
        return entered(desk, begun)

    @pages.post("/sign-out")
    def end(request: Request, form: Sent) -> Response:
        with desk.press(request, form) as visit:
            sign_in.end(visit.home, desk.today, visit.token, visit.user, desk.now)
            desk.shown.forget(visit.token)
        answer: Response = RedirectResponse("/sign-in", 303)
        place = elsewhere(desk.settings)
        if place:  # the page for signing in would sign in again, or nearly so
            answer = desk.page("signed_out.html", elsewhere=place)
        desk.take(answer, COOKIE)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    return pages


def _by_proxy(desk: Desk, named: str) -> Response:
    try:
        with desk.anyone() as home:
            begun = sign_in.begin_by_proxy(home, desk.today, named, desk.now)
    except StepError as refused:
        raise Refused(403, refused.code, refused.message) from None
    return entered(desk, begun)


def entered(desk: Desk, begun: Begun) -> Response:
    """On to the second factor, or signed in."""
    if begun.waits:
        answer = RedirectResponse("/sign-in/set-up" if begun.to_set_up else "/sign-in/code", 303)
        desk.give(answer, HALF, begun.token, HALF_SECONDS)
        for cookie in (COOKIE, PROVIDER):
            desk.take(answer, cookie)
        return answer
    answer = RedirectResponse("/", 303)
    desk.signed_in(answer, begun.token)
    return answer


def provider_form(desk: Desk, refused: StepError | None = None, status: int = 200) -> Response:
    """The way to the identity provider: a link under the name that it sends the browser back to."""
    settings = desk.settings
    address = settings.console_url.rstrip("/") + BEGINS
    host = urlsplit(settings.oidc_issuer).hostname
    return desk.page("sign_in_provider.html", status, address=address, host=host, refused=refused)


def elsewhere(settings: Settings) -> str:
    """Where people sign in, if not by a password here."""
    return "identity provider" if settings.oidc_issuer else "proxy" if settings.console_user_header else ""


def address_of(request: Request) -> str:
    """Where a request comes from, as far as this machine sees."""
    return request.client.host if request.client else ""


def _form(desk: Desk, request: Request, refused: StepError | None = None, status: int = 200) -> Response:
    return unsigned_form(desk, request, "sign_in.html", status, refused=refused)


def unsigned_form(desk: Desk, request: Request, template: str, status: int, **shown: Any) -> Response:
    """A form for who is not signed in, bound to a cookie of its own: no other page sends it."""
    before = request.cookies.get(desk.named(BEFORE), "") or secrets.token_urlsafe(24)
    page = desk.page(template, status, form_key=form_key(before), **shown)
    desk.give(page, BEFORE, before, 3600)
    return page


def check_unsigned(desk: Desk, request: Request, form: Form) -> None:
    """Raises Refused WEB-02: such a form comes from another page, or is too old."""
    before = request.cookies.get(desk.named(BEFORE), "")
    desk.check_origin(request)
    if not before or not hmac.compare_digest(form.get("form_key", ""), form_key(before)):
        raise Refused(403, "WEB-02", "this form is too old; load the page again")
