"""A small transaction set of a guide, from its declaration: what is required, and the loops it is for.

A text shows the title of its element in capitals, a code the first that the guide takes, an amount
100. It is right at SNIP 1 and 2; it means nothing.
"""

import re
from collections.abc import Iterator
from typing import Final

from edi.declare.guide import Guide, Place, Step
from edi.declare.segment_pattern import Slot, broken
from edi.declare.types import Type

_PERIODS = {
    "D8": "20261102",
    "RD8": "20261102-20261103",
    "TM": "0930",
    "DT": "202611020930",
    "RDT": "202611020930-202611031000",
}
# Situational loops without which an example would say nothing.
SHOWN: Final = {
    "270": "2110C",
    "271": "2000B 2000C 2110C",
    "276": "2200D",
    "277": "2000C 2000D 2200D",
    "277CA": "2000C 2000D 2200D",
    "277RFI": "2200D",
    "835": "2000 2110",
    "837D": "2300",
    "837I": "2300",
    "837P": "2300",
    "999": "2000 2100 2110",
}


def example(guide: Guide) -> list[str]:
    """The segments of a small transaction set, ST to SE, without terminators."""
    levels: list[int] = []
    texts = ["*".join(elements) for elements in _loop(guide.root, guide, levels, 0)]
    texts[-1] = f"SE*{len(texts)}*0001"
    return texts


def _loop(place: Place, guide: Guide, levels: list[int], parent: int) -> Iterator[list[str]]:
    first = place.steps[0]
    own = parent
    if first.new.ID == "HL":
        own = len(levels) + 1
        levels.append(own)
    for step in place.steps:
        if not _shown(step, guide):
            continue
        if step.inner is not None:
            yield from _loop(step.inner, guide, levels, own)
            continue
        elements = [step.new.ID, *_row(step.pattern.slots)]
        _satisfy_notes(step, elements)
        if step.new.ID == "ST":
            elements[2:] = ["0001", guide.version] if len(elements) > 3 else ["0001"]
        if step.new.ID == "HL":
            elements = ["HL", str(own), str(parent) if parent else "", *elements[3:]]
            if len(elements) > 4:
                elements[4] = "1" if _has_level(place, guide) else "0"
        yield elements


def _shown(step: Step, guide: Guide) -> bool:
    return step.member.required or (
        step.inner is not None and step.inner.id in SHOWN.get(guide.kind, "").split()
    )


def _has_level(place: Place, guide: Guide) -> bool:
    """Whether the example of a level has another below it."""
    return any(
        step.inner is not None and step.inner.steps[0].new.ID == "HL" and _shown(step, guide)
        for step in place.steps
    )


def _row(slots: tuple[Slot, ...]) -> list[str]:
    """The required elements, down to the last of them."""
    values: list[str] = []
    for slot in slots:
        values.append(_value(slot, values) if slot.need == "R" else "")
    while values and not values[-1]:
        values.pop()
    return values


def _satisfy_notes(step: Step, elements: list[str]) -> None:
    """Fill what the syntax notes ask for."""
    slots = step.pattern.slots
    for _ in slots:
        wrong = next(broken(step.pattern.notes, lambda p: p < len(elements) and elements[p] != ""), None)
        if wrong is None:
            return
        for p in wrong[2]:
            elements.extend([""] * (p + 1 - len(elements)))
            elements[p] = _value(slots[p - 1], elements[1:])


def _value(slot: Slot, before: list[str]) -> str:
    e = slot.element
    assert e is not None
    if slot.parts:
        parts = _row(slot.parts) or [_value(slot.parts[0], [])]
        return ":".join(parts)
    t = e.type
    assert isinstance(t, Type)
    if slot.codes:
        return slot.codes[0]
    if e.period:
        return _PERIODS.get(before[e.period - 1], "20261102")
    if t.python == "cents":
        return "100"
    if t.name == "DT":
        return "20261102" if t.maximum == 8 else "261102"
    if t.name == "TM":
        return "0930"
    if t.name in ("N0", "N2", "R"):
        return "1".rjust(t.minimum, "0")
    words = re.sub(r"[^A-Z0-9 ]", "", slot.title.upper()).strip() or "TEXT"
    return words[: t.maximum].strip().ljust(t.minimum, "X")
