"""SNIP 3 of the 837: the claim's charge is the sum of its lines' (X222A1, X223A2, X224A2: 2300 CLM02)."""

from collections.abc import Iterable
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.checks.rules.lines import views
from edi.declare.types import CENTS, from_cents
from edi.findings import Answer, kind

TOTAL: Final = kind(
    "BAL-01",
    "Claim charge is not the sum of its lines",
    3,
    "CLM02 must be the sum of the lines' charges.",
    Answer("277CA", category="A7", status="178"),
)
TOO_LONG: Final = 10**10  # cents; reported as too long
CHARGE_AT: Final = {"SV1": 2, "SV2": 3, "SV3": 2}


@rule(TOTAL, "837P 837I 837D", loop="2300")
def charges_add_up(claim: Any, run: Run) -> Iterable[Fault]:
    """CLM02 against the lines; not where an amount is unreadable, which is reported already."""
    e = claim.claim._e
    left = CENTS[e[2]] if len(e) > 2 else None
    lines = views(claim, run)
    if left is None or not lines or left >= TOO_LONG:
        return ()
    for _, e, _, _ in lines:
        at = CHARGE_AT.get(e[0], 2)
        charge = CENTS[e[at]] if len(e) > at else None
        if charge is None:
            return ()
        left -= charge
    if not left:
        return ()
    return [Fault(claim.claim, "2", f"it differs from the sum of the lines by {from_cents(left)}")]
