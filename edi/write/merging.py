"""A record that was read and is written again: the loop it came from, with what was changed since.

A three-way merge, loop by loop. *Theirs* is the loop as it was read. *Base* is what the writer makes of
a record that is read from that loop anew, *mine* what it makes of the record as it is now. Where base and
mine agree, theirs stands, in its own order and spelling; where they differ, somebody changed the record,
and mine replaces its counterpart. What base does not have is what a record has no field for; it stays.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, Final

from edi.declare.compile import Values
from edi.declare.delimiters import Delimiters
from edi.declare.guide import Place, Step
from edi.declare.nodes import Loop, Segment

# Loops with a record of their own, by the name of loop and record alike: a record knows its loop.
RECORDS: Final = frozenset({"lines", "other_payers", "adjudications"})
# A record holds all of these, but not how they are spread over segments.
SPREAD: Final = frozenset({"CAS", "HI", "PLB"})
# Its elements depend on each other: a format and its value.
UNDIVIDED: Final = frozenset({"DTP"})
# What says who somebody is: last name or organisation, first name, identifier.
_NAMES: Final = {"NM1": (3, 4, 9), "N1": (2, 4)}


class Made:
    """A loop that written segments make: its segments and loops, each with its member of the guide."""

    __slots__ = ("parts", "place")

    def __init__(self, place: Place) -> None:
        self.place = place
        self.parts: list[tuple[Step | None, Part]] = []

    def texts(self) -> Iterator[str]:
        """Its segments in order."""
        for _, part in self.parts:
            if isinstance(part, Made):
                yield from part.texts()
            else:
                yield part

    def members(self, step: Step | None) -> list["Part"]:
        """What it has of a member."""
        return [part for own, part in self.parts if own is step]


Part = str | Made
Read = tuple[Step | None, Any]  # a part and its member; None: no guide knows it, or it came too often


def made(place: Place, texts: list[str], d: Delimiters) -> Made:
    """The loop of written segments; one that its guide does not know stays where it stands."""
    root = Made(place)
    stack = [root]
    for text in texts:
        elements = text.split(d.element)
        step: Step | None = None
        if not root.parts:
            step = place.steps[0]
        elif (found := stack[-1].place.route(elements, d.component)) is not None and found[0] < len(stack):
            up, step = found
            if up:
                del stack[-up:]
            if step.inner is not None:
                inner = Made(step.inner)
                stack[-1].parts.append((step, inner))
                stack.append(inner)
                step = step.inner.steps[0]
        stack[-1].parts.append((step, text))
    return root


def parts_of(place: Place, loop: Loop) -> list[Read]:
    """What a loop has, as it was read, without the loops that are handed on one at a time."""
    steps = {step.name: step for step in place.steps}
    names: dict[int, Step] = {}
    for name, value in loop.__dict__.items():
        if (step := steps.get(name)) is not None:
            for one in value if isinstance(value, (list, tuple)) else (value,):
                names[id(one)] = step
    found = [(names.get(id(child)), child) for child in loop.children()]
    return [(s, c) for s, c in found if s is None or s.inner is None or not s.inner.streamed]


class Merger:
    """Merges under the delimiters of the file that is written."""

    def __init__(self, d: Delimiters, values: Values) -> None:
        self.d = d
        self._values = values

    def text(self, segment: Segment) -> str:
        """A segment as it was read. Raises `CharacterError` as for a value of a record."""
        return self._values.segment(segment.text(self.d), segment.ID)

    def standing(self, loop: Loop) -> list[str]:
        """A loop as it was read."""
        return [self.text(segment) for segment in loop.segments()]

    def loop(
        self, place: Place, base: list[str], mine: list[str], theirs: Loop, record: Any = None
    ) -> list[str]:
        """The segments of a loop: theirs, with what mine has other than base."""
        return self.parts(place, base, mine, parts_of(place, theirs), record)

    def parts(
        self, place: Place, base: list[str], mine: list[str], theirs: list[Read], record: Any = None
    ) -> list[str]:
        """The same for some of a loop's parts; base and mine begin with the loop's first segment."""
        if base == mine:
            return list(self._written(theirs))
        return self._merged(made(place, base, self.d), made(place, mine, self.d), theirs, record)

    def _written(self, parts: list[Read]) -> Iterator[str]:
        for _, part in parts:
            if isinstance(part, Loop):
                yield from self.standing(part)
            else:
                yield self.text(part)

    def _merged(self, base: Made, mine: Made, theirs: list[Read], record: Any) -> list[str]:
        if self._another(base, mine):
            return list(mine.texts())
        change = _Change(mine.place, theirs)
        for step in dict.fromkeys(step for step, _ in (*mine.parts, *base.parts)):
            b, m = base.members(step), mine.members(step)
            if [_texts(one) for one in b] == [_texts(one) for one in m]:
                continue
            if step is not None and step.name in RECORDS:
                change.all_of(step, [*self._records(step, b, m, change.of(step), getattr(record, step.name))])
            elif step is not None and step.new.ID in SPREAD:
                change.all_of(step, [_texts(one) for one in m])
            else:
                self._member(step, b, m, change)
        return change.result(self)

    def _records(
        self, step: Step, b: list[Part], m: list[Part], theirs: list[Any], records: tuple[Any, ...]
    ) -> Iterator[list[str]]:
        """Each record with the loop that it came from; one that came from none as it is written."""
        for part, record in zip(m, records, strict=True):
            at = next((n for n, loop in enumerate(theirs) if _is_of(record.loops, loop)), None)
            if at is None or at >= len(b):
                yield _texts(part)
            else:
                yield self._part(step, b[at], part, theirs[at], record)

    def _part(self, step: Step, base: Part, mine: Part, theirs: Any, record: Any = None) -> list[str]:
        if isinstance(base, Made) and isinstance(mine, Made):
            if [*base.texts()] == [*mine.texts()]:
                return self.standing(theirs)
            return self._merged(base, mine, parts_of(mine.place, theirs), record)
        assert isinstance(base, str)
        assert isinstance(mine, str)
        return [self._segment(base, mine, self.text(theirs))]

    def _member(self, step: Step | None, b: list[Part], m: list[Part], change: "_Change") -> None:
        """Segments or loops of one member, each with its counterparts."""
        theirs = change.of(step)
        source = _sources([self._key(one) for one in b], [self._key(one) for one in theirs])
        earlier = _pairs([str(_texts(one)) for one in m], [str(_texts(one)) for one in b], between=True)
        gone = set(range(len(b))) - set(earlier.values())
        last: int | None = None
        for n, part in enumerate(m):
            at = earlier.get(n)
            here = source.get(at) if at is not None else None
            if at is not None and here is not None and step is not None:
                change.replace(step, here, self._part(step, b[at], part, theirs[here]))
            elif at is not None and _texts(part) == _texts(b[at]):
                continue  # the writer says what this file does not say; it was not changed
            elif step is not None and not step.many and theirs:
                here = 0
                change.replace(step, here, _texts(part))
            else:
                change.add(step, last, _texts(part))
            last = here if here is not None else last
        for at in gone:
            if at in source:
                change.replace(step, source[at], [])

    def _key(self, part: Any) -> tuple[str, str]:
        """What a base segment and its counterpart as it was read have in common: id and qualifier."""
        if isinstance(part, (Loop, Segment)):
            first = next(part.segments()) if isinstance(part, Loop) else part
            text = self.text(first).upper()
        else:
            text = _texts(part)[0]
        name, _, rest = text.partition(self.d.element)
        return name, rest.partition(self.d.element)[0].partition(self.d.component)[0]

    def _another(self, base: Made, mine: Made) -> bool:
        """Whether a loop is of another party now: it has neither a name nor an identifier in common."""
        before, now = (next(one.texts()).split(self.d.element) for one in (base, mine))
        at = _NAMES.get(now[0], ())
        known = [(_at(before, n), _at(now, n)) for n in at if _at(before, n)]
        return bool(known) and not any(old == new for old, new in known)

    def _segment(self, base: str, mine: str, theirs: str) -> str:
        """A segment that was changed: theirs but for the elements in which mine is not base."""
        d = self.d
        name, *m = mine.split(d.element)
        if name in UNDIVIDED or base == mine:
            return theirs if base == mine else mine
        _, *b = base.split(d.element)
        _, *t = theirs.split(d.element)
        merged = [self._element(_at(b, n), _at(m, n), _at(t, n)) for n in range(max(len(b), len(m), len(t)))]
        return d.element.join([name, *merged]).rstrip(d.element)

    def _element(self, base: str, mine: str, theirs: str) -> str:
        c = self.d.component
        if base == mine:
            return theirs
        if not mine or not any(c in one for one in (base, mine, theirs)):
            return mine
        b, m, t = (one.split(c) for one in (base, mine, theirs))
        merged = [
            _at(t, n) if _at(b, n) == _at(m, n) else _at(m, n) for n in range(max(len(b), len(m), len(t)))
        ]
        return c.join(merged).rstrip(c)


class _Change:
    """What becomes of a loop's parts: each stands unless it is replaced; others are added between them."""

    def __init__(self, place: Place, parts: list[Read]) -> None:
        self._parts = parts
        self._order: dict[Step | None, int] = {step: n for n, step in enumerate(place.steps)}
        self._replaced: dict[int, list[str]] = {}
        self._added: dict[int, list[tuple[int, list[str]]]] = {}

    def _at(self, step: Step | None) -> list[int]:
        return [n for n, (own, _) in enumerate(self._parts) if own is step]

    def of(self, step: Step | None) -> list[Any]:
        """The parts of a member as they were read."""
        return [self._parts[n][1] for n in self._at(step)]

    def replace(self, step: Step | None, which: int, texts: list[str]) -> None:
        """Put these in place of a member's part; none take it away."""
        self._replaced[self._at(step)[which]] = texts

    def all_of(self, step: Step, each: list[list[str]]) -> None:
        """Put these in place of all parts of a member."""
        places = self._at(step)
        whole = [text for texts in each for text in texts]
        for n in places:
            self._replaced[n] = []
        if places:
            self._replaced[places[0]] = whole
        else:
            self.add(step, None, whole)

    def add(self, step: Step | None, behind: int | None, texts: list[str]) -> None:
        """Add behind a part of the same member, or else where the guide has the member."""
        order = self._order.get(step, len(self._order))
        if behind is not None:
            at = self._at(step)[behind]
        else:
            before = [
                n for n, (own, _) in enumerate(self._parts) if own is not None and self._order[own] <= order
            ]
            at = max(before, default=-1)
        self._added.setdefault(at, []).append((order, texts))

    def result(self, merger: Merger) -> list[str]:
        """The loop's segments."""
        found = self._additions(-1)
        for n, part in enumerate(self._parts):
            replaced = self._replaced.get(n)
            found += merger._written([part]) if replaced is None else replaced
            found += self._additions(n)
        return found

    def _additions(self, at: int) -> list[str]:
        added = sorted(self._added.get(at, ()), key=lambda one: one[0])
        return [text for _, texts in added for text in texts]


def _sources(base: list[tuple[str, str]], theirs: list[tuple[str, str]]) -> dict[int, int]:
    """Which part that was read each of base comes from; a record may have fewer than the file."""
    if len(base) == len(theirs):
        return {n: n for n in range(len(base))}
    pairs = _pairs(base, theirs, between=False)
    left = [n for n in range(len(theirs)) if n not in pairs.values()]
    for n in range(len(base)):
        if n not in pairs and left:
            pairs[n] = left.pop(0)
    return pairs


def _pairs(these: list[Any], those: list[Any], *, between: bool) -> dict[int, int]:
    """Which of these goes with which of those, in order: equals, and others that stand `between` equals."""
    pairs: dict[int, int] = {}
    for kind, a, a_end, b, b_end in SequenceMatcher(None, these, those, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and between):
            pairs |= dict(zip(range(a, a_end), range(b, b_end), strict=False))
    return pairs


def _texts(part: Part) -> list[str]:
    return [part] if isinstance(part, str) else list(part.texts())


def _is_of(mine: Any, loop: Loop) -> bool:
    """Whether a record came from a loop, or from the same text where that was read for it alone."""
    return mine is loop or (isinstance(mine, Loop) and mine.position == loop.position and mine == loop)


def _at(texts: list[str], n: int) -> str:
    return texts[n] if n < len(texts) else ""
