"""Every diagnosis must be a code that may be billed on the day of service: codes come and go each
1 October and 1 April, and a heading (E11.2) says less than the payer accepts."""

from collections.abc import Iterator
from datetime import date

from coding.codes.icd10cm import Diagnosis
from coding.codes.valid_instead import valid_instead
from coding.codes.validity import Validity
from coding.context import Context
from coding.days import first_day
from coding.edit import CLEAN, Source, edit
from coding.finding import UNCHECKED, Found, Severity
from edi.records import Claim

_SAY = {
    Validity.INVALID: "is no ICD-10-CM code on",
    Validity.NOT_BILLABLE: "is a heading, not a billable code, on",
}


@edit(
    id="DX-01",
    title="Diagnosis missing, not valid or not billable on the day of service",
    severity=Severity.HOLD,
    source=Source("ICD-10-CM, CMS and CDC", "code set in force on the day; 45 CFR 162.1002"),
    since=date(2012, 1, 1),  # ICD-9-CM before 2015-10-01 is not loaded: unchecked, not passed
    prevents=("146", "167", "11", "M76", "M64"),
    fix="Choose the billable code that was in force on the day of service.",
    passes=CLEAN.but(diagnoses=("J020", "E1122", "N182")),
    fails=CLEAN.but(diagnoses=("J020", "E112")),
    carries=frozenset({"diagnosis:doubtful"}),
)
def diagnosis_valid(claim: Claim, context: Context) -> Iterator[Found]:
    if not claim.diagnoses:
        if claim.kind != "D":
            yield None, "HI", "the claim has no diagnosis"
        return
    day = first_day(claim)
    if day is None:
        return  # DT-01 says so
    known = context.codes.diagnosis
    days = _days(claim, day)
    for position, code in enumerate(claim.diagnoses, start=1):
        if not code:
            yield None, f"HI {position}", f"diagnosis {position} is empty"
            continue
        diagnosis = known(code)
        for on in days if isinstance(days, tuple) else days.get(position, (day,)):
            answer = diagnosis.valid_on(on)
            if answer is Validity.VALID:
                continue
            if answer is Validity.UNCHECKED:
                yield None, f"HI {position}", f"no ICD-10-CM release is loaded for {on}", UNCHECKED
            else:
                said = (
                    f"{_dotted(code)} {_SAY[answer]} {on}{_instead(code, on, context)}{_when(diagnosis, on)}"
                )
                yield None, f"HI {position}", said
            break


def _days(claim: Claim, first: date) -> tuple[date, ...] | dict[int, tuple[date, ...]]:
    """The days whose code set judges the diagnoses: one for all, or by position the days of the lines
    that point at it. A claim over 1 October needs codes that are right on both sides."""
    if claim.institutional is not None:
        return (_discharge(claim, first),)
    lines = claim.lines
    if len(lines) == 1 or all(line.service_from in (first, None) for line in lines):
        return (first,)
    found: dict[int, set[date]] = {}
    for line in lines:
        if line.service_from is not None:
            for position in line.pointers:
                found.setdefault(position, set()).add(line.service_from)
    return {position: tuple(sorted(days)) for position, days in found.items()}


def _discharge(claim: Claim, day: date) -> date:
    """A stay is coded by the set in force on its last day (ICD-10-CM guidelines; CMS)."""
    facts = claim.institutional
    return (facts.statement_to if facts is not None else None) or day


def _instead(code: str, day: date, context: Context) -> str:
    """What a heading, or a code that is none, could have meant; a person chooses from the documentation."""
    found = valid_instead(context.codes.diagnoses, code, day)
    if found is None:
        return ""
    said = ", ".join(_dotted(c) for c in found.codes[:4])
    why = "" if context.codes.diagnoses.has_children(code, day) else f" ({found.reason})"
    return f"; choose {said}{' ...' if len(found.codes) > 4 else ''}{why}"


def _when(diagnosis: Diagnosis, day: date) -> str:
    """When a code was or will be one."""
    ended = max((end for _, end, _ in diagnosis.spans if end < day), default=None)
    if ended is not None:
        return f"; it ended on {ended}"
    begins = min((start for start, _, _ in diagnosis.spans if start > day), default=None)
    return f"; it begins on {begins}" if begins is not None else ""


def _dotted(code: str) -> str:
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code
