"""A revenue code says where a charge arose: a room belongs to a stay, and a stay has a room."""

from collections.abc import Iterator
from datetime import date

from coding.bill_types import BILL_TYPES, is_inpatient
from coding.context import Context
from coding.edit import Source, edit
from coding.example import INPATIENT, OUTPATIENT, Charge, Line, Room
from coding.finding import Found, Severity
from edi.records import Claim

_TOTAL = "0001"


@edit(
    id="REV-01",
    title="Revenue code that does not fit the type of bill",
    severity=Severity.HOLD,
    source=Source(
        "CMS, Medicare Claims Processing Manual",
        "chapter 25, 75.4 (FL 42, accommodation 010X to 021X); chapter 3, 10",
        "https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads/clm104c25.pdf",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "M50", "5", "N50"),
    fix="Bill rooms on the stay's claim alone, with the days as units; leave the line with the total out.",
    passes=INPATIENT.but(lines=(Room(revenue_code="0206"), Charge())),
    fails=OUTPATIENT.but(
        lines=(
            Line(procedure="99283", revenue_code="0450", pointers=()),
            Room(revenue_code="0762", units="1", unit_code="UN"),
            Room(units="1"),
        )
    ),
    kinds="I",
)
def revenue_and_bill(claim: Claim, context: Context) -> Iterator[Found]:
    bill = claim.institutional
    if bill is None or bill.type_of_bill not in BILL_TYPES:
        return  # TOB-01 says so
    stay = is_inpatient(claim)
    rooms = False
    for line in claim.lines:
        code = line.revenue_code
        if not code:
            continue  # REQ-01 says so
        if len(code) != 4 or not (code.isascii() and code.isdigit()):
            yield line.number, "SV201", "a revenue code has four digits"
        elif code == _TOTAL:
            yield line.number, "SV201", "0001 is the paper form's total; an 837I has no such line"
        elif is_room(code):
            rooms = True
            if not stay:
                yield line.number, "SV201", f"room and board ({code}) on the bill of an outpatient"
    if stay and not rooms and claim.frequency in "1234" and bill.type_of_bill == "11" and claim.lines:
        yield None, "SV201", "an inpatient's bill without room and board (0100 to 0219)"


def is_room(revenue_code: str) -> bool:
    """Room and board, all-inclusive rates, nursery, intensive and coronary care."""
    return "0100" <= revenue_code <= "0219"
