"""CMS publishes how many units of a service one patient can have on a day; more is denied."""

from collections.abc import Iterator
from datetime import date
from math import isfinite

from coding.context import Context, PriorClaim, PriorLine
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import UNCHECKED, WARN, Found, Severity
from coding.other_claims import lines_of_its_days, rendering_npi_before, rendering_of
from coding.tables_for import table_name
from edi.records import Claim, ServiceLine

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
    kinds="PI",
    each_payer=True,
)
def unlikely_units(claim: Claim, context: Context) -> Iterator[Found]:
    name = table_name("mue", claim, context)
    unchecked = 0
    earlier = lines_of_its_days(claim, context)
    alone = not earlier and len({line.procedure for line in claim.lines}) == len(claim.lines)
    seen: set[tuple[str, date, str]] = set()
    for line in claim.lines:
        day = line.service_from
        if day is None or not line.procedure:
            continue
        limit = context.codes.unlikely(name, line.procedure, day)
        if limit is None:
            unchecked += 1
            continue
        most, indicator = limit
        if indicator == 1:
            units = _a_day(line)
            if units > most:
                yield (
                    line.number,
                    "SV104",
                    f"{units:g} units of {line.procedure} on a line, at most {most} (MAI 1)",
                )
            continue
        if alone and line.service_to is None:
            units = _count(line.procedure, line.units)
        else:
            provider = rendering_of(claim, line).npi
            if (line.procedure, day, provider) in seen:
                continue
            seen.add((line.procedure, day, provider))
            units = _on_day(claim, earlier, line.procedure, day, provider)
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


def _on_day(
    claim: Claim, earlier: list[tuple[PriorClaim, PriorLine]], procedure: str, day: date, provider: str
) -> float:
    """Units of a provider's day over this claim and the live ones before it that this payer has seen."""
    units = sum(
        _a_day(line)
        for line in claim.lines
        if line.procedure == procedure
        and _holds(line, day)
        and (len(claim.lines) == 1 or rendering_of(claim, line).npi == provider)
    )
    return units + sum(
        _count(procedure, before.units)
        for prior, before in earlier
        if before.procedure == procedure
        and before.service_from == day
        and rendering_npi_before(prior, before) == provider
    )


def _holds(line: ServiceLine, day: date) -> bool:
    start = line.service_from
    return start is not None and start <= day <= (line.service_to or start)


def _a_day(line: ServiceLine) -> float:
    """A line's units on each of its days: CMS divides those of a span of days and rounds to a whole."""
    units = _count(line.procedure, line.units)
    start, end = line.service_from, line.service_to
    if start is None or end is None or end <= start:
        return units
    return int(units / ((end - start).days + 1) + 0.5)


def _count(procedure: str, text: str) -> float:
    """Units of service. Anesthesia is billed in minutes, its limits count services."""
    if text == "1" or "00100" <= procedure <= "01999":
        return 1.0
    try:
        units = float(text)
    except ValueError:
        return 0.0
    return units if isfinite(units) else 0.0  # UNT-01 says so
