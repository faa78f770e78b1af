"""Last night: a verdict in a sentence, what failed or is late, the flow of what came, what runs next."""

from dataclasses import replace
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.queries import flow, work
from ledger.queries.night import nights
from ledger.queries.tonight import Tonight, alerts_of, tonight
from ledger.queries.work_queue import Asked, items, totals
from tasks.reports.morning import Morning, morning
from web import picture
from web.cause_pages import CAUSES
from web.desk import Desk, Visit
from web.errors import not_there
from web.figures_now import FiguresNow
from web.measure_pages import MEASURES, usual
from web.picture import BY_KEY, STAGES
from web.routing import router

PAGE = 50
TOP = 5
"""Pieces of work that the page shows."""


def routes(desk: Desk) -> APIRouter:
    """The pages of a business date."""
    pages, kept = router(), FiguresNow(64)

    @pages.get("/")
    def last_night(request: Request, night: str = "") -> Response:
        with desk.visit(request) as visit:
            if visit.may("money"):  # the next pages of the morning, worked out while this one is read
                for figure in (MEASURES, CAUSES):
                    desk.figures.ahead(visit.home, usual(visit), *figure)
            return _night(visit, night, kept)

    @pages.get("/progress")
    def progress(request: Request) -> Response:
        with desk.visit(request) as visit:
            found = morning(visit.home, visit.desk.clock())
            return visit.page("progress.html", morning=found)

    @pages.get("/night/{day}/{stage}")
    def listed(request: Request, day: str, stage: str, after: int = 0) -> Response:
        with desk.visit(request, "see") as visit:
            found = BY_KEY.get(stage)
            if found is None or not _is_day(day):
                raise not_there("list")
            visit.looked_at("list of encounters", f"of {day}, {stage}")
            places = _flow(visit, day, kept)
            claims, cents = picture.counted_in(found, places)
            rows = (  # where nothing is, the whole night would be looked through for it
                flow.flowing(
                    visit.home.ledger, day, found.places, visit.user.only, after=max(after, 0), limit=PAGE
                )
                if claims
                else []
            )
            more = rows[-1].encounter_id if len(rows) == PAGE else None
            return visit.page(
                "night_list.html", of_day=day, stage=found, rows=rows, claims=claims, cents=cents, more=more
            )

    return pages


def _night(visit: Visit, asked: str, kept: FiguresNow) -> Response:
    ledger = visit.home.ledger
    last = nights(ledger, 14)
    shown = asked or (last[0].business_on if last else "")
    if asked and not _is_day(asked):
        raise not_there("run")
    practices = visit.user.only
    places = _flow(visit, shown, kept)
    of_work = Asked(practices=practices)
    top = items(ledger, visit.day, of_work, limit=TOP) if visit.may("see") else []
    count, cents = kept.of(visit, "work", practices, lambda: totals(ledger, visit.day, of_work))
    this_morning = morning(visit.home, visit.desk.clock())
    return visit.page(
        "night.html",
        morning=this_morning,
        nights=last,
        shown=shown,
        picture=picture.drawn(places),
        stages=[(stage, *picture.counted_in(stage, places)) for stage in STAGES],
        came=_came(visit, this_morning, shown, kept) if practices is None else None,
        alerts=work.alerts(ledger) if practices is None and _is_told(visit) else [],
        top=top,
        work_count=count,
        work_cents=cents,
    )


def _flow(visit: Visit, day: str, kept: FiguresNow) -> dict[str, flow.Place]:
    """Where the encounters of a business date are that this person may see."""
    only, ledger = visit.user.only, visit.home.ledger
    return kept.of(visit, f"flow {day}", only, lambda: flow.flow(ledger, day, only))


def _came(visit: Visit, this_morning: Morning, shown: str, kept: FiguresNow) -> Tonight | None:
    """What a night did; of the last one the morning knows it."""
    if this_morning.came is not None and this_morning.came.day == shown:
        return this_morning.came
    if not shown:
        return None
    ledger = visit.home.ledger
    came = kept.of(visit, f"came {shown}", None, lambda: tonight(ledger, shown))
    return replace(came, alerts=alerts_of(ledger, shown))  # no work is derived of alerts


def _is_told(visit: Visit) -> bool:
    """Alerts are about a home's machinery and name practices: they are for who keeps it, or looks over it."""
    return visit.may("operate") or visit.may("audit")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
