"""What is wrong with a transaction's structure, told where the reader's fast path met it.

Segments that do not belong, come too often or out of sequence, loops and segments that are
missing, and (through `explain`) elements. Tolerant on purpose: a segment is placed where it makes
the least further damage, so that one fault gives one finding.
"""

from typing import TYPE_CHECKING, Any, Final

from edi.explain import explain
from edi.findings import Answer, Finding, Kind, kind
from edi.guide import Guide, Place, Step
from edi.nodes import Loop, Segment
from edi.segments.control import SE
from edi.segments.party import HL

if TYPE_CHECKING:
    from edi.reader import Frame, TransactionReader


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


PARTIES: Final = ("NM1", "N1")
BELONGING: Final = ("N3", "N4", "PRV", "REF", "PER", "DMG")  # what may follow a party's name


def add(
    reader: "TransactionReader",
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


def element_check(reader: "TransactionReader", step: Step, segment: Segment, text: str, place: Place) -> None:
    """Tell what is wrong with a segment's elements; nothing where nothing is."""
    loop = place.id if place.parent is not None else ""
    for fault in explain(step.pattern, text):
        title = step.member.trigger.title
        message = f"{title}: {fault.message}"
        add(reader, fault.kind, loop, segment.ID, segment.position, message, fault.element, fault.value)


def missing(reader: "TransactionReader", frame: "Frame", bits: int, end: int) -> None:
    """Tell which required members a loop has ended without, each where it should stand."""
    place = frame.place
    for step in place.steps:
        if not step.bit & bits or step.new is SE:
            continue  # a transaction set without its trailer is told by the walk
        trigger = step.member.trigger
        position = _where(frame, step, end)
        if step.inner is not None:
            message = f"loop {step.inner.id} ({step.member.title.lower()}) is required in {place.id}"
            add(reader, LOOP_MISSING, step.inner.id, trigger.target.ID, position, message)
        else:
            loop = place.id if place.parent is not None else ""
            add(reader, MISSING, loop, trigger.target.ID, position, f"{step.member.title} is required here")


def _where(frame: "Frame", step: Step, end: int) -> int:
    """The position at which a missing member should stand: behind the last part that comes before it."""
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


def find(
    reader: "TransactionReader", stack: "list[Frame]", e: list[str], position: int
) -> tuple[int, Step | None, list[Step]]:
    """Where a segment goes that the fast path could not place, with what is wrong reported.

    Gives how many loops it leaves, its step (None: keep it as unknown), and loops to open first.
    """
    top = stack[-1]
    name = e[0]
    if reader.adrift == position - 1 and name in BELONGING:
        reader.adrift = position
        return 0, None, []  # it belongs to the party that is told
    loop = top.place.id if top.place.parent is not None else ""
    checking = reader.report is not None
    entry = top.place.table.get(name)
    meant = _meant(reader, top, name)
    if meant is not None:
        return 0, meant, []
    late = _late(stack, name, e, reader.d.component)
    if late is not None:
        if checking:
            message = f"{late[1].member.title} comes too late"
            add(reader, SEQUENCE, stack[-1 - late[0]].place.id, name, position, message)
        return (*late, [])
    if entry is not None:
        q = e[entry.at] if entry.at and len(e) > entry.at else ""
        if entry.component:
            q = q.partition(reader.d.component)[0]
        known = [c for c in (entry.by.get(q) or entry.other) if _guarded(c[1], e)]
        if known:
            up, step = _nearest(known, stack)
            frame = stack[-1 - up]
            exceeded = step.ordinal >= frame.ordinal
            again = _begins_again(frame, step, e) if exceeded and up == 0 else None
            if again is not None:
                return again
            if not exceeded:
                headless = _headless(stack, up, step, name, e, reader.d.component)
                if headless is not None:
                    return headless
                headless = _several(reader, stack, e, component=reader.d.component)
                if headless is not None:
                    return headless
            if checking:
                where = step.inner.id if step.inner is not None else loop
                if exceeded and step.inner is not None:
                    add(
                        reader,
                        LOOP_REPEATS,
                        where,
                        name,
                        position,
                        f"at most {step.maximum or 1} allowed in {step.place.id}",
                    )
                elif exceeded:
                    add(
                        reader,
                        REPEATS,
                        where,
                        name,
                        position,
                        f"{step.member.title}: at most {step.maximum or 1} allowed",
                    )
                else:
                    add(reader, SEQUENCE, where, name, position, f"{step.member.title} comes too late")
            if step.inner is not None or up == 0:
                return up, step, []
            return 0, None, []
    stranger = entry is None or not any(name == step.new.ID for step in top.place.steps)
    skipped = _below(stack, name, e, reader.d.component) or _inside(
        stack, name, e, reader.d.component, stranger, entry is not None, nowhere=entry is None
    )
    if skipped is not None:
        return skipped
    if entry is not None:
        expected = _expected(stack, name)
        if expected is not None:
            return (*expected, [])
        if checking:
            message = "no segment with this qualifier is used here"
            add(reader, QUALIFIER, loop, name, position, message, str(entry.at or ""), "")
            reader.lost = name
            if name in PARTIES:
                reader.adrift = position
                reader.rules.transaction["lost party"] = position
        return 0, None, []
    if checking:
        if not name.strip():
            add(reader, EMPTY, loop, "", position, "a terminator without a segment before it")
        elif name in _ids(reader.guide):
            add(reader, UNEXPECTED, loop, name, position, "the guide has it elsewhere, not here")
        elif len(name) in (2, 3) and name.isalnum() and name.isupper():
            add(reader, NOT_IN_GUIDE, loop, name, position, "the guide has no such segment")
        else:
            add(
                reader,
                UNRECOGNISED,
                loop,
                name[:3] if name.isprintable() else "",
                position,
                "not a segment id",
            )
    return 0, None, []


def doubled(
    reader: "TransactionReader", frame: "Frame", step: Step | None, e: list[str], position: int
) -> bool:
    """Whether a segment that repeats the first one of the open loop, with nothing between, is that segment
    written twice: where the loop may not come again, or would lack what it must have. It is told then."""
    place = frame.place
    if step is not None and not place.required & ~place.steps[0].bit:
        return False
    if step is None and place.parent is not None:
        add(reader, LOOP_REPEATS, place.id, e[0], position, "it is written twice")
    else:
        loop = place.id if place.parent is not None else ""
        add(reader, REPEATS, loop, e[0], position, "it is written twice")
    return True


def _takes(step: Step, name: str, e: list[str], component: str) -> bool:
    """Whether such a segment begins a step: by its id and its qualifier."""
    if name != step.new.ID:
        return False
    at, inner = step.new.KEY
    q = e[at] if at and len(e) > at else ""
    codes = step.member.trigger.qualifiers
    return not codes or (q.partition(component)[0] if inner else q) in codes


def _late(stack: "list[Frame]", name: str, e: list[str], component: str) -> tuple[int, Step] | None:
    """The first segment of an open loop that was begun without it."""
    for up in range(len(stack)):
        frame = stack[-1 - up]
        first = frame.place.steps[0]
        if not frame.seen & first.bit and _takes(first, name, e, component):
            return up, first
    return None


def level(stack: "list[Frame]", up: int, step: Step, e: list[str]) -> tuple[int, Step]:
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


def _awaits(frame: "Frame", below: Step) -> bool:
    """Whether a level announced others (HL04) of which none has come."""
    hl = frame.node.__dict__.get("level")
    return hl is not None and hl.child == "1" and not frame.seen & below.bit


def _guarded(step: Step, e: list[str]) -> bool:
    return step.guard is None or (len(e) > step.guard[0] and e[step.guard[0]] in step.guard[1])


def _nearest(known: list[tuple[int, Step]], stack: "list[Frame]") -> tuple[int, Step]:
    """Of several places: one that is only full before one that is out of sequence."""
    for up, step in known:
        if step.ordinal >= stack[-1 - up].ordinal:
            return up, step
    return known[0]


def _headless(
    stack: "list[Frame]", up: int, step: Step, name: str, e: list[str], component: str
) -> tuple[int, Step, list[Step]] | None:
    """A segment that comes too late where it is known may begin a loop whose first segment is missing.

    It does so where it is what follows the HL of a level; where it came before and a required loop is
    awaited that has it; and where it is the first that its loop has, and that loop may repeat.
    """
    below = _below(stack, name, e, component)
    if below is not None:
        return below
    frame = stack[-1 - up]
    if not frame.seen & step.bit:
        return None
    awaited = _inside(stack, name, e, component, False) or _next(stack, name)
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


def _begins_again(frame: "Frame", step: Step, e: list[str]) -> tuple[int, Step, list[Step]] | None:
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


def _meant(reader: "TransactionReader", top: "Frame", name: str) -> Step | None:
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


LOOKED_AT: Final = 8


def _several(
    reader: "TransactionReader", stack: "list[Frame]", e: list[str], component: str
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
        steps = [next((s for s in frame.place.steps[1:] if _fits(s, r, component)), None) for r in run]
        if any(s is None or s.inner is not None for s in steps):
            continue
        ordinals = [s.ordinal for s in steps if s is not None]
        parent = frame.place.parent
        own = next((s for s in parent.steps if s.inner is frame.place), None) if parent is not None else None
        if own is not None and own.many and ordinals == sorted(ordinals) and ordinals[0] < frame.ordinal:
            first = steps[0]
            assert first is not None
            return up + 1, first, [own]
    return None


def _fits(step: Step, e: list[str], component: str) -> bool:
    return _takes(step, e[0], e, component) and _guarded(step, e)


def _placed(stack: "list[Frame]", e: list[str], component: str) -> bool:
    """Whether a segment has a place from here that is not behind what came."""
    entry = stack[-1].place.table.get(e[0])
    if entry is None:
        return True  # another matter
    q = e[entry.at] if entry.at and len(e) > entry.at else ""
    known = entry.by.get(q.partition(component)[0] if entry.component else q) or entry.other
    for up, step in known:
        frame = stack[-1 - up]
        if step.ordinal >= frame.ordinal and (step.many or not frame.seen & step.bit):
            return True
    return not known


def _below(
    stack: "list[Frame]", name: str, e: list[str], component: str
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


def _next(stack: "list[Frame]", name: str) -> tuple[int, Step, list[Step]] | None:
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


def _inside(
    stack: "list[Frame]",
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
                optional_loop = step.inner is not None and not step.member.required
                new = step.inner is not None or not frame.seen & outer.bit
                known = stranger or (qualified and step.inner is None and step.member.qualifiers)
                skips = any(s.member.required and s.bit < step.bit for s in outer.inner.steps[1:])
                if (optional_loop and (skips or not nowhere)) or not (awaited or (known and new)):
                    continue
                if _takes(step, name, e, component):
                    return up, step, [outer]
    return None


def _expected(stack: "list[Frame]", name: str) -> tuple[int, Step] | None:
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


def _ids(guide: Guide) -> frozenset[str]:
    found = _IDS.get(guide.kind)
    if found is None:
        found = frozenset(step.new.ID for place in guide.places() for step in place.steps)
        _IDS[guide.kind] = found
    return found


_IDS: dict[str, frozenset[str]] = {}
