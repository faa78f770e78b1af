"""Reads one transaction set into its loops, segment by segment, and checks it on the way.

One pass, one stack of open loops. Each segment is routed by a table look-up, matched against its
pattern when checking, and hung into its loop. Loops that the guide streams are handed on when they
close and are not kept by their parent, so memory stays flat. What fits nowhere is kept as an
`Unknown` segment and reported.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal

from edi import structure
from edi.delimiters import Delimiters
from edi.findings import Finding
from edi.guide import Guide, Place, Step
from edi.nodes import Loop, Segment, Unknown
from edi.rules import Run

Event = tuple[Literal["open", "close"], Loop]
Report = Callable[[Finding], None]
ENVELOPE = frozenset(("ISA", "IEA", "GS", "GE", "ST", "SE", "TA1"))


class Frame:
    """An open loop."""

    __slots__ = ("counts", "node", "ordinal", "place", "seen")

    def __init__(self, place: Place, node: Any) -> None:
        self.place = place
        self.node = node
        self.ordinal = 0
        self.seen = 0
        self.counts: dict[int, int] | None = None


class TransactionReader:
    """Reads from ST to SE. After `events()` has ended, `left` is the segment that it did not take.

    `report` receives findings; without it nothing is checked. `keep` holds streamed loops in the
    tree, for whoever wants the whole transaction.
    """

    def __init__(
        self,
        guide: Guide,
        d: Delimiters,
        first: str,
        rest: Iterator[str],
        report: Report | None = None,
        keep: bool = False,
        memory: dict[str, Any] | None = None,
    ) -> None:
        self.guide = guide
        self.d = d
        self.first = first
        self.rest = rest
        self.report = report
        self.keep = keep
        self.left: str | None = None
        self.count = 0  # segments, ST to SE
        self.control_number = ""
        self.finished = False  # whether its SE was read
        self.trailer: list[str] = []
        self.rules = Run({} if memory is None else memory)
        self.root: Any = None
        self._events: Iterator[Event] | None = None

    def run(self) -> Iterator[Event]:
        """The events that were not taken yet; it may be asked for again and goes on where it was."""
        if self._events is None:
            self._events = self.events()
        return self._events

    def events(self) -> Iterator[Event]:
        """("open", loop) where the body begins, ("close", loop) for each streamed loop and the root."""
        d = self.d
        separator = d.element
        report = self.report
        swap = d.to_usual() if report else None
        place = self.guide.root
        root = place.loop.__new__(place.loop)
        root._wire, root.parent, root.finished = [], None, False
        self.root = root
        frame = Frame(place, root)
        stack = [frame]
        header: Segment = place.steps[0].new.of(self.first, d, 1)
        self.control_number = header._e[2] if len(header._e) > 2 else ""
        setattr(root, place.steps[0].name, header)
        root._wire.append(header)
        frame.seen, frame.ordinal = 1, 1
        if report:
            text = self.first.translate(swap) if swap else self.first
            structure.element_check(self, place.steps[0], header, text, place)
        position = 1
        via: list[Step] = []
        new = Segment.__new__
        for raw in self.rest:
            e = raw.split(separator)
            name = e[0]
            if name in ENVELOPE and name != "SE":
                self.left = raw
                break
            position += 1
            entry = frame.place.table.get(name)
            step: Step | None = None
            up = 0
            if entry is not None:
                at = entry.at
                if at and entry.by:
                    q = e[at] if len(e) > at else ""
                    if entry.component:
                        q = q.partition(d.component)[0]
                    candidates = entry.by.get(q) or entry.other
                else:
                    candidates = entry.other
                for up, step in candidates:
                    f = stack[-1 - up]
                    guard = step.guard
                    if guard is not None and (len(e) <= guard[0] or e[guard[0]] not in guard[1]):
                        continue
                    if step.ordinal >= f.ordinal and (
                        not f.seen & step.bit
                        or (step.many and (not step.maximum or _count(f, step) < step.maximum))
                    ):
                        break
                else:
                    step = None
            if step is None:
                up, step, via = structure.find(self, stack, e, position)
                if step is None:
                    unknown: Segment = new(Unknown)
                    unknown.raw, unknown.d, unknown.position, unknown._e = raw, d, position, e
                    frame.node._wire.append(unknown)
                    continue
            # close the loops that the segment leaves
            while up:
                stack.pop()
                up -= 1
                frame.node.finished = True
                if report:
                    self._close(frame, position)
                if frame.place.emit:
                    yield "close", frame.node
                frame = stack[-1]
            segment: Segment = new(step.new)
            segment.raw, segment.d, segment.position, segment._e = raw, d, position, e
            if via:  # loops whose own first segment is missing
                for outer in via:
                    frame = self._open(frame, outer)
                    stack.append(frame)
                via = []
            # hang it in, opening the loops that it starts
            while True:
                if step.ordinal > frame.ordinal:
                    frame.ordinal = step.ordinal
                bit = step.bit
                again = frame.seen & bit
                if again and step.maximum and step.many:
                    counts = frame.counts
                    if counts is None:
                        counts = frame.counts = {}
                    counts[bit] = counts.get(bit, 1) + 1
                frame.seen |= bit
                inner = step.inner
                if inner is None:
                    node = frame.node
                    if step.many:
                        held = node.__dict__.get(step.name)
                        if held is None:
                            node.__dict__[step.name] = [segment]
                        else:
                            held.append(segment)
                    elif again:
                        node.__dict__.setdefault("_extra", []).append(segment)
                    else:
                        node.__dict__[step.name] = segment
                    node._wire.append(segment)
                    break
                frame = self._open(frame, step)
                stack.append(frame)
                if inner.opens:
                    yield "open", frame.node
                step = inner.steps[0]
            if report:
                text = raw.translate(swap) if swap else raw
                pattern = step.pattern
                if not pattern.match(text) or (
                    len(e) > pattern.notes_from and not pattern.holds(e, d.component)
                ):
                    structure.element_check(self, step, segment, text, frame.place)
            if name == "SE":
                self.trailer = e
                self.finished = True
                break
        self.count = position
        while stack:
            frame = stack.pop()
            frame.node.finished = True
            if report:
                self._close(frame, position)
            if frame.place.emit or not stack:
                yield "close", frame.node

    def _open(self, frame: Frame, step: Step) -> Frame:
        """A new loop below this one, hung in unless it is streamed."""
        inner = step.inner
        assert inner is not None
        node = frame.node
        made: Any = object.__new__(inner.loop)
        made._wire = []
        made.parent = node
        made.finished = False
        if self.keep or not inner.emit:
            here = node.__dict__
            held = here.get(step.name)
            if step.many:
                if held is None:
                    here[step.name] = [made]
                else:
                    held.append(made)
            elif held is not None:
                here.setdefault("_extra", []).append(made)
            else:
                here[step.name] = made
            node._wire.append(made)
        frame.seen |= step.bit
        if step.ordinal > frame.ordinal:
            frame.ordinal = step.ordinal
        return Frame(inner, made)

    def _close(self, frame: Frame, position: int) -> None:
        place = frame.place
        missing = place.required & ~frame.seen
        if missing:
            structure.missing(self, frame, missing, position)
        for rule in place.rules:
            rule(frame.node, self, place)


def _count(frame: Frame, step: Step) -> int:
    return frame.counts.get(step.bit, 1) if frame.counts else 1
