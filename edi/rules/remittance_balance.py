"""SNIP 3 of the 835: a line, a claim and the whole transaction must each add up (X221A1, section 1.10.2)."""

from collections.abc import Iterator
from typing import Final

from edi.findings import Answer, kind
from edi.guides.remittance import ClaimPayment, RemittanceAdvice
from edi.rules import Fault, Run, rule
from edi.types import from_cents

_REJECT: Final = Answer("277CA", category="A7", status="400")

LINE: Final = kind(
    "BAL-11", "Line does not balance", 3, "SVC02 less the line's CAS amounts must be SVC03.", _REJECT
)
CLAIM: Final = kind(
    "BAL-12",
    "Claim does not balance",
    3,
    "CLP03 less all CAS amounts of claim and lines must be CLP04.",
    _REJECT,
)
TRANSACTION: Final = kind(
    "BAL-13", "Payment does not balance", 3, "The sum of CLP04 less all PLB amounts must be BPR02.", _REJECT
)
NEGATIVE: Final = kind(
    "BAL-14", "Payment is negative", 3, "Carry a negative balance forward with PLB FB.", _REJECT
)


@rule(CLAIM, "835", loop="2100")
def claim_balances(claim: ClaimPayment, run: Run) -> Iterator[Fault]:
    """Lines first, then the claim with claim and line adjustments together."""
    clp = claim.claim
    adjusted = 0
    for line in claim.lines:
        off = 0
        for cas in line.adjustments:
            for _, amount, _ in cas.triples():
                off += amount
        adjusted += off
        service = line.service
        difference = service.charge - off - service.paid
        if difference:
            yield Fault(
                service,
                "3",
                f"charge less adjustments differs from the payment by {from_cents(difference)}",
                "2110",
                LINE,
            )
    for cas in claim.adjustments:
        for _, amount, _ in cas.triples():
            adjusted += amount
    difference = clp.charge - adjusted - clp.paid
    if difference:
        yield Fault(clp, "4", f"charge less adjustments differs from the payment by {from_cents(difference)}")
    run.transaction["paid"] = run.transaction.get("paid", 0) + clp.paid


@rule(TRANSACTION, "835", loop="ST")
def payment_balances(advice: RemittanceAdvice, run: Run) -> Iterator[Fault]:
    """The whole: what the claims were paid, less what was settled with the provider."""
    if not advice.payment:
        return
    settled = 0
    for plb in advice.provider_adjustments:
        for _, _, amount in plb.pairs():
            settled += amount
    payment = advice.payment.payment
    difference = run.transaction.get("paid", 0) - settled - payment
    if difference:
        yield Fault(
            advice.payment,
            "2",
            f"claims less provider adjustments differ from it by {from_cents(difference)}",
        )
    if payment < 0:
        yield Fault(advice.payment, "2", "a payment is never negative", kind=NEGATIVE)
