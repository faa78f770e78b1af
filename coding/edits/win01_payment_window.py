"""What a hospital does for a patient in the three days before an admission is paid with the admission."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from coding.bill_types import BEFORE_ADMISSION, is_inpatient
from coding.carried import NOTHING
from coding.context import Context, PriorBill, PriorClaim, PriorLine
from coding.days import first_day
from coding.edit import Source, edit
from coding.example import OUTPATIENT, PAYER, SERVICE_DAY
from coding.finding import WARN, Found, Severity
from coding.other_claims import other_claims
from edi.records import Claim

_UNRELATED = "51"
#: Ambulance and maintenance dialysis are outside the window.
_OUTSIDE = ("054", "082", "083", "084", "085")
_WINDOW = {"payer": replace(PAYER, payment_window_days=3)}


def _admitted(days: int) -> PriorClaim:
    admission = SERVICE_DAY + timedelta(days=days)
    return PriorClaim(
        patient_control_number="EX0000",
        billing_npi="1234567893",
        bill=PriorBill(type_of_bill="11", admission=admission, statement_from=admission),
        lines=(PriorLine(procedure="", service_from=admission),),
    )


@edit(
    id="WIN-01",
    title="Outpatient services inside the payment window of an admission",
    severity=Severity.HOLD,
    source=Source(
        "CMS, Medicare Claims Processing Manual",
        "chapter 3, 40.3; 42 CFR 412.2(c)(5); Public Law 111-192, section 102",
        "https://www.hhs.gov/guidance/document/three-day-payment-window-0",
    ),
    since=date(2010, 6, 25),
    prevents=("97", "60", "M2", "N390"),
    fix="Put the services on the inpatient claim, or give condition code 51 where they are unrelated.",
    passes=OUTPATIENT.but(context={**_WINDOW, "history": (_admitted(4),)}),
    fails=OUTPATIENT.but(context={**_WINDOW, "history": (_admitted(3),)}),
    kinds="I",
    each_payer=True,
    carries=lambda payer: None if payer.payment_window_days else NOTHING,
)
def payment_window(claim: Claim, context: Context) -> Iterator[Found]:
    bill, payer = claim.institutional, context.payer
    days = payer.payment_window_days if payer is not None else 0
    if bill is None or not days or not context.history:
        return
    if is_inpatient(claim):
        yield from _before(claim, context, bill.admission, days)
    elif bill.type_of_bill in BEFORE_ADMISSION and _UNRELATED not in bill.conditions:
        yield from _ahead(claim, context, days)


def _ahead(claim: Claim, context: Context, days: int) -> Iterator[Found]:
    """An outpatient bill against the admissions of the same hospital."""
    for prior in other_claims(claim, context):
        stay = prior.bill
        if stay is None or stay.type_of_bill != "11" or stay.admission is None:
            continue
        if prior.billing_npi != claim.billing.npi:
            continue
        for line in claim.lines:
            day = line.service_from or first_day(claim)
            inside = day is not None and 0 <= (stay.admission - day).days <= days
            if inside and not line.revenue_code.startswith(_OUTSIDE):
                yield (
                    None,
                    "DTP 434",
                    f"{day} lies in the {days} days before the admission on {stay.admission}",
                )
                return


def _before(claim: Claim, context: Context, admission: date | None, days: int) -> Iterator[Found]:
    """A stay against the hospital's outpatient bills that went out before it."""
    bill = claim.institutional
    if admission is None or bill is None or bill.type_of_bill != "11":
        return
    for prior in other_claims(claim, context):
        visit = prior.bill
        if visit is None or visit.type_of_bill not in BEFORE_ADMISSION:
            continue
        if prior.billing_npi != claim.billing.npi:
            continue
        for line in prior.lines:
            if 0 <= (admission - line.service_from).days <= days:
                said = f"outpatient services of {line.service_from} were billed in the {days} days before"
                yield None, "DTP 435", said, WARN
                return
