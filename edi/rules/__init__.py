"""Rules across segments: small declared functions, each with its kind of finding, run as loops close.

    TOTAL = kind("BAL-01", "Claim charge is not the sum of its lines", 3, "...", Answer("277CA", ...))

    @rule(TOTAL, "837P", loop="2300")
    def charges_add_up(claim: Claim, run: Run) -> Iterator[Fault]:
        if claim.claim.charge != sum(line.service.charge for line in claim.lines):
            yield Fault(claim.claim, "2", "the lines charge another sum")

A rule file is found by standing in this folder. A rule sees the loop that closed, its parents
through `parent`, and `run.memory` (the whole file) and `run.transaction` (this transaction set) to
remember what streams by. It yields faults: a segment, the element in it, and words without values.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from edi.findings import Finding, Kind
from edi.guide import Guide, Place
from edi.nodes import Segment
from edi.types import CENTS


class Fault(NamedTuple):
    """One fault: the segment, the element ("2", "5-3", ""), what is wrong. A segment that is missing
    is named by its id (and `loop`, where it is another than the rule's)."""

    segment: Segment | str
    element: str
    message: str
    loop: str = ""
    kind: Kind | None = None


@dataclass(slots=True)
class Run:
    """What a rule may remember: for the file, and for this transaction set."""

    memory: dict[str, Any]
    transaction: dict[str, Any] = field(default_factory=dict)
    position: int = 0


Check = Callable[[Any, Run], Iterator[Fault]]


def readable(segment: Segment, *positions: int) -> bool:
    """Whether amounts can be read: a sum is not judged where one is reported as unreadable."""
    e = segment.elements
    return all(p < len(e) and CENTS[e[p]] is not None for p in positions)


@dataclass(frozen=True, slots=True)
class Rule:
    kind: Kind
    guides: tuple[str, ...]
    loops: tuple[str, ...]
    check: Check
    entering: bool = False


RULES: Final[list[Rule]] = []


def rule(kind: Kind, guides: str, loop: str, *, entering: bool = False) -> Callable[[Check], Check]:
    """Declare a rule for guides ("837P 837I") that runs when a loop of these ids closes.

    With `entering` it runs when the loop's first segment was read, in wire order.
    """

    def declare(check: Check) -> Check:
        RULES.append(Rule(kind, tuple(guides.split()), tuple(loop.split()), check, entering))
        return check

    return declare


_BOUND: Final[set[str]] = set()


def bind(guide: Guide) -> None:
    """Hang the rules of a guide into its places, once."""
    if guide.version in _BOUND:
        return
    load()
    for place in guide.places():
        mine = [r for r in RULES if guide.kind in r.guides and place.id in r.loops]
        place.rules = tuple(_runner(r) for r in mine if not r.entering)
        place.entering = tuple(_runner(r) for r in mine if r.entering)
    _BOUND.add(guide.version)


def load() -> None:
    """Import every rule file of this folder."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")


def _runner(declared: Rule) -> Callable[[Any, Any, Place], None]:
    check, own = declared.check, declared.kind

    def run(node: Any, reader: Any, place: Place) -> None:
        for fault in check(node, reader.rules):
            what = fault.kind or own
            at = fault.segment
            name, position = (at, node.position) if isinstance(at, str) else (at.ID, at.position)
            reader.report(
                Finding(
                    code=what.code,
                    severity=what.severity,
                    snip=what.snip,
                    loop=fault.loop or (place.id if place.parent is not None else ""),
                    segment=name,
                    position=position,
                    element=fault.element,
                    message=f"{what.title}: {fault.message}",
                    fix=what.fix,
                    answer=what.answer,
                    transaction=reader.control_number,
                )
            )

    return run
