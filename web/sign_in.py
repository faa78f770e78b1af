"""Signing in and out. The form for signing in is bound to a cookie of its own: no other page sends it."""

import hmac
import secrets

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tasks.errors import StepError
from tasks.people import sign_in
from web.desk import BEFORE, Desk, form_key
from web.errors import Refused
from web.routing import Sent, router


def routes(desk: Desk) -> APIRouter:
    """The pages for signing in and out."""
    pages = router()

    @pages.get("/sign-in")
    def form(request: Request) -> Response:
        return _form(desk, request)

    @pages.post("/sign-in")
    def begin(request: Request, form: Sent) -> Response:
        before = request.cookies.get(_before(desk), "")
        desk.check_origin(request)
        if not before or not hmac.compare_digest(form.get("form_key", ""), form_key(before)):
            raise Refused(403, "WEB-02", "this form is too old; load the page again")
        address = request.client.host if request.client else ""
        try:
            with desk.anyone() as home:
                name, password = form.get("name", ""), form.get("password", "")
                token, _ = sign_in.begin(home, desk.today, name, password, address, desk.now)
        except StepError as refused:
            return _form(desk, request, refused, 429 if refused.code == "SGN-02" else 403)
        answer = RedirectResponse("/", 303)
        longest = desk.settings.console_session_hours * 3600
        _set(desk, answer, desk.cookie, token, longest)
        answer.delete_cookie(_before(desk), path="/", secure=desk.secure, httponly=True, samesite="lax")
        return answer

    @pages.post("/sign-out")
    def end(request: Request, form: Sent) -> Response:
        with desk.press(request, form) as visit:
            sign_in.end(visit.home, desk.today, visit.token, visit.user, desk.now)
        answer = RedirectResponse("/sign-in", 303)
        answer.delete_cookie(desk.cookie, path="/", secure=desk.secure, httponly=True, samesite="lax")
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    return pages


def _form(desk: Desk, request: Request, refused: StepError | None = None, status: int = 200) -> Response:
    before = request.cookies.get(_before(desk), "") or secrets.token_urlsafe(24)
    page = desk.page("sign_in.html", status, form_key=form_key(before), refused=refused)
    _set(desk, page, _before(desk), before, 3600)
    return page


def _before(desk: Desk) -> str:
    return f"__Host-{BEFORE}" if desk.secure else BEFORE


def _set(desk: Desk, answer: Response, name: str, value: str, seconds: int) -> None:
    answer.set_cookie(
        name, value, max_age=seconds, path="/", secure=desk.secure, httponly=True, samesite="lax"
    )
