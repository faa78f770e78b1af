"""Who is a beneficiary that nobody may ask for a share (QMB), as payers said when they were asked (271)."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Select, select

from ledger.schema import claim, claim_version, coverage_answer, inquiry
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated


def standing(connection: Connection, days: Mapping[int, str]) -> set[int]:
    """The claims, of these with their days of service, whose patients were qualified Medicare beneficiaries
    then as far as a payer said: from the month that it was asked about (Medicaid grants it by months), until
    its answer about a later one says otherwise."""
    if connection.execute(*_any_beneficiary(1)).first() is None:
        return set()
    last: dict[tuple[int, str], int] = {}
    for claim_id, payer, asked_on, qmb in connection.execute(*_said_of_patients(list(days), "active")):
        if asked_on[:7] <= days[claim_id][:7]:
            last[claim_id, payer] = qmb
    return {claim_id for (claim_id, _), qmb in last.items() if qmb}


@stated
def _any_beneficiary(qmb: Any) -> Select[tuple[int]]:
    return select(coverage_answer.c.id).where(coverage_answer.c.qmb == qmb).limit(1)


@stated
def _said_of_patients(claim_ids: Any, state: Any) -> Select[tuple[int, str, str, int]]:
    """What payers said of the patients of claims, by the day that it was asked about."""
    a, v, theirs = coverage_answer.c, claim_version.c, claim.alias()
    return (
        select(claim.c.id, inquiry.c.payer, v.service_from_on, a.qmb)
        .join(theirs, theirs.c.patient_id == claim.c.patient_id)
        .join(claim_version, v.claim_id == theirs.c.id)
        .join(inquiry, inquiry.c.encounter_id == v.encounter_id)
        .join(coverage_answer, a.inquiry_id == inquiry.c.id)
        .where(one_of(claim.c.id, claim_ids), a.state == state)
        .order_by(v.service_from_on.asc().nulls_first(), a.id)
    )


def ever(connection: Connection, claim_ids: Collection[int]) -> bool:
    """Whether a payer ever said so of the patients of these claims, whatever it said since."""
    said = connection.execute(*_said_of_patients(list(claim_ids), "active"))
    return any(qmb for *_, qmb in said)


def claims_of(connection: Connection, encounter_id: int) -> set[int]:
    """The claims of the patient whom an encounter with a claim is of."""
    theirs = claim.alias()
    query = (
        select(claim.c.id)
        .join(theirs, theirs.c.patient_id == claim.c.patient_id)
        .join(claim_version, claim_version.c.claim_id == theirs.c.id)
        .where(claim_version.c.encounter_id == encounter_id)
    )
    return set(connection.execute(query).scalars())
