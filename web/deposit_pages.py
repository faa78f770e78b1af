"""The bank beside the books: deposits with what they match, and remittances that did not come to the bank."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from config.dollars import dollars
from ledger.payments.deposits import MEANINGS
from ledger.queries import deposits as query
from ledger.queries.deposits import DEPOSITS, OPEN, DepositRow, Undeposited, candidates, together
from tasks.errors import StepError
from tasks.operations import place_deposit
from web.acts import Act, Asked, CameTo, Field
from web.chosen import chosen, number_of, row_id
from web.desk import Desk, Visit
from web.errors import not_there
from web.pressing import NOTHING, press
from web.routing import Sent, router

PAGE = 50
MOST = 3
"""Remittances that a line of the list has room for."""


def routes(desk: Desk) -> APIRouter:
    """The lists of both sides, and one deposit."""
    pages = router()

    @pages.get("/money/deposits")
    def listed(request: Request) -> Response:
        with desk.visit(request, "money") as visit:
            asked = chosen(visit, show=["all"])
            listing = DEPOSITS if asked.given["show"] else OPEN
            found = listing.read(visit.home.ledger, asked.page(PAGE))
            not_explained = [d for d in found if d.open_cents > 0]
            missing = query.undeposited_near(visit.home.ledger, not_explained)
            fitting = {d.id: _fitting(d, missing) for d in not_explained}
            more = found[-1].id if len(found) == PAGE else None
            return visit.page("deposits.html", found=found, fitting=fitting, asked_for=asked, more=more)

    @pages.get("/money/undeposited")
    def missing(request: Request) -> Response:
        with desk.visit(request, "money") as visit:
            asked = chosen(visit)
            page = asked.page(PAGE)
            found = query.undeposited(visit.home.ledger, page)
            count, cents = query.undeposited_total(visit.home.ledger, page)
            more = found[-1].id if len(found) == PAGE else None
            return visit.page(
                "undeposited.html", found=found, count=count, cents=cents, asked_for=asked, more=more
            )

    @pages.get("/money/deposits/{number}")
    def one(request: Request, number: int) -> Response:
        with desk.visit(request, "money") as visit:
            return _one(visit, _deposit(visit, number))

    @pages.post("/money/deposits/{number}/{key}")
    def press_one(request: Request, number: int, key: str, form: Sent) -> Response:
        with desk.press(request, form, "bill") as visit:
            row = _deposit(visit, number)
            to = f"/money/deposits/{number}"
            return press(visit, _acts(row, ()), key, form, lambda s, **v: _one(visit, row, s, **v), to)

    return pages


def _deposit(visit: Visit, number: int) -> DepositRow:
    found = query.one_deposit(visit.home.ledger, number_of(number))
    if found is None or not visit.user.of(found.practice):
        raise not_there("deposit")
    return found


def _fitting(one: DepositRow, missing: Sequence[Undeposited]) -> list[tuple[Undeposited, ...]]:
    """What a deposit may be of: several that come to it, then each that may be a part of it."""
    several = together(one, missing)
    return [*([several] if several else ()), *((c,) for c in candidates(one, missing)[:MOST])]


def _one(visit: Visit, row: DepositRow, status: int = 200, **shown: object) -> Response:
    is_open = row.open_cents > 0
    missing = candidates(row, query.undeposited_near(visit.home.ledger, [row])) if is_open else []
    values = {"d": row, "explained": query.explained(visit.home.ledger, row.id), "missing": missing}
    acts = {act.key: act for act in _acts(row, missing)}
    return visit.page("deposit.html", status, acts=acts, **values, **(NOTHING | shown))


def _acts(row: DepositRow, missing: Sequence[Undeposited]) -> list[Act]:
    likeliest = " ".join(str(one.id) for one in together(row, missing) or missing[:1])
    which = Field(
        "remittance", "Which remittances it pays", "ticks", tuple(str(one.id) for one in missing),
        labels=tuple(f"{one.id}: {one.payer}, {one.paid_on}, trace {one.trace}, {dollars(one.cents)} missing"
                     for one in missing), value=likeliest,
    )  # fmt: skip
    other = Field("other", "Or others, by their numbers", hint="12 14", required=False)
    fee = Field("fee", "What a card processor kept", "dollars", required=False)
    meaning = Field("meaning", "What it is", "choice", tuple(MEANINGS), labels=tuple(MEANINGS.values()))
    return [
        Act("match", "It pays remittances", "bill", lambda a: _match(a, row.id), (which, other, fee)),
        Act("settle", "It is no payer's money", "bill",
            lambda a: place_deposit.settle(
                a.home, a.day, a.by, row.id, a.field("meaning"), dry_run=a.dry_run), (meaning,)),
        Act("unmatch", "Undo what explains it", "bill",
            lambda a: place_deposit.unmatch(a.home, a.day, a.by, row.id, dry_run=a.dry_run)),
    ]  # fmt: skip


def _match(asked: Asked, number: int) -> CameTo:
    words = [*asked.ticked("remittance"), *asked.field("other").replace(",", " ").split()]
    of = [row_id(word) for word in words]
    if not of or not all(of):
        raise StepError("WEB-08", "tick the remittances that it pays, or give their numbers")
    return place_deposit.match(
        asked.home, asked.day, asked.by, number, of, asked.cents("fee"), dry_run=asked.dry_run
    )
