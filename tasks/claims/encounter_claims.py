"""An encounter of the ledger with its practice and payer, and the claim it makes.

Validation, building and writing all start here, so that what was validated is what goes out.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from coding.repair import Repair
from config.partners import Partners, Payer, PostalAddress, Practice
from edi.records import Claim, Person
from intake.encounter import Encounter
from ledger.encounters.encounters import EncounterRow
from tasks.claims.claim_from_encounter import Parties, claim_from_encounter, primary_coverage
from tasks.claims.claim_numbers import UNNUMBERED

NOBODY = Practice.model_construct(
    key="",
    name="",
    npi="",
    tax_id="",
    tax_id_type="EI",
    taxonomy="",
    specialty="",
    address=PostalAddress.model_construct(line1="", line2="", city="", state="", zip=""),
    pay_to=None,
    contact_name="",
    contact_phone="",
    clia="",
    inbox="",
    facilities=(),
    providers=(),
    fee_schedule={},
)
"""Stands for a practice that is not known: everything it lacks is named by the edits."""


@dataclass(frozen=True, slots=True)
class EncounterClaim:
    """One encounter with whom it concerns. `payer` is None, and `practice` is NOBODY, where not known."""

    id: int
    encounter: Encounter
    practice: Practice
    payer: Payer | None
    claim: Claim
    repairs: tuple[Repair, ...]


class EncounterClaims:
    """Makes the claims of encounters with one set of partners' files.

    Three steps of a run need the same claim: what was made is kept, `most` of them at a time. It is only a
    shortcut: a step in another process makes the claim again, and it is the same one.
    """

    def __init__(self, partners: Partners, most: int = 20_000) -> None:
        self._partners = partners
        self._most = most
        self.parties = Parties()
        self._made: dict[str, EncounterClaim] = {}  # by the encounter's JSON

    def of(self, rows: Iterable[EncounterRow], numbers: Mapping[int, str]) -> Iterator[EncounterClaim]:
        """The encounters of `rows` as claims. `numbers` holds the patient control numbers that they have."""
        for row in rows:
            number = numbers.get(row.id, UNNUMBERED)
            found = self._made.get(row.payload)
            if found is None or found.id != row.id:
                found = self._make(row, number)
                if len(self._made) < self._most:
                    self._made[row.payload] = found
            yield numbered(found, number)

    def made_before(self, payload: str, practice: str, number: str) -> Claim | None:
        """The claim that was made of this encounter of this practice, under this number, not to be changed;
        None: not kept."""
        found = self._made.get(payload)
        return numbered(found, number).claim if found is not None and found.practice.key == practice else None

    def _make(self, row: EncounterRow, number: str) -> EncounterClaim:
        encounter = Encounter.model_validate_json(row.payload)
        practice = self._partners.practices.get(row.practice, NOBODY)
        coverage = primary_coverage(encounter)
        payer = self._partners.payer(coverage.payer) if coverage is not None else None
        built = claim_from_encounter(encounter, practice, payer, number, self.parties, self._partners.payer)
        return EncounterClaim(row.id, encounter, practice, payer, built.claim, built.repairs)


def numbered(one: EncounterClaim, number: str) -> EncounterClaim:
    """The same, under a patient control number from here on: a claim has one at a time."""
    one.claim.patient_control_number = number
    return one


def patient_digest(practice: str, claim: Claim) -> str:
    """One person in one practice, without saying who: for finding what was billed before."""
    return person_digest(practice, claim.patient or claim.subscriber)


def person_digest(practice: str, person: Person) -> str:
    """The same of a person, whose names are in X12's form."""
    born = person.birth_date.isoformat() if person.birth_date else ""
    # Without a name and a birth date nobody is recognised: such a claim has no history.
    if not person.last or not born:
        return ""
    text = "|".join((practice, person.last, person.first, born))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
