"""Which encounter documents which visit: by the visit's number, else by patient, day and provider.

Nothing is guessed: where several would do on either side, none is taken and a person looks.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A visit that has no encounter yet. `patient` are its patient's numbers as `plain` writes them."""

    id: int
    practice: str
    number: str
    on: str
    patient: frozenset[str]
    provider_npi: str
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """What an encounter says of when it was, with whom and by whom; days in ISO form."""

    id: int
    practice: str
    number: str
    days: frozenset[str]
    patient: frozenset[str]
    providers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pair:
    """A visit and its encounter. `by`: number or patient."""

    visit: int
    encounter: int
    by: str


def pairs(visits: Sequence[Appointment], encounters: Sequence[Documented]) -> list[Pair]:
    """What belongs together without doubt; visits that were kept come first."""
    made: list[Pair] = []
    for kept in (True, False):
        for by in ("number", "patient"):
            done = {p.visit for p in made}
            taken = {p.encounter for p in made}
            left = [v for v in visits if v.kept == kept and v.id not in done]
            free = [e for e in encounters if e.id not in taken]
            made += [Pair(visit, encounter, by) for visit, encounter in _only(left, free, by)]
    return made


def candidates(visit: Appointment, encounters: Iterable[Documented]) -> list[int]:
    """The encounters that may document a visit."""
    return [e.id for e in encounters if _fits(visit, e, "number") or _fits(visit, e, "patient")]


def documented(encounter_id: int, practice: str, number: str, payload: str) -> Documented:
    """What the JSON of an encounter says; nothing of one whose content was purged."""
    said: dict[str, Any] = json.loads(payload) if payload else {}
    lines = said.get("lines") or []
    patient = said.get("patient") or {}
    days = (said.get("service_date"), said.get("admission"), *(line.get("service_from") for line in lines))
    numbers = (
        patient.get("medical_record_number"),
        *(coverage.get("member_id") for coverage in said.get("coverages") or []),
    )
    providers = (said.get("rendering"), *(line.get("rendering") for line in lines))
    return Documented(
        id=encounter_id,
        practice=practice,
        number=number,
        days=frozenset(day[:10] for day in days if day),
        patient=frozenset(plain(number) for number in numbers if number),
        providers=frozenset(p["npi"] for p in providers if p and p.get("npi")),
    )


def plain(number: str) -> str:
    """A patient's number without case, blanks and hyphens."""
    return re.sub(r"[^0-9A-Z]", "", number.upper())


def _fits(visit: Appointment, encounter: Documented, by: str) -> bool:
    if visit.practice != encounter.practice or (encounter.days and visit.on not in encounter.days):
        return False
    if by == "number":
        return visit.number == encounter.number
    known = visit.provider_npi and encounter.providers
    return (
        bool(encounter.days)
        and bool(visit.patient & encounter.patient)
        and (not known or visit.provider_npi in encounter.providers)
    )


def _only(
    visits: Sequence[Appointment], encounters: Sequence[Documented], by: str
) -> Iterator[tuple[int, int]]:
    """Where a visit fits one encounter alone, and that one no other visit."""
    by_place: dict[tuple[str, str], list[Documented]] = defaultdict(list)
    for one in encounters:
        for name in {one.number} if by == "number" else one.days:
            by_place[one.practice, name].append(one)
    of_visit: dict[int, list[int]] = {}
    of_encounter: dict[int, list[int]] = defaultdict(list)
    for visit in visits:
        name = visit.number if by == "number" else visit.on
        of_visit[visit.id] = [e.id for e in by_place[visit.practice, name] if _fits(visit, e, by)]
        for encounter_id in of_visit[visit.id]:
            of_encounter[encounter_id].append(visit.id)
    for visit_id, found in of_visit.items():
        if len(found) == 1 and len(of_encounter[found[0]]) == 1:
            yield visit_id, found[0]
