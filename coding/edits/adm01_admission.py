"""A stay begins with an admission: its day, hour, type and source, what for, and who attends."""

from collections.abc import Iterator
from datetime import date

from coding.bill_types import is_inpatient
from coding.context import Context
from coding.days import statement_period
from coding.edit import Source, edit
from coding.example import INPATIENT, OUTPATIENT, Outpatient, Stay
from coding.finding import Found, Severity
from edi.declare.code_sets import alone
from edi.records import Claim, DatedCode, Institutional

_NEWBORN = "4"
_BORN_HERE, _BORN_OUTSIDE = "5", "6"
_FROM_ADMISSION = frozenset("12")


@edit(
    id="ADM-01",
    title="Admission incomplete or out of order",
    severity=Severity.HOLD,
    source=Source(
        "X12 005010X223A2; CMS, Medicare Claims Processing Manual",
        "DTP 435, DTP 096, CL1, HI ABJ, 2310A; chapter 25, 75.2 (FL 12 to 15)",
        "https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads/clm104c25.pdf",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "MA40", "MA41", "MA42", "MA65", "N50"),
    fix="Complete the admission in the registration: day, type, source, admitting diagnosis, attending.",
    passes=OUTPATIENT.but(institutional=Outpatient(admission_source="", admission_type="9")),
    fails=INPATIENT.but(institutional=Stay(admitting_diagnosis="")),
    kinds="I",
)
def admission(claim: Claim, context: Context) -> Iterator[Found]:
    bill = claim.institutional
    if bill is None:
        return
    if bill.attending is None:
        yield None, "2310A", "the attending provider is missing"
    if not bill.admission_type:
        yield None, "CL101", "the type of admission or visit is missing"
    elif alone("admission_type", bill.admission_type) is False:
        yield None, "CL101", "no such type of admission: 1 to 5, or 9"
    if is_inpatient(claim):
        yield from _stay(claim, bill)


def _stay(claim: Claim, bill: Institutional) -> Iterator[Found]:
    first, last = statement_period(bill)
    if bill.admission is None:
        yield None, "DTP 435", "the admission date is missing"
    elif first is not None and bill.admission > first and claim.frequency in _FROM_ADMISSION:
        yield None, "DTP 435", f"admitted on {bill.admission}, after the statement begins on {first}"
    elif last is not None and bill.admission > last:
        yield None, "DTP 435", f"admitted on {bill.admission}, after the statement ends on {last}"
    if not bill.admission_source:
        yield None, "CL102", "the source of admission is missing"
    elif bill.admission_type == _NEWBORN:
        if bill.admission_source not in (_BORN_HERE, _BORN_OUTSIDE):
            yield None, "CL102", "a newborn was born here (5) or outside (6)"
    elif alone("admission_source", bill.admission_source) is False:
        yield None, "CL102", "no such source of admission"
    if not bill.admitting_diagnosis:
        yield None, "HI ABJ", "the admitting diagnosis is missing"
    if not _hour(bill.admission_hour):
        yield None, "DTP 435", "the hour of admission is missing, or none"
    if claim.frequency in "14" and not _hour(bill.discharge_hour):
        yield None, "DTP 096", "the hour of discharge is missing, or none"
    for procedure in _procedures(bill):
        if procedure.on is None:
            yield None, "HI BBR", "a procedure has no date"
        elif last is not None and procedure.on > last:
            yield None, "HI BBR", f"a procedure of {procedure.on} lies after the statement, ending {last}"


def _procedures(bill: Institutional) -> Iterator[DatedCode]:
    if bill.principal_procedure is not None:
        yield bill.principal_procedure
    yield from bill.other_procedures


def _hour(text: str) -> bool:
    return len(text) == 4 and text.isdigit() and text[:2] < "24" and text[2:] < "60"
