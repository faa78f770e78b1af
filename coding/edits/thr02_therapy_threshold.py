"""Above a yearly amount Medicare pays therapy only where KX says that it is still needed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.context import Context, PriorClaim, PriorLine
from coding.edit import CLEAN, Line, Source, edit
from coding.example import MEDICARE
from coding.finding import UNCHECKED, Found, Severity
from coding.medicare import to_medicare
from coding.other_claims import other_claims
from coding.therapy import DISCIPLINES, OCCUPATIONAL, THRESHOLDS
from edi.records import Claim

_BEFORE = PriorClaim(
    patient_control_number="EX0000",
    lines=(
        PriorLine(
            procedure="97110", service_from=date(2026, 3, 2), modifiers=("GP",), charge=2_400_00, units="30"
        ),
    ),
)
_LINE = Line(procedure="97110", modifiers=("GP",))


@edit(
    id="THR-02",
    title="Therapy beyond the year's threshold without KX",
    severity=Severity.WARN,
    source=Source(
        "42 USC 1395l(g)(5); CMS, Claims Processing Manual",
        "chapter 5, 10.3: KX above 2,480.00 in 2026 (2,410.00 in 2025), by discipline",
    ),
    since=date(2021, 1, 1),
    prevents=("119", "50", "N362"),
    fix="Ask what counts toward the threshold; where it is passed, give KX if the note shows the need.",
    passes=CLEAN.but(
        filing_code="MB",
        lines=(replace(_LINE, modifiers=("GP", "KX")),),
        context={"payer": MEDICARE, "history": (_BEFORE,)},
    ),
    fails=CLEAN.but(
        filing_code="MB",
        lines=(_LINE,),
        context={"payer": MEDICARE, "history": (_BEFORE,)},
    ),
    kinds="P",
    each_payer=True,
    carries=DISCIPLINES,
)
def therapy_threshold(claim: Claim, context: Context) -> Iterator[Found]:
    if not to_medicare(claim, context):
        return
    spent: dict[tuple[int, bool], int] = {}
    for prior in other_claims(claim, context, of_payer=True):
        for before in prior.lines:
            _count(spent, before.modifiers, before.service_from, before.charge)
    told: set[tuple[int, bool]] = set()
    for line in claim.lines:
        day = line.service_from
        if day is None or DISCIPLINES.isdisjoint(line.modifiers):
            continue
        key = _count(spent, line.modifiers, day, line.charge)
        threshold = THRESHOLDS.get(day.year)
        if key in told or "KX" in line.modifiers:
            continue
        if threshold is None:
            told.add(key)
            yield line.number, "SV101-3", f"the therapy threshold of {day.year} is not known here", UNCHECKED
        elif spent[key] > threshold:
            told.add(key)  # one finding a discipline, at the line that passes it
            said = f"{spent[key] // 100} dollars of this therapy are billed in {day.year}"
            yield line.number, "SV101-3", f"{said}, the threshold is {threshold // 100}, and there is no KX"


def _count(
    spent: dict[tuple[int, bool], int], modifiers: tuple[str, ...], day: date, charge: int
) -> tuple[int, bool]:
    """Adds a therapy line's charge to its year and pot: occupational therapy has one of its own.

    What Medicare counts is what it allows, at most the charge: this warns early, never late."""
    key = day.year, OCCUPATIONAL in modifiers
    if not DISCIPLINES.isdisjoint(modifiers):
        spent[key] = spent.get(key, 0) + charge
    return key
