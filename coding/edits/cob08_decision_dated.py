"""A payer decides after the service and before the next one is billed; a decision without its day is none."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.days import first_day
from coding.edit import Source, edit
from coding.example import SECONDARY, Decided, FirstPayer, Line
from coding.finding import Found, Severity
from edi.records import Claim


@edit(
    id="COB-08",
    title="Another payer's decision without its date, or with one that can't be",
    severity=Severity.HOLD,
    source=Source("X12 005010X222A1, X223A2, X224A2", "DTP 573 in 2330B or 2430; SVD01 against 2330B NM109"),
    since=date(2012, 1, 1),
    prevents=("16", "MA92", "N4"),
    fix="Take the date from the payer's remittance (its payment date); before that day nothing is decided.",
    passes=SECONDARY.but(other_payers=(FirstPayer(adjudicated=None),)),
    fails=SECONDARY.but(
        other_payers=(FirstPayer(adjudicated=None),),
        lines=(Line(adjudications=(Decided(adjudicated=date(2026, 11, 8)),)),),
    ),
    each_payer=True,
)
def decision_dated(claim: Claim, context: Context) -> Iterator[Found]:
    if not claim.other_payers:
        return
    first = first_day(claim) or date.min
    dated = set()
    payers = {other.payer.id for other in claim.other_payers}
    for line in claim.lines:
        for decision in line.adjudications:
            if decision.payer_id not in payers:
                yield line.number, "2430 SVD01", "decided by a payer that the claim does not name"
            elif decision.adjudicated is not None:
                dated.add(decision.payer_id)
                if decision.adjudicated < first or not context.reached(decision.adjudicated):
                    said = f"decided on {decision.adjudicated}, not between service and {context.as_of}"
                    yield line.number, "2430 DTP 573", said
    for other in claim.other_payers:
        on = other.adjudicated
        if on is not None and (on < first or not context.reached(on)):
            yield None, "2330B DTP 573", f"decided on {on}, not between service and {context.as_of}"
        elif on is None and other.paid is not None and other.payer.id not in dated:
            yield None, "2330B DTP 573", "the payer before paid, but on which day is missing"
