"""A guide: a transaction's loop tree, its version, and a route table for each position in the tree.

A place is one loop at one path (2300 under 2000B is another place than 2300 under 2000C). Its
table says, for each segment id and qualifier, which member of it or of a loop above takes the
segment; so NM1*IL in 2010BA and in 2330A needs no code.
"""

from collections.abc import Iterator
from typing import Any

from edi.declare.grammar import Member
from edi.declare.nodes import Loop
from edi.declare.segment_pattern import Pattern


class Step:
    """A member at a place, compiled: where it stands, how often it may come, what it looks like."""

    __slots__ = (
        "bit",
        "guard",
        "inner",
        "many",
        "maximum",
        "member",
        "name",
        "new",
        "ordinal",
        "pattern",
        "place",
    )

    def __init__(self, member: Member, place: "Place", index: int, ordinal: int) -> None:
        self.member = member
        self.name = member.name
        self.place = place  # where it belongs
        self.bit = 1 << index
        self.ordinal = ordinal
        self.maximum = member.maximum
        self.many = member.maximum != 1
        trigger = member.trigger
        self.new: type[Any] = trigger.target
        self.pattern = Pattern(trigger)
        self.inner: Place | None = None  # the place of the loop that it starts
        self.guard: tuple[int, frozenset[str]] | None = None
        if trigger.guard:
            slot = next(
                s for s in self.pattern.slots if s.element is not None and s.element.name == trigger.guard
            )
            self.guard = (slot.position, frozenset(slot.codes))


class Candidates:
    """Where a segment id may go from a place: by qualifier, else the members without one."""

    __slots__ = ("at", "by", "component", "other")

    def __init__(self, at: int, component: bool) -> None:
        self.at = at
        self.component = component
        self.by: dict[str, list[tuple[int, Step]]] = {}
        self.other: list[tuple[int, Step]] = []


class Place:
    """One loop at one path of a guide."""

    __slots__ = (
        "emit",
        "entering",
        "guide",
        "id",
        "loop",
        "opens",
        "parent",
        "path",
        "required",
        "rules",
        "steps",
        "streamed",
        "table",
    )

    def __init__(self, guide: "Guide", loop: type[Loop], parent: "Place | None") -> None:
        self.guide = guide
        self.loop = loop
        self.id = loop.ID
        self.parent = parent
        self.path: tuple[str, ...] = (*(parent.path if parent else ()), loop.ID)
        self.emit = loop.ID in guide.unit
        self.streamed = loop.ID in guide.streamed
        self.opens = loop.ID in guide.body
        self.steps: list[Step] = []
        self.required = 0
        self.rules: tuple[Any, ...] = ()  # run when the loop closes
        self.entering: tuple[Any, ...] = ()  # run when its first segment was read
        ordinal, last = 0, ""
        for index, member in enumerate(loop.MEMBERS):
            trigger = member.trigger.target.ID
            if trigger != last or member.target is loop:
                ordinal += 1
            last = trigger
            if index == 0 and (member.is_loop or member.maximum != 1):
                raise ValueError(f"loop {loop.ID}: its first member must be a segment that comes once")
            step = Step(member, self, index, ordinal)
            if member.is_loop:
                step.inner = Place(guide, member.target, self)
            if member.required:
                self.required |= step.bit
            self.steps.append(step)
        self.table: dict[str, Candidates] = {}
        if parent is None:
            self._route()

    def _route(self) -> None:
        """Fill the tables from the root downwards: each place sees its own members, then those above."""
        place: Place | None = self
        up = 0
        while place is not None:
            for step in place.steps:
                # a loop's first segment starts a new loop of its parent, it never comes again here
                if step is not place.steps[0]:
                    self._enter(up, step)
            place, up = place.parent, up + 1
        for entry in self.table.values():  # what a guard refuses may be taken by a member without qualifier
            for found in entry.by.values():
                if any(step.guard is not None for _, step in found):
                    found.extend(entry.other)
        for step in self.steps:
            if step.inner is not None:
                step.inner._route()

    def _enter(self, up: int, step: Step) -> None:
        trigger = step.member.trigger
        target: Any = trigger.target
        entry = self.table.get(target.ID)
        if entry is None:
            entry = self.table[target.ID] = Candidates(*target.KEY)
        if trigger.qualifiers:
            for qualifier in trigger.qualifiers:
                found = entry.by.setdefault(qualifier, [])
                if step.guard is not None:
                    found.insert(0, (up, step))
                else:
                    found.append((up, step))
        else:
            entry.other.append((up, step))

    def route(self, elements: list[str], component: str) -> tuple[int, Step] | None:
        """Where a segment goes from here, by its id and qualifier alone: loops up, and the member there."""
        entry = self.table.get(elements[0])
        if entry is None:
            return None
        q = elements[entry.at] if entry.by and len(elements) > entry.at else ""
        for up, step in entry.by.get(q.partition(component)[0] if entry.component else q) or entry.other:
            guard = step.guard
            if guard is None or (len(elements) > guard[0] and elements[guard[0]] in guard[1]):
                return up, step
        return None

    def each(self) -> Iterator["Place"]:
        """This place and all below it."""
        yield self
        for step in self.steps:
            if step.inner is not None:
                yield from step.inner.each()


class Guide:
    """One implementation guide.

    `version` is its GS08; `aliases` are other versions that it reads (A2 and A3 of the same guide).
    `unit` names the loops that are handed on one at a time when streaming, `levels` the loops above
    them that repeat without end; neither is kept by its parent then. `body` ends a transaction's header.
    """

    def __init__(
        self,
        version: str,
        kind: str,
        title: str,
        transaction: type[Loop],
        *,
        set_id: str,
        group: str,
        aliases: str = "",
        unit: str = "",
        levels: str = "",
        body: str = "",
    ) -> None:
        self.version = version
        self.kind = kind
        self.title = title
        self.transaction = transaction
        self.set_id = set_id
        self.group = group
        self.aliases = tuple(aliases.split())
        self.unit = frozenset(unit.split())
        self.streamed = self.unit | frozenset(levels.split())
        self.body = frozenset(body.split())
        self.root = Place(self, transaction, None)

    def places(self) -> Iterator[Place]:
        """Every place of the loop tree, parents first."""
        return self.root.each()

    def __repr__(self) -> str:
        return f"<Guide {self.version} {self.kind}>"
