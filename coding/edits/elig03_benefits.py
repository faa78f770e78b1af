"""Benefits run out, networks differ, and a hospice, a nursing facility or a capitated group may owe the
service instead of the payer billed."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context, CoverageFacts
from coding.edit import CLEAN, Source, edit
from coding.finding import Found, Severity
from edi.records import Claim

_OWED = {
    "hospice": "a hospice election covers the day; hospice pays what belongs to it",
    "snf": "the patient is in a skilled nursing facility's stay on the day; consolidated billing may apply",
    "capitation": "the service is capitated on the day",
    "managed": "a managed care plan covers the day instead of this payer",
}


@edit(
    id="ELIG-03",
    title="Benefit limit, network, hospice, nursing stay or capitation",
    severity=Severity.WARN,
    source=Source("X12 005010X279A1", "271 EB limits and MSG; CMS consolidated billing"),
    since=date(2012, 1, 1),
    prevents=("119", "B9", "24", "109", "242", "190"),
    fix="Bill the payer that the eligibility answer names, or add the modifier (GV, GW) that applies.",
    passes=CLEAN.but(context={"coverage": CoverageFacts(active_from=date(2026, 1, 1), in_network=True)}),
    fails=CLEAN.but(context={"coverage": CoverageFacts(active_from=date(2026, 1, 1), in_network=False)}),
    each_payer=True,
)
def benefits(claim: Claim, context: Context) -> Iterator[Found]:
    coverage = context.coverage
    if coverage is None:
        return  # ELIG-01 says so
    if coverage.in_network is False:
        yield None, "2310B", "the provider is outside the plan's network"
    for benefit in coverage.benefits:
        if benefit.allowed is None:
            continue
        units = sum(
            _units(line.units)
            for line in claim.lines
            if (not benefit.procedures or line.procedure in benefit.procedures)
            and (benefit.until is None or line.service_from is None or line.service_from <= benefit.until)
        )
        if units and benefit.used + units > benefit.allowed:
            yield (
                None,
                "SV104",
                f"{benefit.name}: {benefit.allowed} allowed, {benefit.used} used, {units:g} more billed",
            )
    for period in coverage.periods:
        for line in claim.lines:
            day = line.service_from
            if day is None or day < period.start or (period.end is not None and day > period.end):
                continue
            if period.kind == "hospice" and not {"GV", "GW"}.isdisjoint(line.modifiers):
                continue
            yield line.number, "DTP 472", _OWED.get(period.kind, f"a {period.kind} period covers the day")


def _units(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
