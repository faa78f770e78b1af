"""Coverage that had ended, or had not begun, pays nothing; it is the commonest front-desk denial."""

from collections.abc import Iterator
from datetime import date, timedelta

from coding.context import Context, CoverageFacts
from coding.edit import CLEAN, Source, edit
from coding.example import SERVICE_DAY
from coding.finding import UNCHECKED, WARN, Found, Severity
from edi.records import Claim


@edit(
    id="ELIG-01",
    title="Coverage not active on the day of service",
    severity=Severity.HOLD,
    source=Source("X12 005010X279A1", "271 eligibility dates, or the dates registered"),
    since=date(2012, 1, 1),
    prevents=("26", "27", "200"),
    fix="Ask the payer again (270), register the new coverage, or bill the patient.",
    passes=CLEAN.but(context={"coverage": CoverageFacts(active_from=SERVICE_DAY, active_to=SERVICE_DAY)}),
    fails=CLEAN.but(context={"coverage": CoverageFacts(active_to=SERVICE_DAY - timedelta(days=1))}),
    each_payer=True,
)
def coverage_active(claim: Claim, context: Context) -> Iterator[Found]:
    coverage = context.coverage
    said = _said(coverage) if coverage is not None else None
    if said is not None:
        yield said
        if len(said) == 3:
            return  # it holds: nothing more is to be said
    if coverage is None or (
        coverage.active_from is None and coverage.active_to is None and coverage.verified != "active"
    ):
        yield None, "2000B SBR", "the coverage's dates are not known", UNCHECKED
        return
    start, end = coverage.active_from or date.min, coverage.active_to or date.max
    for line in claim.lines:
        first = line.service_from
        if first is None:
            continue
        if first < start:
            yield line.number, "DTP 472", f"service on {first}, the coverage starts on {start}"
        elif (line.service_to or first) > end:
            yield (
                line.number,
                "DTP 472",
                f"service on {line.service_to or first}, the coverage ended on {end}",
            )


def _said(coverage: CoverageFacts) -> Found | None:
    """What the payer said when it was asked: a hold where it pays nothing or is awaited, else a warning."""
    place, on = "2000B SBR", f"the payer said on {coverage.verified_on}"
    codes = f" (AAA {coverage.reasons})" if coverage.reasons else ""
    if coverage.verified == "waiting":
        return None, place, "the payer is asked about the coverage (270); its answer is awaited"
    if coverage.verified == "inactive":
        return None, place, f"{on} that the coverage is not active on the day of service"
    if coverage.verified == "not_found":
        return None, place, f"{on} that it does not know this person as a member{codes}"
    if coverage.verified == "silent":
        return None, place, "the payer was asked about the coverage and did not answer", WARN
    if coverage.verified == "unavailable":
        return None, place, f"{on} that it could not answer about the coverage{codes}", WARN
    if coverage.verified == "unsaid":
        return None, place, f"what {on} does not say whether the coverage is active{codes}", WARN
    return None
