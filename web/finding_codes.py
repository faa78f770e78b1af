"""The codes of a finding, each with the place in the encounter where it stands, and the way to the encoder.

A link to the encoder says for which work a code is looked up, at which place of the encounter it stands, and
which codes were chosen already. All of these are codes and numbers.
"""

import re
from dataclasses import dataclass, replace
from itertools import chain, count, repeat
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams

from coding.codes.shown import dotted, undotted
from coding.codes.store import Codes, procedure_set
from intake.encounter import Encounter
from ledger.queries.claim_story import Hold
from web.chosen import row_id
from web.errors import Refused

MOST = 40
_AT = re.compile(r"diagnoses\[\d{1,2}\]|lines\[\d{1,3}\]\.procedure")
_USE = re.compile(rf"({_AT.pattern})=([A-Z0-9.]{{3,8}})")
_WORD = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?[0-9A-Z]*|\d{4}[0-9A-Z]")
_DIAGNOSIS = re.compile(r"HI (\d+)(?:-9)?")


@dataclass(frozen=True, slots=True)
class Coding:
    """For which work a code is looked up (0: none), where it stands in the encounter, and what was chosen, as
    `diagnoses[1]=J02.9`."""

    work: int = 0
    at: str = ""
    use: tuple[str, ...] = ()

    def asked(self, **more: object) -> str:
        """The end of an address that keeps it."""
        pairs: list[tuple[str, object]] = [(name, value) for name, value in more.items() if value]
        if self.work:
            pairs += [("work", self.work), *([("at", self.at)] if self.at else [])]
            pairs += [("use", one) for one in self.use]
        return f"?{urlencode(pairs)}" if pairs else ""

    def to_code(self, code: str, at: str = "") -> str:
        """The address of a code in the encoder; `at` is where it stands in the encounter."""
        return f"/codes/{quote(code, safe='')}{(self.standing_at(at) if at else self).asked()}"

    def standing_at(self, at: str) -> "Coding":
        return replace(self, at=at)

    def with_code(self, code: str) -> str:
        """The address of the work with a code put where this one stands."""
        others = tuple(one for one in self.use if not one.startswith(f"{self.at}="))
        return f"/work/{self.work}{replace(self, at='', use=(*others, f'{self.at}={dotted(code)}')).chosen()}"

    def chosen(self) -> str:
        """The end of the work's address: what was chosen for it."""
        return f"?{urlencode([('use', one) for one in self.use])}" if self.use else ""


def coding_of(params: QueryParams, of_work: int = 0) -> Coding:
    """What an address says of it; `of_work` where the address is a work's own. Raises Refused WEB-08 for
    what no link of ours says."""
    work, at, use = params.get("work", ""), params.get("at", ""), tuple(params.getlist("use"))
    work = str(of_work) if of_work else work
    number = row_id(work)
    wrong = (work and not number) or (at and not _AT.fullmatch(at)) or len(use) > MOST
    if wrong or not all(_USE.fullmatch(one) for one in use):
        raise Refused(422, "WEB-08", "the address is no link of this console; begin at the work")
    return Coding(number, at if number else "", use if number else ())


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a finding's text; `code` is what to look up, "" for plain words, `at` where it stands."""

    text: str
    code: str = ""
    at: str = ""


def places_of(encounter: Encounter) -> dict[str, str]:
    """Each code of an encounter, without its dot, with the first place where it stands."""
    found: dict[str, str] = {}
    for n, code in enumerate(encounter.diagnoses, start=1):
        found.setdefault(undotted(code), f"diagnoses[{n}]")
    for n, line in enumerate(encounter.lines, start=1):
        found.setdefault(undotted(line.procedure or ""), f"lines[{n}].procedure")
    found.pop("", None)
    return found


def parts_of(hold: Hold, encounter: Encounter | None, codes: Codes) -> list[Part]:
    """The text of a finding with its codes; where it names none of the encounter's, the code of its place
    follows."""
    places = places_of(encounter) if encounter is not None else {}
    standing = _standing(hold, encounter)
    parts: list[Part] = []
    last, named = 0, False
    for found in _WORD.finditer(hold.detail):
        code = undotted(found[0])
        if code not in places and not (codes.tabular is not None and codes.tabular.has(code)):
            continue
        at = places.get(code, standing[1])
        named = named or code in places
        parts += [Part(hold.detail[last : found.start()]), Part(found[0], code, at)]
        last = found.end()
    parts.append(Part(hold.detail[last:]))
    if standing[0] and not named:
        parts += [Part("; look up "), Part(standing[0], undotted(standing[0]), standing[1])]
    return [part for part in parts if part.text]


def next_diagnosis(encounter: Encounter, coding: Coding) -> str:
    """The place behind the last diagnosis and behind those that were chosen."""
    taken = {one.partition("=")[0] for one in coding.use} | {coding.at}
    places = (f"diagnoses[{n}]" for n in count(len(encounter.diagnoses) + 1))
    return next(place for place in places if place not in taken)


def next_procedure(encounter: Encounter, coding: Coding) -> str:
    """The place of the first line without a procedure, or of a line behind the last one."""
    taken = {one.partition("=")[0] for one in coding.use} | {coding.at}
    places = (f"lines[{n}].procedure" for n in count(1))
    coded = [bool(line.procedure) for line in encounter.lines]
    free = (place for place, has in zip(places, chain(coded, repeat(False)), strict=False) if not has)
    return next(place for place in free if place not in taken)


def _standing(hold: Hold, encounter: Encounter | None) -> tuple[str, str]:
    """The code at the place of a finding, and that place: a diagnosis by its position, else the procedure of
    the line."""
    if encounter is None:
        return "", ""
    diagnosis = _DIAGNOSIS.fullmatch(hold.place)
    if diagnosis is not None and 0 < int(diagnosis[1]) <= len(encounter.diagnoses):
        return encounter.diagnoses[int(diagnosis[1]) - 1], f"diagnoses[{diagnosis[1]}]"
    if hold.line and 0 < hold.line <= len(encounter.lines):
        procedure = encounter.lines[hold.line - 1].procedure or ""
        if procedure_set(procedure) is not None:
            return procedure, f"lines[{hold.line}].procedure"
    return "", ""
