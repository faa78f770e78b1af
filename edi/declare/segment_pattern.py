"""The fast path of checking: one regular expression for each use of a segment in a guide.

A segment that its pattern matches (and whose syntax notes hold) is right in everything that the
guide's declaration says of it; only one that is refused is read again, by `explain`. Patterns are
for the usual delimiters.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from edi.declare.grammar import Element, Member, Use
from edi.declare.types import PERIODS, Type

MANY = 500  # texts that a pattern remembers
Note = tuple[str, tuple[int, ...]]  # the letter and positions of a syntax note
Broken = tuple[str, tuple[int, ...], list[int]]  # a note, and which are missing or too many


@dataclass(slots=True)
class Slot:
    """One position of a segment or composite as a guide uses it there."""

    position: int
    element: Element | None  # None: the segment has no such position declared; it is not used
    need: str
    codes: tuple[str, ...]
    external: str
    repeat: int
    title: str
    parts: "tuple[Slot, ...]" = ()
    notes: tuple[Note, ...] = ()  # of the composite


def note(text: str) -> Note:
    """A syntax note: its letter and positions ("P0304" is ("P", (3, 4)))."""
    return text[0], tuple(int(text[i : i + 2]) for i in range(1, len(text), 2))


def slots(
    elements: tuple[Element, ...], uses: dict[str, Use], keyed: tuple[int, tuple[str, ...]]
) -> tuple[Slot, ...]:
    """Every position of a use: the declaration, narrowed by the place. `keyed` are its qualifiers."""
    unknown = set(uses) - {e.name for e in elements}
    if unknown:
        raise ValueError(f"no element is called {', '.join(sorted(unknown))}")
    found: dict[int, Slot] = {}
    for e in elements:
        use = uses.get(e.name)
        need = use.need if use else e.need
        codes = use.codes if use and use.codes is not None else e.codes
        external = use.external if use and use.external is not None else e.external
        if codes and not (use and use.external is not None):
            external = "" if use and use.codes is not None else external
        last = min(e.last, use.upto) if use and use.upto else e.last
        repeat = use.repeat if use and use.repeat is not None else e.repeat
        title = (use.title if use else None) or e.title
        parts: tuple[Slot, ...] = ()
        notes: tuple[Note, ...] = ()
        inner = e.composite
        for position in range(e.position, e.last + 1):
            now = need if position <= last else "N"
            if now == "R" and position > e.position:
                now = "S"
            key = codes
            if inner is not None:
                by_first = keyed[1] if keyed[0] == position else ()
                parts = slots(
                    inner.ELEMENTS, dict(use.parts) if use else {}, (1, by_first) if by_first else (0, ())
                )
                notes = _needed([note(n) for n in inner.NOTES], parts)
                if codes:
                    parts = (*parts[:0], _recoded(parts[0], codes), *parts[1:])
                key = ()
            elif keyed[0] == position and keyed[1] and not (use and use.codes):
                key = keyed[1]
            found[position] = Slot(position, e, now, key, external, repeat, title, parts, notes)
    top = max(found, default=0)
    empty = [found.get(p) or Slot(p, None, "N", (), "", 1, "") for p in range(1, top + 1)]
    return tuple(empty)


def _recoded(slot: Slot, codes: tuple[str, ...]) -> Slot:
    return Slot(slot.position, slot.element, slot.need, codes, "", slot.repeat, slot.title)


def _needed(notes: list[Note], places: tuple[Slot, ...]) -> tuple[Note, ...]:
    """The syntax notes that the needs of the elements do not already imply."""
    need = {s.position: s.need for s in places}

    def of(p: int) -> str:
        return need.get(p, "N")

    kept = []
    for letter, at in notes:
        needs = [of(p) for p in at]
        if letter == "P" and (all(n == "R" for n in needs) or all(n == "N" for n in needs)):
            continue
        if letter == "R" and "R" in needs:
            continue
        if letter == "E" and sum(n != "N" for n in needs) < 2:
            continue
        if letter == "C" and (needs[0] == "N" or all(n == "R" for n in needs[1:])):
            continue
        if letter == "L" and (needs[0] == "N" or "R" in needs[1:]):
            continue
        kept.append((letter, at))
    return tuple(kept)


def _from(letter: str, at: tuple[int, ...]) -> int:
    """The element without which the note cannot be broken."""
    if letter == "R":
        return 0
    if letter == "P":
        return min(at)
    return sorted(at)[1] if letter == "E" else at[0]


def broken(notes: tuple[Note, ...], present: Callable[[int], bool]) -> Iterator[Broken]:
    """The syntax notes that do not hold: (letter, positions, those that are missing or too many)."""
    for letter, at in notes:
        have = [p for p in at if present(p)]
        if letter == "P" and have and len(have) < len(at):
            yield letter, at, [p for p in at if p not in have]
        elif letter == "R" and not have:
            yield letter, at, [at[0]]
        elif letter == "E" and len(have) > 1:
            yield letter, at, have[1:]
        elif letter == "C" and at[0] in have and len(have) < len(at):
            yield letter, at, [p for p in at if p not in have]
        elif letter == "L" and at[0] in have and len(have) == 1:
            yield letter, at, [at[1]]


def _value(slot: Slot, group: str) -> str:
    """The pattern of one simple value."""
    e = slot.element
    assert e is not None
    assert isinstance(e.type, Type)
    if slot.codes:
        body = "|".join(re.escape(c) for c in slot.codes)
        return (
            f"(?:{body})"
            if not group
            else "(?:"
            + "|".join(
                f"(?P<{group}{c}>{re.escape(c)})" if c in PERIODS else re.escape(c) for c in slot.codes
            )
            + ")"
        )
    return e.type.pattern


def _sequence(places: tuple[Slot, ...], separator: str, prefix: str) -> str:
    """Positions in a row, those at the end optional together, none trailing empty."""
    formats = {s.element.period for s in places if s.element is not None and s.element.period}
    tail = ""
    required = False
    for slot in reversed(places):
        lead = separator if slot.position > 1 or separator == r"\*" else ""
        if slot.need == "N" or slot.element is None:
            body = ""
            if not tail:
                continue
        elif slot.parts:
            body = _sequence(slot.parts, ":", f"{prefix}_{slot.position}")
            body = _repeated(f"(?:{body})(?<!:)", slot)
            if slot.need == "S":
                body = f"(?:{body})?"
            else:
                body = f"(?=[^*:]|:){body}" if slot.parts[0].need != "R" else body
        else:
            group = f"f{prefix}_{slot.position}_" if slot.position in formats else ""
            body = _value(slot, group)
            if slot.element.period:
                body = _period(slot, places, f"f{prefix}_{slot.element.period}_") or body
            body = _repeated(body, slot)
            if slot.need == "S":
                body = f"(?:{body})?"
        piece = lead + body + tail
        if slot.need == "R":
            required = True
        tail = piece if required else f"(?:{piece})?"
    return tail


def _repeated(body: str, slot: Slot) -> str:
    """An element, be it of components, as often as it may stand."""
    if slot.repeat == 1:
        return body
    most = "*" if slot.repeat == 0 else f"{{0,{slot.repeat - 1}}}"
    return f"(?:{body})(?:\\^(?:{body})){most}"


def _period(slot: Slot, places: tuple[Slot, ...], group: str) -> str:
    """The pattern of a date time period, which its format qualifier decides."""
    assert slot.element is not None
    by = next((s for s in places if s.position == slot.element.period), None)
    if by is None or not by.codes:
        return ""
    known = [c for c in by.codes if c in PERIODS]
    other = "" if len(known) == len(by.codes) else _value(slot, "")
    body = other or "(?!)"
    for code in reversed(known):
        body = f"(?({group}{code}){PERIODS[code]}|{body})"
    return body


class Pattern:
    """What a segment must look like at one place of a guide."""

    __slots__ = ("_compiled", "id", "keyed", "match", "notes", "notes_from", "slots", "source", "taken")

    def __init__(self, member: Member) -> None:
        target: Any = member.target
        self.id: str = target.ID
        self.keyed: tuple[int, bool] = target.KEY
        try:
            self.slots = slots(target.ELEMENTS, member.uses, (target.KEY[0], member.qualifiers))
        except ValueError as error:
            raise ValueError(f"{member.title} ({target.ID}): {error}") from None
        self.notes = _needed([note(n) for n in target.NOTES], self.slots)
        self.notes_from = min((_from(*n) for n in self.notes), default=99)
        inner = [s.position for s in self.slots if s.notes]
        if inner:
            self.notes_from = min(self.notes_from, min(inner) - 1)
        self.match: Callable[[str], Any] = self._first
        self.taken: set[str] = set()
        """Texts without a fault, `MANY` at most: a file repeats most of its segments."""

    def _first(self, text: str) -> Any:
        """Compile when first asked: most of a guide is rarely used."""
        self.match = _compiled(self.pattern()).fullmatch
        return self.match(text)

    def pattern(self) -> str:
        """The regular expression's source."""
        return f"{self.id}{self.begins(chr(92) + '*')}{_sequence(self.slots, chr(92) + '*', '')}(?<![*:^])"

    def begins(self, separator: str) -> str:
        """What must follow the id of a segment that has elements, but requires none."""
        return "" if any(slot.need == "R" for slot in self.slots) else f"(?={separator})"

    def takes(self, text: str) -> bool:
        """Whether a segment, given with the usual delimiters, has no fault."""
        if text in self.taken:
            return True
        if not self.match(text):
            return False
        if text.count("*") >= self.notes_from and not self.holds(text.split("*"), ":"):
            return False
        if len(self.taken) < MANY:
            self.taken.add(text)
        return True

    def holds(self, elements: list[str], component: str) -> bool:
        """Whether the syntax notes hold, those of the composites too."""
        if not _hold(self.notes, elements):
            return False
        for slot in self.slots:
            if slot.notes and slot.position < len(elements) and elements[slot.position]:
                for one in (
                    elements[slot.position].split("^") if slot.repeat != 1 else [elements[slot.position]]
                ):
                    if not _hold(slot.notes, ["", *one.split(component)]):
                        return False
        return True


def _hold(notes: tuple[Note, ...], values: list[str]) -> bool:
    """Whether syntax notes hold of the values at their positions, which count from 1."""
    count = len(values)
    return next(broken(notes, lambda p: p < count and values[p] != ""), None) is None


@cache
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)
