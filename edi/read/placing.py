"""Where a segment is most probably meant that the reader's fast path could not place, or placed too soon.

It is placed where it makes the least further damage, so that one fault gives one finding. Nothing is
reported here: `structure` says what was wrong.
"""

from collections.abc import Sequence
from typing import Final

from edi.declare.guide import Step
from edi.read.segment_faults import explain
from edi.read.state import Frame, ReaderState
from edi.segments.party import HL

PARTIES: Final = ("NM1", "N1")
LOOKED_AT: Final = 8  # segments ahead


def _takes(step: Step, name: str, e: list[str], component: str) -> bool:
    """Whether such a segment begins a step: by its id and its qualifier."""
    if name != step.new.ID:
        return False
    at, inner = step.new.KEY
    q = e[at] if at and len(e) > at else ""
    codes = step.member.trigger.qualifiers
    return not codes or (q.partition(component)[0] if inner else q) in codes


def late(stack: list[Frame], name: str, e: list[str], component: str) -> tuple[int, Step] | None:
    """The first segment of an open loop that was begun without it."""
    for up in range(len(stack)):
        frame = stack[-1 - up]
        first = frame.place.steps[0]
        if not frame.seen & first.bit and _takes(first, name, e, component):
            return up, first
    return None


def swapped(reader: ReaderState, stack: list[Frame], e: list[str]) -> Step | None:
    """The first segment of the open loop, where just one that the loop must have came before it and does not
    come behind it: the two stand the wrong way round."""
    frame = stack[-1]
    first, wire = frame.place.steps[0], frame.node._wire
    component = reader.d.component
    if frame.seen & first.bit or len(wire) != 1 or reader.ahead is None:
        return None
    if not _takes(first, e[0], e, component):
        return None
    early = next((s for s in frame.place.steps[1:] if frame.seen & s.bit), None)
    if early is None or early.inner is not None or early.many or not early.member.required:
        return None
    for text in reader.ahead.look(LOOKED_AT, reader.d.element):
        after = text.split(reader.d.element)
        if _takes(early, after[0], after, component):
            return None
        if _takes(first, after[0], after, component):
            break
    return first


def party(stack: list[Frame], up: int, step: Step, text: str) -> Step:
    """The party that a name is meant for: the one that must come before that of its qualifier, has not come,
    and takes all that the name says, where the other does not. Its qualifier is what is wrong then."""
    frame = stack[-1 - up]
    if step.inner is None or not frame.place.required & ~frame.seen & ~step.bit:
        return step
    own = step.inner.steps[0].pattern
    for awaited in frame.place.steps:
        if awaited is step or awaited.inner is None or awaited.ordinal < frame.ordinal:
            continue
        if awaited.ordinal > step.ordinal:
            break
        if awaited.new is not step.new or not awaited.member.required or frame.seen & awaited.bit:
            continue
        if own.takes(text):
            break
        if all(f.element == "1" for f in explain(awaited.inner.steps[0].pattern, text)):
            return awaited
    return step


def level(stack: list[Frame], up: int, step: Step, e: list[str]) -> tuple[int, Step]:
    """Where an HL goes whose level code and parent contradict each other: under the parent that it names,
    where that announced levels below and none has come, and the level that its code asks for did not."""
    for out, frame in enumerate(reversed(stack)):
        hl = frame.node.__dict__.get("level")
        if hl is None or e[2:3] != [hl.id]:
            continue
        for below in frame.place.steps:
            if below.new is HL and below.inner is not None:
                if below is not step and _awaits(frame, below) and not _awaits(stack[-1 - up], step):
                    return out, below
                break
        break
    return up, step


def _awaits(frame: Frame, below: Step) -> bool:
    """Whether a level announced others (HL04) of which none has come."""
    hl = frame.node.__dict__.get("level")
    return hl is not None and hl.child == "1" and not frame.seen & below.bit


def guarded(step: Step, e: list[str]) -> bool:
    return step.guard is None or (len(e) > step.guard[0] and e[step.guard[0]] in step.guard[1])


def nearest(known: list[tuple[int, Step]], stack: list[Frame]) -> tuple[int, Step]:
    """Of several places: one that is only full before one that is out of sequence."""
    for up, step in known:
        if step.ordinal >= stack[-1 - up].ordinal:
            return up, step
    return known[0]


def headless(
    stack: list[Frame], up: int, step: Step, name: str, e: list[str], component: str
) -> tuple[int, Step, list[Step]] | None:
    """A segment that comes too late where it is known may begin a loop whose first segment is missing.

    It does so where it is what follows the HL of a level; where it came before and a required loop is
    awaited that has it; and where it is the first that its loop has, and that loop may repeat.
    """
    below = level_below(stack, name, e, component)
    if below is not None:
        return below
    frame = stack[-1 - up]
    if not frame.seen & step.bit:
        return None
    awaited = inside(stack, name, e, component, False) or _next(stack, name)
    if awaited is not None:
        return awaited
    place = frame.place
    needed = next(s for s in place.steps[1:] if s.member.required or s is place.steps[-1])
    if step.many:  # the same again, where nothing but the loop's first segment comes before it
        held = getattr(frame.node, step.name) if step is place.steps[1] and step.inner is None else ()
        twice = any(s._e[1:2] == e[1:2] for s in held)
    else:
        twice = step is needed and step.member.required and step.ordinal <= 3
    if not twice or place.parent is None:
        return None
    own = next(s for s in place.parent.steps if s.inner is place)
    return (up + 1, step, [own]) if own.many else None


def begins_again(frame: Frame, step: Step, e: list[str]) -> tuple[int, Step, list[Step]] | None:
    """What comes first and once in a loop comes again, and says something else: the next loop's first
    segment is missing. The same again is written twice."""
    place = frame.place
    if place.parent is None or step.many or step.inner is not None or not step.member.required:
        return None
    if step is not next((s for s in place.steps[1:] if s.member.required), None):
        return None
    held = frame.node.__dict__.get(step.name)
    own = next(s for s in place.parent.steps if s.inner is place)
    return (1, step, [own]) if own.many and held is not None and held._e != e else None


def meant(reader: ReaderState, top: Frame, name: str) -> Step | None:
    """The party that must come now, where this one has no place here and what follows it is that one's:
    its qualifier, which belongs to another party, is what is wrong."""
    if name not in PARTIES or reader.ahead is None:
        return None
    for step in top.place.steps:
        if step.ordinal < top.ordinal or top.seen & step.bit or not step.member.required:
            continue
        if step.inner is None or name != step.new.ID:
            return None
        needed = next((s for s in step.inner.steps[1:] if s.member.required), None)
        after = reader.ahead.look(1, reader.d.element)
        if needed is None or needed.inner is not None or not after:
            return None
        e = after[0].split(reader.d.element)
        return step if _fits(needed, e, reader.d.component) else None
    return None


def several(
    reader: ReaderState, stack: list[Frame], e: list[str], component: str
) -> tuple[int, Step, list[Step]] | None:
    """Several segments in a row that come too late: they are the next loop's, whose first is missing.

    It is the innermost open loop that has them all, in this order, and that may come again.
    """
    if reader.ahead is None:
        return None
    run = [e]
    for text in reader.ahead.look(LOOKED_AT, reader.d.element):
        after = text.split(reader.d.element)
        if _placed(stack, after, component):
            break
        run.append(after)
    if len(run) < 2:
        return None
    for up in range(len(stack) - 1):
        frame = stack[-1 - up]
        found = [next((s for s in frame.place.steps[1:] if _fits(s, r, component)), None) for r in run]
        steps = [s for s in found if s is not None]
        if len(steps) < len(run) or steps[0].inner is not None:
            continue
        ordinals = [s.ordinal for s in steps]
        parent = frame.place.parent
        own = next((s for s in parent.steps if s.inner is frame.place), None) if parent is not None else None
        if own is not None and own.many and ordinals == sorted(ordinals) and ordinals[0] < frame.ordinal:
            return up + 1, steps[0], [own]
    return None


def begins_below(
    reader: ReaderState, stack: list[Frame], e: list[str], component: str
) -> tuple[int, Step, list[Step]] | None:
    """A segment that comes too late begins a loop inside an open one, whose first segment is missing, where
    what comes behind it goes on in that loop and has no place otherwise."""
    after = (
        [t.split(reader.d.element) for t in reader.ahead.look(1, reader.d.element)] if reader.ahead else []
    )
    if not after or _in_order(stack, _known(stack, after[0], component)):
        return None
    for up, frame in enumerate(reversed(stack)):
        for outer in frame.place.steps:
            if (
                outer.inner is None
                or outer.ordinal < frame.ordinal
                or (frame.seen & outer.bit and not outer.many)
            ):
                continue
            steps = outer.inner.steps[1:]
            first = next((s for s in steps if s.inner is None and _fits(s, e, component)), None)
            if first is not None and any(
                s.ordinal >= first.ordinal and _fits(s, after[0], component) for s in steps
            ):
                return up, first, [outer]
    return None


def after_the_end(stack: list[Frame], up: int, step: Step) -> tuple[int, Step, list[Step]] | None:
    """A loop inside one that has had its last segment, which it must have, begins the next of those."""
    place = stack[-1 - up].place
    last = place.steps[-1]
    if step.inner is None or place.parent is None or last.inner is not None:
        return None
    if not last.member.required or not stack[-1 - up].seen & last.bit:
        return None
    own = next(s for s in place.parent.steps if s.inner is place)
    return (up + 1, step, [own]) if own.many else None


def _fits(step: Step, e: list[str], component: str) -> bool:
    return _takes(step, e[0], e, component) and guarded(step, e)


def _placed(stack: list[Frame], e: list[str], component: str) -> bool:
    """Whether a segment has a place from here that is not behind what came, or none at all."""
    known = _known(stack, e, component)
    return not known or _in_order(stack, known)


def _known(stack: list[Frame], e: list[str], component: str) -> Sequence[tuple[int, Step]]:
    """Where a segment may stand in the open loops, whatever came."""
    entry = stack[-1].place.table.get(e[0])
    if entry is None:
        return ()
    q = e[entry.at] if entry.at and len(e) > entry.at else ""
    return entry.by.get(q.partition(component)[0] if entry.component else q) or entry.other


def _in_order(stack: list[Frame], known: Sequence[tuple[int, Step]]) -> bool:
    """Whether one of these places is not behind what came."""
    return any(
        step.ordinal >= stack[-1 - up].ordinal and (step.many or not stack[-1 - up].seen & step.bit)
        for up, step in known
    )


def level_below(
    stack: list[Frame], name: str, e: list[str], component: str
) -> tuple[int, Step, list[Step]] | None:
    """The level whose HL is missing, where this segment is what comes first below the HL."""
    for out, frame in enumerate(reversed(stack)):
        for outer in frame.place.steps:
            if outer.inner is None or outer.new is not HL or outer.ordinal < frame.ordinal:
                continue
            for after in outer.inner.steps[1:]:
                if _takes(after, name, e, component):
                    return out, after, [outer]
                if after.member.required:
                    break
    return None


def _next(stack: list[Frame], name: str) -> tuple[int, Step, list[Step]] | None:
    """The loop behind the open one that must go on with this segment, and has not come yet."""
    for out in range(1, len(stack)):
        frame = stack[-1 - out]
        begun = next((s.bit for s in frame.place.steps if s.inner is stack[-out].place), 0)
        for outer in frame.place.steps:
            if outer.inner is None or outer.bit <= begun or frame.seen & outer.bit:
                continue
            after = outer.inner.steps[1] if len(outer.inner.steps) > 1 else None
            if after is not None and name == after.new.ID and after.inner is None and after.member.required:
                return out, after, [outer]
    return None


def inside(
    stack: list[Frame],
    name: str,
    e: list[str],
    component: str,
    stranger: bool,
    qualified: bool = False,
    nowhere: bool = False,
) -> tuple[int, Step, list[Step]] | None:
    """A segment of a required loop that has not begun: its first segment is missing.

    A segment that nothing here knows (a `stranger`) may also begin a loop inside an optional one, or
    an optional loop that has not come yet; so may one whose qualifier only such a loop has (`qualified`).
    One that no open loop has at all (`nowhere`) may also begin an optional loop inside such a one,
    where nothing required comes before it.
    """
    for up in range(len(stack)):
        frame = stack[-1 - up]
        for outer in frame.place.steps:
            if outer.inner is None or outer.ordinal < frame.ordinal:
                continue
            awaited = outer.member.required and not frame.seen & outer.bit
            for step in outer.inner.steps[1:]:
                if not _takes(step, name, e, component):
                    continue
                optional_loop = step.inner is not None and not step.member.required
                new = step.inner is not None or not frame.seen & outer.bit
                known = stranger or (qualified and step.inner is None and step.member.qualifiers)
                skips = any(s.member.required and s.bit < step.bit for s in outer.inner.steps[1:])
                if (awaited or (known and new)) and not (optional_loop and (skips or not nowhere)):
                    return up, step, [outer]
    return None


def expected(stack: list[Frame], name: str) -> tuple[int, Step] | None:
    """The required member of this id that is still awaited: its qualifier is what is wrong."""
    for up in range(len(stack)):
        frame = stack[-1 - up]
        for step in frame.place.steps:
            if (
                step.member.required
                and not frame.seen & step.bit
                and step.ordinal >= frame.ordinal
                and name == step.new.ID
            ):
                return up, step
        if frame.place.required & ~frame.seen:
            return None  # what is missing comes first
    return None
