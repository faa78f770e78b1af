"""An encounter of the ledger with its practice and payer, and the claim it makes.

Validation, building and writing all start here, so that what was validated is what goes out.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from coding.repair import Repair
from config.partners import Partners, Payer, PostalAddress, Practice
from edi.records import Claim
from intake.encounter import Encounter
from ledger.encounters import EncounterRow
from tasks.claims.claim_from_encounter import claim_from_encounter, primary_coverage
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
class Documented:
    """One encounter with whom it concerns. `payer` is None, and `practice` is NOBODY, where not known."""

    id: int
    encounter: Encounter
    practice: Practice
    payer: Payer | None
    claim: Claim
    repairs: tuple[Repair, ...]


@dataclass(slots=True)
class _Kept:
    """The claims made tonight, by their encounter's JSON: three steps need the same one.

    Only a shortcut: what is not here is made again. It holds for one set of partners' files, whose
    object is kept with it, and for so many claims that memory stays bounded.
    """

    partners: Partners | None = None
    made: dict[str, Documented] = field(default_factory=dict)

    def of(self, partners: Partners) -> dict[str, Documented]:
        if self.partners is not partners:
            self.partners, self.made = partners, {}
        return self.made


MOST_KEPT = 20_000
_kept = _Kept()


def forget_made() -> None:
    """Lets go of the claims that were made; the run is over."""
    _kept.partners, _kept.made = None, {}


def made_before(partners: Partners, payload: str, number: str) -> Claim | None:
    """The claim that was made of this encounter tonight under this number, not to be changed."""
    found = _kept.of(partners).get(payload)
    return found.claim if found is not None and found.claim.patient_control_number == number else None


def documented(
    partners: Partners, rows: Iterable[EncounterRow], numbers: dict[int, str]
) -> Iterator[Documented]:
    """The encounters of `rows` as claims. `numbers` holds the patient control numbers that they have."""
    kept = _kept.of(partners)
    for row in rows:
        number = numbers.get(row.id, UNNUMBERED)
        before = kept.get(row.payload)
        if before is not None and before.id == row.id:
            if before.claim.patient_control_number != number:
                claim = replace(before.claim, patient_control_number=number)
                before = kept[row.payload] = replace(before, claim=claim)
            yield before
            continue
        encounter = Encounter.model_validate_json(row.payload)
        practice = partners.practices.get(row.practice, NOBODY)
        coverage = primary_coverage(encounter)
        payer = partners.payer(coverage.payer) if coverage is not None else None
        built = claim_from_encounter(encounter, practice, payer, number)
        made = Documented(row.id, encounter, practice, payer, built.claim, built.repairs)
        if len(kept) < MOST_KEPT:
            kept[row.payload] = made
        yield made


def patient_digest(practice: str, claim: Claim) -> str:
    """One person in one practice, without saying who: for finding what was billed before."""
    person = claim.patient or claim.subscriber
    born = person.birth_date.isoformat() if person.birth_date else ""
    # Without a name and a birth date nobody is recognised: such a claim has no history.
    if not person.last or not born:
        return ""
    text = "|".join((practice, person.last, person.first, born))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
