"""Patients, providers, organisations, places, and the codes that concepts hold."""

import re
from collections.abc import Iterable

from config.identifiers import npi_is_valid
from intake.code_systems import POS, TAXONOMY, Code, system_of
from intake.encounter import Concept
from intake.fhir.resources import Pool, Resource, day, part, parts, text, words
from intake.parties import Address, Patient, Person, Provider
from intake.states import abbreviation

NPI = re.compile(r"(?i)^(https?://hl7\.org/fhir/sid/us-npi|(urn:oid:)?2\.16\.840\.1\.113883\.4\.6)$")
_SEX = {"female": "F", "male": "M", "other": "U", "unknown": "U"}


def codes(concept: Resource) -> list[Code]:
    """The codings of a CodeableConcept."""
    return [
        Code(system_of(text(coding, "system")), code, text(coding, "display") or text(concept, "text"))
        for coding in parts(concept, "coding")
        if (code := text(coding, "code"))
    ]


def concept(source: Resource, role: str) -> Concept | None:
    """A CodeableConcept for a coder's eyes: SNOMED CT first, words alone count too."""
    found = codes(source)
    best = next((c for c in found if c.system == "SNOMED CT"), found[0] if found else None)
    words_ = (best.text if best else "") or text(source, "text")
    if best is None and not words_:
        return None
    return Concept(
        system=best.system if best else "text",
        code=best.code if best else "",
        text=words_[:200],
        role=role,
    )


def has_code(concepts: Iterable[Resource], *wanted: str) -> bool:
    """Whether one of the concepts holds one of the codes, whatever its system."""
    return any(text(coding, "code") in wanted for c in concepts for coding in parts(c, "coding"))


def patient_of(resource: Resource) -> Patient:
    """A Patient; its record number is the identifier of type MR, else the first that is no SSN."""
    numbers = [i for i in parts(resource, "identifier") if text(i, "value") and not _is_ssn(i)]
    typed = [i for i in numbers if has_code([part(i, "type")], "MR")]
    best = (typed or numbers or [{}])[0]
    return Patient(
        **_name(resource),
        birth_date=day(text(resource, "birthDate")),
        death_date=day(text(resource, "deceasedDateTime")),
        sex=_SEX.get(text(resource, "gender"), ""),
        address=address_of(resource),
        medical_record_number=text(best, "value"),
    )


def person_of(resource: Resource) -> Person | None:
    """A subscriber (Patient or RelatedPerson), or None without a name and a birth date."""
    person = Person(
        **_name(resource),
        birth_date=day(text(resource, "birthDate")),
        sex=_SEX.get(text(resource, "gender"), ""),
        address=address_of(resource),
    )
    return person if person.last or person.birth_date else None


def npi_of(resource: Resource) -> str:
    """What the resource gives as an NPI, be it a right one or not: an edit looks at it."""
    found = (
        text(i, "value")
        for i in parts(resource, "identifier")
        if NPI.match(text(i, "system")) or has_code([part(i, "type")], "NPI")
    )
    return next((number for number in found if number), "")


def provider_of(pool: Pool, reference: Resource, owner: Resource | None = None) -> Provider | None:
    """A Practitioner, a PractitionerRole's practitioner, or an organisation; None where nothing is known."""
    target = pool.find(reference, owner)
    role: Resource = {}
    if text(target, "resourceType") == "PractitionerRole":
        role = target
        target = pool.find(part(role, "practitioner"), role)
    number = npi_of(target) or npi_of(role)
    if not number and NPI.match(text(reference, "identifier", "system")):
        number = text(reference, "identifier", "value")
    name = _name(target)
    if not number and not name.get("last"):
        return None
    specialties = [
        code.code for c in parts(role, "specialty") for code in codes(c) if code.system == TAXONOMY
    ]
    qualified = [
        code.code
        for q in parts(target, "qualification")
        for code in codes(part(q, "code"))
        if code.system == TAXONOMY
    ]
    return Provider(
        last=name.get("last", ""),
        first=name.get("first", ""),
        npi=number,
        taxonomy=next(iter(specialties + qualified), ""),
    )


def practice_of(pool: Pool, reference: Resource, owner: Resource) -> str:
    """The organisation's NPI, where it is a right one."""
    number = npi_of(pool.find(reference, owner))
    return number if npi_is_valid(number) else ""


def place_of(pool: Pool, encounter: Resource) -> tuple[str, Provider | None]:
    """CMS's place of service, where a Location's type gives it, and the place's name and address."""
    for held in parts(encounter, "location"):
        location = pool.find(part(held, "location"), encounter)
        place = next((c.code for t in parts(location, "type") for c in codes(t) if c.system == POS), "")
        name = text(location, "name")
        facility = Provider(last=name, npi=npi_of(location), address=address_of(location)) if name else None
        if place or facility:
            return place, facility
    return "", None


def facility_of(pool: Pool, claims: list[Resource]) -> Provider | None:
    """The place or organisation that a claim names as its facility."""
    for claim in claims:
        found = pool.find(part(claim, "facility"), claim)
        if name := text(found, "name"):
            return Provider(last=name, npi=npi_of(found), address=address_of(found))
    return None


def address_of(resource: Resource) -> Address | None:
    """The home address, else the first that is no old one; a state's name becomes its two letters."""
    found = [a for a in parts(resource, "address") if text(a, "use") != "old"]
    home = [a for a in found if text(a, "use") == "home"]
    for address in home + found:
        lines = [line for line in words(address, "line") if line]
        made = Address(
            line1=lines[0] if lines else "",
            line2=" ".join(lines[1:]),
            city=text(address, "city"),
            state=abbreviation(text(address, "state")),
            zip=text(address, "postalCode"),
            country=text(address, "country"),
        )
        if made.line1 or made.city or made.zip:
            return made
    return None


def _name(resource: Resource) -> dict[str, str]:
    if isinstance(resource.get("name"), str):  # an organisation
        return {"last": text(resource, "name")}
    names = parts(resource, "name")
    official = next((n for n in names if text(n, "use") == "official"), names[0] if names else {})
    given = [word for word in words(official, "given") if word]
    family = text(official, "family")
    if not family and not given:
        return {"last": text(official, "text")}
    suffix = next((w for w in words(official, "suffix") if w.upper().rstrip(".") in _GENERATIONS), "")
    return {
        "last": family,
        "first": given[0] if given else "",
        "middle": " ".join(given[1:]),
        "suffix": suffix.rstrip("."),
    }


_GENERATIONS = frozenset(["JR", "SR", "I", "II", "III", "IV", "V"])


def _is_ssn(identifier: Resource) -> bool:
    system = text(identifier, "system").lower()
    return "us-ssn" in system or system.endswith("113883.4.1") or has_code([part(identifier, "type")], "SS")
