"""An encounter of a document being put together, and its fields when it is whole."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date

from lxml import etree

from intake.ccda.clinical import Diagnosis, Ids, Procedure
from intake.ccda.values import ids
from intake.encounter import Concept, Documentation, Line
from intake.parties import Coverage, Patient, Provider
from intake.xml import Element, attribute, child


@dataclass(slots=True)
class Draft:
    """An encounter being put together."""

    ids: Ids
    first: date | None = None
    last: date | None = None
    practice: str = ""
    place_of_service: str = ""
    facility: Provider | None = None
    rendering: Provider | None = None
    referring: Provider | None = None
    nested: list[Procedure] = field(default_factory=list)  # of the encounter itself
    others: list[Procedure] = field(default_factory=list)  # linked by id or day
    diagnoses: list[Diagnosis] = field(default_factory=list)
    concepts: list[Concept] = field(default_factory=list)
    element: Element | None = None
    named_with_day: bool = False  # its id is also another encounter's

    def holds(self, first: date | None) -> bool:
        return (
            first is not None and self.first is not None and self.first <= first <= (self.last or self.first)
        )


def merge(into: Draft, other: Draft) -> None:
    """Merge two descriptions of one encounter: the second fills in what the first lacks."""
    into.ids |= other.ids
    into.first = into.first or other.first
    into.last = into.last or other.last
    into.practice = into.practice or other.practice
    into.place_of_service = into.place_of_service or other.place_of_service
    into.facility = into.facility or other.facility
    into.rendering = into.rendering or other.rendering
    into.referring = into.referring or other.referring
    have = {procedure.code for procedure in into.nested}
    into.nested.extend(p for p in other.nested if p.code not in have)
    coded = {diagnosis.code for diagnosis in into.diagnoses}
    into.diagnoses.extend(d for d in other.diagnoses if d.code not in coded)
    into.concepts.extend(other.concepts)


def fields(
    document: Element,
    draft: Draft,
    patient: Patient,
    coverages: list[Coverage],
    authorization: str,
) -> dict[str, object]:
    """The draft as the fields of an `Encounter`."""
    source, number = _identity(document, draft)
    diagnoses = sorted(draft.diagnoses, key=lambda d: d.rank)
    listed = tuple(dict.fromkeys(d.code for d in diagnoses))
    lines = [_line(p, draft, listed, diagnoses, nested=True) for p in draft.nested]
    have = {(line.procedure, line.service_from or draft.first) for line in lines}
    for procedure in draft.others:
        # The encounter's own code is often listed again among the procedures.
        if (procedure.code, procedure.first or draft.first) not in have:
            lines.append(_line(procedure, draft, listed, diagnoses, nested=False))
    away = draft.place_of_service not in ("", "11")
    return {
        "source": source,
        "id": number,
        "version": _version(document),
        "practice": draft.practice,
        "patient": patient,
        "coverages": tuple(coverages),
        "service_date": draft.first,
        "place_of_service": draft.place_of_service,
        "diagnoses": listed,
        "lines": tuple(lines),
        "rendering": draft.rendering,
        "referring": draft.referring,
        # In the office the facility is the practice itself, which a claim does not repeat.
        "service_facility": draft.facility if away else None,
        "admission": draft.first if draft.last and draft.place_of_service == "21" else None,
        "discharge": draft.last if draft.place_of_service == "21" else None,
        "prior_authorization": authorization,
        "documentation": Documentation(signed=_signed(document)),
        "concepts": tuple(dict.fromkeys(draft.concepts)),
    }


def _line(
    procedure: Procedure,
    draft: Draft,
    listed: tuple[str, ...],
    diagnoses: list[Diagnosis],
    *,
    nested: bool,
) -> Line:
    linked = [code for code in procedure.indications if code in listed]
    linked += [d.code for d in diagnoses if d.ids & procedure.indication_ids]
    if not linked and (nested or len(listed) == 1):
        linked = list(listed)
    pointers = tuple(dict.fromkeys(listed.index(code) + 1 for code in linked))[:4]
    own = procedure.performer
    first, last = procedure.first or draft.first, procedure.last
    if nested and not last and draft.last == draft.first:
        last = None
    return Line(
        procedure=procedure.code,
        modifiers=procedure.modifiers,
        pointers=pointers,
        service_from=first,
        service_to=last,
        rendering=own if own and own != draft.rendering else None,
    )


def _identity(document: Element, draft: Draft) -> tuple[str, str]:
    """The source and number of an encounter: its id's root and extension, as globally unique ids are."""
    day = f" {draft.first or 'undated'}" if draft.named_with_day else ""
    with_number = sorted((root, ext) for root, ext in draft.ids if ext)
    for root, extension in with_number:
        return f"ccda {root}"[:80] if root else "ccda", f"{extension[:60]}{day}" if day else extension[:80]
    for root, _ in sorted(draft.ids):
        return "ccda", f"{root[:60]}{day}" if day else root[:80]
    document_id = " ".join(part for pair in ids(document)[:1] for part in pair if part)
    content = etree.tostring(draft.element) if draft.element is not None else b""
    digest = hashlib.sha256(document_id.encode() + content).hexdigest()[:32]
    return "ccda", f"sha256 {digest}"


def _version(document: Element) -> int:
    value = attribute(child(document, "versionNumber"), "value")
    return int(value) if re.fullmatch(r"[1-9]\d{0,5}", value) else 1


def _signed(document: Element) -> bool | None:
    """Whether a legal authenticator signed; None where the document does not say."""
    code = attribute(child(document, "legalAuthenticator", "signatureCode"), "code").upper()
    return True if code == "S" else None
