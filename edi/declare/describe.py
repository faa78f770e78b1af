"""A guide as a page: its loops, segments and elements in our words, from the declaration alone."""

from collections.abc import Iterator

from edi.declare.example import example
from edi.declare.guide import Guide, Place, Step
from edi.declare.segment_pattern import Slot

NEEDS = {"R": "required", "S": "situational"}


def page(guide: Guide) -> str:
    """The page in Markdown: the loop tree first, then every segment with its elements."""
    return "\n".join(_page(guide)) + "\n"


def _page(guide: Guide) -> Iterator[str]:
    yield f"# {guide.kind} {guide.version}: {guide.title}"
    if guide.aliases:
        yield ""
        yield f"Read by the same declaration: {', '.join(guide.aliases)}."
    yield ""
    yield "## Loops"
    yield ""
    for place in guide.places():
        if place.parent is not None:
            yield f"{'  ' * (len(place.path) - 2)}- {place.id} {place.loop.TITLE} ({_member(_entry(place))})"
    yield ""
    yield "## A small transaction set"
    yield ""
    yield "What is required, and the loops that it is for; texts show the titles of their elements."
    yield ""
    yield "```"
    for text in example(guide):
        yield f"{text}~"
    yield "```"
    seen: set[type] = set()
    for place in guide.places():
        if place.loop in seen:
            continue
        seen.add(place.loop)
        yield ""
        yield f"## {place.id if place.parent is not None else 'Transaction set'}: {place.loop.TITLE}"
        for step in place.steps:
            if step.inner is None:
                yield from _segment(step)


def _entry(place: Place) -> Step:
    """The step above that opens a place."""
    above = place.parent
    assert above is not None
    return next(step for step in above.steps if step.inner is place)


def _member(step: Step) -> str:
    need = "required" if step.member.required else "situational"
    times = "once" if step.maximum == 1 else f"up to {step.maximum} times" if step.maximum else "any number"
    return f"{need}, {times}"


def _segment(step: Step) -> Iterator[str]:
    yield ""
    yield f"### {step.new.ID} {step.member.title} ({_member(step)})"
    yield ""
    yield "| Element | Meaning | Use | Type | Codes |"
    yield "|---|---|---|---|---|"
    for slot in step.pattern.slots:
        yield from _element(step.new.ID, f"{slot.position:02d}", slot)
    if step.pattern.notes:
        yield ""
        yield "Syntax notes: " + ", ".join(
            f"{k}{''.join(f'{p:02d}' for p in at)}" for k, at in step.pattern.notes
        )


def _element(segment: str, place: str, slot: Slot) -> Iterator[str]:
    if slot.need == "N" or slot.element is None:
        return
    type_name = "composite" if slot.parts else getattr(slot.element.type, "label", "")
    codes = " ".join(slot.codes) or (f"list: {slot.external}" if slot.external else "")
    repeats = f", up to {slot.repeat} times" if slot.repeat > 1 else ""
    yield f"| {segment}{place} | {slot.title} | {NEEDS[slot.need]}{repeats} | {type_name} | {codes} |"
    for part in slot.parts:
        yield from _element(segment, f"{place}-{part.position}", part)
