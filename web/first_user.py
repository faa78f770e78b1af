"""The page on which the first person of a home makes herself its manager, with the code of the home's file.

It is there while nobody is a user; from then on it leads to signing in.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.errors import LedgerError
from tasks.errors import StepError
from tasks.operations import first_user
from tasks.people import passwords, sign_in
from web.desk import Desk
from web.routing import Sent, router
from web.sign_in import FIRST, address_of, check_unsigned, entered, unsigned_form


def routes(desk: Desk) -> APIRouter:
    """The page for the first user."""
    pages = router()

    @pages.get(FIRST)
    def form(request: Request) -> Response:
        with desk.anyone() as home:
            if not first_user.awaited(home):
                return RedirectResponse("/sign-in", 303)
        return _form(desk, request)

    @pages.post(FIRST)
    def enrol(request: Request, form: Sent) -> Response:
        check_unsigned(desk, request, form)
        name, password = form.get("name", ""), form.get("password", "")
        try:
            with desk.anyone() as home:
                if not first_user.awaited(home):
                    return RedirectResponse("/sign-in", 303)
                if password != form.get("again", ""):
                    raise StepError("USR-02", "the two passwords are not the same; type them again")
                code, address = form.get("code", ""), address_of(request)
                user = first_user.enrol(home, desk.today, code, name, password, address, desk.now)
                begun = sign_in.begin_as(home, desk.today, user, desk.now)
        except (StepError, LedgerError) as refused:
            status = 429 if refused.code == "SGN-02" else 403
            return _form(desk, request, refused, status, form.get("code", ""), name)
        return entered(desk, begun)

    return pages


def _form(
    desk: Desk,
    request: Request,
    refused: StepError | LedgerError | None = None,
    status: int = 200,
    code: str = "",
    name: str = "",
) -> Response:
    return unsigned_form(
        desk,
        request,
        "first_user.html",
        status,
        refused=refused,
        typed={"code": code[:40], "name": name[:80]},
        file=first_user.FILE,
        shortest=passwords.SHORTEST,
    )
