"""The answer to a form at its own address; where its act was done since, the page that the form stood on."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from web.desk import Desk
from web.errors import Refused
from web.routing import router
from web.shown import AT


def routes(desk: Desk) -> APIRouter:
    """Where answers to forms are shown."""
    pages = router()

    @pages.get(AT + "/{token}")
    def shown(request: Request, token: str) -> Response:
        with desk.visit(request) as visit:
            kept = desk.shown.of(token, visit.token)
            if kept is None:
                raise Refused(404, "WEB-04", "this answer is not kept any more; open its page again")
            if not kept.html:
                return visit.to(kept.stood_on)
            if kept.is_again:
                for subject, detail in kept.looks:
                    visit.looked_at(subject, detail)
            kept.is_again = True
            return HTMLResponse(kept.html, kept.status)

    return pages
