"""A claim payment that is in the ledger, as it is compared with claims."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, select

from ledger.payments.remittance_facts import LineFacts, PaymentFacts, RemittanceFacts
from ledger.schema import claim_payment, payment_line, remittance
from ledger.storage.one_of import one_of


def facts_of(connection: Connection, payment_id: int) -> RemittanceFacts:
    """A payment as it came, alone in its remittance. Raises KeyError where there is none."""
    return facts_of_each(connection, [payment_id])[payment_id]


def facts_of_each(connection: Connection, payment_ids: Collection[int]) -> dict[int, RemittanceFacts]:
    """These payments as they came, by their ids, each alone in its remittance."""
    p, r, of = claim_payment.c, remittance.c, payment_line.c
    rows = connection.execute(
        select(claim_payment, r.payer, r.payee, r.practice, r.trace, r.paid_on)
        .join(remittance, r.id == p.remittance_id)
        .where(one_of(p.id, payment_ids))
    ).all()
    query = select(payment_line).where(one_of(of.claim_payment_id, payment_ids)).order_by(of.position)
    lines: dict[int, list[Any]] = {row.id: [] for row in rows}
    for line in connection.execute(query):
        lines[line.claim_payment_id].append(line)
    return {row.id: _facts(row, lines[row.id]) for row in rows}


def _facts(found: Any, lines: Sequence[Any]) -> RemittanceFacts:
    payment = PaymentFacts(
        position=found.position,
        patient_control_number=found.patient_control_number,
        payer_claim_control_number=found.payer_claim_control_number,
        status=found.status,
        charge=found.charge_cents,
        paid=found.paid_cents,
        member_id=found.member_id,
        patient_name=found.patient_name,
        service_from=found.service_from_on,
        lines=[
            LineFacts(
                control_number=row.control_number,
                procedure=row.procedure,
                modifiers=row.modifiers,
                adjudicated=row.adjudicated,
                units=row.units,
                submitted_units=row.submitted_units,
                charge=row.charge_cents,
                paid=row.paid_cents,
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
        amount=found.paid_cents,
        paid_on=found.paid_on,
        method="",
        content="",
        difference=0,
        payments=[payment],
    )
