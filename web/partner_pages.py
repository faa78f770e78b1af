"""Partners: each clearinghouse and payer, the last contact, what is expected of it, and what the next run
does with it."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from config.counted import counted
from config.partners import Clearinghouse
from ledger.agreed import enrolments
from ledger.agreed.enrolments import APPROVED, ASKED, Enrolment
from ledger.queries import partners
from ledger.queries.batches import Overdue, awaited, stopped
from ledger.queries.partners import Contact
from tasks.batches import sending_hours
from tasks.batches.story import expected
from tasks.operations.reach_partner import TESTED, Reached, reach
from web.desk import Desk, Visit
from web.errors import not_there
from web.keeping import needs_keeper
from web.pressed import done
from web.routing import Sent, router

SOON = timedelta(days=60)
"""An enrolment that ends within it is named."""


@dataclass(frozen=True, slots=True)
class Partner:
    """A clearinghouse as the pages show it. `ready` are claims that wait for it, by payer.
    `opens`: when it takes files again, None where it does now."""

    of: Clearinghouse
    contact: Contact
    awaited: list[Overdue]
    late: int
    stop: str
    ready: dict[str, int]
    host_key: str
    opens: datetime | None = None

    @property
    def next(self) -> list[str]:
        """What the next run will do with it."""
        claims = sum(self.ready.values())
        if self.stop:
            waits = f"; {counted(claims, 'claim')} wait" if claims else ""
            return [f"sends nothing until a person releases it{waits}", "takes in its answers"]
        if self.opens is not None:
            at = f"{self.opens:%a %d %b %H:%M %Z}"
            waits = f"; {counted(claims, 'claim')} ready" if claims else ""
            return [f"sends nothing before it takes files again, {at}{waits}", "takes in its answers"]
        found = []
        if self.contact.unsent:
            found.append(f"goes on with {counted(self.contact.unsent, 'batch', 'batches')}")
        if claims:
            found.append(f"writes and sends {counted(claims, 'claim')} that are ready")
        if self.contact.held:
            found.append(f"leaves {counted(self.contact.held, 'batch', 'batches')} to a person")
        return [*found, "sends what the inbox brings" if not claims else "", "takes in its answers"]


def routes(desk: Desk) -> APIRouter:
    """The pages of partners."""
    pages = router()

    @pages.get("/partners")
    def listed(request: Request) -> Response:
        with desk.visit(request) as visit:
            needs_keeper(visit)
            return _list(visit)

    @pages.get("/partners/{name}")
    def one(request: Request, name: str) -> Response:
        with desk.visit(request) as visit:
            needs_keeper(visit)
            return _one(visit, name)

    @pages.post("/partners/{name}/test")
    def test(request: Request, name: str, form: Sent) -> Response:
        with desk.press(request, form, "operate") as visit:
            needs_keeper(visit)
            if name not in visit.home.partners.clearinghouses:
                raise not_there("partner")
            found = done(visit, lambda home, day: reach(home, day, name))
            return _one(visit, name, found)

    return pages


def _list(visit: Visit) -> Response:
    home = visit.home
    ready = partners.ready(home.ledger, home.partners.payers)
    said = enrolments.of(home.ledger)
    return visit.page(
        "partners.html",
        clearinghouses=_partners(visit, ready),
        payers=[home.partners.payers[key] for key in sorted(home.partners.payers)],
        ready=ready,
        paid=partners.paid_last(home.ledger),
        enrolled={key: _enrolled(said, key, visit.day) for key in home.partners.payers},
    )


def _one(visit: Visit, name: str, tested: Reached | None = None) -> Response:
    home = visit.home
    ready = partners.ready(home.ledger, home.partners.payers)
    found = next((one for one in _partners(visit, ready) if one.of.key == name), None)
    if found is None:
        raise not_there("partner")
    payers = [payer for payer in home.partners.payers.values() if payer.clearinghouse == name]
    return visit.page("partner.html", partner=found, payers=payers, tested=tested, today=visit.day)


def _partners(visit: Visit, ready: Mapping[str, int]) -> list[Partner]:
    home, day = visit.home, visit.day
    shut = sending_hours.closed(home, visit.desk.clock())
    known = home.partners.clearinghouses
    contacts = partners.contacts(home.ledger, sorted(known), TESTED)
    open_answers = awaited(home.ledger, day, expected(home))
    stops = stopped(home.ledger)
    found = []
    for key in sorted(known):
        mine = [one for one in open_answers if one.clearinghouse == key]
        found.append(
            Partner(
                of=known[key],
                contact=contacts[key],
                awaited=mine,
                late=sum(day > one.due for one in mine),
                stop=stops.get(key, ""),
                ready={p: n for p, n in ready.items() if home.partners.payers[p].clearinghouse == key},
                host_key=_fingerprint(known[key].host_key),
                opens=shut.get(key),
            )
        )
    return found


def _fingerprint(line: str) -> str:
    """A pinned key by its kind and fingerprint, as `ssh-keygen -l` says it; "" where none is pinned."""
    kind, _, rest = line.partition(" ")
    if not rest:
        return ""
    blob = base64.b64decode(rest.split(" ")[0])
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return f"{kind} SHA256:{digest}"


def _enrolled(said: Sequence[Enrolment], payer: str, day: date) -> list[str]:
    """What is said of a payer's enrolments: how many of a kind are in force, asked for, over or soon over."""
    found = []
    for kind in enrolments.KINDS:
        mine = [one for one in said if one.payer == payer and one.kind == kind]
        counts = {
            "in force": sum(one.state == APPROVED and one.in_force(day) for one in mine),
            "asked for": sum(one.state == ASKED for one in mine),
            "soon over": len([one for one in enrolments.expiring(mine, day + SOON) if one.in_force(day)]),
        }
        words = [f"{n} {what}" for what, n in counts.items() if n]
        if words:
            found.append(f"{kind} {', '.join(words)}")
    return found
