"""A chunk of encounters judged by the edits, each beside the patient's other claims.

Chunks may be judged side by side: what became of a patient's earlier encounters meanwhile is looked at
once more before anything is recorded.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import coding
from ledger.encounters import encounters, history, overrides
from ledger.encounters.encounters import EncounterRow, FindingRow, Validated
from ledger.encounters.judged import NEVER
from ledger.sending import claims
from tasks.claims import needs_coding, restricted, source_findings
from tasks.claims.authorized import Authorized
from tasks.claims.covered import verifications
from tasks.claims.encounter_claims import EncounterClaim, patient_digest
from tasks.claims.findings import UNCHECKED, judged
from tasks.claims.overrides import standing
from tasks.claims.prior_claims import past_claim
from tasks.claims.validation import CleanTonight, claim_name
from tasks.home.home import Home

FAR = 100_000  # days from which on a day counts as one that never comes
NOTHING = {"encounters": 0, "held": 0, "needs_coding": 0, "repairs": 0, "unchecked": 0}


class Chunk:
    """Some encounters, judged in the order of their ids."""

    def __init__(self, home: Home, as_of: date, rows: Sequence[EncounterRow]) -> None:
        self.home, self.as_of = home, as_of
        self.validation = home.validation(as_of)
        self.validation.read_to(rows[0].id)
        self.doubts = {row.id: row.doubt for row in rows}
        ids = [row.id for row in rows]
        self.found = list(home.claims.of(rows, claims.numbers(home.ledger, ids)))
        self.patients = [patient_digest(one.practice.key, one.claim) for one in self.found]
        self.before = history.of(home.ledger, [patient for patient in self.patients if patient])
        self.stored = overrides.of(home.ledger, ids)
        self.authorized = Authorized.read(home.ledger, [one.claim for one in self.found])
        self.verified = verifications(home.ledger, self.found, as_of)
        self.clean_before = self.validation.clean_before(self.patients, ids[0])
        self.outcomes: dict[int, Validated] = {}
        self._judge(self.clean_before, set(self.patients))

    def bring_up_to_date(self) -> None:
        """Judges those again of whose patients other encounters became clean, or were held, since."""
        now = self.validation.clean_before(self.patients, self.found[0].id)
        changed = {p for p in set(self.patients) if not now.same(self.clean_before, p)}
        if changed:
            self._judge(now, changed)

    def _judge(self, clean: CleanTonight, whose: Collection[str]) -> None:
        known = clean.copy()
        for one, patient in zip(self.found, self.patients, strict=True):
            if patient in whose:
                findings, again_on = self._findings(one, patient, known)
                held = any(f.severity == coding.Severity.HOLD for f in findings)
                self.outcomes[one.id] = Validated(
                    encounter_id=one.id, held=held, findings=findings, patient=patient, again_on=again_on
                )
                known.keep(one, patient, held=held)
                self.validation.judged(one, held=held)

    def _findings(
        self, one: EncounterClaim, patient: str, clean: CleanTonight
    ) -> tuple[list[FindingRow], date | None]:
        """What is found, and the day on which the calendar may say otherwise. None where something may
        that is not followed (`judged.follow`): unbuilt claims, answers about coverage, authorizations."""
        own = one.claim.patient_control_number
        unbuilt = clean.of(patient, one.id)
        prior = (
            *(past_claim(self.home.partners, past, own) for past in self.before.get(patient, ())),
            *unbuilt,
        )
        overridden = standing(self.stored.get(one.id, ()), restricted.documented(one.encounter))
        context = self.validation.contexts.of(
            one.encounter,
            one.practice,
            one.payer,
            prior,
            overridden,
            authorizations=self.authorized.of(
                claim_name(one), one.claim, one.payer.key, self.validation.taken_before(one.id)
            )
            if one.payer is not None and self.authorized.kept
            else None,
            verification=self.verified.get(one.id),
        )
        partners = self.home.partners
        findings = [
            *source_findings.of(partners, one, self.doubts[one.id], overridden, self.as_of),
            *judged(partners, one, context),
        ]
        if unbuilt or self.authorized.kept or one.id in self.verified:
            return findings, None
        turns = [
            *context.turns,
            *((o.until - self.as_of).days + 1 for o in overridden if o.until >= self.as_of),
        ]
        ahead = min(turns, default=FAR)
        return findings, self.as_of + timedelta(days=ahead) if ahead < FAR else NEVER

    def record(self) -> dict[str, int]:
        outcomes = [self.outcomes[one.id] for one in self.found]
        held_count = encounters.record(
            self.home.ledger, self.as_of.isoformat(), outcomes, self.validation.judged_as
        )
        return {
            "encounters": len(outcomes),
            "held": held_count,
            "needs_coding": sum(any(f.edit_id == needs_coding.ID for f in o.findings) for o in outcomes),
            "repairs": sum(len(d.repairs) for d in self.found),
            "unchecked": sum(any(f.edit_id == UNCHECKED for f in o.findings) for o in outcomes),
        }
