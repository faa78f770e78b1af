"""A dental line has a day of its own or its claim's, unless it asks what would be paid (X224A2, DTP 472)."""

from collections.abc import Iterable
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.findings import Answer, kind

UNDATED: Final = kind(
    "SIT-39",
    "Dental line without its service date",
    4,
    "Add DTP 472 to the line or, for all lines, to the claim.",
    Answer("999", segment="I6"),
)


@rule(UNDATED, "837D", loop="2300")
def dental_lines_are_dated(claim: Any, run: Run) -> Iterable[Fault]:
    """2400 DTP 472 or 2300 DTP 472; a predetermination (CLM19 PB) has none."""
    if claim.service_date or claim.claim.submission_reason == "PB":
        return ()
    return [
        Fault("DTP", "", "neither the line nor the claim has one", "2400", position=line.position)
        for line in claim.lines
        if not line.service_date and not line.treatment_start
    ]
