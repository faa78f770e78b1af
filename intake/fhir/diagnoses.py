"""Diagnoses of an encounter or a claim, and what is coded otherwise for the coder.

The encounter's own come first, by rank, then the conditions recorded at it, its claims' diagnoses and
its coded reasons; what a claim calls principal stands before all, unless the encounter ranks its own.
Refuted ones do not count; the problem list is shown and not billed.
"""

from collections.abc import Iterator

from intake.code_systems import diagnoses_of
from intake.encounter import Concept
from intake.fhir.encounter_index import EncounterIndex, is_bound, on_problem_list
from intake.fhir.parties import codes, concept, has_code
from intake.fhir.resources import Pool, Resource, part, parts, text

_PRINCIPAL = {"principal", "primary", "principal diagnosis", "primary diagnosis"}


def diagnoses_of_encounter(
    index: EncounterIndex, encounter: Resource, claims: list[Resource]
) -> tuple[tuple[str, ...], list[Concept], list[str]]:
    """The ICD-10-CM codes, principal first, each once; other concepts; and doubts."""
    found: list[str] = []
    concepts: list[Concept] = []
    for condition, is_listed in _conditions(index, encounter):
        code = part(condition, "code")
        of_condition = () if is_listed else diagnoses_of(codes(code))
        found.extend(of_condition)
        if not of_condition and (made := concept(code, "diagnosis")):
            concepts.append(made)
    shown = {(c.system, c.code) for c in concepts}
    of_claims = [_of_claim(index.pool, claim, d) for claim in claims for d in _in_sequence(claim)]
    for code in of_claims + parts(encounter, "reasonCode"):
        of_code = diagnoses_of(codes(code))
        found.extend(of_code)
        made = None if of_code else concept(code, "reason" if encounter else "diagnosis")
        # Text without a code mostly repeats what a condition has as a code.
        if made and (made.system, made.code) not in shown and (made.code or not concepts):
            shown.add((made.system, made.code))
            concepts.append(made)
    principal: list[str] = []
    if not any(text(item, "rank") for item in parts(encounter, "diagnosis")):
        principal = list(dict.fromkeys(_principal(index.pool, claims)))
    doubts = ["several diagnoses are marked as principal"] if len(principal) > 1 else []
    return tuple(dict.fromkeys([*principal, *found])), concepts, doubts


def _principal(pool: Pool, claims: list[Resource]) -> Iterator[str]:
    """The first ICD-10-CM code of each diagnosis that a claim marks as principal."""
    for claim in claims:
        for item in parts(claim, "diagnosis"):
            kinds = [*parts(item, "type"), part(item, "type")]
            words = {text(coding, "code").lower() for kind in kinds for coding in parts(kind, "coding")}
            words |= {text(coding, "display").lower() for kind in kinds for coding in parts(kind, "coding")}
            words |= {text(kind, "text").lower() for kind in kinds}
            if words & _PRINCIPAL:
                yield from diagnoses_of(codes(_of_claim(pool, claim, item)))[:1]


def diagnoses_of_claim(pool: Pool, claim: Resource) -> dict[str, tuple[str, ...]]:
    """ICD-10-CM codes of a claim by their sequence."""
    return {
        text(item, "sequence") or str(position): diagnoses_of(codes(_of_claim(pool, claim, item)))
        for position, item in enumerate(parts(claim, "diagnosis"), 1)
    }


def _in_sequence(claim: Resource) -> list[Resource]:
    """A claim's diagnoses by their sequence, which is their order (FHIR R4, Claim.diagnosis.sequence)."""
    return sorted(parts(claim, "diagnosis"), key=lambda item: _rank(text(item, "sequence")))


def _of_claim(pool: Pool, claim: Resource, item: Resource) -> Resource:
    """What a claim's diagnosis says: a concept of its own, or its Condition's."""
    condition = pool.find(part(item, "diagnosisReference"), claim)
    return part(item, "diagnosisCodeableConcept") or part(condition, "code")


def _conditions(index: EncounterIndex, encounter: Resource) -> Iterator[tuple[Resource, bool]]:
    """Each condition of an encounter once, and whether it is only listed: known, but not what the visit
    was for."""
    pool = index.pool
    ranked = sorted(parts(encounter, "diagnosis"), key=lambda d: _rank(text(d, "rank")))
    own = [part(item, name) for item in ranked for name in ("condition", "reference")]
    reasons = parts(encounter, "reasonReference")
    reasons += [value for reason in parts(encounter, "reason") for value in parts(reason, "value")]  # R5
    named = [found for reference in own if (found := pool.find(reference, encounter))]
    recorded = index.conditions.get(pool.key(encounter), []) if encounter else []
    keys = {pool.key(condition) for condition in named}
    listed = {pool.key(c) for c in recorded if on_problem_list(c) or not is_bound(c)} - keys
    named += [*recorded, *(found for reference in reasons if (found := pool.find(reference, encounter)))]
    seen: set[int] = set()
    for condition in named:
        key = pool.key(condition)
        if key in seen or text(condition, "resourceType") != "Condition":
            continue
        seen.add(key)
        if not has_code([part(condition, "verificationStatus")], "refuted", "entered-in-error"):
            yield condition, key in listed


def _rank(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 99_999
