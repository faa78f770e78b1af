"""The type of bill says who bills and which bill of a course it is; its period holds every service."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.bill_types import BILL_TYPES
from coding.context import Context
from coding.days import statement_period
from coding.edit import Source, edit
from coding.example import ADMITTED, OUTPATIENT, Line, Outpatient
from coding.finding import Found, Severity
from edi.declare.code_sets import FREQUENCIES
from edi.records import Claim

_VISIT = Line(procedure="99283", revenue_code="0450", pointers=())


@edit(
    id="TOB-01",
    title="Type of bill unknown, or services outside its statement period",
    severity=Severity.HOLD,
    source=Source(
        "X12 005010X223A2; CMS, Medicare Claims Processing Manual",
        "CLM05, DTP 434, DTP 472; chapter 25, 75.1",
        "https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads/clm104c25.pdf",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "5", "MA30", "M52", "M59"),
    fix="Give the type of bill of the facility and a statement period from the first service to the last.",
    passes=OUTPATIENT.but(
        institutional=Outpatient(statement_from=ADMITTED),
        lines=(_VISIT, replace(_VISIT, revenue_code="0305", procedure="85025", service_from=ADMITTED)),
    ),
    fails=OUTPATIENT.but(
        institutional=Outpatient(statement_from=ADMITTED, statement_to=date(2026, 11, 8)),
        lines=(_VISIT,),
    ),
    kinds="I",
)
def type_of_bill(claim: Claim, context: Context) -> Iterator[Found]:
    bill = claim.institutional
    if bill is None:
        yield None, "CLM05-1", "an institutional claim without its type of bill and statement period"
        return
    if bill.type_of_bill not in BILL_TYPES:
        yield None, "CLM05-1", "no such type of bill; it has two digits, facility and kind of care"
    if claim.frequency not in FREQUENCIES:
        yield None, "CLM05-3", "no such claim frequency"
    start, end = statement_period(bill)
    if start is None or end is None:
        yield None, "DTP 434", "the statement period is missing"
        return
    if end < start:
        yield None, "DTP 434", f"the statement ends on {end}, before it starts on {start}"
        return
    if not context.reached(end):
        yield None, "DTP 434", f"the statement ends on {end}, after {context.as_of}"
    for line in claim.lines:
        day = line.service_from
        if day is not None and not (start <= day and (line.service_to or day) <= end):
            yield line.number, "DTP 472", f"the service lies outside the statement period {start} to {end}"
