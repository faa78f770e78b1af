"""Claims as they were billed: their versions with lines and coverages, and the submissions that went out."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from ledger.adjudication.claim_line import ClaimLine
from ledger.adjudication.facts import Coverage
from ledger.schema import (
    batch,
    claim,
    claim_line,
    claim_version,
    correction,
    coverage,
    patient,
    submission,
)
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated

LATER_PAYER = "later_payer"
"""The correction by which nothing goes to the first payer: only the coverage of a payer that was not billed
yet is another one."""
VOID = "8"
"""The frequency of a claim that is taken back: nothing is charged for it any more."""


@dataclass(slots=True)
class Version:
    """What was done and charged, as one version of the encounter says; without restricted lines."""

    id: int
    charge: int
    prepaid: int
    member_id: str
    patient_name: str
    service_from: str
    service_to: str
    drg: str = ""
    lines: list[ClaimLine] = field(default_factory=list)
    coverages: list[Coverage] = field(default_factory=list)

    @property
    def first_order(self) -> str:
        return self.coverages[0].order if self.coverages else "P"


@dataclass(slots=True)
class Sent:
    """A submission that went out. `on` is the day it went, or else was written; `act_by` the last day to act
    that an older system knew, "" none. `reported` is the digest of what it says of earlier payers, `replaces`
    the payer's number of the claim that it replaces or takes back."""

    id: int
    payer: str
    version_id: int
    number: int
    payer_claim_control_number: str
    on: str
    act_by: str
    order: str
    reported: str
    replaces: str
    frequency: str


@dataclass(slots=True)
class BilledClaim:
    """A claim with its versions, the newest first, and its submissions, the oldest first."""

    id: int
    number: str
    practice: str
    patient: int | None
    """Whose it is; None where nobody is recognised."""
    version_id: int
    versions: dict[int, Version] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    covered_anew: int = 0
    """The newest version that corrects no more than the coverage of a payer that was not billed yet."""

    @property
    def billed(self) -> Version:
        """The newest version that went out or corrects what did not go out yet, else the newest one."""
        went = max((one.version_id for one in self.sent), default=self.version_id)
        return self.versions[max(went, self.covered_anew)]

    @property
    def void(self) -> bool:
        """Whether the newest one to its first payer takes it back."""
        to_first = [one for one in self.sent if one.order == self.versions[one.version_id].first_order]
        return bool(to_first) and to_first[-1].frequency == VOID

    @property
    def prepaid(self) -> int:
        """What was taken at the desk, as the billed version says; where nothing of the newest one is billed,
        as that one does."""
        newest = self.versions[self.version_id]
        return (self.billed if newest.lines else newest).prepaid


def load(connection: Connection, claim_ids: Collection[int]) -> dict[int, BilledClaim]:
    """These claims, each table read once."""
    ids = list(claim_ids)
    rows = connection.execute(*_claims(ids)).all()
    known = {row[0]: BilledClaim(*row) for row in rows}
    versions: dict[int, Version] = {}
    for claim_id, number, *rest in connection.execute(*_versions(ids)).all():
        known[claim_id].versions[number] = versions[number] = Version(number, *rest)
    _load_parts(connection, versions)
    for claim_id, number in connection.execute(*_covered_anew(ids)).all():
        known[claim_id].covered_anew = number
    for claim_id, *of in connection.execute(*_sent(ids)).all():
        known[claim_id].sent.append(Sent(*of))
    return known


@stated
def _claims(claim_ids: Any) -> Select[tuple[Any, ...]]:
    c = claim.c
    query = select(c.id, c.patient_control_number, c.practice, patient.c.id, c.version_id)
    recognised = and_(patient.c.id == c.patient_id, patient.c.digest.is_not(None))
    return query.outerjoin(patient, recognised).where(one_of(c.id, claim_ids))


@stated
def _versions(claim_ids: Any) -> Select[tuple[Any, ...]]:
    v = claim_version.c
    query = select(
        *(v.claim_id, v.id, v.charge_cents, v.prepaid_cents, v.member_id, v.patient_name),
        *(v.service_from_on, v.service_to_on, v.drg),
    )
    return query.where(one_of(v.claim_id, claim_ids)).order_by(v.id.desc())


@stated
def _covered_anew(claim_ids: Any) -> Select[tuple[Any, ...]]:
    v = claim_version.c
    return (
        select(v.claim_id, func.max(v.id))
        .join(correction, correction.c.encounter_id == v.encounter_id)
        .where(one_of(v.claim_id, claim_ids), correction.c.method == LATER_PAYER)
        .group_by(v.claim_id)
    )


@stated
def _sent(claim_ids: Any) -> Select[tuple[Any, ...]]:
    s = submission.c
    went = func.coalesce(batch.c.sent_on, batch.c.business_on, s.opened_on)
    return (
        select(
            *(s.claim_id, s.id, s.payer, s.version_id, s.number, s.payer_claim_control_number, went),
            *(s.due_on, s.payer_order, s.reported, s.replaces, s.frequency),
        )
        .outerjoin(batch, batch.c.id == s.batch_id)
        .where(one_of(s.claim_id, claim_ids), or_(s.batch_id.is_not(None), s.opened_on.is_not(None)))
        .order_by(s.id)
    )


@stated
def _lines(version_ids: Any) -> Select[tuple[Any, ...]]:
    n = claim_line.c
    return (
        select(
            *(n.version_id, n.number, n.procedure, n.charge_cents, n.modifiers, n.patients, n.control_number),
            *(n.units, n.place_of_service, n.revenue_code, n.service_from_on, n.unit_code),
        )
        .where(one_of(n.version_id, version_ids), n.restricted == 0)
        .order_by(n.version_id, n.number)
    )


@stated
def _coverages(version_ids: Any) -> Select[tuple[Any, ...]]:
    o = coverage.c
    query = select(o.version_id, o.payer_order, o.payer, o.member_id, o.plan)
    return query.where(one_of(o.version_id, version_ids)).order_by(o.version_id, o.place)


def _load_parts(connection: Connection, versions: dict[int, Version]) -> None:
    ids = list(versions)
    for version, number, procedure, charge, *more in connection.execute(*_lines(ids)).all():
        modifiers, patients, control_number, units, place, revenue_code, on, unit_code = more
        line = ClaimLine(
            number,
            procedure,
            charge,
            tuple(modifiers.split()),
            bool(patients),
            control_number,
            units,
            place,
            revenue_code,
            date.fromisoformat(on) if on else None,
            unit_code,
        )
        versions[version].lines.append(line)
    for version, *covered in connection.execute(*_coverages(ids)).all():
        versions[version].coverages.append(Coverage(*covered))
