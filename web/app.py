"""The application: its pages, what stands before each request, and what a person sees where it fails."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from coding.codes.shown import dotted, place_name
from config.counted import counted
from config.dollars import dollars
from config.settings import Settings
from edi.explain.words.payments import handled
from tasks.work.words import about, reason
from web import (
    aging_pages,
    alert_pages,
    audit_pages,
    batch_pages,
    cause_pages,
    claim_pages,
    codes_pages,
    deposit_pages,
    first_user,
    listening,
    measure_pages,
    metrics,
    money_pages,
    night,
    partner_pages,
    patient_pages,
    proxy,
    queue,
    remittance_pages,
    search,
    second_factor,
    second_signature,
    settings_pages,
    shown_pages,
    sign_in,
    suspense_pages,
    twin_pages,
    words,
    work_views,
)
from web.border import Border
from web.desk import Desk
from web.errors import Refused
from web.homes import Homes
from web.kept_figures import KeptFigures

HERE = Path(__file__).parent
MONEY = (
    *(money_pages, remittance_pages, suspense_pages, deposit_pages, aging_pages, patient_pages),
    *(measure_pages, cause_pages, twin_pages),
)
KEEPING = (codes_pages, partner_pages, alert_pages, audit_pages, settings_pages)
SHEETS = ("vendor/pico.min.css", "console.css")
"""Served as one: a page asks for few files."""


def make_app(settings: Settings, clock: Callable[[], datetime]) -> FastAPI:
    """The console of a home. `clock` gives the time in UTC; a test has its own.

    Raises Refused WEB-10 where it would listen in the clear beyond this machine.
    """
    listening.check(settings)
    homes = Homes(settings)
    secure = listening.is_secure(settings)
    figures = KeptFigures(settings, clock)
    desk = Desk(settings, homes, figures, _pages(), clock, secure)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        homes.close()

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    for pages in (
        sign_in,
        first_user,
        second_factor,
        night,
        queue,
        work_views,
        claim_pages,
        search,
        shown_pages,
        batch_pages,
        *MONEY,
        *KEEPING,
    ):
        app.include_router(pages.routes(desk))
    if settings.oidc_issuer:
        from web import oidc  # it takes a while to import

        app.include_router(oidc.routes(desk))
    if settings.metrics != "off":
        app.include_router(metrics.routes(desk))
    sheet = b"".join((HERE / "static" / name).read_bytes() for name in SHEETS)
    app.router.routes.append(Route("/static/sheet.css", lambda _: Response(sheet, media_type="text/css")))
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.state.homes, app.state.figures = homes, figures
    app.add_middleware(Border, names=listening.names(settings), secure=secure)
    if settings.console_behind_proxy:  # the outermost stands below
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.console_proxy_addresses))
    app.add_middleware(proxy.Peer)
    _say_what_failed(app, desk)
    return app


def _pages() -> Environment:
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("worded", "day", "left", "fours"):
        found.filters[name] = getattr(words, name)
    found.filters["dollars"] = dollars
    found.filters["about"], found.filters["reason"] = about, reason
    found.filters["handled"] = handled
    found.filters["dotted"], found.filters["place_name"] = dotted, place_name
    found.globals["asked"] = words.asked
    found.globals["amounts_of"] = second_signature.amounts_of
    found.globals["counted"] = counted
    return found


def _say_what_failed(app: FastAPI, desk: Desk) -> None:
    """Every failure is a page with a code. No message of a database or of Python is shown or logged."""

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        if error.code == "WEB-01" and request.method == "GET":
            return RedirectResponse("/sign-in", 303)
        answer = _failed(desk, request, error)
        session = getattr(request.state, "session", "")
        if request.method == "POST" and session and error.status != 403 and isinstance(answer, HTMLResponse):
            return desk.shown.answer(request, session, answer, ())
        return answer

    def no_page(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        code = "WEB-04" if status in (404, 405) else "WEB-05"
        words_ = "there is no such page" if code == "WEB-04" else "the request is no form of this console"
        return _failed(desk, request, Refused(status, code, words_))

    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(HTTPException, no_page)
    app.add_exception_handler(RequestValidationError, no_page)


def _failed(desk: Desk, request: Request, error: Refused) -> Response:
    if "text/html" not in request.headers.get("accept", "text/html"):
        return PlainTextResponse(str(error), error.status)
    before = desk.shown.stood_on(request)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return desk.page(
        "failed.html", error.status, error=error, before=before if before not in ("/", here) else ""
    )
