"""An inpatient's claim says when the patient was admitted, and for what.

837P: visits at place of service 21. 837I: types of bill 11, 18, 21 and 41 (X223A2, loop 2300).
"""

from collections.abc import Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.findings import Answer, kind

_ABSENT: Final = Answer("999", segment="I6")
ADMISSION: Final = kind(
    "SIT-10", "Inpatient claim without the admission date", 4, "Add DTP 435 with the admission.", _ABSENT
)
TYPE: Final = kind(
    "SIT-11",
    "Inpatient claim without the type of admission",
    4,
    "Give CL101.",
    Answer("999", segment="8", element="I9"),
)
ADMITTING: Final = kind(
    "SIT-12",
    "Inpatient claim without the admitting diagnosis",
    4,
    "Add HI with qualifier ABJ.",
    _ABSENT,
    "warning",
)
HOUR: Final = kind(
    "SIT-13",
    "Final inpatient claim without the discharge hour",
    4,
    "Add DTP 096 with the hour of discharge.",
    _ABSENT,
    "warning",
)
ATTENDING: Final = kind(
    "SIT-14",
    "Institutional claim without the attending provider",
    4,
    "Add loop 2310A, unless only transport is billed.",
    _ABSENT,
    "warning",
)
INPATIENT: Final = frozenset(("11", "18", "21", "41"))
STILL_PATIENT: Final = "30"


@rule(ADMISSION, "837P", loop="2300", when=lambda e: len(e) > 5 and e[5][:2] == "21")
def inpatient_visit_has_admission(claim: Any, run: Run) -> Iterator[Fault]:
    """CLM05-1 21 against DTP 435."""
    clm = claim.claim
    if not claim.admission:
        message = "the place of service is 21, no DTP 435 follows"
        yield Fault("DTP", "", message, cause=(clm, "5-1", "2300"), position=clm.position)


@rule(ADMISSION, "837I", loop="2300")
def stay_is_described(claim: Any, run: Run) -> Iterator[Fault]:
    """The type of bill against admission, its type, its diagnosis and the discharge hour."""
    clm = claim.claim
    e = clm.elements
    if len(e) < 6:
        return
    cause = (clm, "5-1", "2300")
    if not claim.attending and run.transaction.get("lost party", 0) < claim.position:
        yield Fault("NM1", "", "no NM1 71 follows", "2310A", ATTENDING, position=clm.position)
    if e[5][:2] not in INPATIENT:
        return
    if not claim.admission:
        yield Fault("DTP", "", "no DTP 435 follows", cause=cause, position=clm.position)
    if claim.stay and not claim.stay.admission_type:
        yield Fault(claim.stay, "1", "it is missing", kind=TYPE)
    if not claim.admitting_diagnosis:
        yield Fault("HI", "", "no HI ABJ follows", kind=ADMITTING, cause=cause, position=clm.position)
    final = e[5][-1:] in ("1", "4") and claim.stay and claim.stay.patient_status != STILL_PATIENT
    if final and not claim.discharge_hour:
        yield Fault("DTP", "", "no DTP 096 follows", kind=HOUR, cause=cause, position=clm.position)
