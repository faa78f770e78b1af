"""Units count what was done: never zero, and for timed services never more than the minutes hold."""

from collections.abc import Iterator
from datetime import date

from coding.code_list import code_list
from coding.context import Context, Documentation
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import HOLD, Found, Severity
from edi.records import Claim

_TIMED = code_list(
    "97032 97033 97034 97035 97036 97110 97112 97113 97116 97124 97129 97130 97140 97530 97533 "
    "97535 97537 97542 97750 97755 97760 97761 97763"
)
#: Psychotherapy: least and most minutes.
_PSYCHOTHERAPY = {"90832": (16, 37), "90834": (38, 52), "90837": (53, 24 * 60)}


@edit(
    id="UNT-01",
    title="Units missing, or more than the documented minutes hold",
    severity=Severity.WARN,
    source=Source("CMS, Claims Processing Manual", "chapter 5, 20.2 (eight-minute rule); SV104"),
    since=date(2012, 1, 1),
    prevents=("151", "152", "16", "M53"),
    fix="Bill one unit for each 15 documented minutes; a last one from eight minutes on.",
    passes=CLEAN.but(
        lines=(Line(procedure="97110", units="2", modifiers=("GP",)),),
        context={"documentation": Documentation(minutes=25)},
    ),
    fails=CLEAN.but(
        lines=(Line(procedure="97110", units="3", modifiers=("GP",)),),
        context={"documentation": Documentation(minutes=25)},
    ),
    carries=frozenset({"units", *_TIMED, *_PSYCHOTHERAPY}),
)
def units(claim: Claim, context: Context) -> Iterator[Found]:
    timed = 0.0
    first: int | None = None
    minutes = context.documentation.minutes
    for line in claim.lines:
        text = line.units
        if text == "1":
            number = 1.0
        else:
            try:
                number = float(text)
            except ValueError:
                number = 0.0
            if not 0 < number < 1e8:
                yield line.number, "SV104", "the line has no units", HOLD
                continue
        if line.procedure in _TIMED and line.unit_code == "UN":
            timed += number
            first = first or line.number
        elif minutes is not None and line.procedure in _PSYCHOTHERAPY:
            least, most = _PSYCHOTHERAPY[line.procedure]
            if not least <= minutes <= most:
                yield (
                    line.number,
                    "SV101-2",
                    f"{line.procedure} is for {least} minutes and more, {minutes} are documented"
                    if minutes < least
                    else f"{line.procedure} is for up to {most} minutes, {minutes} are documented",
                )
    if timed and minutes is not None and timed > (minutes + 7) // 15:
        yield first, "SV104", f"{timed:g} timed units, {minutes} minutes hold {(minutes + 7) // 15}"
