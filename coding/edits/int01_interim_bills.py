"""A long stay is billed in parts: first, continuing, last, each beginning the day after the one before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from coding.bill_types import INTERIM, is_inpatient
from coding.context import Context, PriorBill, PriorClaim
from coding.edit import Source, edit
from coding.example import ADMITTED, INPATIENT, Room, Stay
from coding.finding import Found, Severity
from coding.other_claims import other_claims
from edi.records import Claim, DatedCode, Institutional

_FIRST = PriorBill(
    type_of_bill="11",
    frequency="2",
    admission=ADMITTED - timedelta(days=30),
    statement_from=ADMITTED - timedelta(days=30),
    statement_to=ADMITTED - timedelta(days=1),
)
_BEFORE = PriorClaim(patient_control_number="EX0000", billing_npi="1234567893", bill=_FIRST)
_GOES_ON = INPATIENT.but(
    frequency="3",
    institutional=Stay(
        admission=_FIRST.admission, patient_status="30", values=(DatedCode(code="80", amount=5_00),)
    ),
    lines=(Room(units="5"),),
)


@edit(
    id="INT-01",
    title="Interim bill that does not continue the one before",
    severity=Severity.HOLD,
    source=Source(
        "CMS, Medicare Claims Processing Manual",
        "chapter 1, 50.2.1 (inpatient bills in sequence) and 50.3; chapter 25, 75.1 (frequency 2, 3, 4)",
        "https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads/clm104c01.pdf",
    ),
    since=date(2012, 1, 1),
    prevents=("135", "18", "16", "MA31"),
    fix="Bill the stay in its order: each bill begins the day after the last one ended; send that one first.",
    passes=_GOES_ON.but(context={"history": (_BEFORE,)}),
    fails=_GOES_ON.but(
        context={
            "history": (replace(_BEFORE, bill=replace(_FIRST, statement_to=ADMITTED - timedelta(days=3))),)
        }
    ),
    kinds="I",
)
def interim_bills(claim: Claim, context: Context) -> Iterator[Found]:
    bill = claim.institutional
    if bill is None or not is_inpatient(claim) or claim.frequency not in "1234":
        return
    first = bill.statement_from
    if claim.frequency == "2" and None not in (bill.admission, first) and bill.admission != first:
        yield None, "DTP 434", f"a first interim bill begins with the admission on {bill.admission}"
        return
    if claim.frequency == "1" and not context.history:
        return
    ended = max(_ends(claim, bill, context), default=None)
    if claim.frequency in "12":
        if ended is not None:
            yield None, "CLM05-3", f"interim bills of this stay went out, to {ended}: continue with 3 or 4"
    elif ended is None:
        yield (
            None,
            "CLM05-3",
            f"frequency {claim.frequency}, but no interim bill of this stay went out before",
        )
    elif first is not None and first != ended + timedelta(days=1):
        yield None, "DTP 434", f"begins on {first}, the bill before ended on {ended}"


def _ends(claim: Claim, bill: Institutional, context: Context) -> Iterator[date]:
    """Where the earlier interim bills of the same stay ended."""
    for prior in other_claims(claim, context, of_payer=True):
        before = prior.bill
        if (
            before is not None
            and before.frequency in INTERIM
            and before.type_of_bill == bill.type_of_bill
            and before.admission == bill.admission
            and prior.billing_npi == claim.billing.npi
            and before.statement_to is not None
        ):
            yield before.statement_to
