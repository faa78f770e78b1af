"""Alerts: open and over, what happened, what it means, what to press; a person settles one with a reason."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.errors import LedgerError
from ledger.queries import alerts
from ledger.queries.alerts import AlertRow
from tasks.errors import StepError
from tasks.notices.words import SEVERITIES, WORDS, words_of
from tasks.operations.settle_alert import settle_alert
from tasks.people.rights import Right
from tasks.work.owners import owner_of_code
from web.chosen import number_of, row_id
from web.desk import Desk, Visit
from web.errors import Refused, not_there
from web.keeping import needs_keeper
from web.pressed import done
from web.routing import Sent, router

PAGE = 50
LONGEST = 500
STATES = {"open": ("open",), "over": ("settled", "dismissed"), "all": ("open", "settled", "dismissed")}

ABOUT: dict[str, tuple[Right, str, str]] = {
    "deadline": ("see", "/work", "work"),
    "overdue": ("operate", "/batches", "batch"),
}
"""By what an alert's key begins with: the right that the page wants, the page, and what it is of."""


def routes(desk: Desk) -> APIRouter:
    """The pages of alerts."""
    pages = router()

    @pages.get("/alerts")
    def listed(request: Request) -> Response:
        with desk.visit(request) as visit:
            needs_keeper(visit)
            return _list(visit)

    @pages.get("/alerts/{number}")
    def one(request: Request, number: int) -> Response:
        with desk.visit(request) as visit:
            needs_keeper(visit)
            return _one(visit, number)

    @pages.post("/alerts/{number}")
    def settle(request: Request, number: int, form: Sent) -> Response:
        with desk.press(request, form, "operate") as visit:
            needs_keeper(visit)
            why = form.get("why", "").strip()[:LONGEST]
            said = f"{visit.user.name}: {why}" if why else ""
            try:
                done(visit, lambda home, day: settle_alert(home, day, number, said))
            except (StepError, LedgerError) as refused:
                return _one(visit, number, 409, refused=str(refused))
            return visit.to(f"/alerts/{number}" if form.get("from") == "alert" else "/")

    return pages


def _list(visit: Visit) -> Response:
    query = visit.request.query_params
    given = {"state": query.get("state", "") or "open", "code": query.get("code", "")[:40]}
    if given["state"] not in STATES:
        raise Refused(422, "WEB-08", "an alert is open or over; choose one of the list")
    ledger, after = visit.home.ledger, row_id(query.get("after", ""))
    found = alerts.page(ledger, STATES[given["state"]], given["code"], after, PAGE)
    counts = alerts.counted(ledger)
    return visit.page(
        "alerts.html",
        found=[_said(row) for row in found],
        dealt=alerts.dealt(ledger, [row.id for row in found]),
        given=given,
        states=list(STATES),
        codes=sorted(WORDS),
        count=sum(counts.get(state, 0) for state in STATES[given["state"]]) if not given["code"] else None,
        more=found[-1].id if len(found) == PAGE else None,
        first=not after,
    )


def _about(visit: Visit, key: str) -> tuple[str, str]:
    """What an alert is about, by its key: the page's address and its name; empty where it has no page, or
    none that the person may see."""
    kind, _, rest = key.partition(":")
    right, page, name = ABOUT.get(kind, ("see", "", ""))
    number = rest.partition(":")[0]
    return (f"{page}/{number}", f"{name} {number}") if page and visit.may(right) else ("", "")


def _said(row: AlertRow) -> dict[str, Any]:
    """An alert with its words."""
    words = words_of(row.code)
    known = row.code in WORDS
    return {
        "row": row,
        "severity": words.severity,
        "what": row.message.removeprefix(row.code).strip(" :"),
        "means": words.means if known else "",
        "press": row.remedy or (words.press if known else ""),
        "owner": owner_of_code(row.code),
        "rank": SEVERITIES.index(words.severity),
    }


def _one(visit: Visit, number: int, status: int = 200, refused: str = "") -> Response:
    found = alerts.one(visit.home.ledger, number_of(number))
    if found is None:
        raise not_there("alert")
    settings = visit.home.settings
    runbook = f"{settings.runbook_url}#{found.code.lower()}" if settings.runbook_url else ""
    return visit.page(
        "alert.html",
        status,
        said=_said(found),
        about=_about(visit, found.key),
        dealt=alerts.dealt(visit.home.ledger, [number]).get(number, []),
        runbook=runbook,
        refused=refused,
    )
