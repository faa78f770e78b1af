"""Where the payers before left nothing to pay, the next one is not billed, unless it asks for such claims."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.context import Context
from coding.edit import Source, edit
from coding.example import PAYER, SECONDARY, Decided, Line
from coding.finding import Found, Severity
from edi.records import Adjustment, Claim, OtherPayer

_CONTRACT = (Adjustment(group="CO", reason="45", amount=25_00),)
#: Written off by contract or sequestration, or paid by a payer before.
_SETTLED = frozenset({("CO", "45"), ("CO", "253"), ("CO", "131"), ("OA", "23")})
_PAID_WHOLE = SECONDARY.but(lines=(Line(adjudications=(Decided(adjustments=_CONTRACT),)),))


@edit(
    id="COB-06",
    title="Nothing is left to pay",
    severity=Severity.HOLD,
    source=Source(
        "X12 005010X222A1, section 1.4.4; payer's rule on zero-balance claims",
        "2320 AMT EAF, CAS PR of 2320 and 2430",
    ),
    since=date(2012, 1, 1),
    prevents=("23", "45", "B13"),
    fix="Close the claim: the payers before settled it. Set zero_due_claims where the payer wants it anyway.",
    passes=_PAID_WHOLE.but(context={"payer": replace(PAYER, zero_due_claims=True)}),
    fails=_PAID_WHOLE,
)
def nothing_left(claim: Claim, context: Context) -> Iterator[Found]:
    if claim.payer_order == "P" or not claim.other_payers or claim.frequency == "8":
        return
    if context.payer is not None and context.payer.zero_due_claims:
        return
    last = claim.other_payers[-1]
    if last.paid is None:
        return  # COB-01 says so
    left = _left(claim, last)
    if left is not None and left <= 0:
        yield None, "2320 AMT EAF", "the payers before left nothing to pay"


def _left(claim: Claim, other: OtherPayer) -> int | None:
    """What that payer left over: all but what the contract writes off; None where nothing explains it."""
    if other.remaining_patient_liability is not None:
        return other.remaining_patient_liability
    adjustments = [
        *other.adjustments,
        *(
            adjustment
            for line in claim.lines
            for decision in line.adjudications
            if decision.payer_id == other.payer.id
            for adjustment in decision.adjustments
        ),
    ]
    if not adjustments:
        return None if other.paid != claim.charge else 0
    return sum(a.amount for a in adjustments if (a.group, a.reason) not in _SETTLED)
