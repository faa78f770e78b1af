"""A visit's level rests on the time or on the decision making that was documented; either is enough."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context, Documentation
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import UNCHECKED, Found, Severity
from coding.visits import LEVELS, PROLONGED, RANK, Level, level_on
from edi.records import Claim, ServiceLine


@edit(
    id="EM-01",
    title="Visit level not supported by what was documented",
    severity=Severity.WARN,
    source=Source(
        "CPT, evaluation and management",
        "2021 office visits, 2023 the others: time or medical decision making",
    ),
    since=date(2021, 1, 1),
    prevents=("150", "152", "16"),
    fix="Bill the level that is documented, or have the provider complete the note.",
    passes=CLEAN.but(
        lines=(Line(procedure="99214"),),
        context={"documentation": Documentation(minutes=22, decision_making="moderate")},
    ),
    fails=CLEAN.but(
        lines=(Line(procedure="99215"),),
        context={"documentation": Documentation(minutes=25, decision_making="moderate")},
    ),
    kinds="P",
    carries=frozenset({*LEVELS, *PROLONGED}),
)
def visit_level(claim: Claim, context: Context) -> Iterator[Found]:
    documented = context.documentation
    nothing = documented.minutes is None and not documented.decision_making
    for line in claim.lines:
        day = line.service_from
        if day is None:
            continue
        level = level_on(line.procedure, day)
        if level is None:
            if line.procedure in PROLONGED:
                yield from _prolonged(line, day, claim, documented.minutes)
        elif nothing or (not level.decision_making and documented.minutes is None):
            needed = "neither time nor decision making" if nothing else "no time"
            yield line.number, "SV101-2", f"{needed} came with the encounter", UNCHECKED
        elif not _supported(level, documented):
            said = f"{line.procedure} asks for {_asks(level)}; documented: {_has(documented)}"
            yield line.number, "SV101-2", said


def _supported(level: Level, documented: Documentation) -> bool:
    """Enough time or enough decision making: either carries a level."""
    minutes = documented.minutes
    if level.minutes is not None and minutes is not None and minutes >= level.minutes:
        return True
    needed = RANK.get(level.decision_making)
    return needed is not None and RANK.get(documented.decision_making, 0) >= needed


def _asks(level: Level) -> str:
    time = f"{level.minutes} minutes" if level.minutes is not None else ""
    making = f"{level.decision_making} decision making" if level.decision_making else ""
    return " or ".join(part for part in (time, making) if part)


def _has(documented: Documentation) -> str:
    time = f"{documented.minutes} minutes" if documented.minutes is not None else ""
    making = f"{documented.decision_making} decision making" if documented.decision_making else ""
    return " and ".join(part for part in (time, making) if part)


def _prolonged(line: ServiceLine, day: date, claim: Claim, minutes: int | None) -> Iterator[Found]:
    """Prolonged time counts beyond the highest level's; that this level is there, AOC-01 checks."""
    rule = PROLONGED[line.procedure]
    visit = next(
        (o.procedure for o in claim.lines if o.procedure in rule.least and o.service_from == day), None
    )
    if visit is None or day < rule.since:
        return
    if minutes is None:
        yield line.number, "SV101-2", "no time came with the encounter", UNCHECKED
        return
    try:
        units = max(1, int(float(line.units)))
    except (ValueError, OverflowError):
        return  # UNT-01 says so
    least = rule.least[visit] + 15 * (units - 1)
    if minutes < least:
        said = f"{units} of {line.procedure} beside {visit} asks for {least} minutes; documented: {minutes}"
        yield line.number, "SV104", said
