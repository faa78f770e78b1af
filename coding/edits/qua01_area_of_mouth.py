"""Care of the gums is billed by quadrant; an area of the mouth must be one, and hold the line's tooth."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.dental_services import asks
from coding.edit import Source, edit
from coding.edits.tth01_tooth_numbers import teeth_of
from coding.example import DENTAL, Filling
from coding.finding import Found, Severity
from coding.teeth import QUADRANTS, quadrant
from edi.declare.code_sets import alone
from edi.records import Claim, ServiceLine


@edit(
    id="QUA-01",
    title="Quadrant missing, unknown or not the tooth's",
    severity=Severity.HOLD,
    source=Source(
        "X12 005010X224A2; Medi-Cal Dental Provider Handbook (October 2021)",
        "SV304 (00 to 09, 10, 20, 30, 40); section 5, procedures by quadrant",
        "https://docslib.org/doc/10238054/medi-cal-dental-provider-handbook-handbook",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "N346"),
    fix="Give the quadrant: 10 upper right, 20 upper left, 30 lower left, 40 lower right.",
    passes=DENTAL.but(
        lines=(Filling(procedure="D4341", tooth="", surfaces=(), oral_cavity=("40",)),),
    ),
    fails=DENTAL.but(lines=(Filling(procedure="D4341", tooth="", surfaces=(), oral_cavity=("01",)),)),
    kinds="D",
)
def area_of_mouth(claim: Claim, context: Context) -> Iterator[Found]:
    for line in claim.lines:
        areas = line.oral_cavity
        if any(alone("oral_cavity", area) is False for area in areas):
            yield line.number, "SV304", "no such area of the mouth: 00 to 09, 10, 20, 30, 40, L or R"
        elif asks(line.procedure).quadrant and QUADRANTS.isdisjoint(areas):
            yield line.number, "SV304", f"{line.procedure} is billed by quadrant; none is given"
        elif areas and _elsewhere(line):
            yield line.number, "SV304", "the tooth lies in another quadrant"


def _elsewhere(line: ServiceLine) -> bool:
    given = QUADRANTS.intersection(line.oral_cavity)
    own = {quadrant(tooth.number) for tooth in teeth_of(line)} - {""}
    return bool(given and own and not own <= given)
