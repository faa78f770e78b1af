"""A service line points at its diagnoses by position; a pointer past the list has none."""

from collections.abc import Iterator
from datetime import date

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
        pointers = line.pointers
        if not pointers:
            yield line.number, "SV107", "the line points at no diagnosis"
        elif len(pointers) > 4:
            yield line.number, "SV107", f"{len(pointers)} pointers, a line takes four"
        elif len(set(pointers)) < len(pointers):
            yield line.number, "SV107", "two pointers of the line are the same"
        out = [pointer for pointer in pointers if not 1 <= pointer <= listed]
        if out:
            yield line.number, "SV107", f"pointer {', '.join(map(str, out))}, the claim lists {listed}"
