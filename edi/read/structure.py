"""Finds what is wrong with the structure of a transaction set, when the reader's fast path cannot go on.

That is: segments that do not belong, come too often or out of sequence, missing loops and segments,
and (through `explain`) elements. It is deliberately tolerant: a segment is placed where it causes the
fewest further findings, so that one error gives one finding.
"""

from typing import Any, Final

from edi.declare.guide import Guide, Place, Step
from edi.declare.nodes import Loop, Segment
from edi.findings import Answer, Finding, Kind, kind
from edi.read import placing
from edi.read.segment_faults import explain
from edi.read.state import Frame, ReaderState
from edi.segments.control import SE


def _segment(code: str, title: str, ik304: str, fix: str, snip: int = 2, element: str = "") -> Kind:
    return kind(code, title, snip, fix, Answer("999", segment=ik304, element=element))


UNRECOGNISED: Final = _segment(
    "SEG-01", "Segment id that X12 claims files do not have", "1", "Remove or correct it.", 1
)
UNEXPECTED: Final = _segment(
    "SEG-02", "Segment that does not belong here", "2", "Remove it or put it in its loop."
)
MISSING: Final = _segment("SEG-03", "Required segment missing", "3", "Add the segment.")
LOOP_REPEATS: Final = _segment("SEG-04", "Loop repeats too often", "4", "Remove repetitions of the loop.")
REPEATS: Final = _segment("SEG-05", "Segment repeats too often", "5", "Remove repetitions of the segment.")
NOT_IN_GUIDE: Final = _segment("SEG-06", "Segment that this guide does not have", "6", "Remove the segment.")
SEQUENCE: Final = _segment("SEG-07", "Segment out of sequence", "7", "Put it where the guide has it.", 1)
QUALIFIER: Final = _segment(
    "SEG-08",
    "Segment with a qualifier that is not used here",
    "8",
    "Use one of the guide's qualifiers.",
    2,
    "7",
)
LOOP_MISSING: Final = _segment("SEG-09", "Required loop missing", "I7", "Add the loop.")
EMPTY: Final = _segment("SEG-10", "Segment without an id", "1", "Remove the empty segment.", 1)
UNENDED: Final = _segment(
    "SEG-11", "Segment without its terminator", "8", "End it with the file's terminator.", 1
)


BELONGING: Final = ("N3", "N4", "PRV", "REF", "PER", "DMG")  # what may follow a party's name


def add(
    reader: ReaderState,
    what: Kind,
    loop: str,
    segment: str,
    position: int,
    message: str,
    element: str = "",
    value: str = "",
) -> None:
    """Report a finding of this transaction."""
    assert reader.report is not None
    reader.report(
        Finding(
            code=what.code,
            severity=what.severity,
            snip=what.snip,
            loop=loop,
            segment=segment,
            position=position,
            element=element,
            message=message,
            fix=what.fix,
            answer=what.answer,
            transaction=reader.control_number,
            value=value,
        )
    )


def element_check(reader: ReaderState, step: Step, segment: Segment, text: str, place: Place) -> None:
    """Report what is wrong with a segment's elements, if anything is."""
    loop = place.id if place.parent is not None else ""
    for fault in explain(step.pattern, text):
        title = step.member.trigger.title
        message = f"{title}: {fault.message}"
        add(reader, fault.kind, loop, segment.ID, segment.position, message, fault.element, fault.value)


def unended(reader: ReaderState, place: Place, segment: str, position: int) -> None:
    """Report a segment that only a line break ends."""
    loop = place.id if place.parent is not None else ""
    add(reader, UNENDED, loop, segment, position, "a line break ends it, and the terminator is missing")


def missing(reader: ReaderState, frame: Frame, bits: int, end: int) -> None:
    """Report the required members that a closed loop lacks, each where it should be."""
    place = frame.place
    for step in place.steps:
        if not step.bit & bits or step.new is SE:
            continue  # the walk reports a missing trailer
        trigger = step.member.trigger
        position = _where(frame, step, end)
        if step.inner is not None:
            message = f"loop {step.inner.id} ({step.member.title.lower()}) is required in {place.id}"
            add(reader, LOOP_MISSING, step.inner.id, trigger.target.ID, position, message)
        else:
            loop = place.id if place.parent is not None else ""
            add(reader, MISSING, loop, trigger.target.ID, position, f"{step.member.title} is required here")


def _where(frame: Frame, step: Step, end: int) -> int:
    """The position where a missing member should be: after the last part that precedes it."""
    node = frame.node
    if step is frame.place.steps[0]:
        return _first(node) or end
    last = 0
    for earlier in frame.place.steps:
        if earlier.ordinal < step.ordinal or (earlier.inner is not None and earlier.bit < step.bit):
            held = node.__dict__.get(earlier.name)
            for part in held if isinstance(held, list) else (held,) if held is not None else ():
                last = max(last, _last(part))
    return last + 1 if last else end


def _first(part: Any) -> int:
    """The position of the first segment of a loop or segment."""
    while isinstance(part, Loop):
        if not part._wire:
            return 0
        part = part._wire[0]
    return int(part.position)


def _last(part: Any) -> int:
    """The position of the last segment of a loop or segment."""
    while isinstance(part, Loop):
        if not part._wire:
            return 0
        part = part._wire[-1]
    return int(part.position)


Found = tuple[int, Step | None, list[Step]]
"""Where a segment goes: how many loops it leaves, its step (None: unknown), and loops to open first."""


def find(reader: ReaderState, stack: list[Frame], e: list[str], position: int) -> Found:
    """Where a segment goes that the fast path could not place. Reports what is wrong."""
    top = stack[-1]
    name = e[0]
    if reader.adrift == position - 1 and name in BELONGING:
        reader.adrift = position
        return 0, None, []  # it belongs to the party that was reported
    entry = top.place.table.get(name)
    meant = placing.meant(reader, top, name)
    if meant is not None:
        return 0, meant, []
    late = placing.late(stack, name, e, reader.d.component)
    if late is not None:
        if reader.report is not None:
            too_late(reader, stack[-1 - late[0]], late[1], position)
        return (*late, [])
    if entry is not None:
        q = e[entry.at] if entry.at and len(e) > entry.at else ""
        if entry.component:
            q = q.partition(reader.d.component)[0]
        known = [c for c in (entry.by.get(q) or entry.other) if placing.guarded(c[1], e)]
        if known:
            return _repeated_or_late(reader, stack, e, position, *placing.nearest(known, stack))
    stranger = entry is None or not any(name == step.new.ID for step in top.place.steps)
    skipped = placing.level_below(stack, name, e, reader.d.component) or placing.inside(
        stack, name, e, reader.d.component, stranger, entry is not None, nowhere=entry is None
    )
    if skipped is not None:
        return skipped
    if entry is not None:
        expected = placing.expected(stack, name)
        if expected is not None:
            return (*expected, [])
    if reader.report is not None:
        if entry is not None:
            _report_qualifier(reader, top, name, position, str(entry.at or ""))
        else:
            _report_unknown(reader, top, name, position)
    return 0, None, []


def too_late(reader: ReaderState, frame: Frame, step: Step, position: int) -> None:
    """Report a segment that stands behind what it must come before."""
    message = f"{step.member.title} comes too late"
    add(reader, SEQUENCE, frame.place.id, step.new.ID, position, message)


def _repeated_or_late(
    reader: ReaderState, stack: list[Frame], e: list[str], position: int, up: int, step: Step
) -> Found:
    """Where a segment goes that belongs to `step`, which is full or already passed."""
    frame = stack[-1 - up]
    exceeded = step.ordinal >= frame.ordinal
    again = placing.begins_again(frame, step, e) if exceeded and up == 0 else None
    if again is not None:
        return again
    if not exceeded:
        component = reader.d.component
        headless = (
            placing.headless(stack, up, step, e[0], e, component)
            or placing.several(reader, stack, e, component)
            or placing.begins_below(reader, stack, e, component)
            or placing.after_the_end(stack, up, step)
        )
        if headless is not None:
            return headless
    if reader.report is not None:
        inner = step.inner
        loop = inner.id if inner is not None else _loop_id(stack[-1])
        allowed = f"at most {step.maximum or 1} allowed"
        title = step.member.title
        if not exceeded:
            add(reader, SEQUENCE, loop, e[0], position, f"{title} comes too late")
        elif inner is not None:
            add(reader, LOOP_REPEATS, loop, e[0], position, f"{allowed} in {step.place.id}")
        else:
            add(reader, REPEATS, loop, e[0], position, f"{title}: {allowed}")
    if step.inner is not None or up == 0:
        return up, step, []
    return 0, None, []


def _report_qualifier(reader: ReaderState, top: Frame, name: str, position: int, element: str) -> None:
    message = "no segment with this qualifier is used here"
    add(reader, QUALIFIER, _loop_id(top), name, position, message, element, "")
    reader.lost = name
    if name in placing.PARTIES:
        reader.adrift = position
        reader.rules.transaction["lost party"] = position


def _report_unknown(reader: ReaderState, top: Frame, name: str, position: int) -> None:
    loop = _loop_id(top)
    if not name.strip():
        add(reader, EMPTY, loop, "", position, "a terminator without a segment before it")
    elif name in _ids(reader.guide):
        add(reader, UNEXPECTED, loop, name, position, "the guide has it elsewhere, not here")
    elif len(name) in (2, 3) and name.isalnum() and name.isupper():
        add(reader, NOT_IN_GUIDE, loop, name, position, "the guide has no such segment")
    else:
        shown = name[:3] if name.isprintable() else ""
        add(reader, UNRECOGNISED, loop, shown, position, "not a segment id")


def _loop_id(frame: Frame) -> str:
    """The id of a loop, "" for the root."""
    return frame.place.id if frame.place.parent is not None else ""


def doubled(reader: ReaderState, frame: Frame, step: Step | None, e: list[str], position: int) -> bool:
    """Whether a segment that directly repeats the first one of the open loop was written twice by mistake.

    That is so if the loop may not repeat, or if the loop that ends here would lack a required member. It
    is reported.
    """
    place = frame.place
    if step is not None and not place.required & ~place.steps[0].bit:
        return False
    if step is None and place.parent is not None:
        add(reader, LOOP_REPEATS, place.id, e[0], position, "it is written twice")
    else:
        loop = place.id if place.parent is not None else ""
        add(reader, REPEATS, loop, e[0], position, "it is written twice")
    return True


def _ids(guide: Guide) -> frozenset[str]:
    found = _IDS.get(guide.kind)
    if found is None:
        found = frozenset(step.new.ID for place in guide.places() for step in place.steps)
        _IDS[guide.kind] = found
    return found


_IDS: dict[str, frozenset[str]] = {}
