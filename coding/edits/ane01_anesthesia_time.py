"""Anesthesia is paid by time: its line counts minutes (MJ), and a line that counts units is paid one."""

from collections.abc import Iterator
from datetime import date

from coding.anesthesia import TIMED, is_timed
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import Found, Severity
from edi.records import Claim

_ROOM = Line(procedure="00810", charge=600_00, units="45", unit_code="MJ", modifiers=("AA",))


@edit(
    id="ANE-01",
    title="Anesthesia not in minutes, or minutes on another service",
    severity=Severity.HOLD,
    source=Source(
        "X12 005010X222A1; CMS, Claims Processing Manual; the payer's file: anesthesia_units",
        "SV103 MJ; chapter 12, 50.G (rev. 2014)",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "151", "M53", "N203"),
    fix="Bill the minutes from the anesthesia record with MJ; where the payer's file says units, those.",
    passes=CLEAN.but(lines=(_ROOM,)),
    fails=CLEAN.but(lines=(Line(procedure="00810", charge=600_00, units="3", modifiers=("AA",)),)),
    kinds="P",
    each_payer=True,
    carries=TIMED | {"unit:MJ"},
)
def anesthesia_time(claim: Claim, context: Context) -> Iterator[Found]:
    units = context.payer is not None and context.payer.anesthesia_units == "units"
    for line in claim.lines:
        minutes = line.unit_code == "MJ"
        if not is_timed(line.procedure):
            if minutes:
                yield line.number, "SV103", f"minutes (MJ) are for anesthesia, {line.procedure} counts units"
        elif minutes and units:
            yield line.number, "SV103", "this payer takes anesthesia in units (UN), not in minutes"
        elif not minutes and not units:
            yield line.number, "SV103", f"{line.procedure} is anesthesia and counts no minutes (MJ)"
