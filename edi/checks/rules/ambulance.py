"""Ambulance transport: certification (CR1), where it picked up (2310E) and where it went (2310F)."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.checks.rules.lines import views
from edi.findings import Answer, kind

TRANSPORT: Final = kind(
    "SIT-16",
    "Ambulance transport not described",
    4,
    "Add CR1 and loops 2310E and 2310F, on the claim or on the line.",
    Answer("999", segment="I6"),
)
# HCPCS level II: mileage and base rates of ambulance transport.
SERVICES: Final = frozenset(f"A{n:04d}" for n in (425, 426, 427, 428, 429, 430, 431, 433, 434, 435, 436))


@rule(TRANSPORT, "837P", loop="2300")
def transport_is_described(claim: Any, run: Run) -> Iterable[Fault]:
    """The first line with a transport that nothing describes."""
    for line, e, _, _ in views(claim, run):
        if len(e) > 1 and "A04" in e[1]:
            parts = e[1].split(line.service.d.component)
            if len(parts) > 1 and parts[1] in SERVICES:
                absent = list(
                    _absent(claim, line, lost=run.transaction.get("lost party", 0) > claim.position)
                )
                if absent:
                    return absent
    return ()


def _absent(claim: Any, line: Any, *, lost: bool) -> Iterator[Fault]:
    """What does not describe the transport; a place may be the party that was lost, which is reported."""
    cause = (line.service, "1-2", "2400")
    for name, loop, there in (
        ("CR1", "2300", claim.ambulance or line.ambulance),
        ("NM1", "2310E", claim.pick_up or line.pick_up),
        ("NM1", "2310F", claim.drop_off or line.drop_off),
    ):
        if not there and not (lost and name == "NM1"):
            yield Fault(name, "", "a line bills transport", loop, cause=cause, position=claim.position)
