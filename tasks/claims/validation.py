"""What the chunks of one validation share: the edits' contexts, and how tonight's claims see each other.

Two encounters of one business date may bill the same service; the later one must see the earlier. All
open encounters are walked in the order of their ids. Which earlier ones are clean is read from the
ledger, for the patients of a chunk alone, so that the outcome is the same wherever a chunk is done and
nothing of it is kept.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import coding
from coding.codes import Codes
from config.partners import Partners
from ledger.agreed import authorizations
from ledger.agreed.enrolments import Enrolment
from ledger.encounters import encounters
from ledger.encounters.encounters import EncounterRow
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
    """One validation of the open encounters, by what `judged_as` names."""

    def __init__(
        self,
        ledger: Ledger,
        codes: Codes,
        partners: Partners,
        made: EncounterClaims,
        as_of: date,
        enrolled: Sequence[Enrolment],
        judged_as: str,
    ) -> None:
        self.as_of = as_of
        self.token = ledger.token
        self.judged_as = judged_as
        self.contexts = Contexts(codes, partners, as_of, enrolled)
        self._ledger = ledger
        self._claims = made
        self._authorizations = bool(authorizations.kept_with(ledger))
        self._known_to = 0  # the last encounter of which is known here what it takes of authorizations
        self._taken: dict[int, tuple[str, Taken]] = {}  # by encounter id, of those that are clean

    def clean_before(self, patients: Sequence[str], first: int) -> "CleanTonight":
        """The clean encounters of these patients before number `first`."""
        found = CleanTonight()
        for one in self._of(encounters.clean_before(self._ledger, patients, first)):
            found.keep(one, patient_digest(one.practice.key, one.claim))
        return found

    def read_to(self, first: int) -> None:
        """Reads what clean encounters before `first` take of authorizations, as far as that is not known."""
        if self._authorizations and first - 1 > self._known_to:
            for one in self._of(encounters.load(self._ledger, self._known_to + 1, first - 1, CLEAN)):
                self._take(one)
            self._known_to = first - 1

    def taken_before(self, encounter_id: int) -> list[tuple[str, Taken]]:
        """What the clean encounters that come before this one take of authorizations, by their claims."""
        return [claim for at, claim in self._taken.items() if at < encounter_id]

    def judged(self, one: EncounterClaim, *, held: bool) -> None:
        """Takes down how an encounter was judged."""
        if self._authorizations:
            self._taken.pop(one.id, None)
            if not held:
                self._take(one)
            self._known_to = max(self._known_to, one.id)

    def _of(self, rows: Sequence[EncounterRow]) -> Iterable[EncounterClaim]:
        return self._claims.of(rows, claims.numbers(self._ledger, [row.id for row in rows]))

    def _take(self, one: EncounterClaim) -> None:
        if one.payer is not None and (lines := taken(one.claim, one.payer.key)):
            self._taken[one.id] = (claim_name(one), lines)


class CleanTonight:
    """Clean encounters whose claims are not built, by patient: those before a chunk, then its own."""

    def __init__(self) -> None:
        self._clean: dict[str, dict[int, EncounterClaim]] = {}

    def of(self, patient: str, encounter_id: int) -> tuple[coding.PriorClaim, ...]:
        """The claims of a patient's encounters that come before this one."""
        return tuple(
            [
                clean_claim(one.claim, one.practice.tax_id)
                for at, one in self._clean.get(patient, {}).items()
                if at < encounter_id
            ]
        )

    def keep(self, one: EncounterClaim, patient: str, *, held: bool = False) -> None:
        """Takes down how an encounter was judged; `patient` is "" for one that nobody is recognised by."""
        if held:
            self._clean.get(patient, {}).pop(one.id, None)
        elif patient:
            self._clean.setdefault(patient, {})[one.id] = one

    def copy(self) -> "CleanTonight":
        made = CleanTonight()
        made._clean = {patient: dict(those) for patient, those in self._clean.items()}
        return made

    def same(self, other: "CleanTonight", patient: str) -> bool:
        """Whether both know the same of a patient."""
        return self._clean.get(patient, {}) == other._clean.get(patient, {})
