"""Who pays what is the patient's part of a claim, as its encounter says: pure, from the document's JSON.

1. of a patient who is not known to have been of age: whom a person named (`patients guarantor`);
2. the guarantor that the encounter names;
3. else the patient, who was of age on the day of service;
4. else, of a minor, the subscriber of the first coverage that is another person of age.

A minor is never asked. Where nobody is left, the claim has no guarantor, and nothing is asked until a person
says who it is.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any, Final

from coding.days import years_between
from intake.parties import Address, Patient, Person

OF_AGE: Final = 18
"""Years. Some states say more; a guarantor who is named is asked whatever the patient's age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantor:
    """A person who is asked to pay. `marks` recognise the person in other documents: two guarantors with one
    mark in common are the same."""

    name: str
    birth_date: date | None
    address: Address | None
    is_dead: bool
    marks: frozenset[str]

    @property
    def can_be_mailed(self) -> bool:
        """Whether the address is one that a letter reaches."""
        of = self.address
        return of is not None and all((of.line1, of.city, of.state, of.zip))


@dataclass(frozen=True, slots=True)
class Read:
    """What a document says: the patient's name, and the guarantor, None where nobody of age is named."""

    patient: str
    guarantor: Guarantor | None

    @property
    def digests(self) -> list[str]:
        """What recognises the guarantor, without saying who it is."""
        marks = self.guarantor.marks if self.guarantor is not None else ()
        return [hashlib.sha256(f"guarantor|{mark}".encode()).hexdigest()[:32] for mark in marks]


def read(document: str, practice: str, service_from: date | None, said: str = "") -> Read:
    """Of an encounter's JSON, and of the person whom somebody named for a child. Nobody, where a part of them
    can't be read."""
    try:
        found: dict[str, Any] = json.loads(document)
        by_word = named_by_word(said)
        patient = Patient.model_validate(found.get("patient") or {})
        named = Person.model_validate(found.get("guarantor") or {})
        coverages = sorted(found.get("coverages") or (), key=lambda c: "PST".index(c.get("order") or "P"))
        insured = [Person.model_validate(c.get("subscriber") or {}) for c in coverages if not _own(c)]
        members = [f"{c['payer']} {c['member_id']}" for c in coverages if _own(c) and c.get("member_id")]
    except (ValueError, TypeError, AttributeError, KeyError):
        return Read("", None)
    if by_word.last and not was_of_age(patient, service_from) and _may_pay(by_word, service_from):
        answers = by_word if by_word.address is not None else _at(by_word, patient.address)
        return Read(name_of(patient), _guarantor(answers, practice))
    return Read(name_of(patient), _chosen(patient, named, insured, members, practice, service_from))


def named_by_word(said: str) -> Person:
    """The adult whom a person named (`tasks/operations/name_guarantor.py`); nobody where nobody was."""
    return Person.model_validate(json.loads(said)["guarantor"]) if said else Person()


def patient_of(document: str) -> Patient:
    """Whom an encounter's JSON is about; nobody, where that can't be read."""
    try:
        return Patient.model_validate(json.loads(document).get("patient") or {})
    except (ValueError, TypeError, AttributeError):
        return Patient()


def was_of_age(person: Person, on: date | None) -> bool:
    """Whether it is known that a person was of age on a day."""
    return person.birth_date is not None and _may_pay(person, on)


def _own(coverage: dict[str, Any]) -> bool:
    return (coverage.get("relationship") or "18") == "18"


def _chosen(
    patient: Patient,
    named: Person,
    insured: list[Person],
    members: list[str],
    practice: str,
    on: date | None,
) -> Guarantor | None:
    if named.last and _may_pay(named, on):
        return _guarantor(named, practice)
    if patient.last and _may_pay(patient, on) and patient.birth_date is not None:
        return _guarantor(patient, practice, patient.medical_record_number, members)
    for person in insured:
        if person.last and _may_pay(person, on):
            found = person if person.address is not None else _at(person, patient.address)
            return _guarantor(found, practice)
    return None


def _at(person: Person, address: Address | None) -> Person:
    """Whoever insures a child lives with it, where no document says otherwise."""
    return person.model_copy(update={"address": address})


def _may_pay(person: Person, on: date | None) -> bool:
    """Whether a person is of age on a day; one without a birth date is no patient, and taken to be."""
    return person.birth_date is None or (on is not None and years_between(person.birth_date, on) >= OF_AGE)


def _guarantor(person: Person, practice: str, record: str = "", members: Sequence[str] = ()) -> Guarantor:
    """`record` and `members` are the patient's, where the guarantor is the patient."""
    return Guarantor(
        name=name_of(person),
        birth_date=person.birth_date,
        address=person.address,
        is_dead=person.death_date is not None,
        marks=frozenset(f"{practice}|{mark}" for mark in _marks(person, record, members)),
    )


def _marks(person: Person, record: str, members: Sequence[str]) -> list[str]:
    """Two of name, birth date, record number and own member id; the name at its address where only that is
    known."""
    name = " ".join(f"{person.last} {person.first} {person.suffix}".casefold().split())
    born = person.birth_date.isoformat() if person.birth_date else ""
    known = (("n", name), ("b", born), ("r", record.casefold()), *(("m", m.casefold()) for m in members))
    facts = [f"{kind}:{value}" for kind, value in known if value]
    pairs = [f"{one}|{other}" for one, other in combinations(facts, 2) if one[0] != other[0]]
    if pairs:
        return pairs
    of = person.address
    return [f"n:{name}|at:{of.line1.casefold()}|{of.zip[:5]}" if of is not None else f"n:{name}"]


def name_of(person: Person) -> str:
    """As a letter writes a name."""
    parts = (person.first, person.middle, person.last, person.suffix)
    written = " ".join(part for part in parts if part)
    return written.title() if written.isupper() or written.islower() else written
