"""Units are whole, but for the miles of an ambulance: a part of a unit is refused or rounded away."""

from collections.abc import Iterator
from datetime import date

from coding.code_list import code_list
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import Found, Severity
from coding.units import units_of
from edi.records import Claim

_MILES = code_list("A0380 A0390 A0425 A0435 A0436 S0209 S0215")


@edit(
    id="UNT-03",
    title="Part of a unit where units are whole",
    severity=Severity.HOLD,
    source=Source(
        "CMS, Claims Processing Manual; the payer's file: fractional_units_for",
        "chapter 26, 10.4, item 24G; chapter 15, 30.1.2: tenths of ambulance miles since 2011-01-01",
    ),
    since=date(2011, 1, 1),
    prevents=("16", "M53", "N345"),
    fix="Bill whole units, rounded as the code says; a mile's tenth on ambulance alone.",
    passes=CLEAN.but(
        lines=(Line(units="2", procedure="J1885", ndc="00409379501", ndc_quantity="1.5", ndc_unit="ML"),)
    ),
    fails=CLEAN.but(lines=(Line(units="1.5", procedure="97110", modifiers=("GP",)),)),
    kinds="P",
    each_payer=True,
    carries=frozenset({"units"}),
)
def whole_units(claim: Claim, context: Context) -> Iterator[Found]:
    taken = context.payer.fractional_units_for if context.payer is not None else frozenset()
    for line in claim.lines:
        if "." not in line.units or line.procedure in taken:
            continue
        units = units_of(line.units)
        if line.procedure in _MILES:
            if units * 10 % 1:
                yield line.number, "SV104", f"{units:f} miles: an ambulance's are billed to the tenth"
        elif units % 1:
            yield line.number, "SV104", f"{units:f} units: {line.procedure} counts whole ones"
