"""A visit that a physician shared with a practitioner (FS) is one of a hospital or nursing facility; in the
office there is no such visit."""

from collections.abc import Iterator
from datetime import date

from coding.code_list import code_list
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.example import BILLING, MEDICARE
from coding.finding import Found, Severity
from coding.medicare import to_medicare
from coding.visits import is_visit
from edi.records import Claim, Party

_FACILITIES = code_list("19 21 22 23 26 31 51 52 56 61")


@edit(
    id="SPL-01",
    title="Split or shared visit outside a facility, or on no visit",
    severity=Severity.HOLD,
    source=Source(
        "42 CFR 415.140; CMS, Claims Processing Manual", "chapter 12, 30.6.18: FS since 2022-01-01"
    ),
    since=date(2022, 1, 1),
    prevents=("4", "58", "N519"),
    fix="Bill it under the one who did the visit; in the office as incident-to where its rules are met.",
    passes=CLEAN.but(
        filing_code="MB",
        place_of_service="22",
        service_facility=Party(last="Example Hospital", npi="1245319599", address=BILLING.address),
        lines=(Line(modifiers=("FS",)),),
        context={"payer": MEDICARE},
    ),
    fails=CLEAN.but(filing_code="MB", lines=(Line(modifiers=("FS",)),), context={"payer": MEDICARE}),
    kinds="P",
    each_payer=True,
    carries=frozenset({"FS"}),
)
def split_visit(claim: Claim, context: Context) -> Iterator[Found]:
    medicare = to_medicare(claim, context)
    for line in claim.lines:
        if "FS" not in line.modifiers:
            continue
        place = line.place_of_service or claim.place_of_service
        if not is_visit(line.procedure):
            yield line.number, "SV101-3", f"FS belongs on a visit, not on {line.procedure}"
        elif medicare and place and place not in _FACILITIES:
            yield (
                line.number,
                "SV105",
                f"a shared visit (FS) at place {place}: Medicare knows it in facilities alone",
            )
