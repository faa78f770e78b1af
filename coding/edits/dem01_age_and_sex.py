"""A newborn's code on an adult, a maternity code on a man: one of the two was mistyped."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.days import first_day, years_between
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import Found, Severity
from coding.visits import PREVENTIVE_AGES
from edi.records import Claim

_MATERNITY = (9, 64)
_ADULT = 15
_PEDIATRIC = 17
_PRETERM = "P07"  # may be coded for an adult who was born too early (I.C.16.d)


@edit(
    id="DEM-01",
    title="Age or sex does not fit the code",
    severity=Severity.WARN,
    source=Source(
        "CMS, Medicare Code Editor and I/OCE",
        "age conflict; sex conflict until 2024-09-30; ICD-10-CM guidelines I.C.16.a, perinatal codes",
    ),
    since=date(2015, 10, 1),
    prevents=("6", "7", "9", "10"),
    fix="Compare birth date, sex and code with the chart; correct the one that was mistyped.",
    passes=CLEAN.but(lines=(Line(procedure="99396"),)),
    fails=CLEAN.but(lines=(Line(procedure="99394"),)),
    carries=frozenset({"diagnosis:aged", *PREVENTIVE_AGES}),
)
def age_and_sex(claim: Claim, context: Context) -> Iterator[Found]:
    patient = claim.patient or claim.subscriber
    day = first_day(claim)
    if day is None:
        return
    birth = patient.birth_date
    years = None if birth is None or birth > day else years_between(birth, day)  # DT-01 says so
    known = context.codes.diagnosis
    for position, code in enumerate(claim.diagnoses, start=1):
        diagnosis = known(code)
        if years is not None and years > _PEDIATRIC and code[:1] == "P" and code[:3] != _PRETERM:
            said = f"diagnosis {position} is of the time around birth, the patient is {years}"
            yield None, f"HI {position}", said
            continue
        if not diagnosis.marks:
            continue
        flags = diagnosis.flags_on(day)
        if years is not None:
            if "newborn" in flags and years > 0:
                yield None, f"HI {position}", f"diagnosis {position} is a newborn's, the patient is {years}"
            elif "pediatric" in flags and years > _PEDIATRIC:
                yield None, f"HI {position}", f"diagnosis {position} is a child's, the patient is {years}"
            elif "adult" in flags and years < _ADULT:
                yield None, f"HI {position}", f"diagnosis {position} is an adult's, the patient is {years}"
            elif "maternity" in flags and not _MATERNITY[0] <= years <= _MATERNITY[1]:
                yield (
                    None,
                    f"HI {position}",
                    f"diagnosis {position} is a maternity code, the patient is {years}",
                )
        if ("female" in flags and patient.sex == "M") or ("male" in flags and patient.sex == "F"):
            yield None, f"HI {position}", f"diagnosis {position} does not fit the patient's sex"
    if years is None:
        return
    for line in claim.lines:
        ages = PREVENTIVE_AGES.get(line.procedure)
        if ages is not None and not ages[0] <= years <= ages[1]:
            yield (
                line.number,
                "SV101-2",
                f"{line.procedure} is for ages {ages[0]} to {ages[1]}, the patient is {years}",
            )
