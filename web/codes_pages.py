"""Codes: the encoder. A search with why each code was found, one code with all that is known of it, and the
guided choice, one question a page.

Nothing here is a patient's, but for what somebody types: words are sent in a form and kept in memory
(`web/encoder.py`). From a finding the pages know the work by its number: its day of service is read from the
encounter, and the code that is chosen goes back into the form that corrects it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from coding.codes.guide import NoWalkError
from coding.codes.instructions import instructions_for
from coding.codes.look_up import NAMES, how_to_load, look_up
from coding.codes.procedure_facts import NOT_LOADED, facts_of, said_by_cms
from coding.codes.shown import Shown, dotted, undotted
from coding.codes.status import status
from coding.codes.store import procedure_set
from coding.codes.valid_instead import valid_instead
from coding.codes.validity import Validity
from intake.encounter import Encounter
from ledger.queries.claim_story import Hold
from ledger.queries.newest import holds_of_work, newest_of_work
from ledger.queries.work_queue import item as item_of
from web.chosen import day_of, row_id
from web.desk import Desk, Visit
from web.encoder import Searches, Sets, Shelf
from web.errors import Refused, not_there
from web.finding_codes import Coding, coding_of, next_diagnosis
from web.routing import Sent, router

LONGEST, MOST_ANSWERS, FOUND, FEW = 200, 20, 12, 40
KINDS = {
    "includes": "Includes", "inclusion": "Also called", "excludes1": "Excludes1: never together",
    "excludes2": "Excludes2: another code, may be together", "code_first": "Code first",
    "use_additional": "Use an additional code", "code_also": "Code also", "seventh": "7th character",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asking:
    """One request to the encoder: the sets, the day of service, and what it is asked for."""

    sets: Sets
    day: date
    given_day: str
    number: int
    words: str
    coding: Coding
    holds: list[Hold]
    encounter: Encounter | None
    corrects: bool

    def to(self, path: str, **more: object) -> str:
        """An address of the encoder that keeps the day, the search and the work."""
        own = {"day": self.given_day, "asked": self.number, **more}
        return f"/codes{path}{self.coding.asked(**own)}"

    def answered(self, place: str, answers: Sequence[str], **more: object) -> str:
        """The address of a guided choice with these answers."""
        base = self.to(f"/guide/{quote(dotted(place))}", **more)
        given = urlencode([("answer", one) for one in answers])
        return f"{base}{'&' if '?' in base else '?'}{given}" if given else base

    def standing_at(self, at: str) -> "Asking":
        """The same for another place of the encounter."""
        return replace(self, coding=self.coding.standing_at(at))

    def use(self, code: str) -> str:
        """The address of the work with a code put into the form that corrects it; "" where nothing is
        corrected, or the code has no place there."""
        if self.encounter is None or not self.corrects:
            return ""
        at = self.coding.at
        if procedure_set(code) is not None:
            return self.coding.with_code(code) if at.startswith("lines") else ""
        return self.coding.standing_at(at if at.startswith("diagnoses") else self.beside).with_code(code)

    @property
    def beside(self) -> str:
        """Where a second diagnosis goes: behind the last one, and behind those that were chosen."""
        return next_diagnosis(self.encounter, self.coding) if self.encounter is not None else ""


def routes(desk: Desk) -> APIRouter:
    """The pages of the encoder."""
    pages, shelf, searches = router(), Shelf(desk.settings.home / "codes"), Searches()

    @pages.get("/codes")
    def search(request: Request) -> Response:
        with desk.visit(request, "see") as visit:
            return _found(visit, _asking(visit, shelf, searches))

    @pages.post("/codes")
    def words(request: Request, form: Sent) -> Response:
        with desk.press(request, form, "see") as visit:
            asking = _asking(visit, shelf, searches, form.get("day", "").strip())
            said = " ".join(form.get("words", "").split())[:LONGEST]
            number = searches.keep(visit.token, said) if said else 0
            if form.get("guide") == "1" and said:
                start, _ = asking.sets.encoder.begin(said)
                if start:
                    return visit.to(asking.to(f"/guide/{start}", asked=number))
            return visit.to(asking.to("", asked=number))

    @pages.get("/codes/guide/{code}")
    def guided(request: Request, code: str) -> Response:
        with desk.visit(request, "see") as visit:
            return _guided(visit, _asking(visit, shelf, searches), code)

    @pages.get("/codes/{code}")
    def one(request: Request, code: str) -> Response:
        with desk.visit(request, "see") as visit:
            return _one(visit, _asking(visit, shelf, searches), code)

    return pages


def _asking(visit: Visit, shelf: Shelf, searches: Searches, day: str | None = None) -> Asking:
    params = visit.request.query_params
    coding = coding_of(params)
    given = params.get("day", "") if day is None else day
    asked = row_id(params.get("asked", ""))
    holds: list[Hold] = []
    encounter = None
    if coding.work:
        holds, encounter = _of_work(visit, coding.work)
    served = encounter.service_date if encounter is not None else None
    if encounter is not None and served is None:
        served = min((line.service_from for line in encounter.lines if line.service_from), default=None)
    return Asking(
        sets=shelf.sets(),
        day=day_of(given) or served or visit.desk.today,
        given_day=given,
        number=asked,
        words=searches.words(visit.token, asked) if asked else "",
        coding=coding,
        holds=holds,
        encounter=encounter,
        corrects=visit.may("code"),
    )


def _of_work(visit: Visit, number: int) -> tuple[list[Hold], Encounter | None]:
    """The findings and the encounter of a piece of work that the person may see; the look is noted."""
    found = item_of(visit.home.ledger, visit.day, number)
    if found is None or not visit.user.of(found.practice):
        raise not_there("work")
    visit.looked_at(f"work {number}", "from the encoder")
    newest = newest_of_work(visit.home.ledger, number)
    encounter = Encounter.model_validate_json(newest.payload) if newest is not None else None
    return holds_of_work(visit.home.ledger, number), encounter


def _found(visit: Visit, asking: Asking) -> Response:
    sets, found, reasons = asking.sets, None, {}
    if asking.words:
        found = look_up(sets.codes, asking.words, asking.day, FOUND)
        asked = sets.encoder.asked(found.question)
        reasons = {hit.code: sets.why.of(hit.code, asked) for hit, _ in found.diagnoses}
    return visit.page(
        "codes.html",
        asking=asking,
        found=found,
        reasons=reasons,
        names=NAMES | {"icd10cm_tabular": "ICD-10-CM tabular list"},
        forgotten=bool(asking.number and not asking.words),
        sets=[s for s in status(sets.codes, asking.day) if s.release or s.set in NAMES],
        missing={name: how_to_load(name, asking.day) for name in ("cpt", "hcpcs")},
        not_loaded=NOT_LOADED,
    )


def _one(visit: Visit, asking: Asking, asked: str) -> Response:
    code = undotted(asked)[:8]
    sets = asking.sets
    found = sets.encoder.show(code, asking.day)
    if found is not None:
        return visit.page("code.html", **_diagnosis(asking, found))
    if procedure_set(code) is not None:
        facts = facts_of(sets.codes, code, asking.day)
        missing = how_to_load(facts.set, asking.day) if facts.set in ("cpt", "hcpcs") else ""
        loaded = sets.codes.table(facts.set, asking.day) is not None
        return visit.page(
            "procedure.html",
            asking=asking,
            facts=facts,
            says=said_by_cms(facts),
            not_loaded=NOT_LOADED,
            missing="" if loaded else missing,
            name=NAMES.get(facts.set, facts.set.upper()),
        )
    instead = valid_instead(sets.codes.diagnoses, code, asking.day)
    near = sets.tabular.nearest(code) if code.isascii() else ""
    return visit.page(
        "no_code.html",
        asking=asking,
        code=code,
        instead=instead,
        titles=[(c, sets.tabular.title(c)) for c in (instead.codes if instead is not None else ())[:12]],
        near=near,
        near_title=sets.tabular.title(near) if near else "",
    )


def _diagnosis(asking: Asking, found: Shown) -> dict[str, Any]:
    sets = asking.sets
    valid = found.validity is Validity.VALID
    said = sets.encoder.asked(asking.words) if asking.words else {}
    notes = [n for n in found.notes if n[0] in ("includes", "inclusion")]
    instead = None if valid else valid_instead(sets.codes.diagnoses, found.code, asking.day)
    return {
        "asking": asking,
        "found": found,
        "valid": valid,
        "heading": found.validity is Validity.NOT_BILLABLE,
        "notes": notes,
        "instructions": instructions_for(
            sets.tabular, sets.codes.diagnoses, found.code, asking.day, frozenset(said)
        ),
        "kinds": KINDS,
        "after": found.ended + timedelta(days=1) if found.ended is not None else None,
        "instead": instead if instead is not None and not found.choose and not found.instead else None,
        "title_of": sets.tabular.title,
        "below": _below(asking, found),
        "paths": sets.why.paths(found.code),
    }


def _below(asking: Asking, found: Shown) -> list[tuple[str, str, bool]]:
    """The codes below a heading, each with its title and whether it is valid: all valid ones where they are
    few, else the next level of headings."""
    if len(found.choose) <= FEW:
        return [(code, title, True) for code, title in found.choose]
    valid = {code for code, _ in found.choose}
    return [
        (c, asking.sets.tabular.title(c), c in valid) for c in asking.sets.tabular.child_codes(found.code)
    ]


def _guided(visit: Visit, asking: Asking, start: str) -> Response:
    sets = asking.sets
    answers = [one[:LONGEST] for one in visit.request.query_params.getlist("answer")]
    if len(answers) > MOST_ANSWERS:
        raise Refused(422, "WEB-08", "there are more answers than questions; begin again")
    place = sets.encoder.begin(start[:8])[0] or start[:8]
    said = sets.encoder.begin(asking.words)[1] if asking.words else frozenset()
    try:
        walk = sets.guide(asking.day).walk(place, answers, said)
    except NoWalkError as error:
        raise Refused(404, error.code, error.reason) from None
    keys = [f"{one.name}={one.key}" for one in walk.answered]
    back = []
    for n, one in enumerate(walk.answered):
        # what the words answered is asked again without them
        again = {"asked": 0} if one.by_words else {}
        back.append((one, asking.answered(place, keys[:n], **again)))
    return visit.page(
        "guide.html",
        asking=asking,
        walk=walk,
        start_title=sets.tabular.title(place),
        keys=keys,
        back=back,
        kinds=KINDS,
        paths=sets.why.paths(walk.code or walk.place),
        place=place,
    )
