"""What a number or a name leads to: claims and open work, of the practices that the asker may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Select, select, union

from ledger.books.work_items import OPEN
from ledger.payments.matching import name_digest
from ledger.schema import claim, claim_payment, claim_version, remittance, submission, work_item
from ledger.storage.database import Ledger

MOST = 50
"""Rows of each kind that are listed; whoever finds more asks more exactly."""
LOOKED_AT = 500
"""Claims that are put in order, the newest service first."""


@dataclass(frozen=True, slots=True)
class FoundClaim:
    """A claim, and by what it was found."""

    claim_id: int
    patient_control_number: str
    external_id: str
    practice: str
    service_from_on: str
    charge_cents: int
    by: str


@dataclass(frozen=True, slots=True)
class FoundWork:
    """Open work that is about no claim yet, found by its encounter's number or its file."""

    id: int
    kind: str
    reference: str
    practice: str


def claims(ledger: Ledger, term: str, practices: Collection[str] | None = None) -> list[FoundClaim]:
    """The claims that a term names: the first of these ways that finds one. None: of every practice.

    Our number or the encounter's; the payer's number; a remittance's trace; a member id; a name as
    "last, first" or "first last".
    """
    if not term:
        return []
    with ledger.read() as connection:
        for by, ids in _ways(term):
            known = select(claim.c.id).where(claim.c.id.in_(ids)).limit(LOOKED_AT)
            if practices is not None:
                known = known.where(claim.c.practice.in_(sorted(practices)))
            found = list(connection.execute(known).scalars())
            if found:
                return [FoundClaim(**row._mapping, by=by) for row in connection.execute(_listed(found))]
    return []


def open_work(ledger: Ledger, term: str, practices: Collection[str] | None = None) -> list[FoundWork]:
    """Open work without a claim whose encounter or file has this number."""
    w = work_item.c
    query = select(w.id, w.kind, w.reference, w.practice).where(
        w.reference == term, w.reference != "", w.state == OPEN, w.claim_id.is_(None)
    )
    if practices is not None:
        query = query.where(w.practice.in_(sorted(practices)))
    with ledger.read() as connection:
        return [FoundWork(*row) for row in connection.execute(query.order_by(w.id).limit(MOST))]


def _listed(ids: Sequence[int]) -> Select[Any]:
    c, v = claim.c, claim_version.c
    return (
        select(
            *(c.id.label("claim_id"), c.patient_control_number, c.external_id, c.practice),
            *(v.service_from_on, v.charge_cents),
        )
        .join(claim_version, v.id == c.version_id)
        .where(c.id.in_(ids))
        .order_by(v.service_from_on.desc().nulls_last(), c.id.desc())
        .limit(MOST)
    )


def _ways(term: str) -> list[tuple[str, Select[Any] | CompoundSelect[Any]]]:
    """Each way to find claims, as the ids that it gives: every one is looked up by an index."""
    c, v, s, p = claim.c, claim_version.c, submission.c, claim_payment.c
    newest = select(c.id).join(claim_version, v.id == c.version_id)
    of_payments = select(p.claim_id).where(p.claim_id.is_not(None))
    by_payer = union(
        select(s.claim_id).where(s.payer_claim_control_number == term),
        of_payments.where(p.payer_claim_control_number == term),
    )
    by_trace = of_payments.join(remittance, remittance.c.id == p.remittance_id)
    ways: list[tuple[str, Select[Any] | CompoundSelect[Any]]] = [
        ("our number", select(c.id).where(c.patient_control_number == term)),
        ("the encounter", select(c.id).where(c.external_id == term)),
        ("the payer's number", by_payer),
        ("the trace number", by_trace.where(remittance.c.trace == term)),
        ("the member id", newest.where(v.member_id == term)),
    ]
    names = [digest for digest in _digests(term) if digest]
    if names:
        ways.append(("the patient", newest.where(v.patient_name.in_(names))))
    return ways


def _digests(term: str) -> list[str]:
    """A name in the orders in which people write it, with a middle name on either side."""
    last, comma, first = term.partition(",")
    if comma:
        return [name_digest(last, first)]
    words = term.split()
    orders = [(words[n:], words[:n]) for n in range(1, len(words))]
    return [
        digest
        for one, other in orders
        for digest in (
            name_digest(" ".join(one), " ".join(other)),
            name_digest(" ".join(other), " ".join(one)),
        )
    ]
