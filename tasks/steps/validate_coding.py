"""Validates the coding of every open encounter: held where a finding holds it, clean otherwise.

What was held is looked at again each night, since codes, partners' files and the calendar change;
a corrected encounter goes out by itself.
"""

from collections.abc import Sequence
from datetime import date

import coding
from ledger.encounters import encounters, history, overrides
from ledger.encounters.encounters import EncounterRow, Validated
from ledger.sending import claims
from tasks import chunks
from tasks.claims import needs_coding, restricted, source_findings
from tasks.claims.authorized import Authorized
from tasks.claims.covered import verifications
from tasks.claims.encounter_claims import patient_digest
from tasks.claims.findings import UNCHECKED, hold_failed, judged
from tasks.claims.overrides import standing
from tasks.claims.prior_claims import past_claim
from tasks.claims.validation import claim_name
from tasks.home.home import Home


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The open encounters in chunks, as `first-last`."""
    home.validation(as_of, anew=True)
    return [f"{first}-{last}" for first, last in encounters.chunks(home.ledger, home.settings.chunk_size)]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Runs the edits on one chunk. An encounter on which that fails is held with what may be shown."""
    first, last = map(int, piece.split("-"))
    rows = encounters.load(home.ledger, first, last)
    return chunks.done(
        rows,
        "validate_coding",
        lambda some: _validated(home, as_of, some),
        lambda row, why: hold_failed(home.ledger, as_of, row, why),
    )


def _validated(home: Home, as_of: date, rows: Sequence[EncounterRow]) -> dict[str, int]:
    validation = home.validation(as_of)
    validation.read_to(rows[0].id)
    ids = [row.id for row in rows]
    found = list(home.claims.of(rows, claims.numbers(home.ledger, ids)))
    patients = [patient_digest(one.practice.key, one.claim) for one in found]
    before = history.of(home.ledger, [patient for patient in patients if patient])
    stored = overrides.of(home.ledger, ids)
    authorized = Authorized.read(home.ledger, [one.claim for one in found])
    verified = verifications(home.ledger, found, as_of)
    outcomes = []
    for row, one, patient in zip(rows, found, patients, strict=True):
        own = one.claim.patient_control_number
        prior = (
            *(past_claim(home.partners, past, own) for past in before.get(patient, ())),
            *validation.clean_before(patient, one.id),
        )
        overridden = standing(stored.get(one.id, ()), restricted.documented(one.encounter))
        context = validation.contexts.of(
            one.encounter,
            one.practice,
            one.payer,
            prior,
            overridden,
            authorizations=authorized.of(
                claim_name(one), one.claim, one.payer.key, validation.taken_before(one.id)
            )
            if one.payer is not None and authorized.kept
            else None,
            verification=verified.get(one.id),
        )
        findings = [
            *source_findings.of(one.encounter, row.doubt, overridden, as_of),
            *judged(home.partners, one, context),
        ]
        held = any(f.severity == coding.Severity.HOLD for f in findings)
        outcomes.append(Validated(encounter_id=one.id, held=held, findings=findings))
        validation.judged(one, patient, held=held)
    held_count = encounters.record(home.ledger, as_of.isoformat(), outcomes)
    return {
        "encounters": len(outcomes),
        "held": held_count,
        "needs_coding": sum(any(f.edit_id == needs_coding.ID for f in o.findings) for o in outcomes),
        "repairs": sum(len(d.repairs) for d in found),
        "unchecked": sum(any(f.edit_id == UNCHECKED for f in o.findings) for o in outcomes),
    }
