"""What came for a claim that was not found, money or a denial: each payment with what it names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Subquery, case, func, select

from ledger.adjudication.facts import PREDETERMINATION
from ledger.payments import stored_payments
from ledger.payments.matching import Candidate, match_each
from ledger.payments.placements import RETURNED
from ledger.queries.listing import WHOLE, Listing, Page, by
from ledger.schema import claim_payment, money_act, remittance
from ledger.storage.database import Ledger


@dataclass(frozen=True, slots=True)
class Suspended:
    """One payment in suspense. `cents` as the payer signed them; `days` since the payment.

    `patient_control_number` is the number that the payer gives as ours (CLP01), as it came.
    """

    id: int
    payer: str
    practice: str
    trace: str
    paid_on: str
    patient_control_number: str
    payer_claim_control_number: str
    status: str
    charge_cents: int
    cents: int
    business_on: str
    days: int
    candidates: tuple[Candidate, ...] = ()


def _waiting() -> Subquery:
    """Every payment in suspense, but for those that a reversal took back whole: the n-th payment and the n-th
    reversal of one payer, number and amount leave together."""
    p, r = claim_payment.c, remittance.c
    returned = select(money_act.c.id).where(
        money_act.c.claim_payment_id == p.id, money_act.c.kind == RETURNED
    )
    back = case((p.paid_cents == 0, p.charge_cents < 0), else_=p.paid_cents < 0)
    same = (r.payer, p.patient_control_number, func.abs(p.charge_cents), func.abs(p.paid_cents))
    taken_back = func.sum(case((back, 1), else_=0)).over(partition_by=same)
    payments = func.sum(case((back, 0), else_=1)).over(partition_by=same)
    ranked = (
        select(
            *(p.id, r.payer, r.practice, r.trace, r.paid_on, p.patient_control_number),
            *(p.payer_claim_control_number, p.status, p.charge_cents, p.paid_cents, r.business_on),
            func.row_number().over(partition_by=(*same, back), order_by=p.id).label("place"),
            case((back, payments), else_=taken_back).label("opposite"),
        )
        .join(remittance, r.id == p.remittance_id)
        .where(p.claim_id.is_(None), p.status != PREDETERMINATION, ~returned.exists())
        .subquery()
    )
    return select(*ranked.c).where(ranked.c.place > ranked.c.opposite).subquery("suspended")


_WAITING = _waiting()
SUSPENSE = Listing(
    row=lambda *row: row,
    columns=list(_WAITING.c)[:11],
    joined=_WAITING,
    number=_WAITING.c.id,
    payer=by(_WAITING.c.payer),
    practice=by(_WAITING.c.practice),
)
"""What lies in suspense, oldest first. What a reversal took back whole is left out, with it."""


def open_suspense(ledger: Ledger, as_of: date, page: Page = WHOLE) -> list[Suspended]:
    """What lies in suspense; nobody asks which claims it may be of."""
    return [_suspended(as_of, row) for row in SUSPENSE.read(ledger, page)]


def suspense(ledger: Ledger, as_of: date, page: Page = WHOLE) -> list[Suspended]:
    """What lies in suspense, each with the claims that it may be of, the likeliest first."""
    return _with_candidates(ledger, open_suspense(ledger, as_of, page))


def one_in_suspense(ledger: Ledger, as_of: date, payment_id: int) -> Suspended | None:
    """A payment in suspense with the claims that it may be of; None: it is not there, or not any more."""
    found = replace(SUSPENSE, where=(_WAITING.c.id == payment_id,)).read(ledger)
    if not found:
        return None
    return _with_candidates(ledger, [_suspended(as_of, found[0])])[0]


def counted(ledger: Ledger, page: Page = WHOLE) -> tuple[int, int]:
    """How many payments lie in suspense, and their money."""
    return SUSPENSE.counted(ledger, _WAITING.c.paid_cents, page)


def suspense_cents(ledger: Ledger, page: Page = WHOLE) -> int:
    """The money of the whole list, however long a page is."""
    return SUSPENSE.total(ledger, _WAITING.c.paid_cents, page)


def _suspended(as_of: date, row: Sequence[Any]) -> Suspended:
    paid_on, business_on = row[4], row[10]
    return Suspended(*[*row, (as_of - date.fromisoformat(paid_on or business_on)).days])


def _with_candidates(ledger: Ledger, rows: Sequence[Suspended]) -> list[Suspended]:
    """Each with the claims that it may be of, looked up together."""
    with ledger.read() as connection:
        facts = stored_payments.facts_of_each(connection, [row.id for row in rows])
        found = match_each(connection, [(facts[row.id], facts[row.id].payments[0]) for row in rows])
    return [replace(row, candidates=tuple(of.candidates)) for row, of in zip(rows, found, strict=True)]
