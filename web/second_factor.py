"""The second factor: its step of signing in, and the page on which a person sets one up.

Between the password and the code a cookie of its own is good for these pages alone. A new secret and the
recovery codes are in the answer to a form, once; no address leads to them.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.people import second_factors
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations import second_factor as operation
from tasks.operations.money_acts import By
from tasks.operations.second_factor import FactorChanged
from tasks.people import second_factor, sign_in
from tasks.people.sign_in import Begun
from web.desk import HALF, Desk, Form, Visit, form_key
from web.errors import Refused
from web.routing import Sent, router
from web.sign_in import address_of, elsewhere

WHY = "sets up the own second factor"


def routes(desk: Desk) -> APIRouter:
    """The pages of the second factor."""
    pages = router()

    @pages.get("/sign-in/code")
    def asked(request: Request) -> Response:
        with _half(desk, request) as (_, begun):
            return _code_form(desk, begun)

    @pages.post("/sign-in/code")
    def code(request: Request, form: Sent) -> Response:
        with _half(desk, request, form) as (home, begun):
            try:
                token = sign_in.second(
                    home, desk.today, begun.token, form.get("code", ""), address_of(request), desk.now
                )
            except StepError as refused:
                if refused.code == "SGN-04":
                    return _again()
                return _code_form(desk, begun, refused, 429 if refused.code == "SGN-02" else 403)
        answer = RedirectResponse("/", 303)
        desk.signed_in(answer, token)
        return answer

    @pages.get("/sign-in/set-up")
    def to_set_up(request: Request) -> Response:
        with _half(desk, request, sets_up=True) as (_, begun):
            return _set_up(desk, begun)

    @pages.post("/sign-in/set-up")
    def set_up(request: Request, form: Sent) -> Response:
        with _half(desk, request, form, sets_up=True) as (home, begun):
            return _pressed(desk, home, begun, form)

    @pages.get("/second-factor")
    def own(request: Request) -> Response:
        with desk.visit(request) as visit:
            return _own(visit)

    @pages.post("/second-factor")
    def own_set_up(request: Request, form: Sent) -> Response:
        with desk.press(request, form) as visit:
            if desk.settings.console_user_header:
                raise Refused(403, "WEB-12", "the proxy says who asks; a second factor is set up there")
            if desk.settings.oidc_issuer:
                raise Refused(403, "WEB-14", "a second factor is set up when you sign in, or by the command")
            if not form.get("code"):
                try:
                    password = form.get("password", "")
                    sign_in.known_by_password(
                        visit.home, desk.today, visit.user.name, password, address_of(request), desk.now
                    )
                except StepError as refused:
                    return _own(visit, refused, 429 if refused.code == "SGN-02" else 403)
            return _pressed(desk, visit.home, Begun(visit.token, visit.user), form)

    return pages


@contextmanager
def _half(
    desk: Desk, request: Request, form: Form | None = None, *, sets_up: bool = False
) -> Iterator[tuple[Home, Begun]]:
    """Who gave the password a short while ago, on a page for who has a second factor, or for who has none.

    Raises Refused WEB-01, nobody, or the page is the other one; WEB-02, the form is of another.
    """
    with desk.anyone() as home:
        try:
            begun = sign_in.half(home, request.cookies.get(desk.named(HALF), ""), desk.now)
        except StepError as refused:
            raise Refused(401, "WEB-01", refused.message) from None
        if begun.to_set_up != sets_up:
            raise Refused(401, "WEB-01", "sign in again; the second factor was changed meanwhile")
        if form is not None:
            desk.check_origin(request)
            if not hmac.compare_digest(form.get("form_key", ""), form_key(begun.token)):
                raise Refused(403, "WEB-02", "this form is of another session; load the page again")
        yield home, begun


def _pressed(desk: Desk, home: Home, begun: Begun, form: Form) -> Response:
    """A new secret; with a code the one before it counts, and the person is signed in."""
    by, day, name = By(begun.user.name, WHY), desk.today, begun.user.name
    try:
        if not form.get("code"):
            return _set_up(desk, begun, operation.begin(home, day, by, name, dry_run=False))
        return _confirmed(desk, home, day, by, form.get("code", ""))
    except StepError as refused:
        return _set_up(desk, begun, None, refused, 403)


def _confirmed(desk: Desk, home: Home, day: date, by: By, code: str) -> Response:
    done = operation.confirm(home, day, by, by.who, code, desk.now, dry_run=False)
    begun = sign_in.begin_anew(home, day, by.who, desk.now)
    page = desk.page("recovery_codes.html", codes=done.recovery_codes)
    desk.signed_in(page, begun.token)
    return page


def _code_form(desk: Desk, begun: Begun, refused: StepError | None = None, status: int = 200) -> Response:
    return desk.page("sign_in_code.html", status, form_key=form_key(begun.token), refused=refused)


def _set_up(
    desk: Desk,
    begun: Begun,
    done: FactorChanged | None = None,
    refused: StepError | None = None,
    status: int = 200,
) -> Response:
    return desk.page(
        "second_factor_new.html",
        status,
        form_key=form_key(begun.token),
        action="/sign-in/set-up" if begun.waits else "/second-factor",
        own=not begun.waits,
        secret=done.secret if done is not None else None,
        refused=refused,
    )


def _own(visit: Visit, refused: StepError | None = None, status: int = 200) -> Response:
    found = second_factors.of(visit.home.ledger, visit.user.name)
    must = second_factor.must(visit.home, visit.user)
    place = elsewhere(visit.desk.settings)
    shown = {"found": found, "must": must, "elsewhere": place, "refused": refused}
    return visit.desk.page("second_factor.html", status, visit=visit, **shown)  # nothing of it is kept


def _again() -> Response:
    return RedirectResponse("/sign-in", 303)
