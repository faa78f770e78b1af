"""25 separates a visit from a minor procedure of the day, 57 from the major surgery it decided on: with the
wrong one of the two the visit is paid as part of the operation."""

from collections.abc import Iterator
from datetime import date, timedelta

from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import Found, Severity
from coding.visits import is_visit
from edi.records import Claim, ServiceLine

_FEES = {"pprrvu": [("27447", "090"), ("99213", "XXX"), ("11042", "000")]}
_SURGERY = Line(procedure="27447", charge=2_400_00)


@edit(
    id="MOD-03",
    title="25 on a visit beside a major surgery, where 57 belongs",
    severity=Severity.WARN,
    source=Source(
        "CMS, Claims Processing Manual; Medicare Physician Fee Schedule",
        "chapter 12, 30.6.6.C and 40.2.A.4: the day before and the day of a 090 surgery",
    ),
    since=date(2012, 1, 1),
    prevents=("97", "4", "B15"),
    fix="Give 57 where the decision for the surgery was made at the visit; else drop the visit.",
    passes=CLEAN.but(lines=(Line(modifiers=("57",)), _SURGERY), codes=_FEES),
    fails=CLEAN.but(lines=(Line(modifiers=("25",)), _SURGERY), codes=_FEES),
    kinds="P",
    carries=frozenset({"25"}),
)
def major_surgery(claim: Claim, context: Context) -> Iterator[Found]:
    for line in claim.lines:
        given = line.modifiers
        if "25" not in given or "57" in given or "24" in given or not is_visit(line.procedure):
            continue
        periods = dict(_periods(claim, context, line))
        if "090" in periods and "000" not in periods and "010" not in periods:
            said = (
                f"25 beside {periods['090']}, a surgery with a global period of 90 days: 57 is its modifier"
            )
            yield line.number, "SV101-3", said


def _periods(claim: Claim, context: Context, visit: ServiceLine) -> Iterator[tuple[str, str]]:
    """Global period and procedure of what the claim bills for the visit's day, or major for the day after."""
    day = visit.service_from
    if day is None:
        return
    for other in claim.lines:
        on = other.service_from
        if other is visit or on is None or not day <= on <= day + timedelta(days=1):
            continue
        period = context.codes.global_days(other.procedure, on) or ""
        if period == "090" or on == day:
            yield period, other.procedure
