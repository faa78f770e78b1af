"""Repairs of form, before the edits: case, spaces, the dot of an ICD code, hyphens.

A repair never changes which code is meant; each is listed so that a person can see it.
"""

from dataclasses import dataclass, replace

from edi.records import Claim, ServiceLine


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair: the line (None: the claim), the element, and what was done to it."""

    line: int | None
    place: str
    what: str


def _code(text: str) -> str:
    return text.replace(".", "").replace(" ", "").upper()


def _line(line: ServiceLine, repairs: list[Repair]) -> ServiceLine:
    procedure = line.procedure.replace(" ", "").upper()
    modifiers = tuple(m.strip().upper() for m in line.modifiers if m.strip())
    place = line.place_of_service.strip()
    ndc = line.ndc.replace("-", "").replace(" ", "")
    if len(ndc) != 11:
        ndc = line.ndc  # dropping hyphens from a ten-digit NDC would lose which segment is short
    changed = []
    if procedure != line.procedure:
        changed.append(("SV101-2", "procedure code in capitals without spaces"))
    if modifiers != line.modifiers:
        changed.append(("SV101-3", "modifiers in capitals, empty ones left out"))
    if place != line.place_of_service:
        changed.append(("SV105", "spaces around the place of service left out"))
    if ndc != line.ndc:
        changed.append(("LIN03", "hyphens of the NDC left out"))
    if not changed:
        return line
    repairs.extend(Repair(line.number, where, what) for where, what in changed)
    return replace(line, procedure=procedure, modifiers=modifiers, place_of_service=place, ndc=ndc)


def repair(claim: Claim) -> tuple[Claim, list[Repair]]:
    """The claim with its form repaired (the same object where nothing was), and what was done."""
    repairs: list[Repair] = []
    diagnoses = tuple(map(_code, claim.diagnoses))  # an empty one stays: pointers count it
    if diagnoses != claim.diagnoses:
        repairs.append(Repair(None, "HI", "diagnosis codes in capitals without dots"))
    lines = tuple(_line(line, repairs) for line in claim.lines)
    place = claim.place_of_service.strip()
    if place != claim.place_of_service:
        repairs.append(Repair(None, "CLM05-1", "spaces around the place of service left out"))
    if not repairs:
        return claim, repairs
    return replace(claim, diagnoses=diagnoses, lines=lines, place_of_service=place), repairs
