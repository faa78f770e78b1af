"""Search from everywhere. What was typed is sent in a form, and leads to an id: it stands in no address."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.queries import search as query
from web.desk import Desk
from web.routing import Sent, router

LONGEST = 100
"""Letters of what is searched."""


def routes(desk: Desk) -> APIRouter:
    """The search."""
    pages = router()

    @pages.post("/search")
    def search(request: Request, form: Sent) -> Response:
        with desk.press(request, form, "see") as visit:
            term = " ".join(form.get("term", "").split())[:LONGEST]
            visit.looked_at("search")
            claims = query.claims(visit.home.ledger, term, visit.user.only)
            work = query.open_work(visit.home.ledger, term, visit.user.only)
            if len(claims) == 1 and not work:
                return visit.to(f"/claims/{claims[0].claim_id}")
            if len(work) == 1 and not claims:
                return visit.to(f"/work/{work[0].id}")
            return visit.page("found.html", claims=claims, work=work, most=query.MOST)

    return pages
