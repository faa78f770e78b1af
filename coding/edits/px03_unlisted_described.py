"""An unlisted procedure has no meaning of its own; without a description nobody can price it."""

from collections.abc import Iterator
from datetime import date

from coding.code_list import code_list
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import Found, Severity
from edi.records import Claim

#: A dialysis center bills every treatment with it (CMS, Claims Processing Manual, chapter 8, 50.3).
_DIALYSIS, _DIALYSIS_CENTER = "90999", "72"
_UNLISTED = code_list(
    "01999 15999 17999 19499 20999 21089 21299 21499 21899 22899 22999 23929 24999 25999 26989 "
    "27299 27599 27899 28899 29799 29999 30999 31299 31599 31899 32999 33999 36299 37501 37799 "
    "38129 38589 38999 39499 39599 40799 40899 41599 41899 42299 42699 42999 43289 43499 43659 "
    "43999 44238 44799 44899 44979 45399 45499 45999 46999 47379 47399 47579 47999 48999 49329 "
    "49659 49999 50549 50949 51999 53899 54699 55559 55899 58578 58579 58679 58999 59897 59898 "
    "59899 60659 60699 64999 66999 67299 67399 67599 67999 68399 68899 69399 69799 69949 69979 "
    "76496 76497 76498 76499 76999 77299 77399 77499 77799 78099 78199 78299 78399 78499 78599 "
    "78699 78799 78999 79999 81099 81479 81599 84999 85999 86486 86849 86999 87999 88099 88199 "
    "88299 88399 88749 89240 89398 90399 90749 90899 90999 91299 92499 92700 93799 93998 94799 "
    "95199 95999 96379 96549 96999 97039 97139 97799 99199 99429 99499 99600 A0999 A4335 A4421 A4649 "
    "A4913 A6261 A6262 A9280 A9698 A9699 A9999 B9998 B9999 C2698 C2699 C9399 E1399 J1599 "
    "J3490 J3590 J7199 J7599 J7699 J7799 J7999 "
    "J8498 J8499 J8597 J8999 J9999 K0108 K0898 L0999 L1499 L2999 L3649 L3999 L5999 L7499 L8039 "
    "L8499 L8699 L9900 Q4050 Q4051 Q4100 T1999 T5999 V2199 V2599 V2799 V5298 V5299"
)


@edit(
    id="PX-03",
    title="Unlisted procedure without a description",
    severity=Severity.HOLD,
    source=Source("X12 005010X222A1", "SV101-7, required with not-otherwise-classified procedure codes"),
    since=date(2012, 1, 1),
    prevents=("16", "M51", "N350"),
    fix="Describe the service in up to 80 characters, and attach the report where the payer wants it.",
    passes=CLEAN.but(lines=(Line(procedure="A9999", description="special dressing kit"),)),
    fails=CLEAN.but(lines=(Line(procedure="A9999"),)),
    carries=_UNLISTED,
)
def unlisted_described(claim: Claim, context: Context) -> Iterator[Found]:
    bill = claim.institutional
    for line in claim.lines:
        if line.procedure == _DIALYSIS and bill is not None and bill.type_of_bill == _DIALYSIS_CENTER:
            continue  # every treatment of a dialysis center is billed so
        if line.procedure in _UNLISTED and not line.description:
            yield line.number, "SV101-7", f"{line.procedure} is an unlisted code and has no description"
