"""The patient's status on the last day decides how a transfer is paid, and must fit the frequency."""

from collections.abc import Iterator
from datetime import date, timedelta

from coding.bill_types import is_inpatient
from coding.code_list import code_list
from coding.context import Context
from coding.edit import Source, edit
from coding.example import ADMITTED, INPATIENT, Room, Stay
from coding.finding import Found, Severity
from edi.declare.code_sets import PATIENT_STATUSES
from edi.records import Claim, DatedCode

_STILL_THERE = "30"
_DIED = code_list("20 40 41 42")
_HOSPICE_DEATHS = code_list("40 41 42")
_HOSPICE = code_list("81 82")
_DATE_OF_DEATH = "55"


@edit(
    id="PST-01",
    title="Patient status missing, unknown or not fitting the bill",
    severity=Severity.HOLD,
    source=Source(
        "CMS, Medicare Claims Processing Manual",
        "chapter 25, 75.2 (FL 17); chapter 1, 50.2 (30 with interim bills); occurrence code 55 with a death",
        "https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads/clm104c25.pdf",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "MA43", "M44", "N50"),
    fix="Give the status on the last day billed: 30 only on a first or continuing interim bill.",
    passes=INPATIENT.but(
        institutional=Stay(
            patient_status="20",
            occurrences=(DatedCode(code="55", on=ADMITTED + timedelta(days=4)),),
        )
    ),
    fails=INPATIENT.but(
        institutional=Stay(patient_status="30", values=(DatedCode(code="80", amount=5_00),)),
        lines=(Room(units="5"),),
    ),
    kinds="I",
)
def patient_status(claim: Claim, context: Context) -> Iterator[Found]:
    bill = claim.institutional
    if bill is None:
        return
    status = bill.patient_status
    if status not in PATIENT_STATUSES:
        yield None, "CL103", "the patient status is missing, or none of the list"
    elif status in _HOSPICE_DEATHS and bill.type_of_bill not in _HOSPICE:
        yield None, "CL103", f"patient status {status} is for hospices; a death elsewhere is 20"
    elif status in _DIED and all(one.code != _DATE_OF_DEATH for one in bill.occurrences):
        yield None, "HI BH", "the patient died; occurrence 55 with the date of death is missing"
    elif not is_inpatient(claim):
        return
    elif status == _STILL_THERE and claim.frequency in ("1", "4"):
        yield None, "CL103", f"still a patient (30), but frequency {claim.frequency} says that the stay ended"
    elif status != _STILL_THERE and claim.frequency in ("2", "3"):
        yield None, "CL103", f"frequency {claim.frequency} says that the stay goes on; then the status is 30"
