"""A denial that can be corrected is corrected first: the next payer would deny for the same reason, or pay
what the first one owes."""

from collections.abc import Iterator
from datetime import date

from coding.code_list import code_list
from coding.context import Context
from coding.edit import Source, edit
from coding.example import SECONDARY, Decided, FirstPayer, Line
from coding.finding import Found, Severity
from edi.records import Adjustment, Claim

_CORRECTABLE = code_list("16 197 252 226 227 31 140 206 207 208 4 11 15 29")
_NO_AUTHORIZATION = (Adjustment(group="CO", reason="197", amount=125_00),)
_NOT_COVERED = (Adjustment(group="PR", reason="96", amount=125_00),)


@edit(
    id="COB-07",
    title="The payer before denied for what can be corrected",
    severity=Severity.HOLD,
    source=Source("X12 005010X221A1", "CAS 16, 197, 252 and others that ask for a correction"),
    since=date(2012, 1, 1),
    prevents=("136", "23", "197", "16"),
    fix="Work the first payer's denial; the next payer is billed when that one has decided again.",
    passes=SECONDARY.but(
        other_payers=(FirstPayer(paid=0),),
        lines=(Line(adjudications=(Decided(paid=0, adjustments=_NOT_COVERED),)),),
    ),
    fails=SECONDARY.but(
        other_payers=(FirstPayer(paid=0, remaining_patient_liability=125_00),),
        lines=(Line(adjudications=(Decided(paid=0, adjustments=_NO_AUTHORIZATION),)),),
    ),
)
def denial_to_work_first(claim: Claim, context: Context) -> Iterator[Found]:
    if claim.payer_order == "P" or not claim.other_payers:
        return
    for other in claim.other_payers:
        for adjustment in other.adjustments if other.paid == 0 else ():
            if _denies(adjustment):
                yield None, "2320 CAS", f"denied with {adjustment.reason} ({adjustment.group})"
                break
    for line in claim.lines:
        for decision in line.adjudications:
            denial = next((a for a in decision.adjustments if _denies(a)), None)
            if decision.paid == 0 and denial is not None:
                yield line.number, "2430 CAS", f"denied with {denial.reason} ({denial.group})"


def _denies(adjustment: Adjustment) -> bool:
    return adjustment.group in ("CO", "PI", "OA") and adjustment.reason in _CORRECTABLE
