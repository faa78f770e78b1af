"""The days a claim speaks of."""

from datetime import date

from edi.records import Claim


def first_day(claim: Claim) -> date | None:
    """The earliest day of service of its lines; None where none is given."""
    lines = claim.lines
    if len(lines) == 1:
        return lines[0].service_from
    first: date | None = None
    for line in lines:
        day = line.service_from
        if day is not None and (first is None or day < first):
            first = day
    return first
