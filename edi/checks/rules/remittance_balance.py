"""SNIP 3 of the 835: a line, a claim and the whole transaction must each add up (X221A1, section 1.10.2)."""

from collections.abc import Iterator
from typing import Final

from edi.checks.rules import Fault, Run, readable, rule
from edi.checks.rules.other_payer_balance import adjusted
from edi.declare.types import CENTS, from_cents
from edi.findings import Answer, kind
from edi.guides.remittance import ClaimPayment, RemittanceAdvice

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


def _differs(difference: int) -> str:
    return f"charge less adjustments differs from the payment by {from_cents(difference)}"


@rule(CLAIM, "835", loop="2100")
def claim_balances(claim: ClaimPayment, run: Run) -> Iterator[Fault]:
    """Lines first, then the claim with claim and line adjustments together."""
    clp = claim.claim
    whole = adjusted(claim.adjustments)
    explained = 0  # by lines that are reported
    for line in claim.lines:
        service = line.service
        off = adjusted(line.adjustments)
        whole = None if whole is None or off is None else whole + off
        if off is not None and readable(service, 2, 3):
            difference = service.charge - off - service.paid
            if difference:
                explained += difference
                yield Fault(service, "3", _differs(difference), "2110", LINE)
    if not readable(clp, 4):
        run.transaction["unreadable"] = True
    elif whole is not None and readable(clp, 3):
        difference = clp.charge - whole - clp.paid
        if difference and difference != explained:
            yield Fault(clp, "4", _differs(difference))
    run.transaction["paid"] = run.transaction.get("paid", 0) + clp.paid


def passed(run: Run, paid: int) -> None:
    """Claims that paid so much in all were read, and balanced, elsewhere."""
    run.transaction["paid"] = run.transaction.get("paid", 0) + paid


@rule(TRANSACTION, "835", loop="ST")
def payment_balances(advice: RemittanceAdvice, run: Run) -> Iterator[Fault]:
    """The whole: what the claims were paid, less what was settled with the provider."""
    bpr = advice.payment
    if not bpr or not readable(bpr, 2) or run.transaction.get("unreadable"):
        return
    settled = 0
    for plb in advice.provider_adjustments:
        for at in range(4, min(len(plb.elements), 15), 2):
            amount = CENTS[plb.elements[at]] if plb.elements[at] else None
            if amount is not None:
                settled += amount
            elif plb.elements[at] or plb.elements[at - 1]:
                return  # it is reported as missing or unreadable
        if len(plb.elements) < 15 and not len(plb.elements) % 2:
            return  # a last adjustment without its amount
    difference = run.transaction.get("paid", 0) - settled - bpr.payment
    if difference and (bpr.payment >= 0 or difference != -2 * bpr.payment):
        yield Fault(bpr, "2", f"claims less provider adjustments differ from it by {from_cents(difference)}")
    if bpr.payment < 0:
        yield Fault(bpr, "2", "a payment is never negative", kind=NEGATIVE)
