"""A tooth has one number and a surface one letter; a front tooth has an edge where a back tooth bites."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.edit import Source, edit
from coding.example import DENTAL, Filling
from coding.finding import Found, Severity
from coding.teeth import SURFACES, is_front, is_tooth
from edi.records import Claim, ServiceLine, Tooth


@edit(
    id="TTH-01",
    title="No such tooth or surface",
    severity=Severity.HOLD,
    source=Source(
        "X12 005010X224A2; Oklahoma Administrative Code 317:30-5-703",
        "TOO02, TOO03, DN201; universal numbering 1 to 32, A to T, 51 to 82, AS to TS",
        "https://oklahoma.gov/ohca/policies-and-rules/xpolicy/medical-providers-fee-for-service/"
        "individual-providers-and-specialties/dentists/tooth-numbering-system.html",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "N37", "N75"),
    fix="Correct tooth and surfaces from the chart: I for front teeth, O for back teeth, each letter once.",
    passes=DENTAL.but(lines=(Filling(tooth="TS", surfaces=("M", "O")),)),
    fails=DENTAL.but(lines=(Filling(tooth="33"),)),
    kinds="D",
)
def tooth_numbers(claim: Claim, context: Context) -> Iterator[Found]:
    for line in claim.lines:
        for tooth in teeth_of(line):
            yield from _tooth(line.number, tooth)
    for status in claim.dental.teeth if claim.dental is not None else ():
        if not is_tooth(status.number):
            yield None, "DN201", "no such tooth among those missing or to be extracted"


def teeth_of(line: ServiceLine) -> tuple[Tooth, ...]:
    """Every tooth of a line, with its surfaces."""
    more = line.dental.more_teeth if line.dental is not None else ()
    if not line.tooth and not line.surfaces:
        return more
    return (Tooth(number=line.tooth, surfaces=line.surfaces), *more)


def _tooth(line: int, tooth: Tooth) -> Iterator[Found]:
    if not tooth.number:
        yield line, "TOO02", "surfaces without their tooth"
        return
    if not is_tooth(tooth.number):
        yield line, "TOO02", "no such tooth: 1 to 32, A to T, 51 to 82, AS to TS"
        return
    surfaces = tooth.surfaces
    if any(len(surface) != 1 or surface not in SURFACES for surface in surfaces):
        yield line, "TOO03", "no such surface: M, O, D, B, F, L and I"
    elif len(set(surfaces)) < len(surfaces):
        yield line, "TOO03", "a surface is given twice"
    elif "B" in surfaces and "F" in surfaces:
        yield line, "TOO03", "B and F are the same side of the tooth"
    elif is_front(tooth.number) and "O" in surfaces:
        yield (
            line,
            "TOO03",
            f"tooth {tooth.number} is a front tooth: it has an edge (I), no biting surface (O)",
        )
    elif not is_front(tooth.number) and "I" in surfaces:
        yield line, "TOO03", f"tooth {tooth.number} is a back tooth: it has a biting surface (O), no edge (I)"
