"""What another payer was billed is what it paid and what it adjusted, at the line and at the claim."""

from collections.abc import Iterator, Sequence
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
    by_payer: dict[str, list[OtherPayer]] = {}
    for other in claim.other_payers:
        if other.paid is not None:
            by_payer.setdefault(other.payer.id, []).append(other)
    for payer_id, others in by_payer.items():
        yield from _balances(claim, payer_id, others)


def _balances(claim: Claim, payer_id: str, others: Sequence[OtherPayer]) -> Iterator[Found]:
    """One payer's decisions. Where it stands before the claim's payer twice, its lines do not say for which
    coverage they were decided: both are added up, and each line has its charge once or twice."""
    paid = sum(other.paid or 0 for other in others)
    of_claim = sum(a.amount for other in others for a in other.adjustments)
    line_paid = 0
    at_lines = False
    for line in claim.lines:
        parts = [decision for decision in line.adjudications if decision.payer_id == payer_id]
        if not parts:
            continue
        at_lines = True
        decided = sum(part.paid for part in parts)
        line_paid += decided
        explained = decided + sum(a.amount for part in parts for a in part.adjustments)
        if explained not in {line.charge * times for times in range(1, len(others) + 1)}:
            yield line.number, "2430 CAS", _says(line.charge, explained)
    if not at_lines and paid + of_claim != claim.charge * len(others):
        yield None, "2320 CAS", _says(claim.charge * len(others), paid + of_claim)
    # adjustments at the claim lower what the lines were paid (835 section 1.10.2.1)
    elif at_lines and paid + of_claim - line_paid not in {claim.charge * n for n in range(len(others))}:
        yield None, "2320 AMT D", "the lines' payments do not sum to the payer's payment"


def _says(charge: int, explained: int) -> str:
    return f"charged {charge / 100:.2f}, paid and adjusted {explained / 100:.2f}"
