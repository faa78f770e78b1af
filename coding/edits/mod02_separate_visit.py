"""59 and its subsets tell procedures apart; a visit of its own says so with 25, and never with these."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import Found, Severity
from coding.visits import is_visit
from edi.records import Claim

_SEPARATE = frozenset({"59", "XE", "XP", "XS", "XU"})
#: Ophthalmological visits stand outside evaluation and management, and may take one of these.
_EYE_VISITS = frozenset({"92002", "92004", "92012", "92014"})


@edit(
    id="MOD-02",
    title="59, XE, XP, XS or XU on an evaluation and management visit",
    severity=Severity.HOLD,
    source=Source("CMS, NCCI Policy Manual for Medicare", "2026, chapter I, E.1.d: modifier 59 and X{EPSU}"),
    since=date(2012, 1, 1),
    prevents=("4", "97", "M80"),
    fix="Take it off; modifier 25 says that the visit was significant and separate, where the note shows it.",
    passes=CLEAN.but(lines=(Line(modifiers=("25",)), Line(procedure="93000", modifiers=("59",)))),
    fails=CLEAN.but(lines=(Line(modifiers=("59",)),)),
    kinds="PI",
    carries=_SEPARATE,
)
def separate_visit(claim: Claim, context: Context) -> Iterator[Found]:
    for line in claim.lines:
        if not is_visit(line.procedure) or line.procedure in _EYE_VISITS:
            continue
        for place, modifier in enumerate(line.modifiers, start=3):
            if modifier in _SEPARATE:
                said = f"modifier {modifier} does not belong on the visit {line.procedure}"
                yield line.number, f"SV101-{place}", said
                break  # two of them contradict each other: MOD-01 says so
