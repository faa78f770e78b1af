"""Claims: where they stand, and one claim with why it is unpaid, who moves next and its whole story."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from intake.encounter import Encounter
from ledger.queries import claim_story
from ledger.queries.claims import STATES
from ledger.queries.newest import newest_of_claim
from ledger.queries.practices import practice_of
from tasks.work.hold_words import words as edit_words
from tasks.work.next_move import next_move
from web.desk import Desk, Visit
from web.errors import Refused, not_there
from web.finding_codes import Coding
from web.routing import router

PAGE = 50
LISTED = (*STATES, claim_story.RESTRICTED)
FILTERS = ("practice", "payer", "state")


def routes(desk: Desk) -> APIRouter:
    """The pages of claims."""
    pages = router()

    @pages.get("/claims")
    def listed(request: Request, after: int = 0) -> Response:
        with desk.visit(request, "see") as visit:
            return _list(visit, max(after, 0))

    @pages.get("/claims/{number}")
    def one(request: Request, number: int) -> Response:
        with desk.visit(request, "see") as visit:
            practice = practice_of(visit.home.ledger, number)
            if practice is None or not visit.user.of(practice):
                raise not_there("claim")
            visit.looked_at(f"claim {number}")
            story = claim_story.show(visit.home.ledger, number)
            newest = newest_of_claim(visit.home.ledger, number)
            encounter = Encounter.model_validate_json(newest.payload) if newest is not None else None
            return visit.page(
                "claim.html",
                story=story,
                move=next_move(story),
                encounter=encounter,
                coding=Coding(),
                edit_words=edit_words,
                steps=list(reversed(story.steps)),
            )

    return pages


def _list(visit: Visit, after: int) -> Response:
    given = {name: visit.request.query_params.get(name, "")[:80] for name in FILTERS}
    partners, user = visit.home.partners, visit.user
    if given["state"] and given["state"] not in LISTED:
        raise Refused(422, "WEB-08", "no claim is ever in such a state; choose one of the list")
    if given["practice"] and not (given["practice"] in partners.practices and user.of(given["practice"])):
        raise Refused(422, "WEB-08", "no such practice is known, or you don't see it")
    if given["payer"] and given["payer"] not in partners.payers:
        raise Refused(422, "WEB-08", "no such payer is known; choose one of the list")
    found = claim_story.page(
        visit.home.ledger,
        practices=[given["practice"]] if given["practice"] else user.only,
        payer=given["payer"] or None,
        state=given["state"] or None,
        after=after,
        limit=PAGE,
    )
    visit.looked_at("list of claims", ", ".join(f"{name} {value}" for name, value in given.items() if value))
    choices = {
        "practice": sorted(key for key in partners.practices if user.of(key)),
        "payer": sorted(partners.payers),
        "state": list(LISTED),
    }
    more = found[-1].claim if len(found) == PAGE else None
    return visit.page("claims.html", found=found, given=given, choices=choices, more=more)
