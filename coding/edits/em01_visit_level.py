"""A visit's level rests on the time or on the decision making that was documented; either is enough."""

from collections.abc import Iterator
from datetime import date

from coding.edit import CLEAN, Line, Source, edit
from coding.finding import UNCHECKED, Found, Severity
from coding.visits import RANK, level_on
from coding.world import Documentation, World
from edi.records import Claim


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
        world={"documentation": Documentation(minutes=22, decision_making="moderate")},
    ),
    fails=CLEAN.but(
        lines=(Line(procedure="99215"),),
        world={"documentation": Documentation(minutes=25, decision_making="moderate")},
    ),
    kinds="P",
)
def visit_level(claim: Claim, world: World) -> Iterator[Found]:
    for line in claim.lines:
        level = level_on(line.procedure, line.service_from) if line.service_from is not None else None
        if level is None:
            continue
        documented = world.documentation
        if documented.minutes is None and not documented.decision_making:
            yield (
                line.number,
                "SV101-2",
                "neither time nor decision making came with the encounter",
                UNCHECKED,
            )
            continue
        if (
            level.minutes is not None
            and documented.minutes is not None
            and documented.minutes >= level.minutes
        ):
            continue
        needed = RANK[level.decision_making]
        if RANK.get(documented.decision_making, 0) >= needed:
            continue
        asks = f"{level.decision_making} decision making"
        if level.minutes is not None:
            asks = f"{level.minutes} minutes or {asks}"
        has = " and ".join(
            part
            for part in (
                f"{documented.minutes} minutes" if documented.minutes is not None else "",
                f"{documented.decision_making} decision making" if documented.decision_making else "",
            )
            if part
        )
        yield line.number, "SV101-2", f"{line.procedure} asks for {asks}; documented: {has}"
