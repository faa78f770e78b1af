"""What came for a claim that was not found, money or a denial: each payment with what it names."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from ledger.adjudication.facts import PREDETERMINATION
from ledger.payments import stored_payments
from ledger.payments.matching import Candidate, match
from ledger.payments.placements import RETURNED
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


def suspense(ledger: Ledger, as_of: date) -> list[Suspended]:
    """What lies in suspense, oldest first, each with the claims that it may be of, the likeliest first.

    What a reversal took back whole is left out, with it.
    """
    with ledger.read() as connection:
        return [
            replace(row, candidates=_candidates(connection, row)) for row in open_suspense(connection, as_of)
        ]


def _candidates(connection: Connection, row: Suspended) -> tuple[Candidate, ...]:
    return tuple(match(connection, stored_payments.facts_of(connection, row.id))[0].candidates)


def open_suspense(connection: Connection, as_of: date) -> list[Suspended]:
    """The same inside the caller's transaction."""
    p, r = claim_payment.c, remittance.c
    returned = select(money_act.c.id).where(
        money_act.c.claim_payment_id == p.id, money_act.c.kind == RETURNED
    )
    rows = connection.execute(
        select(
            *(p.id, r.payer, r.practice, r.trace, r.paid_on, p.patient_control_number),
            *(p.payer_claim_control_number, p.status, p.charge_cents, p.paid_cents, r.business_on),
        )
        .join(remittance, r.id == p.remittance_id)
        .where(p.claim_id.is_(None), p.status != PREDETERMINATION, ~returned.exists())
        .order_by(p.id)
    ).all()
    found = {
        row.id: Suspended(*[*row, (as_of - date.fromisoformat(row.paid_on or row.business_on)).days])
        for row in rows
    }
    for back in [row for row in found.values() if row.cents < 0 or row.charge_cents < 0]:
        if back.id not in found:
            continue
        pair = next((row for row in found.values() if _takes_back(back, row)), None)
        if pair is not None:
            del found[pair.id], found[back.id]
    return list(found.values())


def _takes_back(back: Suspended, row: Suspended) -> bool:
    """Whether `back` reverses the whole of `row`."""
    return (
        row.cents == -back.cents
        and (row.cents != 0 or row.charge_cents == -back.charge_cents)
        and row.payer == back.payer
        and row.patient_control_number == back.patient_control_number
        and abs(row.charge_cents) == abs(back.charge_cents)
    )
