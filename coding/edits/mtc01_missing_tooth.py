"""What replaces a tooth needs a tooth that is missing, and many plans pay only for those lost under them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.context import Context, CoverageFacts, PriorClaim, PriorLine
from coding.dental_services import asks
from coding.edit import Source, edit
from coding.edits.tth01_tooth_numbers import teeth_of
from coding.example import DENTAL, PAYER, Filling
from coding.finding import WARN, Found, Severity
from coding.other_claims import other_claims
from coding.teeth import position
from edi.records import Claim, Dental, DentalLine, Tooth

_EXTRACTED = PriorClaim(
    patient_control_number="EX0000",
    lines=(PriorLine(procedure="D7140", service_from=date(2026, 3, 2), tooth="30"),),
)
_BRIDGE = DENTAL.but(
    lines=(Filling(procedure="D6240", surfaces=(), dental=DentalLine(prosthesis="I")),),
    dental=Dental(teeth=(Tooth(number="30", status="M"),)),
)


@edit(
    id="MTC-01",
    title="Missing tooth not given, or lost before the coverage began",
    severity=Severity.HOLD,
    source=Source(
        "X12 005010X224A2; payer's missing tooth clause",
        "DN2 (M missing, E to be extracted); Medi-Cal Dental Provider Handbook, section 5, prosthodontics",
        "https://docslib.org/doc/10238054/medi-cal-dental-provider-handbook-handbook",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "N37", "204", "272", "26"),
    fix="List the missing tooth, with the date of its extraction on file; or tell the patient who pays.",
    passes=_BRIDGE.but(context={"history": (_EXTRACTED,)}),
    fails=_BRIDGE.but(
        context={
            "history": (_EXTRACTED,),
            "payer": replace(PAYER, missing_tooth_clause=True),
            "coverage": CoverageFacts(active_from=date(2026, 7, 1), orders=("P",)),
        }
    ),
    kinds="D",
    each_payer=True,
)
def missing_tooth(claim: Claim, context: Context) -> Iterator[Found]:
    listed = claim.dental.teeth if claim.dental is not None else ()
    missing = {position(tooth.number) for tooth in listed if tooth.status in ("M", "E")}
    began = _clause(context)
    for line in claim.lines:
        asked = asks(line.procedure)
        if asked.replaces_teeth:
            teeth = [position(tooth.number) for tooth in teeth_of(line)]
            if not missing:
                severity = WARN if asked.whole_arch else Severity.HOLD
                said = f"{line.procedure} replaces teeth; none is listed as missing"
                yield line.number, "DN201", said, severity
            elif None not in teeth and not missing.issuperset(teeth):
                yield line.number, "DN201", f"tooth {line.tooth} is replaced, but not listed as missing"
            elif began is not None and _lost_before(claim, context, missing, began):
                said = f"the tooth was extracted before the coverage began on {began} (missing tooth clause)"
                yield line.number, "DN201", said
        elif asked.tooth and not asked.prosthesis and _gone(listed, line.tooth):
            yield line.number, "TOO02", f"tooth {line.tooth} is listed as missing, and treated", WARN


def _clause(context: Context) -> date | None:
    """The day from which the coverage counts, where its payer has the clause."""
    if context.payer is None or not context.payer.missing_tooth_clause or context.coverage is None:
        return None
    return context.coverage.active_from


def _lost_before(claim: Claim, context: Context, missing: set[int | None], began: date) -> bool:
    return any(
        asks(line.procedure).removes and line.service_from < began and position(line.tooth) in missing
        for prior in other_claims(claim, context)
        for line in prior.lines
    )


def _gone(listed: tuple[Tooth, ...], tooth: str) -> bool:
    return any(one.number == tooth and one.status == "M" for one in listed)
