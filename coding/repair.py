"""Repairs of form, before the edits: case, spaces, the dot of an ICD code, hyphens.

A repair never changes which code is meant; each is listed so that a person can see it.
"""

from dataclasses import dataclass

from edi.records import Claim, ServiceLine


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair: the line (None: the claim), the element, and what was done to it."""

    line: int | None
    place: str
    what: str


def _code(text: str) -> str:
    return text.replace(".", "").replace(" ", "").upper()


def _line(line: ServiceLine, repairs: list[Repair]) -> None:
    procedure = line.procedure.replace(" ", "").upper()
    modifiers = tuple([m.strip().upper() for m in line.modifiers if m.strip()])
    place = line.place_of_service.strip()
    ndc = line.ndc
    if ndc and len(eleven := ndc.replace("-", "").replace(" ", "")) == 11:
        ndc = eleven  # dropping hyphens from a ten-digit NDC would lose which segment is short
    changed = []
    if procedure != line.procedure:
        changed.append(("SV101-2", "procedure code in capitals without spaces"))
    if modifiers != line.modifiers:
        changed.append(("SV101-3", "modifiers in capitals, empty ones left out"))
    if place != line.place_of_service:
        changed.append(("SV105", "spaces around the place of service left out"))
    if ndc != line.ndc:
        changed.append(("LIN03", "hyphens of the NDC left out"))
    if changed:
        repairs.extend(Repair(line.number, where, what) for where, what in changed)
        line.procedure, line.modifiers, line.place_of_service, line.ndc = procedure, modifiers, place, ndc


def repair(claim: Claim) -> tuple[Claim, list[Repair]]:
    """The claim, whose form is repaired in place, and what was done."""
    repairs: list[Repair] = []
    diagnoses = tuple([_code(code) for code in claim.diagnoses])  # an empty one stays: pointers count it
    if diagnoses != claim.diagnoses:
        claim.diagnoses = diagnoses
        repairs.append(Repair(None, "HI", "diagnosis codes in capitals without dots"))
    for line in claim.lines:
        _line(line, repairs)
    place = claim.place_of_service.strip()
    if place != claim.place_of_service:
        claim.place_of_service = place
        repairs.append(Repair(None, "CLM05-1", "spaces around the place of service left out"))
    return claim, repairs
