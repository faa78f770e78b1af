"""A practice's Medicare credits at the end of a quarter: the columns of CMS-838's detail page as CSV.

The report is an institution's, once a quarter, within 30 days of its end. A credit that was reported for the
quarter before is not reported again. Whether the claim's cost report is open (8) is by the practice's
`cost_reports_closed_to`, empty where that is not set; the value code (14) of a credit that another payer's
payment made is the claim's own, or the Medicare-secondary type. The reason (13) is what the books say, and is
to be looked at.
"""

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from coding.medicare import SECONDARY_TYPES
from ledger.books import credits
from ledger.books.credits import AtDay, Paid
from ledger.queries import patient_claims
from ledger.trail import audit
from tasks.credits import csv_file
from tasks.credits.csv_file import amount
from tasks.errors import StepError
from tasks.home.home import Home

COLUMNS: Final = (
    "1 beneficiary",
    "2 Medicare number",
    "3 payer claim control number",
    "4 type of bill",
    "5 admitted on",
    "6 discharged on",
    "7 paid on",
    "8 cost report open or closed",
    "9 credit at the quarter's end",
    "10 repaid since",
    "11 repaid by",
    "12 outstanding",
    "13 reason",
    "14 value code",
    "15 primary payer or explanation",
)
"""The number is the form's, the words are ours; amounts are in dollars. Repaid by: C our check, X an
adjustment of the claim. Reason: 1 paid twice, 2 another payer was first, 3 another."""
DUPLICATE, ANOTHER_FIRST, OTHER = "1", "2", "3"


@dataclass(frozen=True, slots=True)
class QuarterOfCredits:
    """The file, and the figures of the certification page; cents."""

    data: bytes
    quarter_end: date
    credits: int
    cents: int
    repaid_cents: int
    outstanding_cents: int


@dataclass(frozen=True, slots=True)
class _Bill:
    patient: str
    member_id: str
    type_of_bill: str
    admitted: str
    discharged: str
    value_code: str
    to: str


def end_of(quarter: str) -> date:
    """The last day of a quarter like 2026-Q4. Raises StepError CRD-07."""
    found = re.fullmatch(r"(20\d\d)-Q([1-4])", quarter)
    if found is None:
        raise StepError("CRD-07", "give the quarter as YYYY-Qn, as 2026-Q4")
    year, number = int(found[1]), int(found[2])
    after = date(year + number // 4, number * 3 % 12 + 1, 1)
    return after - timedelta(days=1)


def report(home: Home, as_of: date, practice: str, quarter: str) -> QuarterOfCredits:
    """A practice's report of a quarter that is over. That it was made is in the audit trail.

    Raises StepError CRD-07, the quarter is none or not over; CRD-08, no such practice.
    """
    end = end_of(quarter)
    if end >= as_of:
        raise StepError("CRD-07", f"the quarter ends on {end}: its report is made after that")
    if practice not in home.partners.practices:
        raise StepError("CRD-08", f"no practice has the key {practice}; see partners/practices")
    payers = [key for key, payer in home.partners.payers.items() if payer.medicare]
    before = date(end.year, end.month - 2, 1) - timedelta(days=1)
    with home.ledger.read() as connection:
        reported = {(one.claim_id, one.entry_id) for one in credits.at(connection, str(before), payers)}
        found = [
            one
            for one in credits.at(connection, str(end), payers)
            if one.practice == practice and one.cents > 0 and (one.claim_id, one.entry_id) not in reported
        ]
        ids = {one.claim_id for one in found}
        left = {(o.claim_id, o.entry_id): o.cents for o in credits.at(connection, str(as_of), payers)}
        checks = credits.checks_since(connection, str(end), ids)
        paid: dict[int, list[Paid]] = defaultdict(list)
        for answer in credits.paid_of(connection, ids):
            paid[answer.claim_id].append(answer)
        bills = {
            one.id: _bill(one.documents[0], payers, home)
            for one in patient_claims.load(connection, ids)
            if one.documents
        }
    ours = [one for one in found if (bill := bills.get(one.claim_id)) is not None and bill.type_of_bill]
    still = {one: min(left.get((one.claim_id, one.entry_id), 0), one.cents) for one in ours}
    rows = [_row(one, still[one], checks, paid[one.claim_id], bills[one.claim_id], home) for one in ours]
    made = QuarterOfCredits(
        csv_file.written(COLUMNS, rows),
        end,
        len(ours),
        sum(one.cents for one in ours),
        sum(one.cents - still[one] for one in ours),
        sum(still.values()),
    )
    words = f"{practice}: {made.credits} credits, {made.cents} cents"
    audit.record(home.ledger, as_of.isoformat(), "Medicare credits listed", f"quarter {quarter}", words)
    return made


def _bill(document: str, payers: Sequence[str], home: Home) -> _Bill:
    found: dict[str, Any] = json.loads(document)
    patient, stay = found.get("patient") or {}, found.get("institutional") or {}
    ids = [
        str(coverage.get("member_id") or "")
        for coverage in found.get("coverages") or ()
        if home.partners.payer_key(str(coverage.get("payer") or "")) in payers
    ]
    return _Bill(
        ", ".join(str(patient[name]) for name in ("last", "first") if patient.get(name)),
        ids[0] if ids else "",
        str(stay.get("type_of_bill") or ""),
        str(found.get("admission") or ""),
        str(found.get("discharge") or ""),
        _value_code(found, payers, home),
        str(found.get("discharge") or stay.get("statement_to") or stay.get("statement_from") or ""),
    )


def _value_code(found: dict[str, Any], payers: Sequence[str], home: Home) -> str:
    """Why Medicare comes second, as the claim says it; "" it does not."""
    stay = found.get("institutional") or {}
    codes = [str(value.get("code") or "") for value in stay.get("values") or ()]
    codes += [
        str(coverage.get("insurance_type") or "")
        for coverage in found.get("coverages") or ()
        if home.partners.payer_key(str(coverage.get("payer") or "")) in payers
    ]
    return next((code for code in codes if code in SECONDARY_TYPES), "")


def _cost_report(home: Home, practice: str, to: str) -> str:
    """O or C: whether the cost report of a claim's last day is open or closed; "" it is not known."""
    closed_to = home.partners.practices[practice].cost_reports_closed_to
    if closed_to is None or not to:
        return ""
    return "C" if to[:10] <= closed_to.isoformat() else "O"


def _row(
    one: AtDay,
    still: int,
    checks: set[tuple[int, str]],
    paid: Sequence[Paid],
    bill: _Bill,
    home: Home,
) -> list[str]:
    ours = [answer for answer in paid if answer.payer == one.payer]
    newest = ours[-1] if ours else None
    others = [answer.payer for answer in paid if answer.payer != one.payer and answer.cents > 0]
    twice = sum(answer.cents > 0 for answer in ours) - sum(answer.cents < 0 for answer in ours) > 1
    reason = DUPLICATE if twice else ANOTHER_FIRST if others else OTHER
    repaid = one.cents - still
    by = ("C" if (one.claim_id, one.payer) in checks else "X") if repaid else ""
    first = home.partners.payers.get(others[0]) if reason == ANOTHER_FIRST else None
    return [
        *(bill.patient, bill.member_id, newest.payer_claim_control_number if newest else ""),
        *(bill.type_of_bill, bill.admitted, bill.discharged, newest.paid_on if newest else ""),
        _cost_report(home, one.practice, bill.to),
        *(amount(one.cents), amount(repaid), by, amount(still), reason),
        bill.value_code if reason == ANOTHER_FIRST else "",
        first.name if first is not None else "",
    ]
