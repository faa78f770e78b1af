"""Batches: what was sent, what is known of each, and what may be pressed, with what it would touch."""

from collections.abc import Callable
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.errors import LedgerError
from ledger.queries.batches import BATCHES, carries
from ledger.queries.listing import Page
from tasks.batches import sending_hours
from tasks.batches.choices import Act, choose, partner_choice
from tasks.batches.story import batch_status
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations import decide_batch
from tasks.operations.rerun_batch import rerun
from tasks.operations.resend_batch import resend
from web.chosen import number_of
from web.desk import Desk, Form, Visit
from web.errors import Refused, not_there
from web.pressed import done, previewed
from web.routing import Sent, router

PAGE = 50
LABELS: dict[Act, str] = {
    "rerun": "Go on with it",
    "resend": "Send it once more",
    "release": "Release it",
    "abandon": "Give it up",
}


def routes(desk: Desk) -> APIRouter:
    """The pages of batches; they name no patient."""
    pages = router()

    @pages.get("/batches")
    def listed(request: Request, after: int = 0) -> Response:
        with desk.visit(request, "operate") as visit:
            page = Page(after=max(after, 0), limit=PAGE, practices=visit.user.only)
            found = BATCHES.read(visit.home.ledger, page)
            return visit.page("batches.html", found=found, more=found[-1].id if len(found) == PAGE else None)

    @pages.get("/batches/{number}")
    def one(request: Request, number: int) -> Response:
        with desk.visit(request, "operate") as visit:
            return _one(visit, number)

    @pages.post("/batches/{number}/{act}")
    def press(request: Request, number: int, act: str, form: Sent) -> Response:
        with desk.press(request, form, "operate") as visit:
            known = next((key for key in LABELS if key == act), None)
            if known is None:
                raise not_there("act")
            _of_every_practice(visit)
            return _press(visit, number, known, form)

    @pages.post("/partners/{name}/release")
    def release_partner(request: Request, name: str, form: Sent) -> Response:
        with desk.press(request, form, "operate") as visit:
            _of_every_practice(visit)
            if name not in visit.home.partners.clearinghouses:
                raise not_there("partner")
            why = _why(visit, form)
            if form.get("really") != "1":
                choice = previewed(visit, lambda home, _: partner_choice(home, name))
                return visit.page("partner_release.html", name=name, choice=choice, why=form.get("why", ""))
            done(visit, lambda home, day: decide_batch.release_partner(home, day, name, why))
            return visit.to("/")

    return pages


def _of_every_practice(visit: Visit) -> None:
    """A batch carries claims of several practices: who decides about one sees them all."""
    if visit.user.only is not None:
        raise Refused(403, "WEB-03", "a batch carries claims of several practices; only who sees all decides")


def _one(visit: Visit, number: int, status: int = 200, **shown: object) -> Response:
    if not number_of(number):
        raise not_there("batch")
    if visit.user.only is not None and not carries(visit.home.ledger, number, visit.user.only):
        raise not_there("batch")
    known = batch_status(visit.home, visit.day, number)
    if known is None:
        raise not_there("batch")
    shut = sending_hours.closed(visit.home, visit.desk.clock()).get(known.story.batch.clearinghouse)
    values = {"found": known, "labels": LABELS, "pressed": None, "choice": None, "why": "", "refused": ""}
    values["opens"] = f"{shut:%a %d %b %H:%M %Z}" if shut is not None else ""
    return visit.page("batch.html", status, **(values | shown))


def _press(visit: Visit, number: int, act: Act, form: Form) -> Response:
    why = form.get("why", "").strip()
    try:
        if form.get("really") == "1":
            done(visit, _doing(act, number, _why(visit, form)))
            return visit.to(f"/batches/{number}")
        choice = previewed(visit, lambda home, _: choose(home, number, act))
    except (StepError, LedgerError) as refused:
        return _one(visit, number, 409, pressed=act, why=why, refused=str(refused))
    return _one(visit, number, pressed=act, choice=choice, why=why)


def _doing(act: Act, number: int, why: str) -> Callable[[Home, date], object]:
    if act == "rerun":
        return lambda home, day: rerun(home, day, number, why)
    if act == "resend":
        return lambda home, day: resend(home, day, number, why)
    if act == "release":
        return lambda home, day: decide_batch.release(home, day, number, why)
    return lambda home, day: decide_batch.abandon(home, day, number, why)


def _why(visit: Visit, form: Form) -> str:
    """The reason with who gives it. Raises Refused WEB-08 where an act has none."""
    why = form.get("why", "").strip()[:500]
    if not why and form.get("really") == "1":
        raise Refused(422, "WEB-08", "say why: it stays in the history")
    return f"{visit.user.name}: {why}"
