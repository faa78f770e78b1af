"""Suspense: money that came for a claim that was not found, beside the claims that it may be of."""

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.errors import ActRefused
from ledger.payments import placements
from ledger.payments.placements import Placed
from ledger.queries import suspense
from ledger.queries.practices import practice_of
from ledger.queries.suspense import Suspended
from tasks.errors import StepError
from tasks.operations import place_payment
from tasks.operations.money_acts import claim_of
from web.acts import Act, Asked, CameTo, Field
from web.chosen import chosen, number_of
from web.desk import Desk, Visit
from web.errors import not_there
from web.pressing import NOTHING, press
from web.routing import Sent, router

PAGE = 10


def routes(desk: Desk) -> APIRouter:
    """The list of suspense, and one payment of it."""
    pages = router()

    @pages.get("/money/suspense")
    def listed(request: Request) -> Response:
        with desk.visit(request, "money") as visit:
            asked = chosen(visit)
            page = asked.page(PAGE)
            visit.looked_at("list of suspense")
            found = [_seen(visit, one) for one in suspense.suspense(visit.home.ledger, visit.day, page)]
            count, cents = suspense.counted(visit.home.ledger, replace(page, after=0, limit=None))
            more = found[-1].id if len(found) == PAGE else None
            return visit.page(
                "suspense.html", found=found, count=count, cents=cents, asked_for=asked, more=more
            )

    @pages.get("/money/suspense/{number}")
    def one(request: Request, number: int) -> Response:
        with desk.visit(request, "money") as visit:
            return _one(visit, _placed(visit, number))

    @pages.post("/money/suspense/{number}/{key}")
    def press_one(request: Request, number: int, key: str, form: Sent) -> Response:
        with desk.press(request, form, "bill") as visit:
            placed = _placed(visit, number)
            to = f"/money/suspense/{number}"
            acts = _acts(visit, placed.id)
            return press(visit, acts, key, form, lambda s, **v: _one(visit, placed, s, **v), to)

    return pages


def _seen(visit: Visit, one: Suspended) -> Suspended:
    """Without the claims of practices that the person does not see."""
    if visit.user.only is None:
        return one
    kept = [c for c in one.candidates if visit.user.of(practice_of(visit.home.ledger, c.claim_id) or "")]
    return replace(one, candidates=tuple(kept))


def _placed(visit: Visit, number: int) -> Placed:
    try:
        with visit.home.ledger.read() as connection:
            found = placements.get(connection, number_of(number))
    except ActRefused:
        raise not_there("payment") from None
    if not visit.user.of(found.practice):
        raise not_there("payment")
    return found


def _one(visit: Visit, placed: Placed, status: int = 200, **shown: object) -> Response:
    visit.looked_at(f"payment {placed.id}")
    found = suspense.one_in_suspense(visit.home.ledger, visit.day, placed.id)
    seen = _seen(visit, found) if found is not None else None
    acts = {act.key: act for act in _acts(visit, placed.id)}
    return visit.page("suspended.html", status, s=seen, placed=placed, acts=acts, **(NOTHING | shown))


def _acts(visit: Visit, number: int) -> list[Act]:
    def match(asked: Asked) -> CameTo:
        claim = asked.field("claim")
        practice = practice_of(asked.home.ledger, claim_of(asked.home, claim)) if claim else None
        if practice is None or not visit.user.of(practice):
            raise StepError(
                "CLM-01", f"no claim has the number {claim}" if claim else "say which claim it is of"
            )
        return place_payment.match(asked.home, asked.day, asked.by, number, claim, dry_run=asked.dry_run)

    return [
        Act("match", "Place it on another claim", "bill", match,
            (Field("claim", "Claim", hint="its number, or its encounter's"),)),
        Act("return", "Pay it back to its payer", "bill",
            lambda a: place_payment.give_back(a.home, a.day, a.by, number, dry_run=a.dry_run)),
        Act("unpost", "Take it back into suspense", "bill",
            lambda a: place_payment.unpost(a.home, a.day, a.by, number, dry_run=a.dry_run)),
    ]  # fmt: skip
