"""Work: the one queue, and one piece of it with its story and its next acts.

Filters stand in the address, the ledger filters and pages: what is shown is what was asked for, wherever the
address was copied from.
"""

from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from config.adjustment_codes import find
from intake.encounter import Encounter
from ledger.books.work_items import OPEN
from ledger.errors import LedgerBusy, LedgerError, LedgerFull, LedgerRefused
from ledger.queries.newest import holds_of_work, newest_of_work
from ledger.queries.work_queue import NOBODY, Item, events, items, names, totals
from ledger.queries.work_queue import item as item_of
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.work_acts import Changed
from tasks.work.causes import keep_queue
from tasks.work.hold_words import words as edit_words
from web import acts, work_views
from web.acts import ACTS
from web.chosen import row_id
from web.desk import Desk, Form, Visit
from web.errors import Refused, not_there
from web.figures_now import FiguresNow
from web.finding_codes import coding_of, next_diagnosis, next_procedure, parts_of
from web.pressed import by, done, previewed
from web.pressing import doing
from web.routing import Sent, router
from web.second_signature import FIELDS, READ, Refusal, refusal
from web.work_filters import FILTERS, asked_of

PAGE = 25
BULK = ("assign", "snooze", "note", "write-off")
"""Acts on several pieces of work at once."""


def routes(desk: Desk) -> APIRouter:
    """The pages of the queue."""
    pages, kept = router(), FiguresNow(128)

    @pages.get("/work")
    def queue(request: Request) -> Response:
        with desk.visit(request, "see") as visit:
            return _queue(visit, kept)

    @pages.post("/work")
    def press_many(request: Request, form: Sent) -> Response:
        with desk.press(request, form, "see") as visit:
            act = ACTS.get(form.get("act", ""))
            if act is None or act.key not in BULK:
                raise Refused(422, "WEB-08", "choose what is to be done with what you marked")
            visit.needs(act.right)
            return _press_many(visit, act, form)

    @pages.get("/work/{number}")
    def one(request: Request, number: int) -> Response:
        with desk.visit(request, "see") as visit:
            return _one(visit, _item(visit, number))

    @pages.post("/work/{number}/letter")
    def letter(request: Request, number: int, form: Sent) -> Response:
        with desk.press(request, form, "bill") as visit:
            item = _item(visit, number)
            visit.looked_at(f"work {number}", "the letter of an appeal, not sent")
            signed = by(visit, "")
            written = previewed(
                visit, lambda home, day: acts.appealed(acts.Asked(home, day, signed, [item], form, True))
            )
        headers = {"Content-Disposition": f'attachment; filename="work-{number}-letter.pdf"'}
        return Response(written.letter, media_type="application/pdf", headers=headers)

    @pages.post("/work/{number}/{key}")
    def press(request: Request, number: int, key: str, form: Sent) -> Response:
        with desk.press(request, form, "see") as visit:
            act = ACTS.get(key)
            if act is None:
                raise not_there("act")
            visit.needs(act.right)
            return _press(visit, _item(visit, number), act, form)

    return pages


def _queue(visit: Visit, kept: FiguresNow) -> Response:
    """The queue; what is counted of all of it is read once for as long as nothing is written to it."""
    keep(visit)
    given = {name: visit.request.query_params.get(name, "")[:80] for name in FILTERS}
    ledger, seen = visit.home.ledger, visit.user.only
    known = kept.of(visit, "names", seen, lambda: names(ledger, seen))
    asked = asked_of(visit.home, visit.user, known, given)
    at = row_id(visit.request.query_params.get("after", ""))
    count, cents = kept.of(visit, f"totals {given}", seen, lambda: totals(ledger, visit.day, asked))
    # where nothing is, all work would be looked through for it
    found = items(visit.home.ledger, visit.day, asked, after=at, limit=PAGE) if count else []
    visit.looked_at("list of work", ", ".join(f"{name} {value}" for name, value in given.items() if value))
    return visit.page(
        "work.html",
        found=found,
        count=count,
        cents=cents,
        given=given,
        choices=_choices(known),
        more=found[-1].id if len(found) == PAGE else None,
        first=at == 0,
        views=work_views.shown(visit, given),
        bulk=[ACTS[key] for key in BULK if visit.may(ACTS[key].right)],
    )


def keep(visit: Visit) -> None:
    """The queue as it is now. Another process may keep it, or a run write: it is read all the same."""
    with suppress(LedgerRefused, LedgerBusy, LedgerFull):
        keep_queue(visit.home, visit.day)


def _choices(known: dict[str, set[str]]) -> dict[str, list[str]]:
    """What open work can be asked for."""
    return {
        "kind": sorted(known["kind"]),
        "owner": sorted(known["owner"] - {""}),
        "payer": sorted(known["payer"] - {""}),
        "practice": sorted(known["practice"] - {""}),
        "cause": sorted((known["carc"] | known["category"]) - {""}),
        "assignee": [NOBODY, *sorted(known["assignee"] - {""})],
    }


def _item(visit: Visit, number: int) -> Item:
    found = item_of(visit.home.ledger, visit.day, number)
    if found is None or not visit.user.of(found.practice):
        raise not_there("work")
    return found


def _one(visit: Visit, item: Item, status: int = 200, **shown: Any) -> Response:
    visit.looked_at(f"work {item.id}")
    next_acts, others, typed = acts.acts_of(item, visit.may)
    meaning = find("CARC", item.carc) if item.carc else None
    coding = coding_of(visit.request.query_params, item.id)
    encounter = _encounter(visit.home, item) if visit.may("code") or visit.may("audit") else None
    values = {
        "item": item,
        "story": events(visit.home.ledger, item.id),
        "next_acts": next_acts if item.state == OPEN else [],
        "others": others,
        "typed": typed if item.state == OPEN else [],
        "meaning": meaning.meaning if meaning is not None and meaning.code == item.carc else "",
        "holds": [
            (one, *edit_words(one.edit_id), parts_of(one, encounter, visit.home.codes))
            for one in holds_of_work(visit.home.ledger, item.id)
        ],
        "encounter": encounter,
        "coding": coding,
        "next_diagnosis": next_diagnosis(encounter, coding) if encounter is not None else "",
        "next_procedure": next_procedure(encounter, coding) if encounter is not None else "",
        "pressed": ACTS["draft"] if coding.use else None,
        "lines": [],
        "given": {"changes": "\n".join(coding.use)} if coding.use else {},
        "refused": "",
        "tomorrow": acts.tomorrow(visit.day),
        "of_list": _of_list(visit),
    }
    return visit.page("work_item.html", status, **(values | shown))


def _of_list(visit: Visit) -> str:
    """The filters of the list that a piece was opened from, as its address has them: the way back goes there,
    after acts too."""
    said = visit.request.query_params.get("list")
    query = said if said is not None else urlsplit(visit.back("/work")).query
    return urlencode({name: value[:80] for name, value in parse_qsl(query[:2000]) if name in FILTERS})


def _encounter(home: Home, item: Item) -> Encounter | None:
    newest = newest_of_work(home.ledger, item.id)
    return Encounter.model_validate_json(newest.payload) if newest is not None else None


def _press(visit: Visit, item: Item, act: acts.Act, form: Form) -> Response:
    """Without `really` a preview on the item's page; with it the act, and back to the item."""
    given = {name: value for name, value in form.items() if name not in ("form_key", "really", READ, *FIELDS)}
    do = doing(visit, act, form, [item])
    try:
        if form.get("really") == "1":
            done(visit, do(False))
            of_list = _of_list(visit)
            return visit.to(f"/work/{item.id}" + (f"?{urlencode({'list': of_list})}" if of_list else ""))
        lines = acts.said_of(previewed(visit, do(True)))
    except (StepError, LedgerError) as error:
        refused = refusal(visit, form, error, lambda: acts.said_of(previewed(visit, do(True))))
        return _one(visit, item, 409, pressed=act, lines=refused.lines, given=given, refused=refused)
    return _one(visit, item, pressed=act, lines=lines, given=given)


def _press_many(visit: Visit, act: acts.Act, form: Form) -> Response:
    marked = [number for one in form.getlist("id") if (number := row_id(one))]
    if not marked:
        raise Refused(422, "WEB-08", "mark the work first")
    do = doing(visit, act, form, [_item(visit, number) for number in marked])
    back = form.get("back", "")
    refused: Refusal | None = None
    if form.get("really") == "1":
        try:
            done(visit, do(False))
            return visit.to("/work" + (back if back.startswith("?") else ""))
        except (StepError, LedgerError) as error:
            refused = refusal(visit, form, error, lambda: acts.said_of(previewed(visit, do(True))))
            if not (refused.needs_second or refused.lines):
                raise
    came_to = previewed(visit, do(True))
    return visit.page(
        "work_many.html",
        200 if refused is None else 409,
        refused=refused,
        act=act,
        marked=marked,
        lines=acts.said_of(came_to),
        cents=sum(change.cents for change in came_to.changes) if isinstance(came_to, Changed) else 0,
        given={name: form.get(name, "").strip() for name in ("why", "to", "until", "back")},
    )
