"""Money that came for a claim that was not found: each payment with what it names."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from ledger.database import Ledger, bounded
from ledger.matching import Candidate, match
from ledger.remittance_facts import LineFacts, PaymentFacts, RemittanceFacts
from ledger.remittances import suspense_key
from ledger.schema import claim_payment, entry, payment_line, posting, remittance


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
    payment_id: int = 0
    candidates: tuple[Candidate, ...] = ()


def suspense(ledger: Ledger, as_of: date) -> list[Suspended]:
    """What lies in suspense, oldest first, each with the claims that it may be of, the likeliest first.

    What a reversal took back whole is left out, with it.
    """
    with ledger.read() as connection:
        return [
            replace(row, candidates=_candidates(connection, row)) for row in open_suspense(connection, as_of)
        ]


def _candidates(connection: Connection, row: Suspended) -> tuple[Candidate, ...]:
    facts = payment_facts(connection, row.payment_id)
    return tuple(match(connection, facts)[0].candidates) if facts is not None else ()


def payment_facts(connection: Connection, payment_id: int) -> RemittanceFacts | None:
    """A payment as it came, alone in its remittance; None where it is not there."""
    p, r = claim_payment.c, remittance.c
    found = connection.execute(
        select(claim_payment, r.payer, r.payee, r.practice, r.trace, r.paid_on)
        .join(remittance, r.id == p.remittance_id)
        .where(p.id == payment_id)
    ).one_or_none()
    if found is None:
        return None
    lines = connection.execute(
        select(payment_line)
        .where(payment_line.c.claim_payment_id == payment_id)
        .order_by(payment_line.c.position)
    ).all()
    payment = PaymentFacts(
        position=found.position,
        patient_control_number=found.patient_control_number,
        payer_claim_control_number=found.payer_claim_control_number,
        status=found.status,
        charge=found.charge,
        paid=found.paid,
        member_id=found.member_id,
        patient_name=found.patient_name,
        service_from=found.service_from,
        lines=[
            LineFacts(
                control_number=row.control_number,
                procedure=row.procedure,
                modifiers=row.modifiers,
                charge=row.charge,
                paid=row.paid,
            )
            for row in lines
        ],
    )
    return RemittanceFacts(
        response_id=0,
        payer=found.payer,
        payee=found.payee,
        practice=found.practice,
        trace=found.trace,
        amount=found.paid,
        paid_on=found.paid_on,
        method="",
        content="",
        difference=0,
        payments=[payment],
    )


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
        .where(posting.c.account == "suspense", posting.c.claim_id.is_(None))
        .group_by(entry.c.id, remittance.c.id)
        .order_by(entry.c.id)
    ).all()
    payments: dict[str, Row[Any]] = {}
    for piece in bounded(sorted({e.remittance_id for e in entries if e.remittance_id is not None})):
        found = select(claim_payment).where(claim_payment.c.remittance_id.in_(piece))
        payments |= {suspense_key(p.remittance_id, p.position): p for p in connection.execute(found)}
    left = {e.key: -int(e.cents) for e in entries}
    payer_of = {e.key: e.payer for e in entries}
    for key, back in payments.items():
        if back.paid >= 0 or key not in left:
            continue
        pair = next(
            (
                other
                for other, p in payments.items()
                if other in left
                and left[other] == -left[key]
                and payer_of[other] == payer_of[key]
                and p.patient_control_number == back.patient_control_number
                and abs(p.charge) == abs(back.charge)
            ),
            None,
        )
        if pair is not None:
            del left[pair], left[key]
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
            payment_id=p.id if p is not None else 0,
        )
        for e in entries
        if left.get(e.key)
        for p in (payments.get(e.key),)
    ]
