"""Fillings, crowns, root canals and extractions are done on a tooth, and some only on front or back teeth."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.dental_services import asks
from coding.edit import Source, edit
from coding.edits.tth01_tooth_numbers import teeth_of
from coding.example import DENTAL, Filling
from coding.finding import Found, Severity
from coding.teeth import is_front, is_molar, is_premolar, is_tooth
from edi.records import Claim

_WHERE = {
    "front": is_front,
    "back": lambda tooth: not is_front(tooth),
    "premolar": is_premolar,
    "molar": is_molar,
}


@edit(
    id="TTH-02",
    title="Procedure without its tooth, or on a tooth that it is not for",
    severity=Severity.HOLD,
    source=Source(
        "Medi-Cal Dental Provider Handbook (October 2021)",
        "sections 5 and 6, tooth codes required by procedure; X12 005010X224A2, TOO",
        "https://docslib.org/doc/10238054/medi-cal-dental-provider-handbook-handbook",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "N37", "11"),
    fix="Give the tooth from the chart, or the procedure number for that kind of tooth.",
    passes=DENTAL.but(lines=(Filling(procedure="D3320", tooth="4", surfaces=()),)),
    fails=DENTAL.but(lines=(Filling(procedure="D3320", tooth="3", surfaces=()),)),
    kinds="D",
)
def tooth_for_procedure(claim: Claim, context: Context) -> Iterator[Found]:
    for line in claim.lines:
        asked = asks(line.procedure)
        if not asked.tooth:
            continue
        teeth = [tooth.number for tooth in teeth_of(line)]
        if not teeth:
            yield line.number, "TOO02", f"{line.procedure} is done on a tooth; none is given"
        elif asked.where and not all(_WHERE[asked.where](tooth) for tooth in teeth if is_tooth(tooth)):
            yield (
                line.number,
                "TOO02",
                f"{line.procedure} is for {asked.where} teeth; tooth {teeth[0]} is none",
            )
