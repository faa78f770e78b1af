"""What another payer was billed is what it paid and what it adjusted, at the line and at the claim."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.example import SERVICE_DAY, SUBSCRIBER
from coding.finding import Found, Severity
from edi.records import Adjustment, Claim, LineAdjudication, OtherPayer, Party, ServiceLine

_MEDIGAP = OtherPayer(
    order="P",
    payer=Party(last="First Example Plan", id="FIRST"),
    subscriber=SUBSCRIBER,
    paid=100_00,
    adjudicated=SERVICE_DAY,
)


def _adjudicated(paid: int, adjusted: int) -> ServiceLine:
    return Line(
        adjudications=(
            LineAdjudication(
                payer_id="FIRST",
                paid=paid,
                procedure="99213",
                adjustments=(Adjustment(group="PR", reason="2", amount=adjusted),),
                adjudicated=SERVICE_DAY,
            ),
        )
    )


@edit(
    id="COB-02",
    title="Another payer's decision does not balance",
    severity=Severity.HOLD,
    source=Source("X12 005010X222A1", "section 1.4.4, 2320 AMT D and CAS, 2430 SVD and CAS"),
    since=date(2012, 1, 1),
    prevents=("16", "MA92", "N4"),
    fix="Take paid amount and adjustments from the earlier payer's 835 as they are.",
    passes=CLEAN.but(payer_order="S", other_payers=(_MEDIGAP,), lines=(_adjudicated(100_00, 25_00),)),
    fails=CLEAN.but(
        payer_order="S",
        other_payers=(replace(_MEDIGAP, adjustments=(Adjustment(group="PR", reason="2", amount=20_00),)),),
    ),
    each_payer=True,
)
def other_payer_balances(claim: Claim, context: Context) -> Iterator[Found]:
    for other in claim.other_payers:
        if other.paid is None:
            continue
        explained = other.paid + sum(a.amount for a in other.adjustments)
        line_paid = 0
        at_lines = False
        for line in claim.lines:
            for decision in line.adjudications:
                if decision.payer_id != other.payer.id:
                    continue
                at_lines = True
                line_paid += decision.paid
                adjusted = sum(a.amount for a in decision.adjustments)
                explained += adjusted
                if decision.paid + adjusted != line.charge:
                    yield line.number, "2430 CAS", _says(line.charge, decision.paid + adjusted)
        if at_lines and line_paid + _claim_level(other) != other.paid:
            yield None, "2320 AMT D", "the lines' payments do not sum to the payer's payment"
        elif not at_lines and explained != claim.charge:
            yield None, "2320 CAS", _says(claim.charge, explained)


def _claim_level(other: OtherPayer) -> int:
    """Adjustments at the claim lower what the lines were paid (835 section 1.10.2.1)."""
    return -sum(a.amount for a in other.adjustments)


def _says(charge: int, explained: int) -> str:
    return f"charged {charge / 100:.2f}, paid and adjusted {explained / 100:.2f}"
