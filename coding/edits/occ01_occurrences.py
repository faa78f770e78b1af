"""Occurrence and condition codes say what happened and when; a payer reads them before it pays."""

from collections.abc import Iterator
from datetime import date, timedelta

from coding.code_list import code_list
from coding.context import Context
from coding.days import statement_period
from coding.edit import Source, edit
from coding.example import ADMITTED, INPATIENT, Stay
from coding.finding import Found, Severity
from edi.records import Claim, DatedCode, Institutional

#: What can't happen after the last day that is billed: accidents, onset, last period, start of therapy.
_BEFORE = code_list("01 02 03 04 05 06 10 11 29 30 35 44 45")
_LAST = ADMITTED + timedelta(days=4)


@edit(
    id="OCC-01",
    title="Occurrence, span or condition code without its date, or out of place",
    severity=Severity.HOLD,
    source=Source(
        "X12 005010X223A2; CMS, Medicare Claims Processing Manual",
        "HI BH, BI, BG; chapter 25, 75.2 (FL 18 to 36: spans are 70 to 99 and M0 to Z9)",
        "https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads/clm104c25.pdf",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "M45", "M46", "M44"),
    fix="Give the code its date, or its first and last day where it is a span.",
    passes=INPATIENT.but(
        institutional=Stay(
            occurrences=(DatedCode(code="11", on=ADMITTED),),
            occurrence_spans=(DatedCode(code="74", on=ADMITTED, to=_LAST),),
            conditions=("C1",),
        )
    ),
    fails=INPATIENT.but(
        institutional=Stay(occurrences=(DatedCode(code="11", on=_LAST + timedelta(days=1)),))
    ),
    kinds="I",
)
def occurrences(claim: Claim, context: Context) -> Iterator[Found]:
    bill = claim.institutional
    if bill is None or not (bill.occurrences or bill.occurrence_spans or bill.conditions):
        return
    yield from _occurrences(bill, context)
    yield from _spans(bill, context)
    for code in bill.conditions:
        if not _form(code):
            yield None, "HI BG", "a condition code has two characters"
    if len(set(bill.conditions)) < len(bill.conditions):
        yield None, "HI BG", "a condition code is given twice"


def _occurrences(bill: Institutional, context: Context) -> Iterator[Found]:
    _, last = statement_period(bill)
    seen = set()
    for one in bill.occurrences:
        if not _form(one.code) or is_span(one.code):
            yield None, "HI BH", "no occurrence code: 01 to 69 and A0 to L9; spans stand in HI BI"
        elif one.on is None:
            yield None, "HI BH", f"occurrence {one.code} has no date"
        elif not context.reached(one.on):
            yield None, "HI BH", f"occurrence {one.code} lies after {context.as_of}"
        elif last is not None and one.on > last and one.code in _BEFORE:
            yield None, "HI BH", f"occurrence {one.code} lies after the statement, which ends on {last}"
        elif (one.code, one.on) in seen:
            yield None, "HI BH", f"occurrence {one.code} is given twice for a day"
        seen.add((one.code, one.on))


def _spans(bill: Institutional, context: Context) -> Iterator[Found]:
    for one in bill.occurrence_spans:
        if not _form(one.code) or not is_span(one.code):
            yield None, "HI BI", "no span code: 70 to 99 and M0 to Z9; single days stand in HI BH"
        elif one.on is None or one.to is None:
            yield None, "HI BI", f"span {one.code} lacks its first or last day"
        elif one.to < one.on:
            yield None, "HI BI", f"span {one.code} ends on {one.to}, before it starts on {one.on}"
        elif not context.reached(one.to):
            yield None, "HI BI", f"span {one.code} ends after {context.as_of}"


def is_span(code: str) -> bool:
    return code[:1] in "789" or "M" <= code[:1] <= "Z"


def _form(code: str) -> bool:
    return len(code) == 2 and code.isascii() and code.isalnum() and code == code.upper()
