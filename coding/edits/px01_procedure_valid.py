"""CPT changes each January, HCPCS each quarter; a code outside its dates is denied."""

from collections.abc import Iterator
from datetime import date

from coding.codes.validity import Validity
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import UNCHECKED, Found, Severity
from edi.records import Claim


@edit(
    id="PX-01",
    title="Procedure code not valid on the day of service",
    severity=Severity.HOLD,
    source=Source("CPT and HCPCS level II", "SV101-2, code set in force on the day; 45 CFR 162.1002"),
    since=date(2012, 1, 1),
    prevents=("181", "182", "16", "M51"),
    fix="Choose the code that was in force on the day of service.",
    passes=CLEAN.but(codes={"cpt": [("99213", date(1992, 1, 1), None, "a sample visit")]}),
    fails=CLEAN.but(lines=(Line(procedure="9921"),)),
    carries=frozenset({"procedure:doubtful"}),
)
def procedure_valid(claim: Claim, context: Context) -> Iterator[Found]:
    unchecked = 0
    for line in claim.lines:
        code = line.procedure
        day = line.service_from
        if not code or day is None or line.procedure_qualifier != "HC":
            continue
        answer = context.codes.procedure(code, day)
        if answer is Validity.INVALID:
            yield line.number, "SV101-2", f"{code} is no procedure code on {day}"
        elif answer is Validity.UNCHECKED:
            unchecked += 1
    if unchecked:
        yield (
            None,
            "SV101-2",
            f"{unchecked} of the lines: no code set is loaded for the procedure and day",
            UNCHECKED,
        )
