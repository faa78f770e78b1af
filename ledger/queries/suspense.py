"""Money that came for a claim that was not found: each payment with what it names."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from ledger.database import Ledger, bounded
from ledger.reversals import entry_key
from ledger.schema import claim_payment, entry, posting, remittance


@dataclass(frozen=True, slots=True)
class Suspended:
    """One payment in suspense, by its entry in the books. `cents` as the payer signed them; `days`
    since the payment.

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
    charge: int
    cents: int
    night: str
    days: int


def suspense(ledger: Ledger, as_of: date) -> list[Suspended]:
    """What lies in suspense, oldest first. What a reversal took back whole is left out, with it."""
    with ledger.read() as connection:
        return open_suspense(connection, as_of)


def open_suspense(connection: Connection, as_of: date) -> list[Suspended]:
    """The same inside the caller's transaction."""
    entries = connection.execute(
        select(
            entry.c.id,
            entry.c.key,
            entry.c.night,
            func.sum(posting.c.cents).label("cents"),
            remittance.c.id.label("remittance_id"),
            remittance.c.payer,
            remittance.c.practice,
            remittance.c.trace,
            remittance.c.paid_on,
        )
        .join(posting, posting.c.entry_id == entry.c.id)
        .outerjoin(remittance, remittance.c.id == entry.c.remittance_id)
        .where(posting.c.account == "suspense")
        .group_by(entry.c.id, remittance.c.id)
        .order_by(entry.c.id)
    ).all()
    payments: dict[str, Row[Any]] = {}
    for piece in bounded(sorted({e.remittance_id for e in entries if e.remittance_id is not None})):
        found = select(claim_payment).where(claim_payment.c.remittance_id.in_(piece))
        payments |= {entry_key(p.remittance_id, p.position): p for p in connection.execute(found)}
    left = {e.key: -int(e.cents) for e in entries}
    by_id = {p.id: key for key, p in payments.items()}
    for key, p in payments.items():
        of = by_id.get(p.reverses) if p.reverses is not None else None
        if of in left and key in left and left[of] + left[key] == 0:
            del left[of], left[key]
    return [
        Suspended(
            id=e.id,
            payer=e.payer or "",
            practice=e.practice or "",
            trace=e.trace or "",
            paid_on=e.paid_on or "",
            patient_control_number=p.patient_control_number if p is not None else "",
            payer_claim_control_number=p.payer_claim_control_number if p is not None else "",
            status=p.status if p is not None else "",
            charge=p.charge if p is not None else 0,
            cents=left[e.key],
            night=e.night,
            days=(as_of - date.fromisoformat(e.paid_on or e.night)).days,
        )
        for e in entries
        if left.get(e.key)
        for p in (payments.get(e.key),)
    ]
