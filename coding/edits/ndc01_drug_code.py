"""A payer that rebates drugs wants the package's eleven-digit number beside the drug's billing code."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.carried import NOTHING, families
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.example import PAYER
from coding.finding import Found, Severity
from edi.records import Claim

_GIVEN = frozenset({"ndc"})
_DRUGS = families(*(f"J{n}" for n in range(10)))
_MEDICAID = replace(PAYER, medicaid=True)
_DRUG = Line(procedure="J1885", units="2", charge=18_00, ndc="00012345678", ndc_unit="ML", ndc_quantity="1")


@edit(
    id="NDC-01",
    title="Drug code without a right NDC, unit and quantity",
    severity=Severity.HOLD,
    source=Source("Deficit Reduction Act 2005; payer's list", "2410 LIN03, CTP04, CTP05; 42 CFR 447.520"),
    since=date(2012, 1, 1),
    prevents=("16", "M119", "M123"),
    fix="Take the NDC from the package (5-4-2 digits, zeros filled in), with its unit and quantity.",
    passes=CLEAN.but(lines=(_DRUG,), context={"payer": _MEDICAID}),
    fails=CLEAN.but(
        lines=(replace(_DRUG, ndc="", ndc_unit="", ndc_quantity=""),), context={"payer": _MEDICAID}
    ),
    each_payer=True,
    carries=lambda payer: _GIVEN | payer.ndc_for | (_DRUGS if payer.medicaid else NOTHING),
)
def drug_code(claim: Claim, context: Context) -> Iterator[Found]:
    payer = context.payer
    for line in claim.lines:
        if not line.ndc:
            if payer is not None and (
                line.procedure in payer.ndc_for or (payer.medicaid and line.procedure[:1] == "J")
            ):
                yield line.number, "LIN03", f"the payer wants the NDC of {line.procedure}"
            continue
        if len(line.ndc) != 11 or not line.ndc.isdigit():
            yield line.number, "LIN03", "the NDC has not eleven digits"
        if line.ndc_unit not in ("F2", "GR", "ME", "ML", "UN"):
            yield line.number, "CTP05", "the NDC has no unit (F2, GR, ME, ML, UN)"
        if not _positive(line.ndc_quantity):
            yield line.number, "CTP04", "the NDC has no quantity"


def _positive(text: str) -> bool:
    try:
        return float(text) > 0
    except ValueError:
        return False
