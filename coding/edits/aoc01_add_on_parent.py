"""An add-on code is paid only beside the service it adds to."""

from collections.abc import Iterator
from datetime import date

from coding.codes.procedures import CONTRACTOR_DEFINED
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import UNCHECKED, WARN, Found, Severity
from edi.records import Claim

_ADD_ON = {"aoc": [("11045", "11042", 1), ("99100", CONTRACTOR_DEFINED, 2)]}


@edit(
    id="AOC-01",
    title="Add-on code without the service it adds to",
    severity=Severity.HOLD,
    source=Source("CMS, National Correct Coding Initiative", "add-on code edits, types 1, 2 and 3"),
    since=date(2013, 4, 1),
    prevents=("107", "234", "97", "N122"),
    fix="Add the primary service of the same day, or drop the add-on.",
    passes=CLEAN.but(lines=(Line(procedure="11042"), Line(procedure="11045", charge=60_00)), codes=_ADD_ON),
    fails=CLEAN.but(lines=(Line(procedure="11045", charge=60_00),), codes=_ADD_ON),
    kinds="PI",
    carries=frozenset({"procedure:add-on"}),
)
def add_on_parent(claim: Claim, context: Context) -> Iterator[Found]:
    unchecked = False
    for line in claim.lines:
        day = line.service_from
        if day is None or not line.procedure:
            continue
        parents = context.codes.parents(line.procedure, day)
        if parents is None:
            unchecked = True
        if not parents:
            continue
        others = _others(claim, context, line.number, day)
        if others and not parents.keys().isdisjoint(others):
            continue
        kinds = set(parents.values())
        if kinds == {1}:
            yield line.number, "SV101-2", f"{line.procedure} adds to a service that is not billed on {day}"
        elif not others:
            yield line.number, "SV101-2", f"{line.procedure} is an add-on and stands alone on {day}", WARN
    if unchecked:
        yield None, "SV101-2", "the add-on codes are not loaded for the day", UNCHECKED


def _others(claim: Claim, context: Context, number: int, day: date) -> set[str]:
    """The day's other procedures, of this claim and of live ones before it."""
    found = {line.procedure for line in claim.lines if line.number != number and line.service_from == day}
    for prior in context.history:
        if prior.live and not prior.same_claim:
            found.update(line.procedure for line in prior.lines if line.service_from == day)
    return found
