"""Lines as rules need them: the elements of their service and their days, put together once a claim."""

from typing import Any

from edi.checks.rules import Run
from edi.declare.types import DATES

View = tuple[Any, list[str], str, str]
"""A line: its loop, the elements of SV1, SV2 or SV3, its first and last day as CCYYMMDD ("" where there is
none that can be read). A plain tuple: a named one costs as much to make as all that is looked up for it."""


def views(claim: Any, run: Run) -> list[View]:
    """The lines of the claim that closes now."""
    held = run.view
    if held is not None and held[0] is claim:
        known: list[View] = held[1]
        return known
    made: list[View] = []
    for line in claim.lines:
        here = line.__dict__
        service = here.get("service")
        dtp = here.get("service_date")
        first = last = ""
        if dtp is not None:
            e = dtp._e
            if len(e) > 3:
                first = e[3]
                if len(first) == 8:
                    last = first
                    if DATES[first] is None:
                        first = last = ""
                else:
                    first, last = first[:8], first[-8:]
                    if len(e[3]) != 17 or DATES[first] is None or DATES[last] is None:
                        first = last = ""
        made.append((line, service._e if service is not None else _NONE, first, last))
    run.view = (claim, made)
    return made


_NONE: list[str] = [""]
