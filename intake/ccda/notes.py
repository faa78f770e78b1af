"""Operative and procedure notes, which describe the service event of the document's header."""

from collections.abc import Iterator

from intake.ccda import parties
from intake.ccda.clinical import Narrative, concept_of, procedures_of_code
from intake.ccda.draft import Draft
from intake.ccda.values import codes, days, ids, templates
from intake.xml import Element, child, children

# Operative and procedure notes, by their template or their LOINC code: one visit, the service event.
_NOTES = {
    "2.16.840.1.113883.10.20.22.1.7", "2.16.840.1.113883.10.20.22.1.6", "11504-8", "28570-0",
}  # fmt: skip


def is_note(document: Element) -> bool:
    return bool(_NOTES & {*templates(document), *(c.code for c in codes(child(document, "code")))})


def events_of(document: Element) -> Iterator[Element]:
    for part in children(document, "documentationOf"):
        yield from children(part, "serviceEvent")


def visit_of(document: Element, events: list[Element]) -> Draft:
    """The visit of a note without an encounter. It is named by the event, else by the note's whole set of
    versions, else by the note."""
    named = next((found for event in events if (found := ids(event))), [])
    named = named or ids(document, "setId") or ids(document)
    done_by = [provider for event in events for provider in parties.performers(event)]
    return Draft(
        ids=frozenset(named[:1]),
        practice=parties.practice_of(document, None),
        rendering=done_by[0] if done_by else None,
        element=events[0],
    )


def add_events(visit: Draft, events: list[Element], narrative: Narrative) -> None:
    """Add to the visit what its service events say: its dates, if it has none, and other concepts."""
    if visit.first is None:
        periods = [days(child(event, "effectiveTime")) for event in events]
        starts = [first for first, _ in periods if first]
        ends = [last or first for first, last in periods if first]
        visit.first = min(starts, default=None)
        last = max((end for end in ends if end), default=None)
        visit.last = last if last != visit.first else None
    for event in events:
        code = child(event, "code")
        if not list(procedures_of_code(code, None, None)) and (
            concept := concept_of(code, narrative, "procedure")
        ):
            visit.concepts.append(concept)
