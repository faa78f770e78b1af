"""What only an institutional or an oral FHIR Claim carries, in its base resource or in CARIN's profiles.

Type of bill, admission and discharge stand in `supportingInfo` by category, the statement's days in
`billablePeriod`, who attended in the care team. What a claim does not carry stays empty: edits name it.
"""

import re
from collections.abc import Iterator
from typing import Any

from intake.code_systems import ICD10PCS, diagnoses_of
from intake.fhir.parties import codes, provider_of
from intake.fhir.resources import Pool, Resource, day, days, numbers, part, parts, text

KINDS = {"institutional": "institutional", "oral": "dental"}
# Categories of supportingInfo (CARIN Blue Button) and what they fill.
_CODED = {
    "typeofbill": "type_of_bill",
    "admtype": "admission_type",
    "pointoforigin": "admission_source",
    "discharge-status": "patient_status",
    "drg": "drg",
}
# Who has a place of their own on an institutional claim, by the role in its care team.
_TEAM = {"attending": "attending", "operating": "operating", "other_operating": "otheroperating"}
_FIRST = {"principal", "primary"}  # types of the principal procedure
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_MONTHS = re.compile(r"(\d{1,3})(\.0+)?", re.ASCII)
_AREAS = ("oralcavity", "oral-cavity", "quadrant")  # in the names of code systems of areas of the mouth
# Types of a diagnosis that do not make it one of the claim's own.
_ASIDE = {
    "admitting": "admitting_diagnosis",
    "patientreasonforvisit": "reason_diagnoses",
    "externalcauseofinjury": "external_causes",
    "externalcause": "external_causes",
}


def kind_of(claims: list[Resource]) -> str:
    """The kind of encounter that its claims are for: the first one that says it."""
    for claim in claims:
        for coding in parts(part(claim, "type"), "coding"):
            if kind := KINDS.get(text(coding, "code").lower()):
                return kind
    return "professional"


def predetermines(claims: list[Resource]) -> bool:
    """Whether the claims only ask what would be paid."""
    return bool(claims) and all(text(claim, "use") == "predetermination" for claim in claims)


def apart(claims: list[Resource]) -> dict[str, tuple[str, ...]]:
    """Diagnoses that have a place of their own on an institutional claim, by that place."""
    found: dict[str, list[str]] = {}
    for claim in claims:
        for item in parts(claim, "diagnosis"):
            of_item = diagnoses_of(codes(part(item, "diagnosisCodeableConcept")))
            for place in {_ASIDE[word] for word in _types(item) if word in _ASIDE}:
                found.setdefault(place, []).extend(of_item[:1])
    return {place: tuple(dict.fromkeys(listed)) for place, listed in found.items()}


def only_aside(claims: list[Resource]) -> set[str]:
    """Diagnoses that are nothing but an admitting one, a reason or a cause."""
    named: set[str] = set()
    own: set[str] = set()
    for claim in claims:
        for item in parts(claim, "diagnosis"):
            words = _types(item)
            of_item = diagnoses_of(codes(part(item, "diagnosisCodeableConcept")))
            (named if words and words <= set(_ASIDE) else own).update(of_item)
    return named - own


def institutional_of(pool: Pool, claims: list[Resource], diagnoses: tuple[str, ...]) -> dict[str, Any]:
    """The facts of an institutional encounter."""
    facts: dict[str, Any] = {}
    for claim in claims:
        for field, value in (*_supporting(claim), *_packages(claim)):
            facts.setdefault(field, value)
        first, last = days(claim, "billablePeriod")
        if first is not None:
            facts.setdefault("statement_from", first)
            facts.setdefault("statement_to", last or first)
        for field, role in _TEAM.items():
            for member in parts(claim, "careTeam"):
                if role in {text(coding, "code") for coding in parts(part(member, "role"), "coding")}:
                    facts.setdefault(field, provider_of(pool, part(member, "provider"), claim))
        listed_first = sorted(parts(claim, "procedure"), key=lambda item: not _types(item) & _FIRST)
        procedures = [one for item in listed_first if (one := _procedure(item))]
        if procedures and "principal_procedure" not in facts:
            facts["principal_procedure"], *facts["other_procedures"] = procedures
    facts |= _hours(claims)
    found = apart(claims)
    if listed := found.pop("admitting_diagnosis", ()):
        facts["admitting_diagnosis"] = listed[0]
    facts |= found
    present = _present(claims)
    if present:
        facts["present_on_admission"] = tuple(present.get(code, "") for code in diagnoses)
        causes = found.get("external_causes", ())
        facts["external_causes_present"] = tuple(present.get(code, "") for code in causes)
    return facts


def admission_of(claims: list[Resource]) -> Any:
    """The day of admission: the start of the admission period."""
    for info in _admission_periods(claims):
        return day(text(info, "timingPeriod", "start")) or day(text(info, "timingDate"))
    return None


def _hours(claims: list[Resource]) -> dict[str, str]:
    """The hours of admission and discharge (HHMM), where the admission period says the time, as written."""
    found = {}
    for info in _admission_periods(claims):
        for field, end in (("admission_hour", "start"), ("discharge_hour", "end")):
            written = _TIME.match(text(info, "timingPeriod", end))
            if written and field not in found:
                found[field] = written[1] + written[2]
    return found


def _admission_periods(claims: list[Resource]) -> Iterator[Resource]:
    for claim in claims:
        for info in parts(claim, "supportingInfo"):
            if _category(info) == "admissionperiod":
                yield info


def stay_of(claims: list[Resource]) -> dict[str, Any]:
    """What `supportingInfo` of the base resource says of any patient: days in a hospital, the onset."""
    found: dict[str, Any] = {}
    for claim in claims:
        for info in parts(claim, "supportingInfo"):
            category, (first, last) = _category(info), days(info, "timingDate", "timingPeriod")
            if category == "hospitalized":
                found.setdefault("admission", first)
                found.setdefault("discharge", last)
            elif category == "onset":
                found.setdefault("onset", first)
    return found


def dental_of(claims: list[Resource]) -> dict[str, Any]:
    """What a dental encounter says beside its lines."""
    missing = [
        text(coding, "code")
        for claim in claims
        for info in parts(claim, "supportingInfo")
        if _category(info) == "missingtoothnumber"
        for coding in parts(part(info, "code"), "coding")[:1]
    ]
    return {
        "predetermination": predetermines(claims),
        "missing_teeth": tuple(dict.fromkeys(missing)),
        **_orthodontics(claims),
    }


def _orthodontics(claims: list[Resource]) -> dict[str, Any]:
    """The months of orthodontic treatment and the day its appliance was placed, of the first claim that says
    that it is for such treatment."""
    for claim in claims:
        for info in parts(claim, "supportingInfo"):
            if _category(info) == "orthodontics":
                months = _MONTHS.fullmatch(text(info, "valueQuantity", "value"))
                said = {"months": months[1]} if months else {}
                return {"orthodontics": said, "appliance_placed": day(text(info, "timingDate"))}
    return {}


def line_of(claim: Resource, item: Resource, kind: str) -> dict[str, Any]:
    """What an item carries beside its procedure: a revenue code, or teeth, their surfaces and areas. Further
    teeth and areas stand in the claim's `supportingInfo`, by the numbers that the item names."""
    if kind == "institutional":
        revenue = next((text(c, "code") for c in parts(part(item, "revenue"), "coding")), "")
        return {"revenue_code": revenue} if revenue else {}
    if kind != "dental":
        return {}
    numbered = set(numbers(item, "informationSequence"))
    more = [
        part(info, "code")
        for info in parts(claim, "supportingInfo")
        if _category(info) == "additionalbodysite" and text(info, "sequence") in numbered
    ]
    surfaces = [text(c, "code") for inner in parts(item, "subSite") for c in parts(inner, "coding")]
    teeth: list[dict[str, Any]] = []
    areas: list[str] = []
    for concept in (part(item, "bodySite"), *more):
        site = next(iter(parts(concept, "coding")), {})
        if not text(site, "code"):
            continue
        if any(word in text(site, "system").lower() for word in _AREAS):  # 10 is a tooth and a quadrant
            areas.append(text(site, "code"))
        else:
            teeth.append({"number": text(site, "code"), "surfaces": () if teeth else surfaces})
    said = {"teeth": tuple(teeth), "oral_cavity": tuple(areas), **_prosthesis(claim, item)}
    return {"dental": said} if any(said.values()) else {}


def _prosthesis(claim: Resource, item: Resource) -> dict[str, Any]:
    """Whether an item places a prosthesis for the first time or replaces one, and when that one was placed.

    The profile says it of the claim: it is of the items that name it, else of a claim's only item.
    """
    flags = [info for info in parts(claim, "supportingInfo") if _category(info) == "prosthesis"]
    numbered = {number for one in parts(claim, "item") for number in numbers(one, "informationSequence")}
    named = set(numbers(item, "informationSequence"))
    for flag in flags:
        sequence, replaces = text(flag, "sequence"), flag.get("valueBoolean")
        whose = sequence in named if sequence in numbered else len(parts(claim, "item")) == 1
        if whose and isinstance(replaces, bool):
            placed = day(text(flag, "timingDate")) if replaces else None
            return {"prosthesis": "R" if replaces else "I", "prior_placement": placed}
    return {}


def _category(info: Resource) -> str:
    return next((text(c, "code").lower() for c in parts(part(info, "category"), "coding")), "")


def _supporting(claim: Resource) -> Iterator[tuple[str, str]]:
    for info in parts(claim, "supportingInfo"):
        field = _CODED.get(_category(info))
        value = next((text(c, "code") for c in parts(part(info, "code"), "coding")), "")
        if field and value:
            yield field, value


def _packages(claim: Resource) -> Iterator[tuple[str, str]]:
    """The DRG, where a diagnosis has it as its package code."""
    for item in parts(claim, "diagnosis"):
        for coding in parts(part(item, "packageCode"), "coding"):
            if "drg" in text(coding, "system").lower():
                yield "drg", text(coding, "code")


def _procedure(item: Resource) -> dict[str, Any] | None:
    for code in codes(part(item, "procedureCodeableConcept")):
        if code.system == ICD10PCS:
            return {"code": code.code, "day": day(text(item, "date"))}
    return None


def _present(claims: list[Resource]) -> dict[str, str]:
    found: dict[str, str] = {}
    for claim in claims:
        for item in parts(claim, "diagnosis"):
            said = next((text(c, "code").upper() for c in parts(part(item, "onAdmission"), "coding")), "")
            for code in diagnoses_of(codes(part(item, "diagnosisCodeableConcept")))[:1]:
                if said:
                    found.setdefault(code, said)
    return found


def _types(item: Resource) -> set[str]:
    kinds = [*parts(item, "type"), part(item, "type")]
    return {text(c, "code").lower().replace(" ", "") for kind in kinds for c in parts(kind, "coding")}
