"""Where the service was: a hospital's place of service usually asks for the service facility (2310C)."""

from collections.abc import Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.findings import Answer, kind

FACILITY: Final = kind(
    "SIT-15",
    "Service facility probably missing",
    4,
    "Add loop 2310C, unless the services were at the billing provider's own address.",
    Answer("999", segment="I6"),
    "info",
)
ELSEWHERE: Final = frozenset(("21", "22", "23", "24", "31", "32", "51", "61"))


@rule(FACILITY, "837P", loop="2300", when=lambda e: len(e) > 5 and e[5][:2] in ELSEWHERE)
def facility_is_named(claim: Any, run: Run) -> Iterator[Fault]:
    """CLM05-1 against 2310C. Whether it is the billing provider's own place, the claim does not say."""
    clm = claim.claim
    if not claim.facility and not all(line.facility for line in claim.lines):
        message = "the place of service is seldom the billing provider's"
        yield Fault("NM1", "", message, "2310C", cause=(clm, "5-1", "2300"), position=clm.position)
