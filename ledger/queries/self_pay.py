"""What uninsured and self-pay patients are billed: the lines of claims that no payer is asked for."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select

from ledger.books.claim_acts import WRITE_OFF
from ledger.encounters.encounters import WHOSE
from ledger.schema import claim, claim_line, claim_version, encounter, posting, visit
from ledger.storage.one_of import one_of


@dataclass(frozen=True, slots=True)
class SelfPay:
    """A line of a claim that its patient alone is asked for, as its newest version has it; cents."""

    claim_id: int
    practice: str
    patient_id: int | None
    on: str
    npi: str
    procedure: str
    cents: int


def lines(connection: Connection, patients: Collection[int], claims: Collection[int]) -> list[SelfPay]:
    """The lines of these patients' claims, and of these claims, in the order of claims and lines."""
    c, v, n = claim.c, claim_version.c, claim_line.c
    of_patient = one_of(c.patient_id, sorted(patients))
    query = (
        select(
            *(c.id, c.practice, c.patient_id),
            func.coalesce(n.service_from_on, v.service_from_on),
            func.coalesce(func.nullif(n.rendering_npi, ""), v.rendering_npi),
            *(n.procedure, n.charge_cents),
        )
        .join(claim_version, v.id == c.version_id)
        .join(claim_line, n.version_id == v.id)
        .where(n.restricted == 1, or_(of_patient, one_of(c.id, sorted(claims))))
        .order_by(c.id, n.number)
    )
    return [SelfPay(*row) for row in connection.execute(query)]


def of_visits(connection: Connection, numbers: Collection[str]) -> dict[tuple[str, str], set[int]]:
    """The claims of visits, by practice and the visit's number: those of the encounter that documents it, or
    that has its number."""
    found: dict[tuple[str, str], set[int]] = {}
    wanted = sorted(set(numbers) - {""})
    matched = (
        select(visit.c.practice, visit.c.number, claim.c.id)
        .join(encounter, encounter.c.id == visit.c.encounter_id)
        .join(claim, and_(*(claim.c[name] == encounter.c[name] for name in WHOSE)))
        .where(one_of(visit.c.number, wanted))
    )
    named = select(claim.c.practice, claim.c.external_id, claim.c.id).where(
        one_of(claim.c.external_id, wanted)
    )
    for query in (matched, named):
        for practice, number, claim_id in connection.execute(query).tuples():
            found.setdefault((practice, number), set()).add(claim_id)
    return found


def written_off(connection: Connection, claims: Collection[int]) -> dict[int, int]:
    """What of these claims patients are not asked for, since a person wrote it off; cents."""
    p = posting.c
    query = (
        select(p.claim_id, func.sum(p.cents))
        .where(one_of(p.claim_id, sorted(claims)), p.account == WRITE_OFF, p.payer == "")
        .group_by(p.claim_id)
    )
    return {int(claim_id): int(cents) for claim_id, cents in connection.execute(query).tuples()}
