"""A code can be valid and still say less than is known: side not named, or two encounters' 7th characters
on one injury."""

from collections.abc import Iterator
from datetime import date

from coding.codes.icd10cm import SIDE_OPEN
from coding.context import Context
from coding.days import first_day
from coding.edit import CLEAN, Source, edit
from coding.finding import Found, Severity
from edi.records import Claim


@edit(
    id="DX-02",
    title="Diagnosis less specific than the code set allows",
    severity=Severity.WARN,
    source=Source(
        "ICD-10-CM guidelines", "I.B.2 and I.B.13 laterality; Medicare Code Editor, unspecified code edit"
    ),
    since=date(2015, 10, 1),
    prevents=("11", "167", "M76"),
    fix="Code the side, or the one 7th character, that the documentation gives.",
    passes=CLEAN.but(diagnoses=("H6011",)),
    fails=CLEAN.but(diagnoses=("H6010",)),
    carries=frozenset({"diagnosis:unsided", "diagnosis:seventh"}),
)
def more_specific(claim: Claim, context: Context) -> Iterator[Found]:
    day = first_day(claim)
    if day is None:
        return
    known = context.codes.diagnosis
    unspecified = context.codes.side_unspecified
    stems: dict[str, str] = {}
    for position, code in enumerate(claim.diagnoses, start=1):
        diagnosis = known(code)
        if (SIDE_OPEN in diagnosis.marks and SIDE_OPEN in diagnosis.flags_on(day)) or unspecified(code):
            yield (
                None,
                f"HI {position}",
                f"diagnosis {position} leaves the side unspecified, codes for each side exist",
            )
        if len(code) == 7:
            other = stems.setdefault(code[:6], code[6])
            if other != code[6] and not code[6].isdigit():
                yield None, f"HI {position}", f"one injury with 7th characters {other} and {code[6]}"
