"""The days of a claim."""

from datetime import date

from edi.records import Claim, Institutional


def first_day(claim: Claim) -> date | None:
    """The earliest day of service of its lines, or the day that an institutional statement begins where
    they have none; None where neither is given."""
    lines = claim.lines
    if len(lines) == 1 and claim.institutional is None:
        return lines[0].service_from
    first: date | None = None
    for line in lines:
        day = line.service_from
        if day is not None and (first is None or day < first):
            first = day
    return claim.institutional.statement_from if first is None and claim.institutional else first


def statement_period(bill: Institutional) -> tuple[date | None, date | None]:
    """The first and last day that an institutional claim covers; without a last day it covers one."""
    return bill.statement_from, bill.statement_to or bill.statement_from


def years_between(start: date, end: date) -> int:
    """Whole years from `start` to `end`: an age, or the time since a visit."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))
