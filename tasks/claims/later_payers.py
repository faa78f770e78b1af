"""The claim to a payer that comes after others, with what those decided: 2320, 2330B and 2430.

Each earlier payer's part balances: the charge is what it paid and its adjustments, for the claim and for
each line that it decided. A payer that decided by line says when in 2430, else in 2330B.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from coding.medicare import FILING_CODES
from edi.records import Adjustment, Claim, Contract, DatedCode, LineAdjudication, OtherPayer, ServiceLine
from ledger.adjudication import facts
from ledger.adjudication.coordination import EarlierPayment, LineDecision

_QUANTITY = re.compile(r"-?(\d{1,8}(\.\d{0,3})?|\.\d{1,3})", re.ASCII)  # as CAS04 and SVD05 take it
REMARKS = 5  # MOA03 to MOA07; MIA05 and MIA20 to MIA23
OTHER_CONTRACT = "09"
OBLIGATED_VALUE = "44"


def with_decisions(claim: Claim, earlier: Sequence[EarlierPayment]) -> Claim:
    """A claim with what the payers before its own decided; they are among its other payers."""
    decided = {payment.order: payment for payment in earlier}
    others = tuple(
        _decided(other, decided[other.order]) if other.order in decided else other
        for other in claim.other_payers
    )
    ids = {other.order: other.payer.id for other in others}
    lines = tuple(_with_adjudications(line, earlier, ids) for line in claim.lines)
    claim = replace(claim, other_payers=others, lines=lines)
    return _obligated(claim, earlier[0]) if claim.filing_code in FILING_CODES and earlier else claim


def _obligated(claim: Claim, first: EarlierPayment) -> Claim:
    """What the contract with the first payer obliges the provider to accept, where that is less than the
    charge and more than it paid: CN1 09 of the claim and its lines, value code 44 of an institutional one.
    What the encounter says of a contract stands."""
    accepted = claim.charge - _contract(first.every_adjustment)
    if not first.paid < accepted < claim.charge or claim.contract is not None:
        return claim
    if claim.institutional is not None:
        stay = claim.institutional
        value = DatedCode(code=OBLIGATED_VALUE, amount=accepted)
        return replace(claim, institutional=replace(stay, values=(*stay.values, value)))
    of_line: dict[int, int] = {}
    for line in first.lines:  # the parts of one that the payer took apart add up
        of_line[line.line] = of_line.get(line.line, 0) + line.charge - _contract(line.adjustments)
    lines = tuple(
        replace(line, contract=Contract(type=OTHER_CONTRACT, amount=of_line[line.number]))
        if line.number in of_line and line.contract is None and of_line[line.number] < line.charge
        else line
        for line in claim.lines
    )
    return replace(claim, contract=Contract(type=OTHER_CONTRACT, amount=accepted), lines=lines)


def _contract(adjustments: Sequence[facts.Adjustment]) -> int:
    """What the contract takes off: the provider's part under CARC 45."""
    return sum(a.cents for a in adjustments if a.group == "CO" and a.carc == "45")


def _decided(other: OtherPayer, decided: EarlierPayment) -> OtherPayer:
    whole = not decided.lines
    return replace(
        other,
        paid=decided.paid,
        remaining_patient_liability=_patients(decided.adjustments) if whole else None,
        adjustments=_adjustments(decided),
        adjudicated=decided.adjudicated if whole else None,
        payer_claim_control_number=decided.payer_claim_control_number,
        remarks=decided.remarks[:REMARKS],
        inpatient=_elements(decided.inpatient),
        outpatient=_elements(decided.outpatient),
    )


def _elements(figures: str) -> tuple[str, ...]:
    return tuple(figures.split(",")) if figures else ()


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
        # A line without a procedure is decided by its revenue code (SVC01 NU), which SVD04 says.
        procedure=decided.procedure if line.procedure else "",
        modifiers=decided.modifiers if line.procedure else (),
        bundled_into=str(decided.bundled_into or ""),
        units=decided.units if _QUANTITY.fullmatch(decided.units) else line.units,
        adjustments=_adjustments(decided),
        adjudicated=payment.adjudicated,
        remaining_patient_liability=_patients(decided.adjustments),
    )


def _adjustments(decided: EarlierPayment | LineDecision) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(
            group=a.group,
            reason=a.carc,
            amount=a.cents,
            quantity=a.quantity if _QUANTITY.fullmatch(a.quantity) else "",
        )
        for a in decided.adjustments
    )


def _patients(adjustments: Sequence[facts.Adjustment]) -> int:
    """What a payer left to the patient: group PR alone, so that no cut by law is asked for."""
    return max(sum(a.cents for a in adjustments if a.group == "PR"), 0)
