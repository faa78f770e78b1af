"""SNIP 5: diagnoses, procedures and revenue codes, by the day of the service.

Their form is known here; whether there is such a code on that day, the check's `codes` say.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.checks.rules.code_sets import UNCHECKED
from edi.checks.rules.lines import views
from edi.checks.rules.service_dates import whole
from edi.declare.code_sets import Answers
from edi.declare.types import DATES
from edi.findings import Answer, Kind, kind
from edi.segments.claim import HI


def _kind(number: str, title: str, fix: str, status: str) -> Kind:
    return kind(f"COD-{number}", title, 5, fix, Answer("277CA", category="A7", status=status))


DIAGNOSIS: Final = _kind(
    "20", "No such diagnosis code", "Give an ICD code of the service date, without its point.", "255"
)
OTHER_LIST: Final = _kind(
    "21", "Diagnosis list of another time", "Use ICD-10-CM (ABK, ABF) from October 2015 on.", "255"
)
PROCEDURE: Final = _kind("22", "No such procedure code", "Give a code of the service date.", "454")
REVENUE: Final = _kind("23", "No such revenue code", "Give the four digits of the revenue code.", "455")
INPATIENT: Final = _kind("24", "No such inpatient procedure code", "Give the seven characters.", "490")

EXTERNAL_CAUSE: Final = _kind(
    "32", "External cause as the principal diagnosis", "Give what it did to the patient first.", "254"
)
EXTERNAL: Final = ("V", "W", "X", "Y")  # chapter 20 of ICD-10-CM

ICD10: Final = "20151001"
DIAGNOSES: Final = {
    **dict.fromkeys(("ABK", "ABF", "ABJ", "APR", "ABN"), "icd10cm"),
    **dict.fromkeys(("BK", "BF", "BJ", "PR", "BN"), "icd9cm"),
}
PROCEDURES: Final = {"BBR": "icd10pcs", "BBQ": "icd10pcs", "BR": "icd9pcs", "BQ": "icd9pcs"}
LISTS: Final = {"HC": "hcpcs", "AD": "cdt"}


@rule(DIAGNOSIS, "837P 837I 837D", loop="2300")
def diagnoses_are_known(claim: Any, run: Run) -> Iterable[Fault]:
    """Every HI with diagnoses or procedures, by the statement's end or the first line's day."""
    found: list[Fault] = []
    day = ""
    good = run.codes.good
    for hi in claim._wire:
        if hi.__class__ is not HI:
            continue
        if not day:
            day = service_day(claim, run)
        key = ("HI", hi.raw or hi.text(), day)
        if key in good:
            continue
        faults = list(_codes(hi, day, run.codes))
        if not faults and len(key[1]) < 200:
            run.codes.remember(key)
        found += faults
    return found


def service_day(claim: Any, run: Run) -> str:
    """The day by which codes are judged: the statement's end, else the first line's first day."""
    statement = claim.__dict__.get("statement_dates")
    if statement is not None:
        return whole(claim)[1]
    return next((first for _, _, first, _ in views(claim, run) if first), "")


def _codes(hi: Any, day: str, answers: Answers) -> Iterator[Fault]:
    on = DATES[day] if day else None
    for n, (qualifier, code) in enumerate(hi.pairs(), 1):
        listed = DIAGNOSES.get(qualifier)
        what = DIAGNOSIS
        if listed is None:
            listed, what = PROCEDURES.get(qualifier, ""), INPATIENT
        if not listed or not code:
            continue
        if what is DIAGNOSIS and day and (listed == "icd10cm") != (day >= ICD10):
            message = "the service date asks for the other list"
            yield Fault(hi, f"{n}-1", message, kind=OTHER_LIST, value=qualifier)
            continue
        if qualifier == "ABK" and code[:1] in EXTERNAL:
            yield Fault(hi, f"{n}-2", "it says how it happened", kind=EXTERNAL_CAUSE, value=code)
            continue
        yield from judged(answers, listed, code, on, Fault(hi, f"{n}-2", "", kind=what, value=code))


def judged(answers: Answers, listed: str, code: str, day: date | None, fault: Fault) -> Iterator[Fault]:
    """The fault where the set has no such code, unchecked once a file where nobody knows."""
    found = answers.known(listed, code, day)
    if found is False:
        message = "it is written without its point" if "." in code else "it is not in the list of that day"
        yield fault._replace(message=message)
    elif found is None and listed not in answers.unchecked:
        answers.unchecked.add(listed)
        message = f"{listed} is not loaded for that day"
        yield fault._replace(message=message, kind=UNCHECKED, value="")


@rule(PROCEDURE, "837P 837I 837D", loop="2300")
def procedures_are_known(claim: Any, run: Run) -> Iterable[Fault]:
    """SV1, SV2 and SV3 of each line, by its first day."""
    found: list[Fault] = []
    good = run.codes.good
    for line, e, first, _ in views(claim, run):
        institutional = e[0] == "SV2"
        key = (f"{e[1]}*{e[2]}" if institutional and len(e) > 2 else e[1] if len(e) > 1 else "", "", first)
        if key not in good:
            faults = list(_service(line.service, e, institutional, first, run.codes))
            if not faults:
                run.codes.remember(key)
            found += faults
    return found


def _service(
    service: Any, e: list[str], institutional: bool, first: str, answers: Answers
) -> Iterator[Fault]:
    at = 2 if institutional else 1
    if institutional and len(e) > 1 and e[1] and answers.known("revenue", e[1]) is False:
        yield Fault(service, "1", "it has not four digits", "2400", REVENUE, e[1])
    if len(e) <= at or not e[at]:
        return
    qualifier, code = [*e[at].split(service.d.component), ""][:2]
    listed = LISTS.get(qualifier)
    if listed is not None and code:
        fault = Fault(service, f"{at}-2", "", "2400", value=code)
        yield from judged(answers, listed, code, DATES[first] if first else None, fault)
