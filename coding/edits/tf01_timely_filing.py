"""A claim that reaches the payer after its filing limit is lost: nobody may bill the patient for it."""

from collections.abc import Iterator
from datetime import date, timedelta

from coding.context import Context
from coding.days import first_day
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import HOLD, UNCHECKED, Found, Severity
from edi.records import Claim

_SOON = 14  # days left from which a person is warned


@edit(
    id="TF-01",
    title="Filing limit near or past",
    severity=Severity.WARN,
    source=Source("Payer contract; 42 CFR 424.44", "Medicare: one calendar year from the date of service"),
    since=date(2010, 1, 1),
    prevents=("29",),
    fix="Send it tonight; past the limit, give the delay reason (CLM20) and its proof.",
    passes=CLEAN,
    fails=CLEAN.but(
        lines=(Line(service_from=date(2026, 5, 25)),),
    ),
    each_payer=True,
)
def timely_filing(claim: Claim, context: Context) -> Iterator[Found]:
    day = first_day(claim)
    payer = context.payer
    if day is None or payer is None or claim.frequency in ("7", "8"):
        return
    if payer.filing_limit_from_last_day:
        days = [line.service_to or line.service_from for line in claim.lines]
        if claim.institutional is not None:  # lines of a stay need no day of their own
            days.append(claim.institutional.statement_to)
        day = max((one for one in days if one), default=day)
    day = context.filing_from or day
    if payer.medicare and payer.filing_limit_days in (None, 365, 366):
        last = _a_year_after(day)  # a calendar year, whatever its days
        left = context.days_left(last, 0, _SOON)
    elif payer.filing_limit_days is not None:
        left = context.days_left(day, payer.filing_limit_days, _SOON)
        if left > _SOON:
            return
        last = day + timedelta(days=payer.filing_limit_days)
    else:
        yield None, "DTP 472", "the payer's filing limit is not in its file", UNCHECKED
        return
    if left < 0:
        if claim.delay_reason:
            yield (
                None,
                "CLM20",
                f"the filing limit passed on {last}; delay reason {claim.delay_reason} is given",
            )
        else:
            yield None, "DTP 472", f"the filing limit passed on {last}", HOLD
    elif left <= _SOON:
        yield None, "DTP 472", f"{left} days left to the filing limit on {last}"


def _a_year_after(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)
