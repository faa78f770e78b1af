"""A claim for an accident says when it was, and an automobile accident in which state (CLM11, DTP 439)."""

from collections.abc import Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.findings import Answer, kind

DAY: Final = kind(
    "SIT-08",
    "Accident without its date",
    4,
    "Add DTP 439 with the day of the accident.",
    Answer("999", segment="I6"),
)
STATE: Final = kind(
    "SIT-09",
    "Automobile accident without its state",
    4,
    "Give CLM11-4, or CLM11-5 where it was abroad.",
    Answer("999", segment="8", element="I9"),
)


@rule(DAY, "837P 837D", loop="2300", when=lambda e: len(e) > 11 and e[11] != "")
def accident_is_described(claim: Any, run: Run) -> Iterator[Fault]:
    """CLM11 against DTP 439 and its own state."""
    clm = claim.claim
    e = clm.elements
    causes = e[11].split(clm.d.component if clm.d else ":")
    named = causes[:3]
    if ("AA" in named or "OA" in named) and not claim.accident:
        cause = (clm, f"11-{1 + next(n for n, c in enumerate(named) if c in ('AA', 'OA'))}", "2300")
        yield Fault("DTP", "", "CLM11 names one, no DTP 439 follows", cause=cause, position=clm.position)
    if "AA" in named and not any(causes[3:5]):
        yield Fault(clm, "11-4", "it is required with AA", kind=STATE)
