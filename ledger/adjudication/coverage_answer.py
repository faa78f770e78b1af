"""What a 271 says of one person's coverage on a day: a pure function, without SQL.

Only what edits can judge by is taken: whether and when the coverage is active, limits of named procedures,
and stays or elections that change who pays. What it costs the patient is read from the document itself.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from edi.records import Eligibility
from edi.records.eligibility import AnswerDate, Benefit

ACTIVE, INACTIVE, NOT_FOUND, UNAVAILABLE, UNSAID = "active", "inactive", "not_found", "unavailable", "unsaid"
STATES = (ACTIVE, INACTIVE, NOT_FOUND, UNAVAILABLE, UNSAID)
"""`unavailable`: the payer could not answer now; `unsaid`: it answered, and says nothing of the coverage."""

# AAA03 of 005010X279A1
LATER = frozenset({"42", "80"})
WHO = frozenset({"58", "64", "65", "67", "68", "71", "72", "73", "75", "76", "77", "78"})
_BEGINS, _ENDS, _SPANS = ("346", "356", "348"), ("347", "357", "349"), ("291", "307")
_OF_PERIOD = ("290", "291", "292", "193", "194", "435")
_ACTIVE, _OVER, _PLAN = ("1", "2", "3", "4", "5"), ("6", "7", "8"), "30"
_REMAINING, _WHOLE = "29", ("22", "23", "25")
_MANAGED = frozenset({"HM", "HN", "HS", "IN", "PR", "PS"})
_HOSPICE, _NURSING = "45", "AG"
_BENEFICIARY = "QM"  # EB04: Medicaid pays for what Medicare leaves to the patient


@dataclass(frozen=True, slots=True)
class Said:
    """The answer. Days are ISO, "" not said. `member` is a digest of the member id that the payer has, "" it
    gives none. `limits` are procedure, units allowed and used; `periods` kind, first and last day."""

    state: str
    reasons: str = ""
    active_from: str = ""
    active_to: str = ""
    in_network: str = ""
    member: str = ""
    limits: tuple[tuple[str, int, int], ...] = ()
    periods: tuple[tuple[str, str, str], ...] = ()
    qmb: bool = False
    """A qualified Medicare beneficiary, who must not be billed."""

    @property
    def facts(self) -> dict[str, Any]:
        """Limits and periods as they are kept."""
        found: dict[str, Any] = {"limits": [list(one) for one in self.limits]}
        found["periods"] = [list(one) for one in self.periods]
        return found


def said(record: Eligibility) -> Said:
    """What an answer comes to."""
    reasons = list(dict.fromkeys(refusal.reason for refusal in record.refusals))
    standing = _standing(record.benefits)
    if standing:
        state = ACTIVE if any(b.information in _ACTIVE for b in standing) else INACTIVE
        standing = [b for b in standing if (b.information in _ACTIVE) == (state == ACTIVE)]
    elif LATER & set(reasons):
        state = UNAVAILABLE
    elif WHO & set(reasons):
        state = NOT_FOUND
    else:
        state = UNSAID
    dates = [*record.dates, *(one for benefit in standing for one in benefit.dates)]
    begins = [start for q, start, _ in dates if q in _BEGINS and start is not None]
    begins += [start for q, start, end in dates if q in _SPANS and start is not None and end is not None]
    ends = [start for q, start, _ in dates if q in _ENDS and start is not None]
    ends += [end for q, _, end in dates if q in _SPANS and end is not None]
    networks = {b.in_network for b in standing if b.information in _ACTIVE} - {""}
    return Said(
        state=state,
        reasons=" ".join(reasons),
        active_from=_iso(max(begins, default=None)),
        active_to=_iso(min(ends, default=None)),
        in_network=networks.pop() if len(networks) == 1 and networks <= {"Y", "N"} else "",
        member=digest(record.subscriber.member_id),
        limits=tuple(_limits(record.benefits)),
        periods=tuple(_periods(record.benefits)),
        qmb=any(b.insurance_type == _BENEFICIARY and b.information in _ACTIVE for b in record.benefits),
    )


def _standing(benefits: tuple[Benefit, ...]) -> list[Benefit]:
    """What says whether the plan as a whole is active; where nothing does, what says it of a service."""
    found = [b for b in benefits if b.information in (*_ACTIVE, *_OVER)]
    return [b for b in found if not b.service_types or _PLAN in b.service_types] or found


def digest(member_id: str) -> str:
    """A member id without saying it; "" for none."""
    plain = "".join(member_id.split()).upper()
    return hashlib.sha256(f"member|{plain}".encode()).hexdigest()[:32] if plain else ""


def _limits(benefits: tuple[Benefit, ...]) -> list[tuple[str, int, int]]:
    """Of each procedure that has a limit and a remainder: allowed, and used by anybody."""
    found: list[tuple[str, int, int]] = []
    limits = [b for b in benefits if b.information == "F" and b.procedure and _number(b.quantity) is not None]
    for procedure in dict.fromkeys(b.procedure for b in limits):
        mine = [b for b in limits if b.procedure == procedure]
        allowed = [_number(b.quantity) or 0 for b in mine if b.period in _WHOLE]
        left = [_number(b.quantity) or 0 for b in mine if b.period == _REMAINING]
        if allowed or left:
            most = min(allowed) if allowed else min(left)
            found.append((procedure, most, max(most - min(left), 0) if left else 0))
    return found


def _periods(benefits: tuple[Benefit, ...]) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for benefit in benefits:
        kind = _kind(benefit)
        span = next((d for d in benefit.dates if d[0] in _OF_PERIOD and d[1] is not None), None)
        if kind and span is not None:
            found.append((kind, _iso(span[1]), _iso(_last(span))))
    return found


def _kind(benefit: Benefit) -> str:
    if benefit.information == "R" and benefit.insurance_type in _MANAGED:
        return "managed"
    if benefit.information == "X" and _HOSPICE in benefit.service_types:
        return "hospice"
    return "snf" if benefit.information == "X" and _NURSING in benefit.service_types else ""


def _last(span: AnswerDate) -> date | None:
    return span[2]


def _number(text: str) -> int | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return int(found) if found.is_finite() and 0 <= found < 100_000 else None


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
