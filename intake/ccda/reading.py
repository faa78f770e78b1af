"""One C-CDA document to its encounters.

* The encompassing encounter (componentOf) is what the document documents; the encounters section
  (46240-8) lists encounters with their diagnoses and services. One with the same id, or the only one
  of the same day, is the same encounter, and the two are put together. Some systems give all their
  encounters one id: on different days they are different encounters, named by id and day.
* Sections of visit diagnoses and the header's service event belong to the encompassing encounter, or
  to the only encounter. The problem list is no bill: its problems become concepts, where the encounter
  has no diagnosis of its own.
* An operative or procedure note is about its header's service event: where it names no encounter, the
  service event is its visit, and where its encounter has no day, the event's day is that.
* A procedure of the procedures section belongs to the encounter it names, or to the only one whose days
  hold its day; one that belongs to none is left out, and a problem counts it.
* Charges are not in a C-CDA: the practice's fee schedule gives them later. A service points at the
  diagnoses its encounter nests or its indication names; where several remain and no link, at none.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from config.problem import Problem
from intake.ccda import parties
from intake.ccda.clinical import (
    Findings,
    Ids,
    Narrative,
    Procedure,
    concept_of,
    findings_in,
    happened,
    has_bad_time,
    procedures_of_code,
)
from intake.ccda.coverages import PAYERS, coverages_of
from intake.ccda.draft import Draft, fields, merge
from intake.ccda.notes import add_events, events_of, is_note, visit_of
from intake.ccda.values import codes, days, ids, templates
from intake.days import only_holders
from intake.encounter import Concept, Encounter
from intake.outcome import Read
from intake.validation import to_encounter
from intake.xml import Element, attribute, child, children, parse

FORMAT = "c-cda"
MAX_ENCOUNTERS = 5_000
ENCOUNTERS = {"46240-8"}
PROCEDURES = {"47519-4", "29554-3"}
PROBLEMS = {"11450-4"}
# Discharge and visit diagnoses, assessment (and plan), post-procedure and post-operative diagnosis.
DIAGNOSES = {
    "11535-2", "78375-3", "C-CDAV2-DDN", "29308-4", "51848-0", "51847-2", "59769-0", "10218-6", "46241-6",
}  # fmt: skip
# Sections by their template, where vendors leave the LOINC code out (C-CDA, and CCD 1.0 before it).
_TEMPLATES = {
    "2.16.840.1.113883.10.20.22.2.22": "46240-8",
    "2.16.840.1.113883.10.20.22.2.22.1": "46240-8",
    "2.16.840.1.113883.10.20.1.3": "46240-8",
    "2.16.840.1.113883.10.20.22.2.7": "47519-4",
    "2.16.840.1.113883.10.20.22.2.7.1": "47519-4",
    "2.16.840.1.113883.10.20.1.12": "47519-4",
    "2.16.840.1.113883.10.20.22.2.5": "11450-4",
    "2.16.840.1.113883.10.20.22.2.5.1": "11450-4",
    "2.16.840.1.113883.10.20.1.11": "11450-4",
    "2.16.840.1.113883.10.20.22.2.18": "48768-6",
    "2.16.840.1.113883.10.20.1.9": "48768-6",
    "2.16.840.1.113883.10.20.22.2.24": "11535-2",
    "2.16.840.1.113883.10.20.22.2.8": "51848-0",
}
_KNOWN = ENCOUNTERS | PROCEDURES | PROBLEMS | DIAGNOSES | {PAYERS}
_PROCEDURE_CONTEXT = "2.16.840.1.113883.10.20.6.2.5"
_HOLDERS = {"entry", "encounter", "organizer", "component", "act", "entryRelationship"}
_FHIR = re.compile(r"""xmlns(?::\w+)?=["']http://hl7\.org/fhir["']""")
_FRAGMENTS = {"section", "component", "entry", "encounter", "structuredBody", "component1"}


def recognises(name: str, text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n")[:1] == "<"


def read(name: str, text: str) -> Read:
    """All encounters of a document, or of several in one file; raises nothing."""
    root = parse(text)
    if isinstance(root, Problem):
        return Read(FORMAT, problems=[root])
    inside = [] if root.tag == "ClinicalDocument" else list(root.iter("ClinicalDocument"))
    if not inside and _FHIR.search(text[:2_000]):
        return Read(FORMAT, problems=[Problem("INT-03", "", "FHIR in XML", "send it as JSON")])
    if not inside:
        return _read_document(root)
    result = Read(FORMAT)
    for number, document in enumerate(inside, 1):
        read_ = _read_document(document)
        result.encounters.extend(read_.encounters)
        result.problems.extend(
            replace(p, place=f"document {number}, {p.place}".rstrip(", ")) for p in read_.problems
        )
    return result


def _read_document(document: Element) -> Read:
    if refusal := _refusal(document):
        return Read(FORMAT, problems=[refusal])
    problems: list[Problem] = []
    if document.tag != "ClinicalDocument":
        problems.append(
            Problem(
                "INT-12", "", "a part of a document: no patient, no author", "send the whole ClinicalDocument"
            )
        )
    sections = _sections(document)
    narrative = Narrative(document)
    drafts = _drafts(document, sections, narrative, problems)
    if not drafts:
        if document.tag == "ClinicalDocument":
            problems.append(
                Problem(
                    "INT-11",
                    "",
                    "documents no encounter: neither componentOf nor an encounters section with entries",
                    "send a document of the visit, or bill it by hand",
                )
            )
        return Read(FORMAT, problems=problems)
    if len(drafts) > MAX_ENCOUNTERS:
        return Read(
            FORMAT,
            problems=[Problem("INT-02", "", f"more than {MAX_ENCOUNTERS} encounters", "split the document")],
        )
    _attach(document, drafts, sections, narrative, problems)
    patient = parties.patient_of(document)
    coverages, authorizations = coverages_of([s for code, s in sections if code == PAYERS])
    result = Read(FORMAT, problems=problems)
    for number, draft in enumerate(drafts, 1):
        authorization = authorizations[0] if len(drafts) == 1 and len(authorizations) == 1 else ""
        data = fields(document, draft, patient, coverages, authorization)
        outcome = to_encounter(data, f"encounter {number}")
        if isinstance(outcome, Encounter):
            result.encounters.append(outcome)
        else:
            problems.extend(outcome)
    return result


def _refusal(document: Element) -> Problem | None:
    name = str(document.tag)
    if name == "ClinicalDocument":
        return None
    if name in _FRAGMENTS and any(happened(e) for e in document.iter("encounter")):
        return None
    if name in _FRAGMENTS | {"act", "observation", "procedure", "organizer", "substanceAdministration"}:
        return Problem(
            "INT-12", "", "a part of a document, without an encounter", "send the whole ClinicalDocument"
        )
    return Problem("INT-03", "", "XML, but no C-CDA document", "send a C-CDA document")


def _sections(document: Element) -> list[tuple[str, Element]]:
    """Every section with its LOINC code, in order; sections may lie in sections."""
    found = [(_code_of(s), s) for s in document.iter("section")]
    return found if found else [("46240-8", document)] if document.tag != "ClinicalDocument" else []


def _code_of(section: Element) -> str:
    code = child(section, "code")
    loinc = [found.code for found in codes(code)]
    if loinc:
        return next((number for number in loinc if number in _KNOWN), loinc[0])
    templates = (attribute(t, "root") for t in children(section, "templateId"))
    return next((_TEMPLATES[t] for t in templates if t in _TEMPLATES), "")


def _drafts(
    document: Element,
    sections: list[tuple[str, Element]],
    narrative: Narrative,
    problems: list[Problem],
) -> list[Draft]:
    """The encompassing encounter and the section's encounters, the same one once."""
    drafts = _each_once(
        _listed(element, narrative)
        for code, section in sections
        if code in ENCOUNTERS
        for element in _encounters_in(section)
    )
    encompassing = child(document, "componentOf", "encompassingEncounter")
    if encompassing is not None:
        header = _encompassing(document, encompassing, narrative)
        same = [d for d in drafts if header.ids & d.ids]
        if len(same) != 1:
            same = [d for d in same or drafts if header.holds(d.first)]
        if len(same) == 1:
            merge(same[0], header)
        else:
            drafts.insert(0, header)
    events = list(events_of(document)) if is_note(document) else []
    if events and not drafts:
        drafts.append(visit_of(document, events))
    if events and len(drafts) == 1:
        add_events(drafts[0], events, narrative)
    for number, draft in enumerate(drafts, 1):
        if has_bad_time(child(draft.element, "effectiveTime")):
            problems.append(
                Problem(
                    "INT-13",
                    f"encounter {number}",
                    "its time is no whole, real day",
                    "correct it at the source",
                )
            )
    return drafts


def _encounters_in(section: Element) -> Iterator[Element]:
    """The encounters that happened, in entries or in what holds several of them together."""
    stack = [section]
    while stack:
        element = stack.pop()
        if element.tag in ("act", "encounter", "organizer") and not happened(element):
            continue
        if element.tag == "encounter":
            yield element
        else:
            stack.extend(part for part in reversed(element) if part.tag in _HOLDERS)


def _each_once(listed: Iterable[Draft]) -> list[Draft]:
    """The same encounter listed twice, once perhaps without its day, is one. An id that stands on several
    days is none of an encounter."""
    found: dict[tuple[Ids | int, date | None], Draft] = {}
    for draft in listed:
        key = (draft.ids or id(draft), draft.first)
        if key in found:
            merge(found[key], draft)
        else:
            found[key] = draft
    days_of = Counter(named for named, first in found if first)
    dated = {named: draft for (named, first), draft in found.items() if first and days_of[named] == 1}
    for named in [named for named, first in found if first is None and named in dated]:
        merge(dated[named], found.pop((named, None)))
    for (named, _), draft in found.items():
        draft.named_with_day = days_of[named] > 1
    return list(found.values())


def _listed(element: Element, narrative: Narrative) -> Draft:
    """One encounter of the encounters section, with what is nested in it."""
    first, last = days(child(element, "effectiveTime"))
    place, facility = parties.facility_of_entry(element)
    done_by = parties.performers(element)
    found = findings_in(element, narrative)
    own, kind = _visit_code(element, narrative)
    return Draft(
        ids=frozenset(ids(element)),
        first=first,
        last=last,
        place_of_service=place,
        facility=facility,
        rendering=done_by[0] if done_by else None,
        nested=[*own, *found.procedures],
        diagnoses=found.diagnoses,
        concepts=[*found.concepts, *kind],
        element=element,
    )


def _visit_code(element: Element, narrative: Narrative) -> tuple[list[Procedure], list[Concept]]:
    """An encounter's own code: a service where it is a billing code, else a concept for the coder."""
    code = child(element, "code")
    if own := list(procedures_of_code(code, child(element, "effectiveTime"), None)):
        return own, []
    concept = concept_of(code, narrative, "visit")
    return [], [concept] if concept else []


def _encompassing(document: Element, encompassing: Element, narrative: Narrative) -> Draft:
    first, last = days(child(encompassing, "effectiveTime"))
    place, facility = parties.facility_of_header(encompassing)
    seen_by = parties.encounter_participants(encompassing, "ATND", "ADM", "DIS")
    if responsible := parties.responsible(encompassing):
        seen_by.insert(0, responsible)
    referrers = parties.encounter_participants(encompassing, "REF")
    own, kind = _visit_code(encompassing, narrative)
    return Draft(
        ids=frozenset(ids(encompassing)),
        first=first,
        last=last,
        practice=parties.practice_of(document, encompassing),
        place_of_service=place,
        facility=facility,
        rendering=next((p for p in seen_by if p.npi), seen_by[0] if seen_by else None),
        referring=referrers[0] if referrers else None,
        nested=own,
        concepts=kind,
        element=encompassing,
    )


def _attach(
    document: Element,
    drafts: list[Draft],
    sections: list[tuple[str, Element]],
    narrative: Narrative,
    problems: list[Problem],
) -> None:
    """Gives the encounters what other sections and the header say of them."""
    visit = _visit(document, drafts)
    found: dict[str, list[Findings]] = {"procedures": [], "diagnoses": [], "problems": []}
    for code, section in sections:
        if code in PROCEDURES:
            found["procedures"].append(findings_in(section, narrative, diagnoses=False))
        elif code in DIAGNOSES and visit is not None:
            found["diagnoses"].append(findings_in(section, narrative, procedures=False))
        elif code in PROBLEMS and visit is not None:
            found["problems"].append(findings_in(section, narrative, procedures=False))
    if visit is not None:
        _attach_diagnoses(visit, found)
        visit.others.extend(_service_events(document, visit))
    unassigned = 0
    by_id = {key: draft for draft in drafts if not draft.named_with_day for key in draft.ids}
    listed = [procedure for findings in found["procedures"] for procedure in findings.procedures]
    by_day = only_holders([(d.first, d.last) for d in drafts], (p.first for p in listed if p.first))
    for procedure in listed:
        home = next((by_id[key] for key in procedure.encounter_ids if key in by_id), None)
        if home is None and procedure.first in by_day:
            home = drafts[by_day[procedure.first]]
        if home is None:
            unassigned += 1
        else:
            home.others.append(procedure)
    if visit is not None:
        for findings in found["procedures"]:
            visit.concepts.extend(findings.concepts)
    if unassigned:
        problems.append(
            Problem(
                "INT-13",
                "procedures",
                f"{unassigned} with billing codes left out: no encounter of the document has their day or id",
                "nothing, where they are history; else send the document of their encounter",
            )
        )


def _visit(document: Element, drafts: list[Draft]) -> Draft | None:
    """The encounter that the whole document is about, or None if it describes several."""
    encompassing = child(document, "componentOf", "encompassingEncounter")
    if encompassing is not None:
        named = frozenset(ids(encompassing))
        for draft in drafts:
            if draft.element is encompassing or draft.ids & named:
                return draft
    return drafts[0] if len(drafts) == 1 else None


def _attach_diagnoses(visit: Draft, found: dict[str, list[Findings]]) -> None:
    coded = {diagnosis.code for diagnosis in visit.diagnoses}
    for findings in found["diagnoses"]:
        visit.diagnoses.extend(d for d in findings.diagnoses if d.code not in coded)
        coded.update(d.code for d in findings.diagnoses)
        visit.concepts.extend(findings.concepts)
    if visit.diagnoses:
        return
    for findings in found["problems"]:
        listed = [Concept(system="ICD-10-CM", code=d.code, role="diagnosis") for d in findings.diagnoses]
        visit.concepts.extend([*listed, *findings.concepts])


def _service_events(document: Element, visit: Draft) -> list[Procedure]:
    """The header's service event, unless a procedure context in the body overrides it (imaging reports)."""
    contexts = [
        procedure
        for act in document.iter("act")
        if _PROCEDURE_CONTEXT in templates(act)
        for procedure in procedures_of_code(child(act, "code"), child(act, "effectiveTime"), act)
    ]
    events = contexts or [
        procedure
        for event in events_of(document)
        for procedure in procedures_of_code(child(event, "code"), child(event, "effectiveTime"), event)
    ]
    have = {procedure.code for procedure in visit.nested}
    return [procedure for procedure in events if procedure.code not in have]
