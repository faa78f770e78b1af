"""Not every service has two sides, and some are priced for both already: the fee schedule says which."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import HOLD, UNCHECKED, Found, Severity
from coding.medicare import to_medicare
from edi.records import Claim

_FEES = {"pprrvu": [("20610", "000", "1000"), ("58661", "010", "2000"), ("45378", "000", "0000")]}
_SAYS = {
    "0": "the fee schedule allows no 50 on {}",
    "2": "{} is priced for both sides already",
    "9": "{} has no two sides",
}


@edit(
    id="BIL-02",
    title="Modifier 50 on a service that takes none",
    severity=Severity.WARN,
    source=Source(
        "CMS, Medicare Physician Fee Schedule relative value file", "bilateral surgery indicator, by quarter"
    ),
    since=date(2012, 1, 1),
    prevents=("4", "B15", "N519"),
    fix="Take the 50 off; where two organs were treated, the code for it or a second line with its reason.",
    passes=CLEAN.but(diagnoses=("M170",), lines=(Line(procedure="20610", modifiers=("50",)),), codes=_FEES),
    fails=CLEAN.but(lines=(Line(procedure="45378", modifiers=("50",)),), codes=_FEES),
    kinds="P",
    each_payer=True,
    carries=frozenset({"50"}),
)
def bilateral_indicator(claim: Claim, context: Context) -> Iterator[Found]:
    for line in claim.lines:
        if "50" not in line.modifiers or line.service_from is None:
            continue
        marks = context.codes.surgery_marks(line.procedure, line.service_from)
        if marks is None:
            said = "the fee schedule with the bilateral indicator is not loaded for the day"
            yield line.number, "SV101-3", said, UNCHECKED
        elif marks.bilateral in _SAYS:
            said = _SAYS[marks.bilateral].format(line.procedure)
            yield line.number, "SV101-3", said, HOLD if to_medicare(claim, context) else Severity.WARN
