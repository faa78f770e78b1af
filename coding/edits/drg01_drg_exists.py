"""A DRG that the hospital gives must be one on the day of discharge. Nothing is grouped here: whether it is
the right one of the stay, a grouper says."""

from collections.abc import Iterator
from datetime import date

from coding.codes.inpatient import has_drg_shape
from coding.codes.validity import Validity
from coding.context import Context
from coding.days import statement_period
from coding.edit import Source, edit
from coding.example import INPATIENT, MEDICARE, Stay
from coding.finding import UNCHECKED, WARN, Found, Severity
from coding.medicare import to_medicare
from edi.records import Claim

_SET = {"msdrg": [("470", None, None, "a sample"), ("999", None, None, "a sample")]}


@edit(
    id="DRG-01",
    title="DRG not in the list of the day of discharge",
    severity=Severity.HOLD,
    source=Source("CMS, inpatient rule", "table 5 of the fiscal year; 42 CFR 412.60"),
    since=date(2007, 10, 1),
    prevents=("A8", "16"),
    fix="Group the stay anew with the grouper of its day of discharge, and correct the DRG.",
    passes=INPATIENT.but(
        institutional=Stay(drg="470"), filing_code="MA", context={"payer": MEDICARE}, codes=_SET
    ),
    fails=INPATIENT.but(
        institutional=Stay(drg="471"), filing_code="MA", context={"payer": MEDICARE}, codes=_SET
    ),
    kinds="I",
    each_payer=True,
)
def drg_exists(claim: Claim, context: Context) -> Iterator[Found]:
    """Other payers may group by lists of their own (APR-DRG): of them it is a warning, where it looks like
    one of Medicare's at all."""
    bill = claim.institutional
    if bill is None or not bill.drg:
        return
    medicare = to_medicare(claim, context)
    day = statement_period(bill)[1]
    if not has_drg_shape(bill.drg):
        if medicare:
            yield None, "HI DR", f"{bill.drg} is no MS-DRG of three digits"
    elif day is not None:
        answer = context.codes.drg(bill.drg, day)
        if answer is Validity.UNCHECKED:
            yield None, "HI DR", f"no list of MS-DRGs is loaded for {day}", UNCHECKED
        elif answer is Validity.INVALID:
            said = f"{bill.drg} is no MS-DRG on {day}"
            yield None, "HI DR", said, Severity.HOLD if medicare else WARN
