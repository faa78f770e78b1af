"""Crowns, bridges and dentures are paid once in years: the claim says whether it is the first one."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.dental_services import asks
from coding.edit import Source, edit
from coding.example import DENTAL, Filling
from coding.finding import Found, Severity
from edi.records import Claim, DentalLine


@edit(
    id="PRS-01",
    title="Crown, bridge or denture without its placement",
    severity=Severity.HOLD,
    source=Source(
        "X12 005010X224A2; Medi-Cal Dental Provider Handbook (October 2021)",
        "SV305 (I initial, R replacement), DTP 441 (prior placement); section 5, laboratory-made crowns",
        "https://docslib.org/doc/10238054/medi-cal-dental-provider-handbook-handbook",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "119", "N410"),
    fix="Say whether it is the first (I) or a replacement (R), and when the one before was placed.",
    passes=DENTAL.but(
        lines=(Filling(procedure="D2740", surfaces=(), dental=DentalLine(prosthesis="I")),),
    ),
    fails=DENTAL.but(
        lines=(Filling(procedure="D2740", surfaces=(), dental=DentalLine(prosthesis="R")),),
    ),
    kinds="D",
)
def prosthesis(claim: Claim, context: Context) -> Iterator[Found]:
    for line in claim.lines:
        if not asks(line.procedure).prosthesis:
            continue
        said = line.dental.prosthesis if line.dental is not None else ""
        placed = line.dental.prior_placement if line.dental is not None else None
        if said not in ("I", "R"):
            yield line.number, "SV305", f"{line.procedure}: first placement (I) or replacement (R)?"
        elif said == "R" and placed is None:
            yield line.number, "DTP 441", "it replaces an earlier one; when that was placed is missing"
        elif said == "I" and placed is not None:
            yield line.number, "SV305", "said to be the first one, but a prior placement is given"
        elif placed is not None and placed >= (line.service_from or context.today()):
            yield line.number, "DTP 441", f"the prior placement on {placed} does not lie before the service"
