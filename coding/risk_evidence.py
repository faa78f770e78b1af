"""Condition categories of a patient from what claims and documents say: what supports each, and what doesn't.

A diagnosis counts for risk adjustment where a face-to-face service of CMS's list was documented: a
professional or outpatient claim with such a procedure, or an inpatient bill. A service by sound alone is
none. What was reported and is not supported stands beside what is: to take it back is work like any other.
Nothing here says that a diagnosis should be coded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from coding.codes.condition_categories import Categories, counts_face_to_face
from coding.codes.store import Codes

INPATIENT: Final = frozenset({"11", "41"})
"""Bills that count as they are (CMS, encounter data filtering logic, 2015-12-22)."""
OUTPATIENT: Final = frozenset({"12", "13", "43", "71", "73", "76", "77", "85"})
"""Bills that count with a procedure of the list (there too)."""
SOUND_ALONE: Final = frozenset({"93", "FQ"})
"""Modifiers of a service without a picture, which is not face to face (CMS, 2020-04-10)."""


class Verdict(StrEnum):
    """What a claim is worth as evidence of its diagnoses. CONTRADICTED: something says it isn't so."""

    ACCEPTED = "accepted"
    UNCHECKED = "unchecked"
    NOT_ACCEPTED = "not accepted"
    CONTRADICTED = "contradicted"


class Standing(StrEnum):
    """How a condition stands in the year."""

    SUPPORTED = "supported"
    UNCHECKED = "unchecked"
    NOT_SUPPORTED = "not supported"
    LAST_YEAR = "last year only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A line of a claim."""

    procedure: str
    modifiers: tuple[str, ...]
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A diagnosis on a claim. `reported`: the claim went to a payer and was not taken back. `document` is the
    encounter, `document_version` its newest version; `why` is what the verdict rests on."""

    claim: str
    service_on: date
    practice: str
    provider: str
    payer: str
    diagnosis: str
    document: str
    document_version: int
    reported: bool
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition category of a patient. `below` is a category of this year that stands above it, 0 none.
    `evidence` is that of the year, `last_year` that of the year before."""

    category: int
    label: str
    standing: Standing
    below: int
    evidence: tuple[Evidence, ...]
    last_year: tuple[Evidence, ...]

    @property
    def unsupported(self) -> tuple[Evidence, ...]:
        """What was reported and is not supported: all that was where nothing supports the condition, and what
        is contradicted in any case."""
        return tuple(
            one
            for one in self.evidence
            if one.reported
            and (self.standing is Standing.NOT_SUPPORTED or one.verdict is Verdict.CONTRADICTED)
        )


def face_to_face(
    codes: Codes, kind: str, type_of_bill: str, services: Sequence[Service]
) -> tuple[Verdict, str]:
    """Whether a claim (P, I or D) is an acceptable source, and why. `type_of_bill` has two digits."""
    if kind == "D":
        return Verdict.NOT_ACCEPTED, "a dental claim is no source"
    if kind == "I":
        if not type_of_bill:
            return Verdict.UNCHECKED, "the type of bill is not known"
        if type_of_bill in INPATIENT:
            return Verdict.ACCEPTED, f"inpatient bill {type_of_bill}x"
        if type_of_bill not in OUTPATIENT:
            return Verdict.NOT_ACCEPTED, f"bill {type_of_bill}x is no source"
    heard, missing = "", ""
    for one in services:
        counts = counts_face_to_face(codes, one.procedure, one.day) if one.procedure else False
        if counts is None:
            missing = missing or f"the list of procedures is not loaded for {one.day.year}"
        elif counts and SOUND_ALONE.isdisjoint(one.modifiers):
            return Verdict.ACCEPTED, f"{one.procedure} on {one.day}"
        elif counts:
            heard = f"{one.procedure} by sound alone"
    if missing:
        return Verdict.UNCHECKED, missing
    billed = ", ".join(dict.fromkeys(one.procedure for one in services if one.procedure))
    return Verdict.NOT_ACCEPTED, heard or f"no face-to-face procedure: {billed or 'none'}"


def conditions(
    this: Categories,
    last: Categories | None,
    evidence: Iterable[Evidence],
    earlier: Iterable[Evidence],
) -> tuple[Condition, ...]:
    """The conditions of a patient in the year of `this`, and those of the year before that it lacks.

    Hierarchies apply among what is supported or unchecked; what is contradicted outranks nothing. A condition
    of the year before counts where its evidence then was accepted or unchecked, and no claim of this year
    has it.
    """
    now = _by_category(this, evidence)
    before = _by_category(last, earlier) if last is not None else {}
    standings = {category: _standing(found) for category, found in now.items()}
    good = (Standing.SUPPORTED, Standing.UNCHECKED)
    there = [category for category, standing in standings.items() if standing in good]
    for category, found in before.items():
        if category not in standings and _standing(found) in good:
            standings[category] = Standing.LAST_YEAR
    made = []
    for category, standing in sorted(standings.items()):
        below = this.outranked([*there, category]).get(category, 0)
        made.append(
            Condition(
                category=category,
                label=this.label(category),
                standing=standing,
                below=below if standing is not Standing.NOT_SUPPORTED else 0,
                evidence=tuple(now.get(category, ())),
                last_year=tuple(before.get(category, ())),
            )
        )
    return tuple(made)


def _by_category(of: Categories, evidence: Iterable[Evidence]) -> dict[int, list[Evidence]]:
    found: dict[int, list[Evidence]] = {}
    for one in sorted(evidence, key=lambda e: (e.service_on, e.claim, e.diagnosis)):
        for category in of.of.get(one.diagnosis, ()):
            found.setdefault(category, []).append(one)
    return found


def _standing(found: Sequence[Evidence]) -> Standing:
    verdicts = {one.verdict for one in found}
    if Verdict.ACCEPTED in verdicts:
        return Standing.SUPPORTED
    return Standing.UNCHECKED if Verdict.UNCHECKED in verdicts else Standing.NOT_SUPPORTED
