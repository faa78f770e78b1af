"""Dates have an order: birth, then service, then today; from before to. What breaks it is a slip."""

from collections.abc import Iterator
from datetime import date

from coding.bill_types import OUTPATIENT
from coding.context import Context
from coding.days import statement_period
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import Found, Severity
from edi.records import Claim


@edit(
    id="DT-01",
    title="Date missing, in the future or out of order",
    severity=Severity.HOLD,
    source=Source("X12 005010X222A1", "DTP 472, DMG02, DTP 435, DTP 096; X223A2 and X224A2, DTP 472"),
    since=date(2012, 1, 1),
    prevents=("110", "13", "14", "16"),
    fix="Correct the date in the documenting system.",
    passes=CLEAN.but(lines=(Line(service_from=date(2026, 11, 9), service_to=date(2026, 11, 10)),)),
    fails=CLEAN.but(lines=(Line(service_from=date(2026, 11, 9), service_to=date(2026, 11, 8)),)),
)
def dates_in_order(claim: Claim, context: Context) -> Iterator[Found]:
    person = claim.patient or claim.subscriber
    birth, death = person.birth_date, person.death_date
    for line in claim.lines:
        start, end = line.service_from, line.service_to
        if start is None:
            if claim.kind == "P" or _dated_by_line(claim):
                yield line.number, "DTP 472", "the line has no date of service"
            continue
        last = end or start
        if last < start:
            yield line.number, "DTP 472", f"service ends on {last}, before it starts on {start}"
        if not context.reached(max(start, last)):
            yield line.number, "DTP 472", f"service on {max(start, last)} lies after {context.as_of}"
        if birth is not None and start < birth:
            yield line.number, "DMG02", "the service lies before the patient's birth"
        if death is not None and last > death:
            yield line.number, "DTP 472", "the service lies after the patient's death"
    if birth is not None and not context.reached(birth):
        yield None, "DMG02", f"the birth date lies after {context.as_of}"
    if claim.admission is not None and claim.discharge is not None and claim.discharge < claim.admission:
        yield None, "DTP 096", f"discharge on {claim.discharge}, before admission on {claim.admission}"
    if claim.onset is not None and not context.reached(claim.onset):
        yield None, "DTP 431", f"the onset lies after {context.as_of}"


def _dated_by_line(claim: Claim) -> bool:
    """An inpatient's lines, those of an outpatient's single day, and what a dentist only plans need none."""
    bill = claim.institutional
    if bill is not None:
        first, last = statement_period(bill)
        return bill.type_of_bill in OUTPATIENT and first != last
    return claim.dental is None or not claim.dental.predetermines
