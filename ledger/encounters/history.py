"""A patient's earlier claims, for the edits that look back: one query a chunk."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ledger.schema import claim, claim_line, claim_payment, claim_version, encounter, submission
from ledger.storage.database import Ledger, bounded

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
        for piece in bounded(list(dict.fromkeys(patients))):
            lines: dict[int, list[PastLine]] = {}
            for row in connection.execute(
                select(
                    claim.c.id,
                    claim_line.c.number,
                    claim_line.c.procedure,
                    claim_line.c.modifiers,
                    claim_line.c.units,
                    claim_line.c.charge_cents,
                    claim_line.c.service_from_on,
                    claim_line.c.place_of_service,
                    claim_line.c.rendering_npi,
                )
                .join(claim, claim.c.version_id == claim_line.c.version_id)
                .where(claim.c.patient.in_(piece), claim_line.c.restricted == 0)
                .order_by(claim.c.id, claim_line.c.number)
            ):
                lines.setdefault(row[0], []).append(PastLine(*row[1:]))
            payloads = dict(
                connection.execute(
                    select(claim.c.id, encounter.c.payload)
                    .join(claim_version, claim_version.c.id == claim.c.version_id)
                    .join(encounter, encounter.c.id == claim_version.c.encounter_id)
                    .where(claim.c.patient.in_(piece), claim_version.c.kind.in_(_WITH_PAYLOAD))
                )
                .tuples()
                .all()
            )
            paid = dict(
                connection.execute(
                    select(claim_payment.c.submission_id, claim_payment.c.status)
                    .join(claim, claim.c.id == claim_payment.c.claim_id)
                    .where(claim.c.patient.in_(piece))
                    .order_by(claim_payment.c.id)
                )
                .tuples()
                .all()
            )
            for r in connection.execute(
                select(
                    claim.c.id,
                    claim.c.patient,
                    claim.c.patient_control_number,
                    claim.c.practice,
                    claim_version.c.encounter_id,
                    claim_version.c.billing_npi,
                    claim_version.c.rendering_npi,
                    claim_version.c.specialty,
                    claim_version.c.diagnoses,
                    submission.c.id.label("submission_id"),
                    submission.c.payer,
                    submission.c.payer_order,
                    submission.c.payer_claim_control_number,
                    submission.c.state,
                )
                .join(submission, submission.c.claim_id == claim.c.id)
                .join(claim_version, claim_version.c.id == claim.c.version_id)
                .where(claim.c.patient.in_(piece))
                .order_by(submission.c.id)
            ):
                found.setdefault(r.patient, []).append(
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
