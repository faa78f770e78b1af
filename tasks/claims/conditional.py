"""The claim to Medicare on which it is asked to pay conditionally: the payer before it was silent too long.

42 CFR 411.21 and 411.50 to 411.53: an insurer of an accident (no-fault, workers' compensation, black lung,
liability) that pays nothing within 120 days is not expected to pay promptly. The claim names it as the payer
before, with a payment of zero, the whole charge under one adjustment, and the day on which its time was over;
an institutional one has the type's value code with zero (Medicare Secondary Payer Manual, chapters 3 and 5).
"""

from dataclasses import replace
from datetime import date
from typing import Final

from edi.records import PAYER_ORDERS, Adjustment, Claim, DatedCode, OtherPayer

NOTE: Final = "CONDITIONAL PAYMENT ASKED FOR, NO ANSWER OF THE PAYER BEFORE BY"
LONGEST_NOTE: Final = 80


def conditional(claim: Claim, over_on: date, adjustment: str) -> Claim:
    """A claim with each payer before its own that is silent as one that paid nothing. `over_on`: the day on
    which its time was over; `adjustment`: group and CARC under which the charge stands there."""
    at = PAYER_ORDERS.find(claim.payer_order)
    group, _, reason = adjustment.partition(" ")
    others = tuple(
        _silent(other, claim.charge, over_on, group, reason)
        if PAYER_ORDERS.find(other.order) < at and other.paid is None
        else other
        for other in claim.other_payers
    )
    note = claim.note or f"{NOTE} {over_on:%m/%d/%Y}"[:LONGEST_NOTE]
    claim = replace(claim, other_payers=others, note=note)
    stay = claim.institutional
    if stay is None or any(value.code == claim.insurance_type for value in stay.values):
        return claim
    value = DatedCode(code=claim.insurance_type, amount=0)
    return replace(claim, institutional=replace(stay, values=(*stay.values, value)))


def _silent(other: OtherPayer, charge: int, over_on: date, group: str, reason: str) -> OtherPayer:
    return replace(
        other,
        paid=0,
        adjustments=(Adjustment(group=group, reason=reason, amount=charge),),
        adjudicated=over_on,
    )
