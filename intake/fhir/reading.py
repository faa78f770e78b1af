"""FHIR R4 to encounters: each finished Encounter, and each claim that names none.

* A bundle is a world of its own; the resources of an NDJSON file that are no bundles are one world.
* Diagnoses are the encounter's own by rank, then the conditions recorded at it, then its claims' and its
  coded reasons. Refuted ones do not count; the problem list is
  shown to the coder and not billed.
* A prior-authorization request and an explanation of benefits are no documentation: refused with that
  reason. Planned, cancelled and unfinished encounters are left out and counted.
* Dates are taken as written: the day where the service was given.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from intake.code_systems import diagnosis_of
from intake.encounter import Concept, Encounter
from intake.fhir.coverages import coverages_of
from intake.fhir.parties import (
    codes,
    concept,
    has_code,
    patient_of,
    place_of,
    practice_of,
    provider_of,
)
from intake.fhir.resources import Pool, Resource, day, days, part, parts, referring_to, text
from intake.fhir.services import Service, diagnoses_of_claim, services_of
from intake.json_encounters import ndjson_lines, parse
from intake.outcome import Problem, Read
from intake.validation import to_encounter

FORMAT = "fhir"
_MARK = '"resourceType"'
_ENCOUNTER_EXTENSION = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Claim.encounter"
# R4's own word and R5's; an encounter without a status is taken as it is.
_FINISHED = {"finished", "completed", "discharged", "unknown", ""}
_ORDER = ("PPRF", "ATND", "ADM", "DIS", "CON", "SPRF")


def recognises(name: str, text: str) -> bool:
    start = text.lstrip("\ufeff \t\r\n")[:1]
    return start in ("{", "[") and _MARK in text[:200_000]


def read(name: str, text: str) -> Read:
    """All encounters of the file; raises nothing."""
    result = Read(FORMAT)
    document = parse(text)
    if not isinstance(document, Problem):
        worlds = [document] if isinstance(document, dict) else document
        if not isinstance(worlds, list):
            worlds = []
    elif lines := ndjson_lines(text):
        worlds = []
        for number, line in lines:
            item = parse(line)
            if isinstance(item, Problem):
                result.problems.append(Problem(item.code, f"line {number}", item.message, item.remedy))
            else:
                worlds.append(item)
    else:
        result.problems.append(document)
        return result
    loose = Pool()
    for number, world in enumerate(worlds, 1):
        if isinstance(world, dict) and world.get("resourceType") == "Bundle":
            pool = Pool()
            pool.add(world)
            _read_pool(pool, result, f"bundle {number}" if len(worlds) > 1 else "")
        else:
            loose.add(world)
    if loose.kinds or not worlds:
        _read_pool(loose, result, "")
    return result


def _read_pool(pool: Pool, result: Read, place: str) -> None:
    """The encounters of one world of resources, added to the result."""
    reader = _World(pool)
    unfinished = 0
    found = 0
    for encounter in pool.all("Encounter"):
        if text(encounter, "status") not in _FINISHED:
            unfinished += 1
            continue
        found += 1
        _take(reader, encounter, reader.claims.get(pool.key(encounter), []), result)
    for claim in reader.claims_alone:
        found += 1
        _take(reader, {}, [claim], result)
    if unfinished and found:
        result.problems.append(
            Problem(
                "INT-13",
                place,
                f"{unfinished} encounters left out: planned, cancelled or not finished",
                "send them again when they are finished",
            )
        )
    if not found:
        result.problems.append(replace(_why_nothing(pool, unfinished), place=place))


def _why_nothing(pool: Pool, unfinished: int) -> Problem:
    if any(text(claim, "use") in ("preauthorization", "predetermination") for claim in pool.all("Claim")):
        return Problem(
            "INT-11", "", "a request for authorization: nothing was done yet", "send the encounter afterwards"
        )
    if unfinished:
        return Problem(
            "INT-11",
            "",
            "no finished encounter: planned, cancelled or under way",
            "send it when it is finished",
        )
    if pool.kinds & {"ExplanationOfBenefit", "ClaimResponse"}:
        return Problem(
            "INT-11", "", "a payer's answer, not documentation", "send the Encounter with its Conditions"
        )
    return Problem(
        "INT-12",
        "",
        "resources without an Encounter or Claim",
        "send them in one Bundle with their Encounter",
    )


class _World:
    """What refers to an encounter or a patient, found once for the whole pool."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.conditions = _by_target(pool, "Condition", "encounter", "context")
        self.procedures = _by_target(pool, "Procedure", "encounter", "context")
        self.charge_items = _by_target(pool, "ChargeItem", "context", "encounter")
        self.coverages = _by_target(pool, "Coverage", "beneficiary")
        self.claims: dict[int, list[Resource]] = {}
        self.claims_alone: list[Resource] = []
        for claim in pool.all("Claim"):
            if text(claim, "use") not in ("claim", "") or text(claim, "status") in (
                "cancelled",
                "entered-in-error",
                "draft",
            ):
                continue
            targets = {pool.key(e) for e in self._encounters(claim)}
            for target in targets:
                self.claims.setdefault(target, []).append(claim)
            if not targets:
                self.claims_alone.append(claim)

    def _encounters(self, claim: Resource) -> list[Resource]:
        references = [r for item in parts(claim, "item") for r in parts(item, "encounter")]
        references += parts(claim, "encounter")
        references += [
            part(extension, "valueReference")
            for extension in parts(claim, "extension")
            if text(extension, "url") == _ENCOUNTER_EXTENSION
        ]
        return [found for reference in references if (found := self.pool.find(reference, claim))]


def _by_target(pool: Pool, kind: str, *fields: str) -> dict[int, list[Resource]]:
    found: dict[int, list[Resource]] = {}
    for field in fields:
        for target, resource in referring_to(pool, kind, field):
            listed = found.setdefault(target, [])
            if not listed or listed[-1] is not resource:
                listed.append(resource)
    return found


def _take(world: _World, encounter: Resource, claims: list[Resource], result: Read) -> None:
    place = f"encounter {len(result.encounters) + 1}"
    data, unsure = _encounter(world, encounter, claims)
    outcome = to_encounter(data, place)
    if not isinstance(outcome, Encounter):
        result.problems.extend(outcome)
        return
    result.encounters.append(outcome)
    if unsure:
        result.problems.append(
            Problem(
                "INT-13",
                place,
                "several coverages and no word which is first: taken as they stand",
                "give Coverage.order, or a Claim with its insurance",
            )
        )


def _encounter(world: _World, encounter: Resource, claims: list[Resource]) -> tuple[dict[str, Any], bool]:
    pool, key = world.pool, world.pool.key(encounter)
    main = encounter or claims[0]
    first, last = days(encounter, "period", "actualPeriod")
    if not encounter:
        first, last = days(main, "billablePeriod")
        first = first or _first_service(main)
    patient = pool.find(part(encounter, "subject") or part(main, "patient"), main)
    rendering = _participant(pool, encounter, *_ORDER) or _of_team(pool, claims, "primary", "rendering")
    diagnoses, concepts = _diagnoses(world, encounter, claims, key)
    services = services_of(
        pool,
        encounter,
        claims,
        world.charge_items.get(key, []) if encounter else [],
        world.procedures.get(key, []) if encounter else [],
        first,
        rendering,
    )
    coverages, authorization, unsure = coverages_of(pool, claims, patient, first, world.coverages)
    place, facility = place_of(pool, encounter)
    organisation = part(encounter, "serviceProvider") or part(claims[0] if claims else {}, "provider")
    source, number = _identity(main)
    return {
        "source": source,
        "id": number,
        "version": _version(main),
        "practice": practice_of(pool, organisation, main),
        "patient": patient_of(patient),
        "coverages": tuple(coverages),
        "service_date": first,
        "place_of_service": place,
        "diagnoses": diagnoses,
        "lines": tuple(_line(service, diagnoses) for service in services.found),
        "rendering": rendering,
        "referring": _participant(pool, encounter, "REF") or _of_team(pool, claims, "referring"),
        # In the office the facility is the practice itself, which a claim does not repeat.
        "service_facility": facility if place not in ("", "11") else None,
        "admission": first if last and place == "21" else None,
        "discharge": last if place == "21" else None,
        "prior_authorization": authorization,
        "accident": _accident(claims),
        "concepts": (*concepts, *services.concepts),
    }, unsure


def _diagnoses(
    world: _World, encounter: Resource, claims: list[Resource], key: int
) -> tuple[tuple[str, ...], list[Concept]]:
    """ICD-10-CM codes, principal first, each once; and what is coded otherwise."""
    pool = world.pool
    ranked = sorted(parts(encounter, "diagnosis"), key=lambda d: _rank(text(d, "rank")))
    conditions = [
        found
        for item in ranked
        for name in ("condition", "reference")
        if (found := pool.find(part(item, name), encounter))
    ]
    recorded = world.conditions.get(key, []) if encounter else []
    listed = {pool.key(c) for c in recorded if _on_problem_list(c)} - {pool.key(c) for c in conditions}
    conditions += recorded
    conditions += [
        found
        for reference in parts(encounter, "reasonReference")
        if (found := pool.find(reference, encounter))
    ]
    codes_found: list[str] = []
    concepts: list[Concept] = []
    seen: set[int] = set()
    for condition in conditions:
        if pool.key(condition) in seen or text(condition, "resourceType") != "Condition":
            continue
        seen.add(pool.key(condition))
        if has_code([part(condition, "verificationStatus")], "refuted", "entered-in-error"):
            continue
        told = part(condition, "code")
        code = diagnosis_of(codes(told))
        if code and pool.key(condition) not in listed:
            codes_found.append(code)
        elif made := concept(told, "diagnosis"):
            concepts.append(made)
    for claim in claims:
        codes_found.extend(diagnoses_of_claim(pool, claim).values())
    codes_found.extend(
        code for reason in parts(encounter, "reasonCode") if (code := diagnosis_of(codes(reason)))
    )
    return tuple(dict.fromkeys(codes_found)), concepts


def _on_problem_list(condition: Resource) -> bool:
    categories = parts(condition, "category")
    return has_code(categories, "problem-list-item") and not has_code(categories, "encounter-diagnosis")


def _rank(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 99_999


def _line(service: Service, diagnoses: tuple[str, ...]) -> dict[str, Any]:
    """The service with pointers: to what it is linked to, to the only diagnosis, or to none."""
    linked = [code for code in service.reasons if code in diagnoses]
    if not linked and (service.linked_to_all or len(diagnoses) == 1):
        linked = list(diagnoses)
    pointers = tuple(dict.fromkeys(diagnoses.index(code) + 1 for code in linked))[:4]
    return {**service.line, "pointers": pointers}


def _participant(pool: Pool, encounter: Resource, *types: str) -> Any:
    """The first participant of these types, in their order; without a type, the only one there is."""
    members = parts(encounter, "participant")
    for wanted in types:
        for member in members:
            if has_code(parts(member, "type"), wanted):
                reference = part(member, "individual") or part(member, "actor")
                if found := provider_of(pool, reference, encounter):
                    return found
    if len(members) == 1 and not parts(members[0], "type") and "PPRF" in types:
        return provider_of(pool, part(members[0], "individual"), encounter)
    return None


def _of_team(pool: Pool, claims: list[Resource], *roles: str) -> Any:
    for claim in claims:
        for member in parts(claim, "careTeam"):
            if has_code([part(member, "role")], *roles) and (
                found := provider_of(pool, part(member, "provider"), claim)
            ):
                return found
    return None


def _accident(claims: list[Resource]) -> dict[str, Any] | None:
    for claim in claims:
        if told := part(claim, "accident"):
            kinds = [text(coding, "code") for coding in parts(part(told, "type"), "coding")]
            cause = "AA" if "MVA" in kinds else "EM" if "WPA" in kinds else "OA"
            state = text(told, "locationAddress", "state")
            return {"causes": (cause,), "day": day(text(told, "date")), "state": state}
    return None


def _first_service(claim: Resource) -> date | None:
    found = [
        first for item in parts(claim, "item") if (first := days(item, "servicedDate", "servicedPeriod")[0])
    ]
    return min(found, default=None)


def _identity(resource: Resource) -> tuple[str, str]:
    """The first identifier's system and value, else the resource's own id."""
    for identifier in parts(resource, "identifier"):
        if value := text(identifier, "value"):
            system = text(identifier, "system").removeprefix("https://").removeprefix("http://")
            return f"fhir {system}"[:80].strip(), value[:80]
    kind = text(resource, "resourceType")
    return "fhir" if kind == "Encounter" else f"fhir {kind}"[:80], text(resource, "id")[:80]


def _version(resource: Resource) -> int:
    value = text(resource, "meta", "versionId")
    return int(value) if value.isascii() and value.isdigit() and 0 < len(value) < 10 and int(value) else 1
