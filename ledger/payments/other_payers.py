"""Payers that may pay a claim though they were never billed: another payer said that it sent the claim on, or
they answered it before."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from ledger.adjudication.facts import FORWARDED, FORWARDING_REMARKS
from ledger.schema import claim, claim_payment, payment_line, remittance
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated

ANY = ""
"""A claim was sent on, and no payer is named."""


def of_claims(connection: Connection, claim_ids: Collection[int]) -> dict[int, set[str]]:
    """Those of these claims, by their keys; `ANY` among them where any payer may be meant."""
    found: dict[int, set[str]] = {}
    for query in (_sent_on, _answered):
        for claim_id, payer in connection.execute(*query(list(claim_ids))):
            found.setdefault(claim_id, set()).add(payer)
    return found


@stated
def _sent_on(claim_ids: Any) -> Select[tuple[Any, ...]]:
    p = claim_payment.c
    return select(p.claim_id, p.forwarded_to).where(one_of(p.claim_id, claim_ids), _says_so())


@stated
def _answered(claim_ids: Any) -> Select[tuple[Any, ...]]:
    p, r = claim_payment.c, remittance.c
    query = select(p.claim_id, r.payer).join(remittance, r.id == p.remittance_id)
    return query.where(one_of(p.claim_id, claim_ids)).distinct()


def may_have_it() -> ColumnElement[bool]:
    """In a query over claim payments and their remittances: the payer may have the claim of that number."""
    other, theirs = claim_payment.alias(), remittance.alias()
    return (
        select(other.c.id)
        .join(claim, claim.c.id == other.c.claim_id)
        .join(theirs, theirs.c.id == other.c.remittance_id)
        .where(
            claim.c.patient_control_number == claim_payment.c.patient_control_number,
            or_(theirs.c.payer == remittance.c.payer, _says_so(other)),
        )
        .exists()
    )


def _says_so(of: Any = claim_payment) -> ColumnElement[bool]:
    """That a claim was sent on: by status, by the payer named, or by a remark of the claim or of a line."""
    line = payment_line.c
    of_line = select(line.position).where(line.claim_payment_id == of.c.id, _has_remark(line.remarks))
    return or_(
        of.c.status.in_(FORWARDED), of.c.forwarded_to != "", _has_remark(of.c.remarks), of_line.exists()
    )


def _has_remark(column: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(*(column.contains(remark) for remark in sorted(FORWARDING_REMARKS)))
