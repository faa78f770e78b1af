"""Modifier 50 says "on both sides" by itself: most payers want it on one line with one unit, some two units,
some two lines with LT and RT. The other form is paid once, twice too much, or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.example import PAYER
from coding.finding import Found, Severity
from coding.units import units_of
from edi.records import Claim

_BOTH = Line(procedure="20610", modifiers=("50",), charge=220_00)
_SURGERY_CENTER = "261QA1903"
_UNITS = {"": 1, "one_unit": 1, "two_units": 2}


@edit(
    id="BIL-01",
    title="Both sides billed in another form than the payer takes",
    severity=Severity.HOLD,
    source=Source(
        "CMS, Claims Processing Manual; the payer's file: bilateral",
        "chapter 12, 40.7 (rev. 2014): modifier 50, one line, one unit",
    ),
    since=date(2012, 1, 1),
    prevents=("4", "151", "16", "N644"),
    fix="Bill 50 on one line with one unit; where the payer's file says otherwise, two units, or LT and RT.",
    passes=CLEAN.but(
        diagnoses=("M170",),
        lines=(replace(_BOTH, units="2"),),
        context={"payer": replace(PAYER, bilateral="two_units")},
    ),
    fails=CLEAN.but(diagnoses=("M170",), lines=(replace(_BOTH, units="2"),)),
    kinds="P",
    each_payer=True,
    carries=frozenset({"50"}),
)
def bilateral_units(claim: Claim, context: Context) -> Iterator[Found]:
    habit = context.payer.bilateral if context.payer is not None else ""
    if not habit and claim.billing.taxonomy.startswith(_SURGERY_CENTER):
        return  # a center bills two lines, or two units: no 50 of its own is known
    for line in claim.lines:
        if "50" not in line.modifiers:
            continue
        wanted = _UNITS.get(habit)
        units = units_of(line.units)
        if wanted is None:
            yield line.number, "SV101-3", "this payer takes no 50: two lines, LT and RT"
        elif units > 0 and units != wanted:  # no units at all: UNT-01 says so
            yield line.number, "SV104", f"modifier 50 with {units:f} units, this payer takes {wanted}"
