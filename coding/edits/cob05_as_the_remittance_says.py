"""What is reported to the next payer is what the payer before said in its remittance, cent by cent."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from coding.context import Context, Decision, LineDecision, PriorClaim
from coding.edit import Source, edit
from coding.example import SECONDARY
from coding.finding import Found, Severity
from edi.records import Adjustment, Claim, LineAdjudication, OtherPayer

_COINSURANCE = (Adjustment(group="PR", reason="2", amount=25_00),)
_SAID = PriorClaim(
    patient_control_number="EX0001",
    payer_id="FIRST",
    status="1",
    same_claim=True,
    decision=Decision(paid=100_00, lines=(LineDecision(number=1, paid=100_00, adjustments=_COINSURANCE),)),
)
_DEDUCTIBLE = (Adjustment(group="PR", reason="1", amount=25_00),)
_OTHERWISE = replace(
    _SAID,
    decision=Decision(paid=100_00, lines=(LineDecision(number=1, paid=100_00, adjustments=_DEDUCTIBLE),)),
)


@edit(
    id="COB-05",
    title="Another payer's decision is not what its remittance says",
    severity=Severity.HOLD,
    source=Source(
        "X12 005010X222A1, X223A2, X224A2; X221A1",
        "2320 AMT D and CAS, 2430 SVD and CAS, from CLP04, SVC03 and CAS of the 835 (section 1.4.4)",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "MA92", "N4", "252"),
    fix="Take payment and adjustments from the payer's posted remittance; post a correction of it first.",
    passes=SECONDARY.but(context={"history": (_SAID,)}),
    fails=SECONDARY.but(context={"history": (_OTHERWISE,)}),
)
def as_the_remittance_says(claim: Claim, context: Context) -> Iterator[Found]:
    if not claim.other_payers or not context.history:
        return
    for other in claim.other_payers:
        said = _decision(context, other.payer.id)
        if said is not None and other.paid is not None:
            yield from _compare(claim, other, said)


def _decision(context: Context, payer_id: str) -> Decision | None:
    """The last decision of that payer about this claim."""
    found = [
        prior.decision
        for prior in context.history
        if prior.same_claim and prior.payer_id == payer_id and not prior.voided and prior.decision is not None
    ]
    return found[-1] if found else None


def _compare(claim: Claim, other: OtherPayer, said: Decision) -> Iterator[Found]:
    if other.paid != said.paid:
        yield None, "2320 AMT D", f"paid {_money(other.paid or 0)}, the remittance says {_money(said.paid)}"
        return
    if _sums(other.adjustments) != _sums(said.adjustments):
        yield None, "2320 CAS", "the claim's adjustments are not those of the remittance"
    decided = {line.number: line for line in said.lines}
    for line in claim.lines:
        mine = [d for d in line.adjudications if d.payer_id == other.payer.id]
        theirs = decided.get(line.number)
        if not mine or theirs is None:
            continue
        if sum(d.paid for d in mine) != theirs.paid:
            yield line.number, "2430 SVD02", f"the remittance says that {_money(theirs.paid)} was paid"
        elif _sums(_all(mine)) != _sums(theirs.adjustments):
            yield line.number, "2430 CAS", "the line's adjustments are not those of the remittance"


def _all(decisions: Iterable[LineAdjudication]) -> list[Adjustment]:
    return [adjustment for decision in decisions for adjustment in decision.adjustments]


def _sums(adjustments: Iterable[Adjustment]) -> Counter[tuple[str, str]]:
    """Cents by group and reason, however they are divided."""
    sums: Counter[tuple[str, str]] = Counter()
    for one in adjustments:
        sums[one.group, one.reason] += one.amount
    return Counter({reason: cents for reason, cents in sums.items() if cents})


def _money(cents: int) -> str:
    return f"{cents / 100:.2f}"
