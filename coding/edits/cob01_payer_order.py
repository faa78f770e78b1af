"""Each payer is billed in its turn, and the next one learns what the one before decided."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.edit import CLEAN, Source, edit
from coding.finding import Found, Severity
from coding.medicare import FILING_CODES, SECONDARY_TYPES
from edi.records import PAYER_ORDERS, Claim


@edit(
    id="COB-01",
    title="Payer order wrong, or Medicare-secondary type missing",
    severity=Severity.HOLD,
    source=Source("X12 005010X222A1", "2000B SBR01, SBR05; 2320 SBR01; Medicare secondary payer"),
    since=date(2012, 1, 1),
    prevents=("22", "23", "MA04", "N4"),
    fix="Bill the payers in their order; give the Medicare-secondary type and the earlier payer's decision.",
    passes=CLEAN,
    fails=CLEAN.but(payer_order="S"),
    each_payer=True,
)
def payer_order(claim: Claim, context: Context) -> Iterator[Found]:
    order = claim.payer_order
    if order == "P" and not claim.other_payers:
        coverage = context.coverage
        if coverage is not None and coverage.orders and "P" not in coverage.orders:
            yield None, "SBR01", "billed as primary, another payer is on file before this one"
        return
    if order not in PAYER_ORDERS:
        if order != "U":
            yield None, "SBR01", "the payer order is none of P, S, T and A to H"
        return
    before = [
        other
        for other in claim.other_payers
        if other.order in PAYER_ORDERS and PAYER_ORDERS.index(other.order) < PAYER_ORDERS.index(order)
    ]
    if order != "P" and not before:
        yield None, "2320 SBR01", f"billed in order {order} without the payer before it"
    orders = [order, *(other.order for other in claim.other_payers)]
    if len(set(orders)) < len(orders):
        yield None, "2320 SBR01", "two payers have the same order"
    for other in before:
        if other.paid is None and other.adjudicated is None and not _decided(claim, other.payer.id):
            yield None, "2320 AMT D", "the payer before has not decided, or its decision is missing"
    if order != "P" and claim.filing_code in FILING_CODES and claim.insurance_type not in SECONDARY_TYPES:
        yield (
            None,
            "SBR05",
            "Medicare is billed second without its insurance type (12, 13, 14, 15, 16, 41, 42, 43, 47)",
        )


def _decided(claim: Claim, payer_id: str) -> bool:
    return any(a.payer_id == payer_id for line in claim.lines for a in line.adjudications)
