"""SNIP 3 of a claim that another payer has decided on: its lines and its claim must add up.

A line: charge less that payer's CAS (2430) is what it paid (SVD02). The claim: the sum of SVD02, or
CLM02 where it decided on no line, less its CAS (2320) is what it paid (AMT D). X222A1 section 1.4.4.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, cents, rule
from edi.checks.rules.claim_balance import CHARGE_AT
from edi.declare.types import CENTS, from_cents
from edi.findings import Answer, kind

_REJECT: Final = Answer("277CA", category="A7", status="400")
LINE: Final = kind(
    "BAL-02",
    "Other payer's line does not balance",
    3,
    "The line's charge less the CAS amounts of loop 2430 must be SVD02.",
    _REJECT,
)
CLAIM: Final = kind(
    "BAL-03",
    "Other payer's claim does not balance",
    3,
    "The sum of SVD02 (CLM02 where no line has one) less the CAS amounts of loop 2320 must be AMT D.",
    _REJECT,
)


def adjusted(segments: Iterable[Any]) -> int | None:
    """The sum of all CAS amounts; None where one is unreadable or missing (reported already)."""
    total = 0
    for cas in segments:
        e = cas.elements
        size = len(e)
        for at in range(3, min(size + 1, 19), 3):
            text = e[at] if at < size else ""
            if text or e[at - 1]:
                amount = CENTS[text] if text else None
                if amount is None:
                    return None
                total += amount
    return total


@rule(CLAIM, "837P 837I 837D", loop="2300", needs="other_payers")
def other_payers_balance(claim: Any, run: Run) -> Iterator[Fault]:
    """Each other payer of the claim: its lines, then its claim. One pass over lines, whoever pays."""
    decided: dict[str, dict[int, list[Any]]] = {}  # decisions by payer and line
    for n, line in enumerate(claim.lines):
        for decision in line.adjudications:
            decided.setdefault(decision.decision.payer_id, {}).setdefault(n, []).append(decision)
    known = Counter(map(_id_of, claim.other_payers))
    for other in claim.other_payers:
        payer_id = _id_of(other)
        # the lines of a payer that is named twice do not say for which coverage they were decided
        if payer_id and known[payer_id] == 1:
            yield from _one(claim, other, decided.get(payer_id, {}))


def _id_of(other: Any) -> str:
    """NM109 of loop 2330B, "" none."""
    e = other.payer.name.elements
    return e[9] if len(e) > 9 else ""


def _one(claim: Any, other: Any, decided: dict[int, list[Any]]) -> Iterator[Fault]:
    total: int | None = 0
    explained = 0  # by lines that are reported
    for n, mine in decided.items():
        service = claim.lines[n].service
        charge = cents(service, CHARGE_AT.get(service.ID, 2))
        paid = off = 0
        for decision in mine:
            amount, less = cents(decision.decision, 2), adjusted(decision.adjustments)
            if amount is None or less is None:
                charge = total = None
                break
            paid, off = paid + amount, off + less
        if total is not None:
            total += paid
        if charge is not None and charge - off != paid:
            explained += charge - off - paid
            message = f"charge less adjustments differs from the payment by {from_cents(charge - off - paid)}"
            yield Fault(mine[0].decision, "2", message, "2430", LINE)
    if not other.paid or (decided and len(decided) < len(claim.lines)):
        return  # without AMT D it has not decided; if only some lines have decisions, the rest is unknown
    if not decided:
        total = cents(claim.claim, 2)
    paid_whole, less = cents(other.paid, 2), adjusted(other.adjustments)
    if total is None or paid_whole is None or less is None or paid_whole - total + less in (0, explained):
        return
    message = f"what it allowed differs from what it paid by {from_cents(total - less - paid_whole)}"
    yield Fault(other.paid, "2", message, "2320")
