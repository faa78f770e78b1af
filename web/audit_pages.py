"""Audit: who did what, and whether the trail is whole."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.people import users
from ledger.queries import alerts, trail
from ledger.queries.night import nights
from ledger.trail import audit
from ledger.trail.audit import Verified
from tasks.home import audit_trail
from web.chosen import day_of, row_id
from web.desk import Desk, Visit
from web.errors import Refused
from web.keeping import needs_keeper
from web.routing import Sent, router

PAGE = 100
LONGEST = 80
MOST_VERIFIED = 200_000
"""Rows that are looked over while a person waits; a longer trail by the command."""
FILTERS = ("actor", "act", "subject", "from_day", "to_day")
BROKEN = "AUD-01"


def routes(desk: Desk) -> APIRouter:
    """The pages of the audit trail."""
    pages = router()

    @pages.get("/audit")
    def listed(request: Request) -> Response:
        with desk.visit(request, "audit") as visit:
            needs_keeper(visit)
            return _list(visit)

    @pages.post("/audit/verify")
    def verify(request: Request, form: Sent) -> Response:
        with desk.press(request, form, "audit") as visit:
            needs_keeper(visit)
            if audit.head(visit.home.ledger).id > MOST_VERIFIED:
                raise Refused(409, "WEB-08", "the trail is long: look over it with `cleanclaim audit verify`")
            return _list(visit, audit_trail.verify(visit.home))

    return pages


def _list(visit: Visit, verified: Verified | None = None) -> Response:
    query, ledger = visit.request.query_params, visit.home.ledger
    given = {name: query.get(name, "").strip()[:LONGEST] for name in FILTERS}
    zone = ZoneInfo(visit.home.settings.time_zone)
    wanted = trail.Wanted(
        actor=given["actor"],
        act=given["act"],
        subject=given["subject"],
        from_at=_at(given["from_day"], zone),
        to_at=_at(given["to_day"], zone, later=1),
        before=row_id(query.get("before", "")),
    )
    found = trail.piece(ledger, wanted, PAGE)
    head, last = audit.head(ledger), nights(ledger, 1)
    broken = alerts.page(ledger, ["open"], BROKEN, 0, 1)
    return visit.page(
        "audit.html",
        found=[(row, _local(row.recorded_at, zone)) for row in found.rows],
        next=found.next,
        given=given,
        before=wanted.before,
        people=sorted(user.name for user in users.users(ledger)),
        acts=trail.acts(ledger),
        head=head,
        last=last[0] if last else None,
        broken=broken[0] if broken else None,
        verified=verified,
        too_long=head.id > MOST_VERIFIED,
        zone=visit.home.settings.time_zone,
    )


def _at(day: str, zone: ZoneInfo, later: int = 0) -> str:
    """The beginning of a day of the home as the trail writes it, in UTC. Raises Refused WEB-08."""
    found = day_of(day)
    if found is None:
        return ""
    try:
        began = datetime.combine(found + timedelta(days=later), time(), zone)
        return began.astimezone(ZoneInfo("UTC")).isoformat(timespec="milliseconds")
    except OverflowError:
        raise Refused(422, "WEB-08", "a day is written like 2026-12-20") from None


def _local(at: str, zone: ZoneInfo) -> str:
    """When it was, in the home's zone; its abbreviation tells apart the hour that comes twice in autumn."""
    try:
        return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
    except ValueError:
        return at
