"""An outpatient's charge is paid by its procedure: most revenue codes need one, and some need their own."""

from collections.abc import Iterator
from datetime import date

from coding.bill_types import OUTPATIENT as DAYS
from coding.bill_types import RATES
from coding.code_list import code_list
from coding.context import Context
from coding.edit import Source, edit
from coding.example import OUTPATIENT, Line
from coding.finding import WARN, Found, Severity
from edi.records import Claim, ServiceLine

#: The first three digits of revenue codes whose outpatient lines name their procedure.
_WITH_PROCEDURE = code_list(
    "030 031 032 033 034 035 036 040 042 043 044 045 046 047 048 049 051 052 054 061 073 074 075 090 091 092"
)
#: Therapy says by its modifier under whose plan of care it was given.
_PLANS = {"042": "GP", "043": "GO", "044": "GN"}
_DRUG = "0636"
RATE_CODE = 5  # characters of a HIPPS code


@edit(
    id="REV-02",
    title="Revenue code and procedure that do not go together",
    severity=Severity.HOLD,
    source=Source(
        "CMS, Medicare Claims Processing Manual",
        "chapter 4, 20.1 (procedure with the revenue code) and 160 (visits under 045X); chapter 5, 20.1 "
        "(GP, GO, GN with 042X, 043X, 044X); chapter 17, 90.2 (drugs under 0636); chapter "
        "25, 75.4 (rates under 0022, 0023 and 0024)",
        "https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads/clm104c04.pdf",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "M50", "M20", "4", "199"),
    fix="Give the procedure (and the therapy's modifier) of the line, or its own revenue code.",
    passes=OUTPATIENT.but(
        lines=(Line(procedure="97110", modifiers=("GP",), revenue_code="0420", pointers=()),)
    ),
    fails=OUTPATIENT.but(
        lines=(Line(procedure="97110", modifiers=("GO",), revenue_code="0420", pointers=()),)
    ),
    kinds="I",
)
def revenue_and_procedure(claim: Claim, context: Context) -> Iterator[Found]:
    bill = claim.institutional
    if bill is None:
        return
    for line in claim.lines:
        if line.revenue_code in RATES and len(line.procedure) != RATE_CODE:
            yield line.number, "SV202-2", f"revenue code {line.revenue_code} needs its HIPPS rate code"
    if bill.type_of_bill not in DAYS:
        return
    for line in claim.lines:
        group = line.revenue_code[:3]
        if not line.procedure:
            if group in _WITH_PROCEDURE or line.revenue_code == _DRUG:
                yield line.number, "SV202-2", f"revenue code {line.revenue_code} needs its procedure code"
            continue
        plan = _PLANS.get(group)
        if plan is not None and plan not in line.modifiers:
            yield line.number, "SV202-3", f"therapy under {line.revenue_code} needs modifier {plan}"
        elif line.revenue_code == _DRUG and not _is_drug(line):
            yield line.number, "SV202-2", "0636 is for drugs and vaccines that have a code of their own"
        elif "99281" <= line.procedure <= "99285" and group != "045":
            yield line.number, "SV201", "an emergency visit belongs under 0450 to 0459", WARN


def _is_drug(line: ServiceLine) -> bool:
    code = line.procedure
    return code[:1] in ("A", "C", "J", "P", "Q", "S", "G") or "90281" <= code <= "90759" or code[:3] == "913"
