"""Who is in a document: the patient, providers, the facility, the practice."""

from intake.ccda.values import (
    SSN,
    address_of,
    codes,
    day,
    ids,
    name_of,
    npi,
    valid_npi,
)
from intake.code_systems import POS, TAXONOMY
from intake.parties import Patient, Person, Provider
from intake.xml import Element, attribute, child, children, text_of

_SEX = {"F": "F", "M": "M", "UN": "U", "U": "U"}


def patient_of(document: Element) -> Patient:
    """recordTarget's patient. The first id that is no social security number is the record number."""
    role = child(document, "recordTarget", "patientRole")
    person = child(role, "patient")
    record_numbers = [extension for root, extension in ids(role) if extension and root != SSN]
    return Patient(
        **name_of(person),
        birth_date=day(attribute(child(person, "birthTime"), "value")),
        death_date=day(attribute(child(person, "sdtc.deceasedTime"), "value")),
        sex=_SEX.get(attribute(child(person, "administrativeGenderCode"), "code").upper(), ""),
        address=address_of(role),
        medical_record_number=record_numbers[0] if record_numbers else "",
    )


def insured_of(role: Element, person: Element | None) -> Person | None:
    """A policy holder or covered party, or None where neither a name nor a birth date is given."""
    name = name_of(person)
    birth = child(person, "sdtc.birthTime") if person is not None else None
    born = day(attribute(birth, "value"))
    if not name.get("last") and born is None:
        return None
    return Person(**name, birth_date=born, address=address_of(role))


def provider_of(assigned: Element | None) -> Provider | None:
    """An assignedEntity or assignedAuthor with an NPI or a name; None where it has neither."""
    name = name_of(child(assigned, "assignedPerson"))
    number = npi(assigned)
    if not number and not name.get("last"):
        return None
    taxonomies = [c.code for c in codes(child(assigned, "code")) if c.system == TAXONOMY]
    return Provider(
        last=name.get("last", ""),
        first=name.get("first", ""),
        npi=number,
        taxonomy=taxonomies[0] if taxonomies else "",
    )


def performers(element: Element | None) -> list[Provider]:
    """The performers of an entry, the primary one (PPRF) first, assistants (SPRF) last."""
    ranked = sorted(
        children(element, "performer"),
        key=lambda p: {"PPRF": 0, "SPRF": 2}.get(attribute(p, "typeCode"), 1),
    )
    return [found for p in ranked if (found := provider_of(child(p, "assignedEntity")))]


def encounter_participants(encompassing: Element, *types: str) -> list[Provider]:
    """Providers of an encompassing encounter by their part: ATND attending, REF referrer, CON consultant."""
    return [
        found
        for part in children(encompassing, "encounterParticipant")
        if attribute(part, "typeCode") in types and (found := provider_of(child(part, "assignedEntity")))
    ]


def responsible(encompassing: Element) -> Provider | None:
    return provider_of(child(encompassing, "responsibleParty", "assignedEntity"))


def facility_of_header(encompassing: Element) -> tuple[str, Provider | None]:
    """Place of service (only where CMS's own code is given) and facility of an encompassing encounter."""
    facility = child(encompassing, "location", "healthCareFacility")
    place = child(facility, "location")
    return _place_of_service(child(facility, "code")), _facility(
        text_of(child(place, "name")) or text_of(child(facility, "serviceProviderOrganization", "name")),
        facility,
        place,
    )


def facility_of_entry(encounter: Element) -> tuple[str, Provider | None]:
    """The same of an encounter entry: its participant LOC."""
    for participant in children(encounter, "participant"):
        if attribute(participant, "typeCode") == "LOC":
            role = child(participant, "participantRole")
            return _place_of_service(child(role, "code")), _facility(
                text_of(child(role, "playingEntity", "name")), role, role
            )
    return "", None


def practice_of(document: Element, encompassing: Element | None) -> str:
    """The NPI of the organisation that gave the care, or of the custodian; "" where none is a right one."""
    organisations = (
        child(encompassing, "location", "healthCareFacility", "serviceProviderOrganization"),
        child(encompassing, "responsibleParty", "assignedEntity", "representedOrganization"),
        child(document, "custodian", "assignedCustodian", "representedCustodianOrganization"),
    )
    return next((found for organisation in organisations if (found := valid_npi(organisation))), "")


def _place_of_service(code: Element | None) -> str:
    return next((c.code for c in codes(code) if c.system == POS), "")


def _facility(name: str, identified: Element | None, placed: Element | None) -> Provider | None:
    if not name:
        return None
    return Provider(last=name, npi=valid_npi(identified), address=address_of(placed))
