"""SNIP 3 of the 837P: the claim's charge is the sum of its lines' (X222A1, 2300 CLM02)."""

from collections.abc import Iterator
from typing import Final

from edi.findings import Answer, kind
from edi.guides.professional_claim import Claim
from edi.rules import Fault, Run, readable, rule
from edi.types import from_cents

TOTAL: Final = kind(
    "BAL-01",
    "Claim charge is not the sum of its lines",
    3,
    "CLM02 must be the sum of SV102.",
    Answer("277CA", category="A7", status="178"),
)


@rule(TOTAL, "837P", loop="2300")
def charges_add_up(claim: Claim, run: Run) -> Iterator[Fault]:
    """CLM02 against the lines."""
    if not claim.lines or not readable(claim.claim, 2):
        return
    if not all(readable(line.service, 2) for line in claim.lines):
        return
    difference = claim.claim.charge - sum([line.service.charge for line in claim.lines])
    if difference:
        yield Fault(claim.claim, "2", f"it differs from the sum of the lines by {from_cents(difference)}")
