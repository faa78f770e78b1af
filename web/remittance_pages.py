"""Remittances: what payers paid, whether it balances and is posted, and what a person decides of one."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.queries.listing import Page
from ledger.queries.money import DECIDED, STATES, WAITING, RemittanceRow, of_state, remittances
from ledger.queries.remittance_payments import paid, payments
from ledger.runs import settling
from ledger.runs.settling import Settlement
from tasks.errors import StepError
from tasks.operations import decide_remittance
from web.acts import Act, Field
from web.chosen import chosen, number_of
from web.desk import Desk, Visit
from web.errors import not_there
from web.pressing import NOTHING, press
from web.routing import Sent, router

PAGE = 50


def routes(desk: Desk) -> APIRouter:
    """The list of remittances, and one with its payments."""
    pages = router()

    @pages.get("/money/remittances")
    def listed(request: Request) -> Response:
        with desk.visit(request, "money") as visit:
            asked = chosen(visit, state=[WAITING, DECIDED, *STATES])
            listing = of_state(asked.given["state"])
            found = listing.read(visit.home.ledger, asked.page(PAGE))
            more = found[-1].id if len(found) == PAGE else None
            return visit.page("remittances.html", found=found, asked_for=asked, more=more)

    @pages.get("/money/remittances/{number}")
    def one(request: Request, number: int, after: int = 0) -> Response:
        with desk.visit(request, "money") as visit:
            return _one(visit, _remittance(visit, number), after=max(after, 0))

    @pages.post("/money/remittances/{number}/{key}")
    def press_one(request: Request, number: int, key: str, form: Sent) -> Response:
        with desk.press(request, form, "bill") as visit:
            row = _remittance(visit, number)
            acts = _acts(row, 0)
            to = f"/money/remittances/{number}"
            return press(visit, acts, key, form, lambda s, **v: _one(visit, row, s, **v), to)

    return pages


def _remittance(visit: Visit, number: int) -> RemittanceRow:
    found = remittances(visit.home.ledger, number=number_of(number))
    if not found or not visit.user.of(found[0].practice):
        raise not_there("remittance")
    return found[0]


def _one(visit: Visit, row: RemittanceRow, status: int = 200, *, after: int = 0, **shown: object) -> Response:
    visit.looked_at(f"remittance {row.id}")
    ledger = visit.home.ledger
    found = payments(ledger, row.id, Page(after=after, limit=PAGE))
    count, cents = paid(ledger, row.id)
    parts: list[decide_remittance.Part] = []
    unread = ""
    if row.state == "conflict":
        try:
            facts = decide_remittance.read_again(visit.home, row.id)
            parts = decide_remittance.parts_of(visit.home, row.id, facts)
        except StepError as error:
            unread = str(error)
    more = found[-1].id if len(found) == PAGE else None
    values = {"r": row, "found": found, "count": count, "cents": cents, "parts": parts, "unread": unread}
    decided = _decided(visit, row)
    acts = [] if decided else _acts(row, len(parts))
    values |= {"decided": decided, "acts": acts, "more": more}
    return visit.page("remittance.html", status, **values, **(NOTHING | shown))


def _decided(visit: Visit, row: RemittanceRow) -> Settlement | None:
    """What a person decided of one that is not posted: it never is."""
    if row.state == "posted":
        return None
    return settling.settled(visit.home.ledger, settling.Subject("remittance", row.id))


def _part(text: str, parts: int) -> int:
    """The part that was chosen, 0 all of it. Raises StepError WEB-08: what is no choice posts nothing."""
    if text not in map(str, range(parts + 1)):
        raise StepError("WEB-08", "choose which part is posted, or all of it")
    return int(text)


def _acts(row: RemittanceRow, parts: int) -> list[Act]:
    """What may be decided of one that is not posted."""
    part = Field(
        "part", "Which part", "choice", ("0", *map(str, range(1, parts + 1))), value="0",
        labels=("all of it", *(f"part {n}" for n in range(1, parts + 1))),
    )  # fmt: skip
    release = Act("release", "Post it after all", "bill",
        lambda a: decide_remittance.release(
            a.home, a.day, a.by, row.id, _part(a.field("part"), parts), dry_run=a.dry_run,
        ), (part,))  # fmt: skip
    refuse = Act("refuse", "Do not post it", "bill",
        lambda a: decide_remittance.refuse(a.home, a.day, a.by, row.id, dry_run=a.dry_run))  # fmt: skip
    return [*([release] if row.state == "conflict" else []), refuse] if row.state != "posted" else []
