"""A filling is paid by its surfaces: the number of the procedure says how many, the claim says which."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.dental_services import asks
from coding.edit import Source, edit
from coding.edits.tth01_tooth_numbers import teeth_of
from coding.example import DENTAL, Filling
from coding.finding import Found, Severity
from edi.records import Claim


@edit(
    id="SRF-01",
    title="Surfaces that the procedure does not have",
    severity=Severity.HOLD,
    source=Source(
        "Medi-Cal Dental Provider Handbook (October 2021)",
        "section 5, restorations by surface; X12 005010X224A2, TOO03",
        "https://docslib.org/doc/10238054/medi-cal-dental-provider-handbook-handbook",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "N75"),
    fix="Give each surface that was restored, or the procedure number for as many surfaces.",
    passes=DENTAL.but(lines=(Filling(procedure="D2394", surfaces=("M", "O", "D", "B")),)),
    fails=DENTAL.but(lines=(Filling(surfaces=("M", "O", "D")),)),
    kinds="D",
)
def surfaces(claim: Claim, context: Context) -> Iterator[Found]:
    for line in claim.lines:
        least, most = asks(line.procedure).surfaces
        if not most:
            continue
        for tooth in teeth_of(line):
            given = len(tooth.surfaces)
            if not least <= given <= most:
                wanted = str(least) if least == most else f"{least} or more"
                yield line.number, "TOO03", f"{line.procedure} has {wanted} surfaces, {given} are given"
                break
