"""FHIR R4 to encounters: each finished Encounter, and each claim that names none.

* A bundle is a world of its own; the resources of an NDJSON file that are no bundles are one world.
* Diagnoses are the encounter's own by rank, then the conditions recorded at it, then its claims' and its
  coded reasons. Refuted ones do not count. The problem list, and
  a condition that no one says belongs to the encounter, are shown to the coder and not billed.
* A prior-authorization request and an explanation of benefits are no documentation: refused with that
  reason. Planned, cancelled and unfinished encounters are left out and counted.
* Of one resource a line, all are read or none: a damaged line may hold an encounter's service.
* Dates are taken as written: the day where the service was given.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

from intake.encounter import Concept, Encounter
from intake.fhir.coverages import coverages_of
from intake.fhir.diagnoses import diagnoses_of_encounter
from intake.fhir.parties import (
    has_code,
    patient_of,
    place_of,
    practice_of,
    provider_of,
)
from intake.fhir.resources import Pool, Resource, day, days, part, parts, text
from intake.fhir.services import Service, services_of
from intake.fhir.world import World
from intake.json_encounters import ndjson_lines, parse
from intake.outcome import Problem, Read
from intake.validation import to_encounter

FORMAT = "fhir"
_MARK = '"resourceType"'
_ORDER = ("PPRF", "ATND", "ADM", "DIS", "CON", "SPRF")


def recognises(name: str, text: str) -> bool:
    start = text.lstrip("\ufeff \t\r\n")[:1]
    return start in ("{", "[") and _MARK in text


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
        bundles = [world for world in worlds if _is_bundle(world)]
        if result.problems and len(bundles) < len(worlds):
            # resources that stand alone refer to each other: a service or a diagnosis may be missing
            last = result.problems[-1]
            result.problems[-1] = replace(last, message=f"{last.message}; only whole bundles are read")
            worlds = bundles
            if not worlds:
                return result
    else:
        result.problems.append(document)
        return result
    loose = Pool()
    for number, world in enumerate(worlds, 1):
        if _is_bundle(world):
            pool = Pool()
            pool.add(world)
            _read_pool(pool, result, f"bundle {number}" if len(worlds) > 1 else "")
        else:
            loose.add(world)
    if loose.kinds or not worlds:
        _read_pool(loose, result, "")
    return result


def _is_bundle(world: Any) -> bool:
    return isinstance(world, dict) and world.get("resourceType") == "Bundle"


def _read_pool(pool: Pool, result: Read, place: str) -> None:
    """The encounters of one world of resources, added to the result."""
    world = World(pool)
    shared = Counter(_identity(pool, r) for r in (*world.encounters, *world.claims_alone))
    for encounter in world.encounters:
        _take(world, encounter, world.claims.get(pool.key(encounter), []), shared, result)
    for claim in world.claims_alone:
        _take(world, {}, [claim], shared, result)
    if not world.encounters and not world.claims_alone:
        result.problems.append(replace(_why_nothing(pool, world.unfinished), place=place))
        return
    if world.unfinished:
        result.problems.append(
            Problem(
                "INT-13",
                place,
                f"{world.unfinished} encounters left out: planned, cancelled or not finished",
                "send them again when they are finished",
            )
        )
    if world.homeless:
        result.problems.append(
            Problem(
                "INT-13",
                place,
                f"{world.homeless} conditions, procedures or charges left out: they name no encounter "
                "of the file and no single one has their day",
                "nothing, where they are history; else let them refer to their encounter",
            )
        )


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
    if pool.all("Claim"):
        return Problem("INT-11", "", "only drafts or cancelled claims", "send them when they stand")
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


def _take(
    world: World,
    encounter: Resource,
    claims: list[Resource],
    shared: Counter[tuple[str, str]],
    result: Read,
) -> None:
    place = f"encounter {len(result.encounters) + 1}"
    data, notes = _encounter(world, encounter, claims)
    if shared[data["source"], data["id"]] > 1:  # an account's number, say: its own id tells it apart
        data["id"] = f"{data['id'][:40]} {world.pool.name(encounter or claims[0])[:39]}"
    outcome = to_encounter(data, place)
    if not isinstance(outcome, Encounter):
        result.problems.extend(outcome)
        return
    result.encounters.append(outcome)
    for (message, remedy), count in Counter(notes).items():
        times = f", {count} times" if count > 1 else ""
        result.problems.append(Problem("INT-13", place, message + times, remedy))


def _encounter(
    world: World, encounter: Resource, claims: list[Resource]
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The fields of an `Encounter`, and what was left out of it with the remedy."""
    pool, key = world.pool, world.pool.key(encounter)
    main = encounter or claims[0]
    first, last = days(encounter, "period", "actualPeriod")
    if not encounter:
        first, last = world.service_day(main), days(main, "billablePeriod")[1]
    patient = pool.find(part(encounter, "subject") or part(main, "patient"), main)
    rendering = _participant(pool, encounter, *_ORDER) or _of_team(pool, claims, "primary", "rendering")
    diagnoses, concepts, doubts = diagnoses_of_encounter(world, encounter, claims)
    services = services_of(
        pool,
        encounter,
        claims,
        world.charge_items.get(key, []) if encounter else [],
        world.procedures.get(key, []) if encounter else [],
        first,
        rendering,
    )
    notes = [(note, "correct it at the source, or bill by hand") for note in services.notes]
    coverages, authorization, unsure = coverages_of(pool, claims, patient, first, world.coverages)
    if unsure:
        notes.append(
            (
                "several coverages and no word which is first: taken as they stand",
                "give Coverage.order, or a Claim with its insurance",
            )
        )
    place, facility = place_of(pool, encounter)
    organisation = part(encounter, "serviceProvider") or part(claims[0] if claims else {}, "provider")
    source, number = _identity(pool, main)
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
        "concepts": _shown([*concepts, *services.concepts]),
        "doubts": tuple(dict.fromkeys([*doubts, *services.doubts])),
    }, notes


def _shown(concepts: list[Concept]) -> list[Concept]:
    """Without what a bill only says again of what is documented."""
    documented = {(c.system, c.code) for c in concepts if c.role != "charge"}
    return [c for c in concepts if c.role != "charge" or (c.system, c.code) not in documented]


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
        return provider_of(pool, part(members[0], "individual") or part(members[0], "actor"), encounter)
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


def _identity(pool: Pool, resource: Resource) -> tuple[str, str]:
    """The first identifier's system and value, else the resource's own name."""
    for identifier in parts(resource, "identifier"):
        if value := text(identifier, "value"):
            system = text(identifier, "system").removeprefix("https://").removeprefix("http://")
            return f"fhir {system}"[:80].strip(), value[:80]
    kind = text(resource, "resourceType")
    return "fhir" if kind == "Encounter" else f"fhir {kind}"[:80], pool.name(resource)[:80]


def _version(resource: Resource) -> int:
    value = text(resource, "meta", "versionId")
    return int(value) if value.isascii() and value.isdigit() and 0 < len(value) < 10 and int(value) else 1
