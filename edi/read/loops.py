"""Reads one transaction set into its loops, segment by segment, and checks it on the way.

One pass, one stack of open loops. Each segment is routed by a table look-up, matched against its
pattern when checking, and hung into its loop. Loops that the guide streams are handed on when they
close and are not kept by their parent, so memory stays flat. What fits nowhere is kept as an
`Unknown` segment and reported.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal
from weakref import ref

from edi.declare.delimiters import Delimiters
from edi.declare.guide import Guide, Step
from edi.declare.nodes import Segment, Unknown
from edi.read import placing, structure
from edi.read.interchanges import Unended
from edi.read.state import ENVELOPE, Ahead, Frame, ReaderState, Report, Run
from edi.read.stretch import Stretch

Event = tuple[Literal["open", "close", "stretch"], Any]  # a loop, or the stretch that may be taken
_NONE: list[Step] = []


class TransactionReader(ReaderState):
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
        group: Any = None,
    ) -> None:
        super().__init__(guide, d, report, Run({} if memory is None else memory))
        self.group = group  # the GS that it is in
        self.first = first
        self.rest = rest
        self.keep = keep
        self.left: str | None = None
        self.count = 0  # segments, ST to SE
        self.finished = False  # whether its SE was read
        self.trailer: list[str] = []
        self.root: Any = None
        self._events: Iterator[Event] | None = None
        self._stack: list[Frame] = []
        self._pool: list[Frame] = []  # frames by depth, used again
        self.empty = 0  # segments without anything in them

    def run(self) -> Iterator[Event]:
        """The events that were not taken yet; it may be asked for again and goes on where it was."""
        if self._events is None:
            self._events = self.events()
        return self._events

    @property
    def innermost(self) -> Any:
        """The loop that is open."""
        return self._stack[-1].node

    def events(self) -> Iterator[Event]:
        """("open", loop) where the body begins, ("close", loop) for each streamed unit and the root."""
        d = self.d
        separator = d.element
        report = self.report
        swap = d.to_usual() if report else None
        stack = self._stack
        frame = self._begin(report, swap)
        position = 1
        new = Segment.__new__
        if report:
            self.rest = self.ahead = Ahead(self.rest)
        for raw in self.rest:
            position += 1
            e = raw.split(separator)
            entry = frame.place.table.get(e[0])
            up = 0
            step: Step | None = None
            if entry is not None:
                if entry.by:
                    at = entry.at
                    q = e[at] if len(e) > at else ""
                    candidates = (
                        entry.by.get(q.partition(d.component)[0] if entry.component else q) or entry.other
                    )
                else:
                    candidates = entry.other
                for up, step in candidates:
                    f = stack[-1 - up]
                    if step.ordinal < f.ordinal or (f.seen & step.bit and _full(f, step)):
                        continue
                    guard = step.guard
                    if guard is None or (len(e) > guard[0] and e[guard[0]] in guard[1]):
                        break
                else:
                    step = None
            if report and (step is None or step.inner is not None):
                if step is not None:
                    text = raw.translate(swap) if swap else raw
                    up, step = self._placed(up, step, e, text, position)
                if (step is None or step.inner is not None) and self._doubled(frame, step, raw, e, position):
                    self._add_unknown(frame, raw, e, position)
                    continue
            if step is None:
                if e[0] in ENVELOPE:
                    self.left = raw
                    position -= 1
                    break
                up, step, via = structure.find(self, stack, e, position)
                if step is None:
                    self._add_unknown(frame, raw, e, position)
                    continue
            else:
                via = _NONE
            while up:  # close the loops that the segment leaves
                up -= 1
                if report:
                    self._close(frame, position)
                if frame.place.emit:
                    yield "close", frame.node
                stack.pop()
                frame = stack[-1]
            segment: Segment = new(step.new)
            segment.raw = raw  # one by one: a tuple of four is made and taken apart
            segment.d = d
            segment.position = position
            segment._e = e
            if via:
                frame = self._open_headless(frame, via, position)
            if step.inner is not None:
                if type(raw) is Stretch:
                    raw.position = position
                    yield "stretch", raw
                    if raw.taken:
                        position += raw.taken - 1
                        frame.seen |= step.bit
                        frame.ordinal = max(frame.ordinal, step.ordinal)
                        continue
                frame = self._open(frame, step, segment)
                self.lost = ""
                if frame.place.opens:
                    yield "open", frame.node
                if report:
                    for rule in frame.place.entering:
                        rule(frame.node, self, frame.place)
                step = frame.place.steps[0]
            else:
                node = frame.node
                node._wire.append(segment)
                bit = step.bit
                again = frame.seen & bit
                frame.seen |= bit
                if step.ordinal > frame.ordinal:
                    frame.ordinal = step.ordinal
                if not step.many:
                    setattr(
                        node,
                        step.name if not again else "_extra",
                        segment if not again else _more(node, segment),
                    )
                elif again:
                    getattr(node, step.name).append(segment)
                    frame.counts[bit] = frame.counts.get(bit, 1) + 1
                else:
                    setattr(node, step.name, [segment])
            if report:
                text = raw.translate(swap) if swap else raw
                pattern = step.pattern
                if text not in pattern.taken and not pattern.takes(text):
                    structure.element_check(self, step, segment, text, frame.place)
                if type(raw) is Unended:
                    structure.unended(self, frame.place, e[0], position)
            if len(stack) == 1 and e[0] == "SE":
                self.trailer = e
                self.finished = True
                break
        self.count = position
        while stack:
            frame = stack.pop()
            if report:
                self._close(frame, position)
            if frame.place.emit or not stack:
                yield "close", frame.node

    def _begin(self, report: Report | None, swap: dict[int, int] | None) -> Frame:
        """The root with its ST."""
        place = self.guide.root
        header: Segment = place.steps[0].new.of(self.first, self.d, 1)
        self.control_number = header._e[2] if len(header._e) > 2 else ""
        root: Any = object.__new__(place.loop)
        root._up = None
        root._wire = [header]
        root._group = self.group
        setattr(root, place.steps[0].name, header)
        self.root = root
        frame = Frame(place, root)
        frame.seen = frame.ordinal = 1
        self._stack.append(frame)
        if report:
            text = self.first.translate(swap) if swap else self.first
            structure.element_check(self, place.steps[0], header, text, place)
            if type(self.first) is Unended:
                structure.unended(self, place, "ST", 1)
        return frame

    def _placed(self, up: int, step: Step, e: list[str], text: str, position: int) -> tuple[int, Step]:
        """Where a segment that opens a loop belongs by what it says, while faults are reported: an HL by its
        level, a party by its role, one that stands behind its loop's second segment in that loop."""
        first = placing.swapped(self, self._stack, e)
        if first is not None:
            structure.too_late(self, self._stack[-1], first, position)
            return 0, first
        if e[0] == "HL":
            return placing.level(self._stack, up, step, e)
        if e[0] in placing.PARTIES:
            return up, placing.party(self._stack, up, step, text)
        return up, step

    def _doubled(self, frame: Frame, step: Step | None, raw: str, e: list[str], position: int) -> bool:
        """Whether it is the first segment of its loop once more, which is reported then."""
        wire = frame.node._wire
        first = wire[0] if len(wire) == 1 else None
        return (
            isinstance(first, Segment)
            and first.raw == raw
            and structure.doubled(self, frame, step, e, position)
        )

    def _add_unknown(self, frame: Frame, raw: str, e: list[str], position: int) -> None:
        """Keeps a segment that has no place, where it stood."""
        self.empty += not raw
        unknown: Segment = Segment.__new__(Unknown)
        unknown.raw, unknown.d, unknown.position, unknown._e = raw, self.d, position, e
        frame.node._wire.append(unknown)

    def _open_headless(self, frame: Frame, via: Sequence[Step], position: int) -> Frame:
        """Opens loops whose own first segment is missing; the innermost."""
        for outer in via:
            if outer.new.ID in placing.PARTIES:  # whose it is nobody knows, so no rule asks for another
                self.rules.transaction["lost party"] = position
            frame = self._open(frame, outer, None)
            if self.lost == outer.new.ID:  # it was reported: neither it nor what it took along is missing
                frame.excused = frame.place.required if self.lost != "HL" else 1
                self.lost = ""
            if self.report:
                for rule in frame.place.entering:
                    rule(frame.node, self, frame.place)
        return frame

    def _open(self, frame: Frame, step: Step, segment: Segment | None) -> Frame:
        """A new loop below this one with its first segment; hung in unless it is streamed."""
        inner = step.inner
        assert inner is not None
        node = frame.node
        made: Any = object.__new__(inner.loop)
        again = frame.seen & step.bit
        if again:
            frame.counts[step.bit] = frame.counts.get(step.bit, 1) + 1
        if self.keep or not inner.streamed:
            made._up = ref(node)  # it is held by that one: no circle
            if not step.many:
                if again:
                    node._extra = _more(node, made)
                else:
                    setattr(node, step.name, made)
            elif again:
                getattr(node, step.name).append(made)
            else:
                setattr(node, step.name, [made])
            node._wire.append(made)
        else:
            made._up = node
        frame.seen |= step.bit
        if step.ordinal > frame.ordinal:
            frame.ordinal = step.ordinal
        if segment is None:
            made._wire = []
        else:
            made._wire = [segment]
            setattr(made, inner.steps[0].name, segment)
        stack = self._stack
        pool = self._pool
        depth = len(stack)
        if depth < len(pool):
            opened = pool[depth]
            opened.place, opened.node = inner, made
            opened.counts.clear()
        else:
            while len(pool) <= depth:
                pool.append(Frame(inner, made))
            opened = pool[depth]
        opened.ordinal = opened.seen = 0 if segment is None else 1
        opened.excused = 0
        stack.append(opened)
        return opened

    def _close(self, frame: Frame, position: int) -> None:
        place = frame.place
        missing = place.required & ~frame.seen & ~frame.excused
        if missing:
            structure.missing(self, frame, missing, position)
        for rule in place.rules:
            rule(frame.node, self, place)


def _full(frame: Frame, step: Step) -> bool:
    """Whether a member that has come already may not come again."""
    return not step.many or (step.maximum > 0 and frame.counts.get(step.bit, 1) >= step.maximum)


def _more(node: Any, extra: Any) -> list[Any]:
    """What came too often, kept beside the members."""
    held: list[Any] = node.__dict__.get("_extra", [])
    held.append(extra)
    return held
