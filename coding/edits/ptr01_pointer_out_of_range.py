"""A service line points at its diagnoses by position; a pointer past the list has none."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import Found, Severity
from edi.records import Claim


@edit(
    id="PTR-01",
    title="Diagnosis pointer missing or out of range",
    severity=Severity.HOLD,
    source=Source("X12 005010X222A1", "loop 2400, SV107"),
    since=date(2012, 1, 1),
    prevents=("16", "11"),
    fix="Point the line at a diagnosis on the claim, or add the missing diagnosis.",
    passes=CLEAN.but(diagnoses=("J020", "R509"), lines=(Line(pointers=(1, 2)),)),
    fails=CLEAN.but(diagnoses=("J020",), lines=(Line(pointers=(1, 2)),)),
    kinds="P",
)
def pointer_out_of_range(claim: Claim, context: Context) -> Iterator[Found]:
    listed = len(claim.diagnoses)
    if not listed:
        return  # DX-01 says so
    for line in claim.lines:
        for said in _faults(line.pointers, listed):
            yield line.number, "SV107", said


@lru_cache(maxsize=4096)
def _faults(pointers: tuple[int, ...], listed: int) -> tuple[str, ...]:
    """What is wrong with a line's pointers where the claim lists so many diagnoses."""
    found = []
    if not pointers:
        found.append("the line points at no diagnosis")
    elif len(pointers) > 4:
        found.append(f"{len(pointers)} pointers, a line takes four")
    elif len(set(pointers)) < len(pointers):
        found.append("two pointers of the line are the same")
    out = [pointer for pointer in pointers if not 1 <= pointer <= listed]
    if out:
        found.append(f"pointer {', '.join(map(str, out))}, the claim lists {listed}")
    return tuple(found)
