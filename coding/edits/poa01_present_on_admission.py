"""Whether a diagnosis was there on admission decides what a hospital is paid for: each one must say it."""

from collections.abc import Iterator
from datetime import date

from coding.code_list import code_list
from coding.context import Context
from coding.edit import Source, edit
from coding.example import INPATIENT, Stay
from coding.finding import Found, Severity
from coding.medicare import to_medicare
from edi.records import Claim

_GENERAL_HOSPITAL = "11"
#: Who does not report it to Medicare, by taxonomy: psychiatric, rehabilitation and long-term care hospitals
#: and units, critical access and children's hospitals.
_NO_REPORT = code_list(
    "273R00000X 273Y00000X 281PC2000X 282E00000X 282NC0060X 282NC2000X 283Q00000X 283X00000X 283XC2000X"
)
_INDICATORS = frozenset("YNUW")
#: Categories that say something of all times, or of nothing that could be present (guidelines, appendix I).
_EXEMPT = tuple(code_list("B90 B91 B92 B94 E64 I252 O09 O665 O80 O94 P00 Q R99 U V W X Y Z"))


@edit(
    id="POA-01",
    title="Present-on-admission indicator missing or wrong",
    severity=Severity.HOLD,
    source=Source(
        "ICD-10-CM Official Guidelines, appendix I; CMS, hospital-acquired conditions",
        "X12 005010X223A2, HI-9; 42 CFR 412.2",
        "https://www.cms.gov/medicare/payment/fee-for-service-providers/hospital-aquired-conditions-hac/coding",
    ),
    since=date(2007, 10, 1),
    prevents=("16", "226", "N434"),
    fix="Ask the coder for Y, N, U or W of the diagnosis; leave it out where the diagnosis is exempt.",
    passes=INPATIENT.but(
        diagnoses=("J189", "E119", "Z794"), institutional=Stay(present_on_admission=("Y", "U", ""))
    ),
    fails=INPATIENT.but(institutional=Stay(present_on_admission=("Y", ""))),
    kinds="I",
)
def present_on_admission(claim: Claim, context: Context) -> Iterator[Found]:
    bill = claim.institutional
    if bill is None or bill.type_of_bill != _GENERAL_HOSPITAL:
        return
    for at, said in enumerate(bill.external_causes_present):
        if said and said not in _INDICATORS:
            yield None, "HI ABN-9", f"the indicator of external cause {at + 1} is none of Y, N, U and W"
    given = bill.present_on_admission
    silent = claim.billing.taxonomy in _NO_REPORT and to_medicare(claim, context)
    for at, code in enumerate(claim.diagnoses):
        said = given[at] if at < len(given) else ""
        if said and said not in _INDICATORS:
            yield None, f"HI {at + 1}-9", f"the indicator of diagnosis {at + 1} is none of Y, N, U and W"
        elif not said and code and not silent and not is_exempt(code):
            yield (
                None,
                f"HI {at + 1}-9",
                f"diagnosis {at + 1} does not say whether it was present on admission",
            )


def is_exempt(code: str) -> bool:
    """Of an exempt category, or an injury's later encounter (seventh character neither A, B nor C)."""
    if code.startswith(_EXEMPT):
        return True
    return code[0] in "STM" and len(code) == 7 and code[6] not in "ABC"
