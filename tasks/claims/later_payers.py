"""The claim to a payer that comes after others, with what those decided: 2320, 2330B and 2430.

Each earlier payer's part balances: the charge is what it paid and its adjustments, for the claim and for
each line that it decided. A payer that decided by line says when in 2430, else in 2330B.
"""

from collections.abc import Sequence
from dataclasses import replace

from edi.records import Adjustment, Claim, LineAdjudication, OtherPayer, ServiceLine
from ledger.adjudication import facts
from ledger.adjudication.coordination import EarlierPayment, LineDecision


def with_decisions(claim: Claim, earlier: Sequence[EarlierPayment]) -> Claim:
    """A claim with what the payers before its own decided; they are among its other payers."""
    decided = {payment.order: payment for payment in earlier}
    others = tuple(
        _decided(other, decided[other.order]) if other.order in decided else other
        for other in claim.other_payers
    )
    ids = {other.order: other.payer.id for other in others}
    lines = tuple(_with_adjudications(line, earlier, ids) for line in claim.lines)
    return replace(claim, other_payers=others, lines=lines)


def _decided(other: OtherPayer, decided: EarlierPayment) -> OtherPayer:
    whole = not decided.lines
    return replace(
        other,
        paid=decided.paid,
        remaining_patient_liability=_patients(decided.adjustments) if whole else None,
        adjustments=_adjustments(decided),
        adjudicated=decided.adjudicated if whole else None,
        payer_claim_control_number=decided.payer_claim_control_number,
    )


def _with_adjudications(
    line: ServiceLine, earlier: Sequence[EarlierPayment], ids: dict[str, str]
) -> ServiceLine:
    """A line with what each payer decided of it."""
    found = tuple(
        _adjudication(line, one, ids[payment.order], payment)
        for payment in earlier
        for one in payment.lines
        if one.line == line.number and payment.order in ids
    )
    return replace(line, adjudications=found) if found else line


def _adjudication(
    line: ServiceLine, decided: LineDecision, payer_id: str, payment: EarlierPayment
) -> LineAdjudication:
    return LineAdjudication(
        payer_id=payer_id,
        paid=decided.paid,
        procedure=decided.procedure,
        modifiers=decided.modifiers,
        units=line.units,
        adjustments=_adjustments(decided),
        adjudicated=payment.adjudicated,
        remaining_patient_liability=_patients(decided.adjustments),
    )


def _adjustments(decided: EarlierPayment | LineDecision) -> tuple[Adjustment, ...]:
    return tuple(Adjustment(group=a.group, reason=a.carc, amount=a.cents) for a in decided.adjustments)


def _patients(adjustments: Sequence[facts.Adjustment]) -> int:
    """What a payer left to the patient: group PR alone, so that no cut by law is asked for."""
    return max(sum(a.cents for a in adjustments if a.group == "PR"), 0)
