"""A screening is paid in full and a diagnostic service is not: procedure, diagnosis and modifier must tell
the same story."""

from collections.abc import Iterator
from datetime import date

from coding.code_list import code_list
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import Found, Severity
from coding.medicare import to_medicare
from coding.pointed import pointed
from edi.records import Claim, ServiceLine

#: Procedures that are screenings by themselves, and how the diagnosis of each begins.
_SCREENINGS: dict[str, tuple[str, ...]] = {
    "77067": ("Z1231", "Z803", "Z853", "Z1239"),
    "G0105": ("Z121", "Z8", "K50", "K51"),
    "G0121": ("Z121",),
    "G0103": ("Z125",),
    "G0202": ("Z1231",),
}
#: Colonoscopies and mammograms that are diagnostic unless a modifier says otherwise.
_COLONOSCOPIES = frozenset(
    str(n) for n in (*range(45378, 45383), 45384, 45385, 45386, 45388, *range(45389, 45394), 45398)
)
_MAMMOGRAMS = code_list("77065 77066")
#: Reasons of prevention: encounters for examination and screening, exposure and carrier states, needs for
#: immunization, counseling, and the histories that make a person one to be screened.
_PREVENTIVE = ("Z0", "Z11", "Z12", "Z13", "Z20", "Z23", "Z30", "Z34", "Z3A", "Z68", "Z7", "Z80", "Z82", "Z83",
               "Z85", "Z86", "Z87", "Z9", "F17")  # fmt: skip


@edit(
    id="SCR-01",
    title="Screening and diagnosis that tell two stories",
    severity=Severity.WARN,
    source=Source(
        "CMS, Claims Processing Manual; 45 CFR 147.130; ICD-10-CM Official Guidelines FY2026",
        "chapter 18, 60.2 PT since 2011-01-01; modifier 33 since 2010-09-23; I.C.21.c.5 screening",
    ),
    since=date(2011, 1, 1),
    prevents=("11", "49", "50", "4", "272"),
    fix="Point a screening at its Z code first; mark one that became a treatment with PT (Medicare) or 33.",
    passes=CLEAN.but(diagnoses=("Z1211", "K635"), lines=(Line(procedure="45385", modifiers=("33",)),)),
    fails=CLEAN.but(diagnoses=("Z1211", "K635"), lines=(Line(procedure="45385"),)),
    kinds="P",
    each_payer=True,
    carries=_COLONOSCOPIES | _MAMMOGRAMS | frozenset({*_SCREENINGS, "33", "PT"}),
)
def screening(claim: Claim, context: Context) -> Iterator[Found]:
    medicare = to_medicare(claim, context)
    for line in claim.lines:
        reasons = pointed(claim, line)
        if reasons:
            found = _fault(line, reasons, medicare)
            if found is not None:
                yield line.number, *found


def _fault(line: ServiceLine, reasons: dict[int, str], medicare: bool) -> tuple[str, str] | None:
    """What does not fit, and where; None where everything does."""
    marked = "33" in line.modifiers or "PT" in line.modifiers
    wanted = _SCREENINGS.get(line.procedure)
    codes = reasons.values()
    position, first = next(iter(reasons.items()))
    if wanted is not None:
        if not any(code.startswith(wanted) for code in codes):
            return "SV107", f"{line.procedure} is a screening, no diagnosis of the line is of one"
    elif line.procedure in _COLONOSCOPIES and first.startswith("Z121") and not marked:
        if medicare and line.procedure == "45378":
            return "SV101-2", "Medicare takes a screening colonoscopy as G0121, at high risk as G0105"
        said = "PT" if medicare else "33"
        return "SV101-3", f"{line.procedure} began as a screening (diagnosis {position}) and lacks {said}"
    elif line.procedure in _MAMMOGRAMS and all(code.startswith("Z1231") for code in codes):
        return "SV107", f"{line.procedure} is diagnostic, its diagnosis is a screening's"
    elif marked and not any(code.startswith(_PREVENTIVE) for code in codes):
        modifier = "PT" if "PT" in line.modifiers else "33"
        return "SV107", f"{modifier} says that the service was preventive, no diagnosis of the line does"
    return None
