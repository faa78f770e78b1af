"""What a file is read to: segments, their composites, and loops; and how they are written again.

A segment keeps its raw text and the writer emits that unless the segment was changed, so that
`430.50` stays `430.50`. A loop keeps the order in which its parts were on the wire. Attributes are
read from the text when asked for; what is missing or unreadable is "", None or 0, never an error.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, Self
from weakref import ref

from edi.declare.delimiters import USUAL, Delimiters
from edi.errors import CharacterError, EdiError


class Composite:
    """A composite element's components, as text."""

    __slots__ = ("_c",)
    TITLE: ClassVar[str] = ""
    ELEMENTS: ClassVar[tuple[Any, ...]] = ()
    NOTES: ClassVar[tuple[str, ...]] = ()
    _c: list[str]

    @classmethod
    def of(cls, components: list[str]) -> Self:
        """Around components as read."""
        made = cls.__new__(cls)
        made._c = components
        return made

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._c == other._c

    __hash__ = None  # type: ignore[assignment]  # equal by content, which may change

    def __bool__(self) -> bool:
        return any(self._c)


class Segment:
    """One segment. `position` counts from ST (1); 0 when it was not read from a file."""

    __slots__ = ("_e", "d", "position", "raw")
    ID: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    ELEMENTS: ClassVar[tuple[Any, ...]] = ()
    KEY: ClassVar[tuple[int, bool]] = (0, False)  # element that routes; whether its first component
    NOTES: ClassVar[tuple[str, ...]] = ()
    _e: list[str]
    raw: str | None
    d: Delimiters | None
    position: int

    @classmethod
    def of(cls, raw: str, d: Delimiters = USUAL, position: int = 0) -> Self:
        """Around a segment's text as read, without its terminator."""
        made = cls.__new__(cls)
        made.raw, made.d, made.position, made._e = raw, d, position, raw.split(d.element)
        return made

    @classmethod
    def blank(cls) -> Self:
        """What a required segment reads as where it is missing: all empty, and it cannot be changed."""
        made = cls.__new__(cls)
        made.raw, made.d, made.position, made._e = None, None, 0, [cls.ID]
        return made

    @property
    def elements(self) -> list[str]:
        """The segment's id and its elements, as text."""
        return self._e

    def __bool__(self) -> bool:
        return self.d is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Segment) and type(self) is type(other) and self.text() == other.text()

    __hash__ = None  # type: ignore[assignment]  # equal by content, which may change

    def __repr__(self) -> str:
        return f"<{self.ID} {self.TITLE}, segment {self.position}>"  # no values: they may be a patient's

    def _set(self, index: int, text: str) -> None:
        """Change an element; the segment is written from its elements from now on."""
        if self.d is None:
            raise EdiError("a segment that is not there cannot be changed; make one", self.ID)
        elements = self._e
        while len(elements) <= index:
            elements.append("")
        elements[index] = text
        while len(elements) > 1 and not elements[-1]:
            elements.pop()
        self.raw = None

    def text(self, d: Delimiters = USUAL) -> str:
        """The segment on the wire under these delimiters, without its terminator.

        Raises `CharacterError` where a value holds one of them.
        """
        mine = self.d or USUAL
        if self.raw is not None and (mine is d or same(mine, d)):
            return self.raw
        if same(mine, d):
            return d.element.join(self._e)
        parts = [self._e[0]]
        for element in self._e[1:]:
            repeats = [r.split(mine.component) for r in element.split(mine.repetition)]
            for values in repeats:
                for value in values:
                    if (
                        d.element in value
                        or d.component in value
                        or d.repetition in value
                        or d.terminator in value
                    ):
                        raise CharacterError(
                            "a value holds a delimiter; choose others or correct it", self.ID
                        )
            parts.append(d.repetition.join(d.component.join(values) for values in repeats))
        return d.element.join(parts)


def same(a: Delimiters, b: Delimiters) -> bool:
    """Whether two write a segment alike (terminator and line break are outside it)."""
    return a.element == b.element and a.component == b.component and a.repetition == b.repetition


class Unknown(Segment):
    """A segment that its place does not know; kept, reported and written again."""

    __slots__ = ()


class Loop:
    """One loop: its members by name, `parent` above it. Members that are absent are (), None or blank."""

    ID: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    MEMBERS: ClassVar[tuple[Any, ...]] = ()
    _wire: list[Any]
    _up: Any  # the loop above: itself where that does not hold this one, else a weak reference
    _group: Any = None  # of a root: the GS that it was read in

    def __init__(self, **members: Any) -> None:
        known = {m.name for m in self.MEMBERS}
        for name, value in members.items():
            if name not in known:
                raise TypeError(f"{type(self).__name__} has no member {name}")
            setattr(self, name, value)
        self._wire = []
        self._up = None

    @classmethod
    def blank(cls) -> Self:
        """What a required loop reads as where it is missing."""
        return cls()

    @property
    def parent(self) -> "Loop | None":
        """The loop that it was read in; None for a root, or once nothing holds that loop any more."""
        above = self._up
        found: Loop | None = above() if isinstance(above, ref) else above
        return found

    @property
    def position(self) -> int:
        """The position of its first segment."""
        first: Any = getattr(self, self.MEMBERS[0].name)
        return int(first.position) if first else 0

    def __bool__(self) -> bool:
        return bool(self._wire) or any(m.name in self.__dict__ for m in self.MEMBERS)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Loop) or type(self) is not type(other):
            return False
        return [s.text() for s in self.segments()] == [s.text() for s in other.segments()]

    __hash__ = None  # type: ignore[assignment]  # equal by content, which may change

    def __repr__(self) -> str:
        return f"<{self.ID} {self.TITLE}, segment {self.position}>"

    def children(self) -> Iterator[Any]:
        """Its segments and loops in wire order; those that were set later at their declared place."""
        held: list[Any] = []
        here = self.__dict__
        for member in self.MEMBERS:
            value = here.get(member.name)
            if value is None:
                continue
            if isinstance(value, (list, tuple)):
                held.extend(value)
            else:
                held.append(value)
        held.extend(here.get("_extra", ()))  # what came too often
        wire = [w for w in self._wire if type(w) is Unknown]
        if len(held) + len(wire) == len(self._wire) and {id(h) for h in held} <= {id(w) for w in self._wire}:
            return iter(self._wire)
        before: dict[int, list[Any]] = {}
        last: Any = None
        for node in self._wire:  # unknown segments stay behind the part they followed
            if type(node) is Unknown:
                before.setdefault(id(last), []).append(node)
            else:
                last = node
        ordered: list[Any] = []
        for node in held:
            ordered.append(node)
            ordered.extend(before.pop(id(node), ()))
        for rest in before.values():
            ordered.extend(rest)
        return iter(ordered)

    def segments(self) -> Iterator[Segment]:
        """All its segments, in the order in which they are written."""
        for child in self.children():
            if isinstance(child, Loop):
                yield from child.segments()
            else:
                yield child
