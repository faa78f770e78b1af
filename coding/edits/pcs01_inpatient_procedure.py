"""Procedures of a stay are ICD-10-PCS codes, which change each 1 October and 1 April; a stay is judged by the
set in force on its last day."""

from collections.abc import Iterator
from datetime import date

from coding.codes.inpatient import has_pcs_shape
from coding.codes.validity import Validity
from coding.context import Context
from coding.days import statement_period
from coding.edit import Source, edit
from coding.example import ADMITTED, INPATIENT, Stay
from coding.finding import UNCHECKED, Found, Severity
from edi.records import Claim, DatedCode

_SET = {"icd10pcs": [("0DTJ4ZZ", None, None, "a sample")]}


@edit(
    id="PCS-01",
    title="Inpatient procedure code not valid on the last day of the stay",
    severity=Severity.HOLD,
    source=Source("ICD-10-PCS, CMS", "code set in force on the day of discharge; 45 CFR 162.1002"),
    since=date(2015, 10, 1),
    prevents=("181", "182", "16"),
    fix="Choose the ICD-10-PCS code that was in force on the day of discharge.",
    passes=INPATIENT.but(
        institutional=Stay(principal_procedure=DatedCode(code="0DTJ4ZZ", on=ADMITTED)), codes=_SET
    ),
    fails=INPATIENT.but(
        institutional=Stay(principal_procedure=DatedCode(code="0DTJ4ZO", on=ADMITTED)), codes=_SET
    ),
    kinds="I",
)
def inpatient_procedure(claim: Claim, context: Context) -> Iterator[Found]:
    bill = claim.institutional
    if bill is None or (bill.principal_procedure is None and not bill.other_procedures):
        return
    day = statement_period(bill)[1]
    unchecked = 0
    for place, procedure in (
        ("HI BBR", bill.principal_procedure),
        *(("HI BBQ", other) for other in bill.other_procedures),
    ):
        if procedure is None or not procedure.code:
            continue
        if not has_pcs_shape(procedure.code):
            yield None, place, f"{procedure.code} has no shape of an ICD-10-PCS code"
        elif day is not None:
            answer = context.codes.inpatient_procedure(procedure.code, day)
            unchecked += answer is Validity.UNCHECKED
            if answer is Validity.INVALID:
                yield None, place, f"{procedure.code} is no ICD-10-PCS code on {day}"
    if unchecked:
        said = f"{unchecked} of the procedures: no ICD-10-PCS is loaded for {day}"
        yield None, "HI BBR", said, UNCHECKED
