"""What is left in a single-dose container is thrown away: Medicare wants each such drug to say that nothing
was (JZ), or to have a second line for what was (JW)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.code_list import code_list
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.example import MEDICARE
from coding.finding import WARN, Found, Severity
from coding.medicare import to_medicare
from edi.records import Claim, ServiceLine

#: A few drugs that come in single-dose containers alone, by their HCPCS numbers; the payer's file adds more.
_SAMPLES = code_list(
    "J0178 J0585 J0897 J1300 J1745 J2350 J2506 J2778 J3380 J9022 J9035 J9041 J9042 J9047 J9145 J9173 "
    "J9179 J9228 J9271 J9299 J9305 J9306 J9312"
)
_JW, _JZ = "JW", "JZ"
_DRUG = Line(
    procedure="J9271", charge=9_000_00, units="200", ndc="00006302602", ndc_quantity="8", ndc_unit="ML"
)


@edit(
    id="JZW-01",
    title="Single-dose drug without JZ or JW",
    severity=Severity.HOLD,
    source=Source(
        "CMS, Claims Processing Manual; Infrastructure Act section 90004",
        "chapter 17, 40: JW since 2017-01-01, JZ since 2023-07-01; the payer's file: single_dose_for",
    ),
    since=date(2023, 7, 1),
    prevents=("4", "16", "N822", "N823"),
    fix="Add JZ where nothing was discarded; else bill what was on a line of its own with JW.",
    passes=CLEAN.but(
        filing_code="MB", lines=(replace(_DRUG, modifiers=("JZ",)),), context={"payer": MEDICARE}
    ),
    fails=CLEAN.but(filing_code="MB", lines=(_DRUG,), context={"payer": MEDICARE}),
    kinds="PI",
    each_payer=True,
    carries=lambda payer: _SAMPLES | payer.single_dose_for,
)
def discarded_drug(claim: Claim, context: Context) -> Iterator[Found]:
    own = context.payer.single_dose_for if context.payer is not None else frozenset()
    medicare = to_medicare(claim, context)
    if not medicare and not own:
        return
    for line in claim.lines:
        if not (line.procedure in own or (medicare and line.procedure in _SAMPLES)):
            continue
        same = [
            o for o in claim.lines if o.procedure == line.procedure and o.service_from == line.service_from
        ]
        yield from _line(line, same)


def _line(line: ServiceLine, same: list[ServiceLine]) -> Iterator[Found]:
    """What is wrong with one line among those of its drug and day."""
    discards = [other for other in same if _JW in other.modifiers]
    if _JW in line.modifiers:
        if len(discards) == len(same) and line is same[0]:
            said = f"{line.procedure} is discarded (JW), and none of it is billed as given"
            yield line.number, "SV101-3", said, WARN
    elif _JZ in line.modifiers:
        if discards:
            said = (
                f"{line.procedure} says that nothing was discarded (JZ) beside a line that says it was (JW)"
            )
            yield line.number, "SV101-3", said
    elif not discards:
        yield line.number, "SV101-3", f"{line.procedure} comes in single doses and has neither JZ nor JW"
