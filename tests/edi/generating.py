"""Makes transaction sets of any guide from its declaration alone: required members always, others by chance.

A value fits its slot (codes, type, lengths, period formats, syntax notes), so that what is made is
right at SNIP 1 and 2; it means nothing beyond that.
"""

import random
import string
from typing import Any

from edi.declare.guide import Guide, Place, Step
from edi.declare.nodes import Loop, Segment
from edi.declare.segment_pattern import Pattern, Slot, broken
from edi.declare.types import Type, from_cents

PERIODS = {
    "D8": "20240229",
    "RD8": "20240101-20240229",
    "TM": "1145",
    "DT": "202401011145",
    "RDT": "202401011145-202401021200",
}
LETTERS = string.ascii_uppercase + string.digits


LONGEST = 5_000
"""Characters of a value at most: a document may have millions."""


class Maker:
    """`chance` is the share of situational members and elements; 1.0 makes everything once."""

    def __init__(self, guide: Guide, seed: int, chance: float) -> None:
        self.guide = guide
        self.random = random.Random(seed)
        self.chance = chance
        self.levels = 0
        self.made: set[tuple[str, ...]] = set()  # the path and name of every member that came

    def transaction(self) -> Loop:
        """A root loop with its ST and SE."""
        root: Any = self._loop(self.guide.root, "")
        if root.header.version:
            root.header.version = self.guide.version
        count = sum(1 for _ in root.segments())
        root.trailer = segment(type(root.trailer), ["SE", str(count), root.header.control_number])
        made: Loop = root
        return made

    def _wanted(self, step: Step, depth: int) -> int:
        """How often a member comes."""
        member = step.member
        if not member.required and self.random.random() >= self.chance ** (1 if self.chance == 1 else depth):
            return 0
        if not step.many or self.chance == 1:
            return 1
        return self.random.randint(1, min(step.maximum or 3, 3))

    def _loop(self, place: Place, parent: str) -> Any:
        made: Any = object.__new__(place.loop)
        made._wire, made._up = [], None
        first = place.steps[0]
        own = parent
        if first.new.ID == "HL":
            self.levels += 1
            own = str(self.levels)
        for step in place.steps:
            values = []
            for _ in range(1 if step is first else self._wanted(step, len(place.path))):
                self.made.add((*place.path, step.name))
                if step.inner is not None:
                    values.append(self._loop(step.inner, own))
                else:
                    values.append(self._segment(step.pattern, step.new))
            if values:
                setattr(made, step.name, values if step.many else values[0])
        if first.new.ID == "HL":
            self._number(getattr(made, first.name), first.pattern, made, own, parent)
        return made

    def _number(self, hl: Any, pattern: Pattern, made: Loop, own: str, parent: str) -> None:
        """HL01, HL02 and HL04 as the tree has them."""
        slots = {slot.position: slot for slot in pattern.slots}
        hl.id = own
        hl.parent = parent if slots[2].need != "N" else ""
        below = any(s.ID == "HL" for s in made.segments() if s is not hl)
        if slots[4].need != "N":
            hl.child = "1" if below else "0" if slots[4].need == "R" or "0" in slots[4].codes else ""
        hl.raw = None

    def _segment(self, pattern: Pattern, cls: type[Segment]) -> Segment:
        values = self._row(pattern.slots)
        if not any(values):  # a segment has one element at least
            first = next(slot for slot in pattern.slots if slot.need != "N")
            values[first.position - 1] = self._value(first, values, pattern.slots)
        self._satisfy_notes(pattern.notes, pattern.slots, values)
        return segment(cls, [cls.ID, *values])

    def _row(self, slots: tuple[Slot, ...]) -> list[str]:
        values: list[str] = []
        for slot in slots:
            take = slot.need == "R" or (slot.need == "S" and self.random.random() < self.chance)
            if take and slot.element is not None and slot.element.period:  # its format comes with it
                at = slot.element.period - 1
                values[at] = values[at] or self._value(slots[at], values, slots)
            values.append(self._value(slot, values, slots) if take else "")
        return values

    def _satisfy_notes(self, notes: Any, slots: tuple[Slot, ...], values: list[str]) -> None:
        """Fill or empty positions until the syntax notes hold."""
        for _ in range(len(values) + 1):
            faults = list(broken(notes, lambda p: p <= len(values) and values[p - 1] != ""))
            if not faults:
                return
            letter, _, wrong = faults[0]
            for p in wrong:
                if letter == "E":
                    values[p - 1] = ""
                else:
                    values[p - 1] = self._value(slots[p - 1], values, slots)

    def _value(self, slot: Slot, before: list[str], slots: tuple[Slot, ...]) -> str:
        if slot.parts:
            parts = self._row(slot.parts)
            self._satisfy_notes(slot.notes, slot.parts, parts)
            if not any(parts):
                parts[0] = self._value(slot.parts[0], [], slot.parts)
            while not parts[-1]:
                parts.pop()
            return ":".join(parts)
        times = 1 if slot.repeat == 1 else self.random.randint(1, min(slot.repeat or 3, 3))
        return "^".join(self._simple(slot, before) for _ in range(times))

    def _simple(self, slot: Slot, before: list[str]) -> str:
        e = slot.element
        assert e is not None
        t = e.type
        assert isinstance(t, Type)
        if slot.codes:
            return self.random.choice(slot.codes)
        if e.period:
            named = before[e.period - 1] if e.period <= len(before) else ""
            return PERIODS.get(named, "20240229")
        if t.python == "cents":
            return from_cents(self.random.randint(-99_999, 9_999_999))
        if t.name == "DT":
            return "20240229" if t.maximum == 8 else "240229"
        if t.name == "TM":
            return "1145"
        size = self.random.choice([t.minimum, min(t.maximum, 12), min(t.maximum, LONGEST)])
        size = max(size, t.minimum)
        if t.name in ("N0", "N2", "R"):
            return "".join(self.random.choice("123456789") for _ in range(size))
        return "".join(self.random.choice(LETTERS) for _ in range(size))


class ClaimMaker(Maker):
    """No level of an 837 without a claim: each subscriber has claims, or patients with claims."""

    claims = 0  # of the subscriber that is being made

    def _wanted(self, step: Step, depth: int) -> int:
        times = super()._wanted(step, depth)
        if step.place.id == "2000B" and step.name == "claims":
            self.claims = times
        if step.place.id == "2000B" and step.name == "patients" and not self.claims:
            return times or 1
        return times


def segment(cls: type[Segment], values: list[str]) -> Segment:
    """A segment of texts, that is written from its elements."""
    while len(values) > 1 and not values[-1]:
        values.pop()
    made = cls.of("*".join(values))
    made.raw = None
    return made


def shape(node: Any) -> Any:
    """A loop's members by name, down to the texts: two shapes are equal when nothing moved."""
    if not isinstance(node, Loop):
        return node.text()
    found = {}
    for member in node.MEMBERS:
        value = node.__dict__.get(member.name)
        if value is None:
            continue
        found[member.name] = [shape(v) for v in value] if isinstance(value, list) else shape(value)
    return found
