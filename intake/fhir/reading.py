"""FHIR R4 to encounters: each finished Encounter, and each claim that names none.

* Each bundle is read on its own. The resources of an NDJSON file that are not in bundles are read together.
* Diagnoses are those of the encounter by rank, then the conditions recorded at it, then those of its claims
  and its coded reasons. Refuted ones are ignored. The problem list, and conditions that are not linked to
  the encounter, are shown to the coder but not billed.
* Prior-authorization requests and explanations of benefits are not documentation and are refused; a dental
  predetermination is asked for. Planned, cancelled and unfinished encounters are left out and counted.
* If a file has one resource per line, a damaged line fails all of them: it may contain a service.
* Dates are used as written: the local date where the service was given.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

from config.problem import Problem
from intake.encounter import Concept, Encounter
from intake.fhir.coverages import coverages_of
from intake.fhir.diagnoses import diagnoses_of_encounter
from intake.fhir.encounter_index import EncounterIndex
from intake.fhir.kinds import admission_of, dental_of, institutional_of, kind_of, only_aside, stay_of
from intake.fhir.parties import (
    facility_of,
    has_code,
    patient_of,
    place_of,
    practice_of,
    provider_of,
)
from intake.fhir.resources import Pool, Resource, day, days, part, parts, text
from intake.fhir.services import Service, services_of
from intake.json_encounters import ndjson_lines, parse
from intake.outcome import Read
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
        items = [document] if isinstance(document, dict) else document
        if not isinstance(items, list):
            items = []
    elif lines := ndjson_lines(text):
        items = []
        for number, line in lines:
            item = parse(line)
            if isinstance(item, Problem):
                result.problems.append(Problem(item.code, f"line {number}", item.message, item.remedy))
            else:
                items.append(item)
        bundles = [item for item in items if _is_bundle(item)]
        if result.problems and len(bundles) < len(items):
            # resources outside bundles refer to each other: a service or a diagnosis may be missing
            last = result.problems[-1]
            result.problems[-1] = replace(last, message=f"{last.message}; only whole bundles are read")
            items = bundles
            if not items:
                return result
    else:
        result.problems.append(document)
        return result
    loose = Pool()
    for number, item in enumerate(items, 1):
        if _is_bundle(item):
            pool = Pool()
            pool.add(item)
            _read_pool(pool, result, f"bundle {number}" if len(items) > 1 else "")
        else:
            loose.add(item)
    if loose.kinds or not items:
        _read_pool(loose, result, "")
    return result


def _is_bundle(item: Any) -> bool:
    return isinstance(item, dict) and item.get("resourceType") == "Bundle"


def _read_pool(pool: Pool, result: Read, place: str) -> None:
    """Add the encounters of a pool of resources to the result."""
    index = EncounterIndex(pool)
    shared = Counter(_identity(pool, r) for r in (*index.encounters, *index.claims_alone))
    for encounter in index.encounters:
        _take(index, encounter, index.claims.get(pool.key(encounter), []), shared, result)
    for claim in index.claims_alone:
        _take(index, {}, [claim], shared, result)
    if not index.encounters and not index.claims_alone:
        result.problems.append(replace(_why_nothing(pool, index.unfinished), place=place))
        return
    if index.unfinished:
        result.problems.append(
            Problem(
                "INT-13",
                place,
                f"{index.unfinished} encounters left out: planned, cancelled or not finished",
                "send them again when they are finished",
            )
        )
    if index.unassigned:
        result.problems.append(
            Problem(
                "INT-13",
                place,
                f"{index.unassigned} conditions, procedures or charges left out: they name no encounter "
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
        return Problem("INT-11", "", "only drafts or cancelled claims", "send them when they are final")
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
    index: EncounterIndex,
    encounter: Resource,
    claims: list[Resource],
    shared: Counter[tuple[str, str]],
    result: Read,
) -> None:
    place = f"encounter {len(result.encounters) + 1}"
    data, notes = _encounter(index, encounter, claims)
    if shared[data["source"], data["id"]] > 1:  # the identifier is shared, for example an account number
        data["id"] = f"{data['id'][:40]} {index.pool.name(encounter or claims[0])[:39]}"
    outcome = to_encounter(data, place)
    if not isinstance(outcome, Encounter):
        result.problems.extend(outcome)
        return
    result.encounters.append(outcome)
    for (message, remedy), count in Counter(notes).items():
        times = f", {count} times" if count > 1 else ""
        result.problems.append(Problem("INT-13", place, message + times, remedy))


def _encounter(
    index: EncounterIndex, encounter: Resource, claims: list[Resource]
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The fields of an `Encounter`, and notes on what was left out, each with a remedy."""
    pool, key = index.pool, index.pool.key(encounter)
    main = encounter or claims[0]
    first, last = days(encounter, "period", "actualPeriod")
    if not encounter:
        first, last = index.service_day(main), days(main, "billablePeriod")[1]
    patient = pool.find(part(encounter, "subject") or part(main, "patient"), main)
    rendering = _participant(pool, encounter, *_ORDER) or _of_team(
        pool, claims, "primary", "rendering", "performing"
    )
    diagnoses, concepts, doubts = diagnoses_of_encounter(index, encounter, claims)
    charge_items = index.charge_items.get(key, []) if encounter else []
    procedures = index.procedures.get(key, []) if encounter else []
    services = services_of(pool, encounter, claims, charge_items, procedures, first, rendering)
    told_by = [*claims, *charge_items, *procedures, *(index.conditions.get(key, []) if encounter else [])]
    if any(_of_another(pool, resource, patient) for resource in told_by):
        services.doubts.append(
            "a claim, charge, procedure or condition of another patient than its encounter's"
        )
    notes = [(note, "correct it at the source, or bill by hand") for note in services.notes]
    coverages, authorization, unsure = coverages_of(pool, claims, patient, first, index.coverages)
    if unsure:
        notes.append(
            (
                "several coverages and nothing that orders them: taken in the order of the file",
                "give Coverage.order, or a Claim with its insurance",
            )
        )
    place, facility = place_of(pool, encounter)
    places = {place, *(service.line.get("place_of_service", "") for service in services.found)}
    organisation = part(encounter, "serviceProvider") or part(claims[0] if claims else {}, "provider")
    source, number = _identity(pool, main)
    kind = kind_of(claims)
    if kind == "institutional":
        apart = only_aside(claims)
        diagnoses = tuple(code for code in diagnoses if code not in apart)
    admitted = admission_of(claims) if kind == "institutional" else None
    told = stay_of(claims)
    bill = institutional_of(pool, claims, diagnoses) if kind == "institutional" else None
    if bill is not None and bill.get("attending") is None:
        bill["attending"] = _participant(pool, encounter, "ATND")
    return {
        "kind": kind,
        "institutional": bill,
        "dental": dental_of(claims) if kind == "dental" else None,
        "source": source,
        "id": number,
        "version": _version(main),
        "test": any(_is_test(resource) for resource in (encounter, patient, *told_by)),
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
        "service_facility": facility or facility_of(pool, claims) if places - {"", "11"} else None,
        "supervising": _of_team(pool, claims, "supervisor", "supervising"),
        "admission": admitted or (first if last and place == "21" else told.get("admission")),
        "discharge": last if place == "21" else told.get("discharge"),
        "onset": told.get("onset"),
        "prior_authorization": authorization,
        "accident": _accident(claims),
        "concepts": _shown([*concepts, *services.concepts]),
        "doubts": tuple(dict.fromkeys([*doubts, *services.doubts])),
    }, notes


def _is_test(resource: Resource) -> bool:
    """Whether a resource says that it is test data, as a security label or, as some systems do, as a tag."""
    meta = part(resource, "meta")
    return any(text(code, "code") == "HTEST" for code in [*parts(meta, "security"), *parts(meta, "tag")])


def _of_another(pool: Pool, resource: Resource, patient: Resource) -> bool:
    """Whether a resource names a patient of the document who is not this one."""
    named = pool.find(part(resource, "patient") or part(resource, "subject"), resource)
    return bool(named and patient) and pool.key(named) != pool.key(patient)


def _shown(concepts: list[Concept]) -> list[Concept]:
    """The concepts, without charges that only repeat what is documented."""
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
        if accident := part(claim, "accident"):
            kinds = [text(coding, "code") for coding in parts(part(accident, "type"), "coding")]
            cause = "AA" if "MVA" in kinds else "EM" if "WPA" in kinds else "OA"
            state = text(accident, "locationAddress", "state")
            return {"causes": (cause,), "day": day(text(accident, "date")), "state": state}
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
