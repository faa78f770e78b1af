"""Rules across segments: small declared functions, each with its kind of finding, run as loops close.

    TOTAL = kind("BAL-01", "Claim charge is not the sum of its lines", 3, "...", Answer("277CA", ...))

    @rule(TOTAL, "837P", loop="2300")
    def charges_add_up(claim: Claim, run: Run) -> Iterator[Fault]:
        if claim.claim.charge != sum(line.service.charge for line in claim.lines):
            yield Fault(claim.claim, "2", "the lines charge another sum")

Every file in this folder is found. A rule sees the loop that closed, its parents through `parent`,
and remembers what it needs in `run.memory` (for the file) and `run.transaction` (for the transaction
set). It yields faults: a segment, the element in it, and a message without values.

Most claims are ordinary, and a place without faults must cost little. The rules of a place are put
together once (`bind`), and a rule can say when it has nothing to look at: `needs` names members
without which it is not run, `when` asks the elements of the loop's first segment, once for each of
their combinations. `every_segment` declares a rule on single segments, made for each place from
what the guide declares there.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from edi.declare.guide import Guide, Place, Step
from edi.declare.nodes import Segment
from edi.declare.types import CENTS
from edi.findings import Answer, Finding, Kind
from edi.read.state import Run

__all__ = ["Fault", "Rule", "Run", "bind", "cents", "every_segment", "load", "readable", "rule"]


class Fault(NamedTuple):
    """One fault: the segment, the element ("2", "5-3", ""), what is wrong. A segment that is missing
    is named by its id (and `loop`, where it is another than the rule's; `position`, where it is asked
    for elsewhere). `cause` is the segment and element that make another situational: 999 CTX."""

    segment: Segment | str
    element: str
    message: str
    loop: str | None = None  # "" is the transaction itself
    kind: Kind | None = None
    value: str = ""  # the wrong value, for IK404
    answer: Answer | None = None
    cause: tuple[Segment, str, str] | None = None  # segment, element, loop
    position: int = 0


Check = Callable[[Any, Run], Iterable[Fault]]  # a loop's faults
Look = Callable[[Any, Run], Iterable[Fault]]  # a segment's
Maker = Callable[[Place, Step], Look | None]
When = Callable[[list[str]], bool]


def readable(segment: Segment, *positions: int) -> bool:
    """Whether amounts can be read: a sum is not judged where one is reported as unreadable."""
    e = segment.elements
    return all(p < len(e) and CENTS[e[p]] is not None for p in positions)


def cents(segment: Segment, position: int) -> int | None:
    """An amount; None where it is missing or unreadable."""
    e = segment.elements
    return CENTS[e[position]] if position < len(e) else None


@dataclass(frozen=True, slots=True)
class Rule:
    """A declared rule."""

    kind: Kind
    guides: tuple[str, ...]
    loops: tuple[str, ...]
    check: Check
    entering: bool = False
    needs: tuple[str, ...] = ()
    when: When | None = None


RULES: Final[list[Rule]] = []
LOOKS: Final[list[tuple[Kind, tuple[str, ...], Maker]]] = []


def rule(
    kind: Kind, guides: str, loop: str, *, entering: bool = False, needs: str = "", when: When | None = None
) -> Callable[[Check], Check]:
    """Declare a rule for guides ("837P 837I") that runs when a loop of these ids closes.

    With `entering` it runs when the loop's first segment was read, in wire order. `needs`: one of
    these members is there. `when` sees the first segment's elements from the fifth on, with the
    four before it blanked, and must say the same of the same elements.
    """

    def declare(check: Check) -> Check:
        ids = tuple(guides.split()), tuple(loop.split())
        RULES.append(Rule(kind, *ids, check, entering, tuple(needs.split()), when))
        return check

    return declare


def every_segment(kind: Kind, guides: str) -> Callable[[Maker], Maker]:
    """Declare a rule on single segments of these guides. For each place and each of its steps it returns
    what to look at, None for nothing."""

    def declare(maker: Maker) -> Maker:
        LOOKS.append((kind, tuple(guides.split()), maker))
        return maker

    return declare


def load() -> None:
    """Import every rule file of this folder."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")


Runner = Callable[[Any, Any, Place], None]
_BOUND: Final[set[str]] = set()
_MANY: Final = 5000  # combinations that are remembered


def bind(guide: Guide) -> None:
    """Give every place of a guide its rules, once."""
    if guide.kind in _BOUND:
        return
    load()
    for place in guide.places():
        mine = [r for r in RULES if guide.kind in r.guides and place.id in r.loops]
        place.entering = tuple(_always([r]) for r in mine if r.entering)
        closing = [r for r in mine if not r.entering]
        runners = [_looking(guide, place)]
        always = [r for r in closing if not r.needs and r.when is None]
        if always:
            runners.append(_always(always))
        needing = [r for r in closing if r.needs]
        if needing:
            runners.append(_needing(needing))
        asking = [r for r in closing if r.when is not None and not r.needs]
        if asking:
            runners.append(_asking(asking, place.loop.MEMBERS[0].name))
        place.rules = tuple(r for r in runners if r is not None)
    _BOUND.add(guide.kind)


def _always(rules: list[Rule]) -> Runner:
    plan = tuple((r.check, r.kind) for r in rules)

    def run(node: Any, reader: Any, place: Place) -> None:
        asked = reader.rules
        for check, kind in plan:
            for fault in check(node, asked):
                _report(fault, kind, node, reader, place)

    return run


def _needing(rules: list[Rule]) -> Runner:
    plan = tuple((frozenset(r.needs), r.check, r.kind) for r in rules)
    names = frozenset(name for r in rules for name in r.needs)

    def run(node: Any, reader: Any, place: Place) -> None:
        here = node.__dict__.keys()
        if names.isdisjoint(here):
            return
        for needs, check, kind in plan:
            if not needs.isdisjoint(here):
                for fault in check(node, reader.rules):
                    _report(fault, kind, node, reader, place)

    return run


def _asking(rules: list[Rule], first: str) -> Runner:
    known: dict[tuple[str, ...], tuple[tuple[Check, Kind], ...]] = {}
    blank = ["", "", "", "", ""]

    def run(node: Any, reader: Any, place: Place) -> None:
        key = tuple(node.__dict__[first]._e[5:]) if first in node.__dict__ else ()
        plan = known.get(key)
        if plan is None:
            if len(known) > _MANY:
                known.clear()
            e = [*blank, *key]
            plan = known[key] = tuple((r.check, r.kind) for r in rules if r.when and r.when(e))
        for check, kind in plan:
            for fault in check(node, reader.rules):
                _report(fault, kind, node, reader, place)

    return run


def _looking(guide: Guide, place: Place) -> Runner | None:
    """One pass over the segments of a loop, each looked at by the rules on its class."""
    plan: dict[type[Any], list[tuple[Look, Kind]]] = {}
    for kind, kinds, maker in LOOKS:
        if guide.kind not in kinds:
            continue
        seen: set[Look] = set()
        for step in place.steps:
            if step.inner is not None:
                continue
            look = maker(place, step)
            if look is not None and look not in seen:
                seen.add(look)
                plan.setdefault(step.new, []).append((look, kind))
    if not plan:
        return None

    def run(node: Any, reader: Any, place: Place) -> None:
        asked = reader.rules
        for part in node._wire:
            looks = plan.get(type(part))
            if looks is not None:
                for look, kind in looks:
                    for fault in look(part, asked):
                        _report(fault, kind, node, reader, place)

    return run


def _report(fault: Fault, own: Kind, node: Any, reader: Any, place: Place) -> None:
    """A fault as a finding of this transaction."""
    what = fault.kind or own
    at = fault.segment
    name, position = (at, fault.position or node.position) if isinstance(at, str) else (at.ID, at.position)
    cause = fault.cause
    reader.report(
        Finding(
            code=what.code,
            severity=what.severity,
            snip=what.snip,
            loop=fault.loop if fault.loop is not None else place.id if place.parent is not None else "",
            segment=name,
            position=position,
            element=fault.element,
            message=f"{what.title}: {fault.message}",
            fix=what.fix,
            answer=fault.answer or what.answer,
            transaction=reader.control_number,
            value=fault.value,
            cause=None if cause is None else (cause[0].ID, cause[0].position, cause[2], cause[1]),
        )
    )
