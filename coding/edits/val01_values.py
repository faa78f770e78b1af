"""Value codes carry the days of a stay: covered and other days are its length and that of its rooms."""

from collections.abc import Iterator
from datetime import date

from coding.bill_types import is_inpatient
from coding.code_list import code_list
from coding.context import Context
from coding.days import statement_period
from coding.edit import Source, edit
from coding.edits.rev01_revenue_and_bill import is_room
from coding.example import INPATIENT, Charge, Room, Stay
from coding.finding import Found, Severity
from edi.records import Claim, DatedCode, Institutional

_COVERED, _NOT_COVERED = "80", "81"
#: Their amounts are whole numbers: days, and a newborn's grams.
_WHOLE = code_list("54 80 81 82 83")
_NEWBORN, _WEIGHT = "4", "54"
_STILL_THERE = "30"


@edit(
    id="VAL-01",
    title="Value code without its amount, or days that do not add up",
    severity=Severity.HOLD,
    source=Source(
        "X12 005010X223A2; CMS, Medicare Claims Processing Manual",
        "HI BE; chapter 25, 75.3 (FL 39 to 41: 54, 80 to 83); chapter 3, 40.1 (days of a stay)",
        "https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads/clm104c25.pdf",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "M49", "M53", "MA32", "MA33"),
    fix="Give covered (80) and other days (81): together the days of the statement, and of the rooms.",
    passes=INPATIENT.but(
        institutional=Stay(
            values=(DatedCode(code="80", amount=3_00), DatedCode(code="81", amount=1_00)),
        ),
        lines=(Room(units="3", charge=2700_00), Room(units="1", charge=900_00), Charge()),
    ),
    fails=INPATIENT.but(institutional=Stay(values=(DatedCode(code="80", amount=5_00),))),
    kinds="I",
    each_payer=True,
)
def values(claim: Claim, context: Context) -> Iterator[Found]:
    bill = claim.institutional
    if bill is None:
        return
    wrong = list(_codes(bill)) if bill.values else []
    yield from wrong
    if bill.admission_type == _NEWBORN and all(one.code != _WEIGHT for one in bill.values):
        yield None, "HI BE", "a newborn's birth weight (54) is missing"
    days = stay_days(bill)
    if wrong or days is None or not is_inpatient(claim):
        return
    given = [one.amount or 0 for one in bill.values if one.code in (_COVERED, _NOT_COVERED)]
    if given and sum(given) != days * 100:
        yield None, "HI BE", f"{sum(given) / 100:g} days by the codes 80 and 81, the statement has {days}"
        return
    if not given and context.payer is not None and context.payer.medicare:
        yield None, "HI BE", "neither covered (80) nor other days (81) are given"
    rooms = [line.units for line in claim.lines if is_room(line.revenue_code)]
    billed = sum(_count(units) for units in rooms)
    if rooms and billed != days:
        yield None, "SV205", f"rooms are billed for {billed:g} days, the statement has {days}"


def _codes(bill: Institutional) -> Iterator[Found]:
    seen: set[str] = set()
    for one in bill.values:
        if len(one.code) != 2 or not one.code.isalnum():
            yield None, "HI BE", "a value code has two characters"
        elif one.amount is None or one.amount < 0:
            yield None, "HI BE", f"value code {one.code} has no amount"
        elif one.code in _WHOLE and one.amount % 100:
            yield None, "HI BE", f"the amount of value code {one.code} is a whole number"
        elif one.code in seen:
            yield None, "HI BE", f"value code {one.code} is given twice"
        seen.add(one.code)


def stay_days(bill: Institutional) -> int | None:
    """Days of the statement: the day of discharge is none, unless it is that of admission."""
    start, end = statement_period(bill)
    if start is None or end is None or end < start:
        return None
    nights = (end - start).days
    return nights + 1 if bill.patient_status == _STILL_THERE or nights == 0 else nights


def _count(units: str) -> float:
    return float(units) if units.replace(".", "", 1).isdigit() else 0.0
