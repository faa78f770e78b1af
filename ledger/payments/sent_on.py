"""The claims that a payer says it sent on to another one, which may then pay though it was never billed."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from ledger.adjudication.facts import FORWARDED, FORWARDING_REMARKS
from ledger.schema import claim, claim_payment, payment_line
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated


def to_whom(connection: Connection, claim_ids: Collection[int]) -> dict[int, set[str]]:
    """Of these claims those that were sent on, with the keys of the payers named, "" where none is."""
    found: dict[int, set[str]] = {}
    for claim_id, payer in connection.execute(*_sent_on(list(claim_ids))):
        found.setdefault(claim_id, set()).add(payer)
    return found


@stated
def _sent_on(claim_ids: Any) -> Select[tuple[Any, ...]]:
    p = claim_payment.c
    return select(p.claim_id, p.forwarded_to).where(one_of(p.claim_id, claim_ids), _says_so())


def its_claim_was() -> ColumnElement[bool]:
    """In a query over claim payments: a claim of their patient control number was sent on."""
    other, number = claim_payment.alias(), claim_payment.c.patient_control_number
    of_number = select(other.c.id).join(claim, claim.c.id == other.c.claim_id)
    return of_number.where(claim.c.patient_control_number == number, _says_so(other)).exists()


def _says_so(of: Any = claim_payment) -> ColumnElement[bool]:
    """By status, by the payer named, or by a remark of the claim or of a line."""
    line = payment_line.c
    of_line = select(line.position).where(line.claim_payment_id == of.c.id, _has_remark(line.remarks))
    return or_(
        of.c.status.in_(FORWARDED), of.c.forwarded_to != "", _has_remark(of.c.remarks), of_line.exists()
    )


def _has_remark(column: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(*(column.contains(remark) for remark in sorted(FORWARDING_REMARKS)))
