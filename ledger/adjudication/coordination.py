"""What a payer's claim reports of the payers before it, and whether it is to be billed: pure.

A payer's answers left standing become one decision of the whole claim: each line with what was paid and
the adjustments, or the claim alone where a line was not found. Both balance: a charge is what was paid
and the adjustments. Interest is no part of either. The sequestration cut (CO 253) is an adjustment
like another, and no part of what the patient or the next payer owes.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ledger.adjudication.claim_line import ClaimLine
from ledger.adjudication.facts import Adjustment, ClaimFacts
from ledger.adjudication.payers import PayerAnswers, forwards, in_order
from ledger.adjudication.standing import Decision, decided
from ledger.adjudication.treatments import BUNDLED
from ledger.adjudication.work import (
    CONTRADICTION,
    DENIAL,
    MISSING_REMITTANCE,
    REVERSAL_ALONE,
    TAKEBACK,
    UNEXPLAINED,
    VERIFY_FORWARDING,
    Work,
)

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
TO_BILL = "to_bill"
"""The state of a later payer that is billed with the next run."""
CONDITIONAL = "conditional"
"""What a claim reports of a payer before it that was silent, instead of a digest; then the day on which its
time was over. Whatever that payer answers later is news."""
WORKED_FIRST = frozenset(
    (CONTRADICTION, MISSING_REMITTANCE, REVERSAL_ALONE, TAKEBACK, UNEXPLAINED, VERIFY_FORWARDING)
)
"""What must be cleared with a payer before the next one is billed, whatever it comes to."""
CORRECTIONS = frozenset(("ATTACH", "NEW_CLAIM", "NEW_OR_REPLACE", "REPLACE_7"))
"""Ways to fix a denial with the payer that denied: its answer may still change."""


@dataclass(frozen=True, slots=True)
class LineDecision:
    """What a payer decided of one line of the claim, or of a part of it: a line that it took apart has a
    decision for each procedure. `procedure` is the one that it decided on (SVD03)."""

    line: int
    charge: int
    paid: int
    procedure: str
    modifiers: tuple[str, ...]
    adjustments: tuple[Adjustment, ...]
    units: str = ""  # those paid, "" where the payer named none
    bundled_into: int = 0
    """The line that it was put together with, which stands for both."""

    @property
    def balanced(self) -> bool:
        return self.charge == self.paid + sum(a.cents for a in self.adjustments)


@dataclass(frozen=True, slots=True)
class EarlierPayment:
    """What a payer decided of a claim. `adjustments` are the claim's own; `lines` is empty where the payer
    decided the claim as a whole. `remarks` are those of the whole claim (MIA, MOA), `inpatient` and
    `outpatient` the other elements of these, as an answer has them."""

    order: str
    payer: str
    charge: int
    paid: int
    adjudicated: date
    payer_claim_control_number: str
    adjustments: tuple[Adjustment, ...]
    lines: tuple[LineDecision, ...]
    remarks: tuple[str, ...] = ()
    inpatient: str = ""
    outpatient: str = ""

    @property
    def every_adjustment(self) -> list[Adjustment]:
        return [*self.adjustments, *(a for line in self.lines for a in line.adjustments)]

    @property
    def balanced(self) -> bool:
        """Whether the claim and each of its lines is explained to the cent."""
        whole = self.charge == self.paid + sum(a.cents for a in self.every_adjustment)
        return whole and all(line.balanced for line in self.lines)


def earlier_payments(claim: ClaimFacts, order: str) -> list[EarlierPayment]:
    """The decisions of the payers that come before the one of this order, first payer first."""
    slots = in_order(claim)
    at = next((n for n, slot in enumerate(slots) if slot.coverage.order == order), len(slots))
    return before(claim, slots, at)


def before(claim: ClaimFacts, slots: Sequence[PayerAnswers], at: int) -> list[EarlierPayment]:
    """The decisions of the payers before a place."""
    return [_payment(claim, slot) for slot in slots[:at] if slot.answered]


def _payment(claim: ClaimFacts, slot: PayerAnswers) -> EarlierPayment:
    decisions = decided(claim, slot.standing.answers).decisions
    newest = slot.standing.answers[-1]
    by_line: dict[int, list[Decision]] = {}
    for decision in decisions:
        by_line.setdefault(decision.line, []).append(decision)
    of_claim = by_line.pop(0, [])
    whole = any(decision.charge for decision in of_claim) or not by_line
    if whole:
        lines: tuple[LineDecision, ...] = ()
        adjustments = _summed(a for decision in decisions for a in decision.adjustments)
    else:
        lines = _bundled(claim, [one for n in sorted(by_line) for one in _parts(claim, n, by_line[n])])
        adjustments = _summed(a for decision in of_claim for a in decision.adjustments)
    return EarlierPayment(
        order=slot.coverage.order,
        payer=slot.payer,
        charge=claim.charge,
        paid=sum(decision.paid for decision in decisions),
        adjudicated=max(decision.answer.paid_on for decision in decisions) if decisions else newest.paid_on,
        payer_claim_control_number=newest.payer_claim_control_number,
        adjustments=adjustments,
        lines=lines,
        remarks=tuple(dict.fromkeys(code for d in decisions for code in d.answer.remarks)),
        inpatient=_last(d.answer.inpatient for d in decisions),
        outpatient=_last(d.answer.outpatient for d in decisions),
    )


def _last(texts: Iterable[str]) -> str:
    """The newest of these that says something."""
    return next(filter(None, reversed(list(texts))), "")


def _parts(claim: ClaimFacts, number: int, decisions: Sequence[Decision]) -> Iterator[LineDecision]:
    """What was decided of a line, once for each procedure that it was decided on (X12 RFI 1405). Parts of one
    procedure are one decision (RFI 1814)."""
    billed = next(line for line in claim.lines if line.number == number)
    by_procedure: dict[str, list[Decision]] = {}
    for decision in decisions:
        said = decision.said.adjudicated if decision.said is not None else ""
        by_procedure.setdefault(said, []).append(decision)
    first, *others = by_procedure.values()
    of_others = [sum(decision.charge for decision in of) for of in others]
    yield _line(billed, first, billed.charge - sum(of_others))
    for of, charge in zip(others, of_others, strict=True):
        yield _line(billed, of, charge)


def _bundled(claim: ClaimFacts, lines: Sequence[LineDecision]) -> tuple[LineDecision, ...]:
    """A line that was included in another one (CARC 97) names that one, where both were decided on a
    procedure that one of them was not billed with; else nothing says which one it was."""
    included = [one for one in lines if one.paid == 0 and {a.carc for a in one.adjustments} == {BUNDLED}]
    if not included:
        return tuple(lines)
    billed = {line.number: line.procedure for line in claim.lines}
    into = {
        one.line: other.line
        for one in included
        for other in reversed(lines)
        if other not in included
        and (other.procedure, other.modifiers) == (one.procedure, one.modifiers)
        and {billed[one.line], billed[other.line]} != {one.procedure}
    }
    return tuple(
        replace(one, bundled_into=into.get(one.line, 0)) if one in included else one for one in lines
    )


def _line(billed: ClaimLine, decisions: Sequence[Decision], charge: int) -> LineDecision:
    last = decisions[-1]
    procedure, modifiers = last.procedure or billed.procedure, list[str]()
    if last.said is not None and last.said.adjudicated:
        procedure, *modifiers = last.said.adjudicated.split()
    elif procedure == billed.procedure:
        modifiers = list(billed.modifiers)
    return LineDecision(
        line=billed.number,
        charge=charge,
        paid=sum(decision.paid for decision in decisions),
        procedure=procedure,
        modifiers=tuple(modifiers),
        adjustments=_summed(a for decision in decisions for a in decision.adjustments),
        units=_added([decision.said.units for decision in decisions if decision.said is not None]),
    )


def _summed(adjustments: Iterable[Adjustment]) -> tuple[Adjustment, ...]:
    """One adjustment for each group and reason, in the order in which they first came."""
    sums: Counter[tuple[str, str]] = Counter()
    quantities: dict[tuple[str, str], list[str]] = {}
    for one in adjustments:
        sums[one.group, one.carc] += one.cents
        if one.quantity:
            quantities.setdefault((one.group, one.carc), []).append(one.quantity)
    return tuple(
        Adjustment(*reason, cents, _added(quantities.get(reason, ())))
        for reason, cents in sums.items()
        if cents
    )


def _added(quantities: Sequence[str]) -> str:
    """The sum of quantities as they are written; "" where there is none, or one that is no number."""
    if len(quantities) == 1:
        return quantities[0]
    if not quantities or not all(map(_NUMBER.fullmatch, quantities)):
        return ""
    text = f"{sum(map(Decimal, quantities)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def digest(payments: Sequence[EarlierPayment]) -> str:
    """Names what a claim reports of the payers before it: another digest, another claim."""
    said = [
        (p.order, p.payer, p.paid, p.adjustments, [(s.line, s.paid, s.adjustments) for s in p.lines])
        for p in payments
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32] if said else ""


def pays_conditionally(claim: ClaimFacts, slots: Sequence[PayerAnswers]) -> bool:
    """Whether the second payer stands in for the first: it was asked to pay conditionally, and the first one
    is silent still."""
    if len(slots) < 2 or slots[0].standing.answers or slots[0].standing.reversed:
        return False
    return claim.reported.get(slots[1].coverage.key, "").startswith(CONDITIONAL)


def reported_otherwise(reported: str, payments: Sequence[EarlierPayment]) -> bool:
    """Whether the payers before decided something else than what a claim reported of them."""
    if reported.startswith(CONDITIONAL):
        return bool(payments)
    return bool(reported) and reported != digest(payments)


def blocks(item: Work) -> bool:
    """Whether work with a payer comes before billing the next one: its answer is in doubt, or may change."""
    if item.kind in WORKED_FIRST:
        return True
    return item.kind == DENIAL and (item.correctable == "Y" or item.fix_path in CORRECTIONS)


def next_state(
    claim: ClaimFacts, slots: Sequence[PayerAnswers], at: int, work: Sequence[Work], *, waits: bool
) -> str:
    """What is to be done about a payer that was not billed: `to_bill`, `crossing_over` (the payer before it
    sent the claim on), `not_billed` (that one is not done with it), or `not_due`.

    `waits`: the payer before it has not answered all of it.
    """
    slot, last = slots[at], slots[at - 1]
    with_last = [item for item in work if item.payer == last.payer]
    if not last.answered or waits or any(blocks(item) for item in with_last):
        return "not_billed"
    if forwards(claim, last):
        return "crossing_over"
    earlier = {one.payer for one in slots[:at]}
    denied = sum(w.cents for w in work if w.kind == DENIAL and w.payer in earlier and not blocks(w))
    wants_zero = slot.payer in claim.terms and claim.terms[slot.payer].zero_due_claims
    if slot.base + denied <= 0 and not wants_zero:
        return "not_due"
    balanced = all(payment.balanced for payment in before(claim, slots, at))
    return TO_BILL if balanced else "not_billed"
