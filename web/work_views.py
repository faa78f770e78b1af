"""Views of the queue: a person keeps its filters under a name, alone or for everyone."""

import re
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.people import work_views
from ledger.people.work_views import WorkView
from ledger.queries.work_queue import names
from web.desk import Desk, Visit
from web.errors import Refused
from web.routing import Sent, router
from web.work_filters import FILTERS, asked_of

_NAME = re.compile(r"[^\W_][\w .,:/$%'()-]{0,39}")


class Shown(NamedTuple):
    """A view as the queue shows it."""

    view: WorkView
    address: str
    is_current: bool
    is_own: bool


def routes(desk: Desk) -> APIRouter:
    """What is pressed; the views are shown by the queue."""
    pages = router()

    @pages.post("/work/views")
    def press(request: Request, form: Sent) -> Response:
        with desk.press(request, form, "see") as visit:
            name = " ".join(form.get("name", "").split())
            if form.get("act") == "remove":
                if not work_views.remove(visit.home.ledger, visit.day.isoformat(), visit.user.name, name):
                    raise Refused(409, "WEB-08", "you keep no view of that name any more")
                return visit.to("/work")
            given = {key: form.get(key, "")[:80] for key in FILTERS}
            return _keep(visit, name, given, shared=form.get("shared") == "1")

    return pages


def _keep(visit: Visit, name: str, given: dict[str, str], *, shared: bool) -> Response:
    if not _NAME.fullmatch(name):
        raise Refused(422, "WEB-08", "a view's name has up to 40 letters, digits and blanks")
    asked_of(visit.home, visit.user, names(visit.home.ledger, visit.user.only), given)
    view = WorkView(visit.user.name, name, {key: value for key, value in given.items() if value}, shared)
    work_views.keep(visit.home.ledger, visit.day.isoformat(), view)
    return visit.to(_address(view))


def shown(visit: Visit, given: dict[str, str]) -> list[Shown]:
    """The views that the person may choose: none of a practice that the person does not see."""
    now = {key: value for key, value in given.items() if value}
    return [
        Shown(view, _address(view), dict(view.filters) == now, view.owner == visit.user.name)
        for view in work_views.seen_by(visit.home.ledger, visit.user.name)
        if "practice" not in view.filters or visit.user.of(view.filters["practice"])
    ]


def _address(view: WorkView) -> str:
    return f"/work?{urlencode(view.filters)}" if view.filters else "/work"
