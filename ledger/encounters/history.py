"""A patient's earlier claims, for the edits that look back: one query a chunk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from ledger.encounters.patients import by_digest
from ledger.schema import claim, claim_line, claim_payment, claim_version, encounter, submission
from ledger.storage.database import Ledger, bounded
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated

_WITH_PAYLOAD = ("I", "D")


@dataclass(frozen=True, slots=True)
class PastLine:
    number: int
    procedure: str
    modifiers: str
    units: str
    charge: int
    service_from: str
    place_of_service: str
    rendering_npi: str


@dataclass(frozen=True, slots=True)
class PastClaim:
    """A claim of the patient. `status` is CLP02 of its last payment, `state` its last submission's.

    `payload` is the encounter of an institutional or dental claim, as JSON: it says of stays and teeth what
    the lines do not. It is "" of a professional one.
    """

    claim_id: int
    encounter_id: int
    patient_control_number: str
    practice: str
    payer: str
    payer_order: str
    payer_claim_control_number: str
    billing_npi: str
    rendering_npi: str
    specialty: str
    diagnoses: str
    state: str
    status: str
    lines: tuple[PastLine, ...]
    payload: str = ""


def of(ledger: Ledger, patients: Sequence[str]) -> dict[str, list[PastClaim]]:
    """The claims of these patients (digests), oldest first."""
    found: dict[str, list[PastClaim]] = {}
    with ledger.read() as connection:
        known = {number: digest for digest, number in by_digest(connection, set(patients)).items()}
        for piece in bounded(sorted(known)):
            sent = connection.execute(*_sent(piece)).all()
            if not sent:
                continue
            lines: dict[int, list[PastLine]] = {}
            for row in connection.execute(*_lines(piece)):
                lines.setdefault(row[0], []).append(PastLine(*row[1:]))
            payloads = dict(connection.execute(*_payloads(piece)).tuples().all())
            paid = dict(connection.execute(*_paid(piece)).tuples().all())
            for r in sent:
                found.setdefault(known[r.patient_id], []).append(
                    PastClaim(
                        claim_id=r.id,
                        encounter_id=r.encounter_id,
                        patient_control_number=r.patient_control_number,
                        practice=r.practice,
                        payer=r.payer,
                        payer_order=r.payer_order,
                        payer_claim_control_number=r.payer_claim_control_number,
                        billing_npi=r.billing_npi,
                        rendering_npi=r.rendering_npi,
                        specialty=r.specialty,
                        diagnoses=r.diagnoses,
                        state=r.state,
                        status=paid.get(r.submission_id, ""),
                        lines=tuple(lines.get(r.id, ())),
                        payload=payloads.get(r.id, ""),
                    )
                )
    return found


@stated
def _sent(patients: Any) -> Select[tuple[Any, ...]]:
    c, v, s = claim.c, claim_version.c, submission.c
    return (
        select(
            *(c.id, c.patient_id, c.patient_control_number, c.practice),
            *(v.encounter_id, v.billing_npi, v.rendering_npi, v.specialty, v.diagnoses),
            *(s.id.label("submission_id"), s.payer, s.payer_order, s.payer_claim_control_number, s.state),
        )
        .join(submission, s.claim_id == c.id)
        .join(claim_version, v.id == c.version_id)
        .where(one_of(c.patient_id, patients))
        .order_by(s.id)
    )


@stated
def _lines(patients: Any) -> Select[tuple[Any, ...]]:
    n = claim_line.c
    return (
        select(
            *(claim.c.id, n.number, n.procedure, n.modifiers, n.units, n.charge_cents),
            *(n.service_from_on, n.place_of_service, n.rendering_npi),
        )
        .join(claim, claim.c.version_id == n.version_id)
        .where(one_of(claim.c.patient_id, patients), n.restricted == 0)
        .order_by(claim.c.id, n.number)
    )


@stated
def _payloads(patients: Any) -> Select[tuple[Any, ...]]:
    return (
        select(claim.c.id, encounter.c.payload)
        .join(claim_version, claim_version.c.id == claim.c.version_id)
        .join(encounter, encounter.c.id == claim_version.c.encounter_id)
        .where(one_of(claim.c.patient_id, patients), claim_version.c.kind.in_(_WITH_PAYLOAD))
    )


@stated
def _paid(patients: Any) -> Select[tuple[Any, ...]]:
    return (
        select(claim_payment.c.submission_id, claim_payment.c.status)
        .join(claim, claim.c.id == claim_payment.c.claim_id)
        .where(one_of(claim.c.patient_id, patients))
        .order_by(claim_payment.c.id)
    )
