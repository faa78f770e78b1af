"""CMS publishes how many units of a service one patient can have on a day; more is denied."""

from collections.abc import Iterator
from datetime import date

from coding.edit import CLEAN, Line, Source, edit
from coding.finding import UNCHECKED, WARN, Found, Severity
from coding.tables_for import table_name
from coding.world import World
from edi.records import Claim

_THREE = {"mue_practitioner": [("97110", 4, 3), ("93000", 1, 2), ("J1885", 8, 1), ("99213", 2, 3)]}


@edit(
    id="MUE-01",
    title="More units than one day can hold",
    severity=Severity.HOLD,
    source=Source("CMS, National Correct Coding Initiative", "medically unlikely edits, MAI 1, 2 and 3"),
    since=date(2012, 1, 1),
    prevents=("151", "222", "119"),
    fix="Correct the units; over an appealable limit (MAI 3) send the documentation.",
    passes=CLEAN.but(lines=(Line(procedure="93000", charge=40_00),), codes=_THREE),
    fails=CLEAN.but(lines=(Line(procedure="93000", units="2", charge=80_00),), codes=_THREE),
)
def unlikely_units(claim: Claim, world: World) -> Iterator[Found]:
    name = table_name("mue", claim, world)
    unchecked = 0
    seen: set[tuple[str, date]] = set()
    for line in claim.lines:
        day = line.service_from
        if day is None or not line.procedure:
            continue
        limit = world.codes.unlikely(name, line.procedure, day)
        if limit is None:
            unchecked += 1
            continue
        most, indicator = limit
        if indicator == 1:
            units = _units(line.units)
            if units > most:
                yield (
                    line.number,
                    "SV104",
                    f"{units:g} units of {line.procedure} on a line, at most {most} (MAI 1)",
                )
            continue
        if (line.procedure, day) in seen:
            continue
        seen.add((line.procedure, day))
        units = _on_day(claim, world, line.procedure, day)
        if units > most:
            said = f"{units:g} units of {line.procedure} on {day}, at most {most} (MAI {indicator})"
            if indicator == 3:
                yield line.number, "SV104", said, WARN
            else:
                yield line.number, "SV104", said
    if unchecked:
        yield (
            None,
            "SV104",
            f"{unchecked} of the lines: no MUE is loaded for the procedure and day",
            UNCHECKED,
        )


def _on_day(claim: Claim, world: World, procedure: str, day: date) -> float:
    """Units of the day over this claim and the live ones before it, by the same provider."""
    units = sum(
        _units(line.units) for line in claim.lines if line.procedure == procedure and line.service_from == day
    )
    if world.history:
        provider = (claim.rendering or claim.billing).npi
        for prior in world.history:
            if prior.live and not prior.same_claim:
                for line in prior.lines:
                    by = line.rendering_npi or prior.rendering_npi or prior.billing_npi
                    if line.procedure == procedure and line.service_from == day and by == provider:
                        units += _units(line.units)
    return units


def _units(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
