"""What is owed at the end of a scope, how old it is, and what was collected of what was to be collected.

All of it is read from the postings by their business dates, so that a past day says what was so on it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all

from ledger.queries.measures.passes import Rows
from ledger.queries.measures.scope import Scope
from ledger.queries.month.roll import CASH, RECEIVABLE, in_cents
from ledger.schema import claim_version, entry, posting

OLD_DAYS: Final = 90
_MADE: Final = ("revenue", "contractual")


def days_in_ar(scope: Scope) -> Rows:
    """What is owed at the end, over what was charged from the first day to the last."""
    owed = _posted(scope, RECEIVABLE, until=True)
    return _both(owed, _posted(scope, ("revenue",), sign=-1))


def over_90_days(scope: Scope) -> Rows:
    """Of what is owed at the end, that of services more than 90 days before it; one whose day is not known
    is new."""
    owed = _posted(scope, RECEIVABLE, until=True).subquery()
    service = claim_version.alias()
    since = (scope.until - timedelta(days=OLD_DAYS)).isoformat()
    served = (
        select(service.c.service_from_on)
        .where(service.c.claim_id == owed.c.claim_id)
        .order_by(service.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    old = served < since
    return select(
        owed.c.claim_id,
        case((old, owed.c.cents), else_=0).label("numerator"),
        owed.c.cents.label("denominator"),
    )


def net_collection(scope: Scope) -> Rows:
    """What came for claims less what went back, over what was charged less what was adjusted by contract."""
    return _both(_posted(scope, CASH), _posted(scope, _MADE, sign=-1))


def _posted(
    scope: Scope, accounts: Sequence[str], *, sign: int = 1, until: bool = False
) -> Select[tuple[int, int]]:
    """By claim what was posted to these accounts in a scope; `until`: ever, up to its end."""
    p, on = posting.c, entry.c.business_on
    when: ColumnElement[bool] = on <= scope.until.isoformat() if until else scope.within(on)
    total = in_cents(func.sum(p.cents) * sign)
    return (
        select(p.claim_id, total.label("cents"))
        .join(entry, entry.c.id == p.entry_id)
        .where(p.account.in_(accounts), p.claim_id.is_not(None), when, *scope.of(p.practice, p.payer))
        .group_by(p.claim_id)
        .having(total != 0)
    )


def _both(above: Select[tuple[int, int]], below: Select[tuple[int, int]]) -> Rows:
    """The claims of either, each with what it has in both."""
    a, b = above.subquery(), below.subquery()
    parts = union_all(
        select(a.c.claim_id, a.c.cents.label("numerator"), literal(0).label("denominator")),
        select(b.c.claim_id, literal(0).label("numerator"), b.c.cents.label("denominator")),
    ).subquery()
    c = parts.c
    return select(
        c.claim_id,
        in_cents(func.sum(c.numerator)).label("numerator"),
        in_cents(func.sum(c.denominator)).label("denominator"),
    ).group_by(c.claim_id)
