"""What the chunks of one validation share: the edits' contexts, and which encounters are clean so far.

Two encounters of one business date may bill the same service; the later one must see the earlier. All
open encounters are walked in the order of their ids. What another process has validated is read from the
ledger, so that the outcome is the same wherever a chunk is done.
"""

from datetime import date

import coding
from coding.codes import Codes
from config.partners import Partners
from ledger.agreed import enrolments
from ledger.encounters import encounters
from ledger.sending import claims
from ledger.storage.database import Ledger
from tasks.claims.authorized import Taken, taken
from tasks.claims.claim_numbers import UNNUMBERED
from tasks.claims.edit_context import Contexts
from tasks.claims.encounter_claims import EncounterClaim, EncounterClaims, patient_digest
from tasks.claims.prior_claims import clean_claim

CLEAN = ("clean",)


def claim_name(one: EncounterClaim) -> str:
    """The patient control number of an encounter's claim; where it has none yet, the encounter."""
    number = one.claim.patient_control_number
    return number if number != UNNUMBERED else f"encounter {one.id}"


class Validation:
    """One validation of all open encounters, as far as it has come in this process."""

    def __init__(
        self, ledger: Ledger, codes: Codes, partners: Partners, made: EncounterClaims, as_of: date
    ) -> None:
        self.as_of = as_of
        self.token = ledger.token
        self.contexts = Contexts(codes, partners, as_of, enrolments.of(ledger))
        self._ledger = ledger
        self._claims = made
        self._known_to = 0  # the last encounter of which is known here whether it is clean
        self._clean: dict[str, dict[int, coding.PriorClaim]] = {}  # by patient, by encounter id
        self._taken: dict[int, tuple[str, Taken]] = {}  # by encounter id, of those that are clean

    def read_to(self, first: int) -> None:
        """Reads which encounters before `first` are clean, as far as it is not known yet."""
        if first - 1 > self._known_to:
            rows = encounters.load(self._ledger, self._known_to + 1, first - 1, CLEAN)
            numbers = claims.numbers(self._ledger, [row.id for row in rows])
            for one in self._claims.of(rows, numbers):
                self._keep(one, patient_digest(one.practice.key, one.claim))
            self._known_to = first - 1

    def clean_before(self, patient: str, encounter_id: int) -> tuple[coding.PriorClaim, ...]:
        """The claims of a patient's clean encounters that come before this one."""
        return tuple(claim for at, claim in self._clean.get(patient, {}).items() if at < encounter_id)

    def taken_before(self, encounter_id: int) -> list[tuple[str, Taken]]:
        """What the clean encounters that come before this one take of authorizations, by their claims."""
        return [claim for at, claim in self._taken.items() if at < encounter_id]

    def judged(self, one: EncounterClaim, patient: str, *, held: bool) -> None:
        """Takes down how an encounter was judged; `patient` is "" for one that nobody is recognised by."""
        if held:
            self._clean.get(patient, {}).pop(one.id, None)
            self._taken.pop(one.id, None)
        else:
            self._keep(one, patient)
        self._known_to = max(self._known_to, one.id)

    def _keep(self, one: EncounterClaim, patient: str) -> None:
        if one.payer is not None and (lines := taken(one.claim, one.payer.key)):
            self._taken[one.id] = (claim_name(one), lines)
        if patient:
            self._clean.setdefault(patient, {})[one.id] = clean_claim(one.claim, one.practice.tax_id)
