"""What was found and done: diagnoses, procedures and concepts of an entry or a section.

Only what happened counts (mood EVN, not negated, not cancelled). A diagnosis is an ICD-10-CM code,
a procedure a CPT or HCPCS code, in `code`, `value` or a translation of them. What a document names
only in SNOMED CT, ICD-9-CM or words is a concept for a coder; nothing is mapped.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from intake.ccda.parties import performers
from intake.ccda.values import codes, day, days, ids, procedure_codes, templates
from intake.code_systems import chosen, diagnoses_of
from intake.encounter import Concept
from intake.parties import Provider
from intake.xml import Element, attribute, child, children, text_of

# Observations whose value is a diagnosis: problem observation (R1.1 and R2.1, CCD 1.0), indication.
_DIAGNOSIS_TEMPLATES = {
    "2.16.840.1.113883.10.20.22.4.4",
    "2.16.840.1.113883.10.20.1.28",
    "2.16.840.1.113883.10.20.22.4.19",
}
_INDICATION = "2.16.840.1.113883.10.20.22.4.19"
_ACT_CODE = "2.16.840.1.113883.5.4"
_RANK = "263486008"
_DEAD = {"cancelled", "aborted", "nullified", "held", "suspended"}
_ENTRIES = ("procedure", "act", "observation", "substanceAdministration", "supply", "encounter")

Ids = frozenset[tuple[str, str]]


@dataclass(slots=True)
class Diagnosis:
    code: str
    rank: int
    ids: Ids


@dataclass(slots=True)
class Procedure:
    code: str
    modifiers: tuple[str, ...]
    first: date | None
    last: date | None
    ids: Ids
    encounter_ids: Ids = frozenset()
    indications: tuple[str, ...] = ()
    indication_ids: Ids = frozenset()
    performer: Provider | None = None


@dataclass(slots=True)
class Findings:
    """What a subtree holds, in the document's order."""

    diagnoses: list[Diagnosis] = field(default_factory=list)
    procedures: list[Procedure] = field(default_factory=list)
    concepts: list[Concept] = field(default_factory=list)


class Narrative:
    """The narrative's pieces by their ID, for `originalText/reference`; read when asked for."""

    def __init__(self, document: Element) -> None:
        self._places = {name: element for element in document.iter() if (name := element.get("ID"))}
        self._texts: dict[str, str] = {}

    def text(self, reference: str) -> str:
        """At most 200 characters of the piece, "" where there is none."""
        name = reference.removeprefix("#")
        if name not in self._places:
            return ""
        if name not in self._texts:
            pieces: list[str] = []
            for piece in self._places[name].itertext():
                pieces.append(str(piece)[:400])
                if sum(map(len, pieces)) > 400:
                    break
            self._texts[name] = " ".join("".join(pieces).split())[:200]
        return self._texts[name]


def happened(element: Element) -> bool:
    """Whether an entry describes what was done, not a plan, a negation or something cancelled."""
    return (
        attribute(element, "moodCode") in ("EVN", "")
        and not attribute(element, "nullFlavor")
        and attribute(element, "negationInd").lower() != "true"
        and attribute(child(element, "statusCode"), "code").lower() not in _DEAD
    )


def findings_in(
    root: Element, narrative: Narrative, *, procedures: bool = True, diagnoses: bool = True
) -> Findings:
    """Walks once through an entry's or a section's subtree; plans and negations are not entered."""
    result = Findings()
    # Each level: element, whether a procedure above it is being walked (its parts are no procedures)
    stack: list[tuple[Element, bool]] = [(root, False)]
    while stack:
        element, inside = stack.pop()
        name = str(element.tag)
        if name in _ENTRIES and element is not root:
            if not happened(element):
                continue
            if name == "encounter":
                continue  # an encounter inside an entry is a reference, or read on its own
            is_procedure = False
            if procedures and not inside:
                is_procedure = _take_procedure(element, narrative, result)
            if diagnoses and name == "observation" and not is_procedure and not inside:
                _take_diagnosis(element, narrative, result)
            inside = inside or is_procedure
        if name == "section" and element is not root:
            continue  # read on its own
        if name in ("text", "performer", "participant", "author", "code", "value", "informant"):
            continue
        stack.extend((part, inside) for part in reversed(element))
    return result


def procedures_of_code(
    code: Element | None, time: Element | None, entry: Element | None
) -> Iterator[Procedure]:
    """The CPT and HCPCS codes of one `code` element, as of its entry's time and performer."""
    first, last = days(time)
    done_by = performers(entry)
    for procedure, modifiers in procedure_codes(code):
        yield Procedure(
            code=procedure,
            modifiers=modifiers,
            first=first,
            last=last,
            ids=frozenset(ids(entry)),
            performer=done_by[0] if done_by else None,
        )


def _take_procedure(element: Element, narrative: Narrative, result: Findings) -> bool:
    """Whether the entry is a procedure, with a billing code or at least by its class."""
    found = list(procedures_of_code(child(element, "code"), child(element, "effectiveTime"), element))
    if found:
        references = _references(element)
        for procedure in found:
            procedure.encounter_ids = references[0]
            procedure.indications = references[1]
            procedure.indication_ids = references[2]
            result.procedures.append(procedure)
        return True
    if element.tag == "procedure":
        if concept := concept_of(child(element, "code"), narrative, "procedure"):
            result.concepts.append(concept)
        return True
    return False


def _references(element: Element) -> tuple[Ids, tuple[str, ...], Ids]:
    """Encounters and indications that a procedure's entry points at."""
    encounters: set[tuple[str, str]] = set()
    indications: list[str] = []
    indication_ids: set[tuple[str, str]] = set()
    for relation in children(element, "entryRelationship"):
        for encounter in children(relation, "encounter"):
            encounters.update(ids(encounter))
        for observation in children(relation, "observation"):
            if attribute(relation, "typeCode") == "RSON" or _INDICATION in templates(observation):
                indication_ids.update(ids(observation))
                indications.extend(diagnoses_of(codes(child(observation, "value"))))
    return frozenset(encounters), tuple(indications), frozenset(indication_ids)


def _take_diagnosis(element: Element, narrative: Narrative, result: Findings) -> None:
    value = child(element, "value")
    # Some systems write the diagnosis in the code of the observation.
    values = [code for one in children(element, "value") for code in codes(one)]
    found = diagnoses_of(values) or diagnoses_of(codes(child(element, "code")))
    named, rank = frozenset(ids(element)), _rank(element)
    result.diagnoses.extend(Diagnosis(code, rank, named) for code in found)
    if found:
        return
    if _DIAGNOSIS_TEMPLATES & templates(element) and (concept := concept_of(value, narrative, "diagnosis")):
        result.concepts.append(concept)


def concept_of(
    element: Element | None, narrative: Narrative, role: Literal["diagnosis", "procedure", "visit"]
) -> Concept | None:
    """A documented concept, SNOMED CT first; words alone count too. HL7's own class of a visit (AMB) says
    nothing to a coder."""
    code = chosen([code for code in codes(element) if code.system != _ACT_CODE])
    reference = attribute(child(element, "originalText", "reference"), "value")
    text = (code.text if code else "") or text_of(child(element, "originalText")) or narrative.text(reference)
    if code is None and not text:
        return None
    return Concept(
        system=code.system if code else "text",
        code=code.code if code else "",
        text=text[:200],
        role=role,
    )


def _rank(element: Element) -> int:
    """The diagnosis' rank on the bill, where a rank observation gives it; else after all ranked ones."""
    for relation in children(element, "entryRelationship"):
        for observation in children(relation, "observation"):
            if attribute(child(observation, "code"), "code") == _RANK:
                value = attribute(child(observation, "value"), "value")
                if value.isdigit() and len(value) < 4:
                    return int(value)
    return 1000


def has_bad_time(element: Element | None) -> bool:
    """Whether a time is written that is no whole day."""
    if element is None:
        return False
    parts = [element, *element]
    return any(bool(value := attribute(part, "value")) and day(value) is None for part in parts)
