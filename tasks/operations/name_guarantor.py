"""An adult answers for a child's bills, by a person's word, until another one is named or it is withdrawn."""

import json
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from config.identifiers import state_is_valid
from intake.parties import Address, Person
from ledger.books.acts import named
from ledger.patients import guarantors
from ledger.patients.guarantors import KIND
from ledger.queries import patient_claims
from ledger.queries.patient_claims import PatientClaim
from ledger.storage.documents import Document
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, claim_of, signed
from tasks.patients.guarantors import name_of, named_by_word, patient_of, was_of_age

OLDEST: Final = 120
"""Years. A birth date before that is a mistyped one."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Who answers ("" whom the encounters name) for which claims of a child in a practice."""

    practice: str
    child: str
    guarantor: str
    claims: tuple[int, ...]
    dry_run: bool


def name(home: Home, as_of: date, by: By, number: str, person: Person, *, dry_run: bool) -> Naming:
    """A person answers for the child of a claim: for every claim of it in the practice, those to come too,
    while the child is not of age on the day of service. Without an address it lives with the child.

    Raises StepError PAT-07, what is said of the person will not do; PAT-08, the patient is no child, or the
    person is named already; CLM-01 and CLM-03, no such claim, or several.
    """
    who, why = named(signed(home, by, preview=dry_run))
    adult = _adult(person, as_of)
    claims = _of_child(home, number)
    if all(one.named and named_by_word(one.named) == adult for one in claims):
        raise StepError("PAT-08", f"that person answers for the patient of claim {number} already")
    return _kept(home, as_of, claims, adult, who, why, dry_run)


def withdraw(home: Home, as_of: date, by: By, number: str, *, dry_run: bool) -> Naming:
    """Whom the encounters of a child name answers again.

    Raises StepError PAT-08, nobody was named by a person; CLM-01 and CLM-03, no such claim, or several.
    """
    who, why = named(signed(home, by, preview=dry_run))
    claims = _claims(home, number)
    with home.ledger.read() as connection:
        words = guarantors.of_claims(connection, [one.id for one in claims])
    if not any(word.sha256 for word in words.values()):
        raise StepError("PAT-08", f"nobody was named for the patient of claim {number}; see `patients show`")
    return _kept(home, as_of, claims, None, who, why, dry_run)


def _claims(home: Home, number: str) -> list[PatientClaim]:
    claim_id = claim_of(home, number)
    with home.ledger.read() as connection:
        return patient_claims.load(connection, patient_claims.of_patient(connection, claim_id))


def _of_child(home: Home, number: str) -> list[PatientClaim]:
    """The claims of a patient who is not known to have been of age."""
    found = []
    for one in _claims(home, number):
        on = date.fromisoformat(one.service_from_on) if one.service_from_on else None
        if one.documents and not was_of_age(patient_of(one.documents[0]), on):
            found.append(one)
    if not found:
        raise StepError(
            "PAT-08",
            f"the patient of claim {number} was of age on each day of service, or its encounter is not kept: "
            "whoever else answers is named by the encounter (guarantor)",
        )
    return found


def _kept(
    home: Home,
    as_of: date,
    claims: list[PatientClaim],
    adult: Person | None,
    who: str,
    why: str,
    dry_run: bool,
) -> Naming:
    ids = tuple(one.id for one in claims)
    if not dry_run:
        said = None
        if adult is not None:  # with the claim: each child has a document of its own, which is purged alone
            person = adult.model_dump(mode="json", exclude_defaults=True)
            data = json.dumps({"claim": ids[0], "on": as_of.isoformat(), "guarantor": person})
            said = Document(KIND, data.encode("utf-8"))
        with home.ledger.write() as connection:
            guarantors.keep(connection, as_of.isoformat(), ids, said, who, why)
    documents = [one.documents[0] for one in claims if one.documents]
    child = name_of(patient_of(documents[-1])) if documents else ""
    guarantor = name_of(adult) if adult is not None else ""
    return Naming(claims[0].practice, child, guarantor, ids, dry_run)


def _adult(person: Person, on: date) -> Person:
    """The person as it is kept. Raises StepError PAT-07."""
    born = person.birth_date
    if born is None or born > on or born.year < on.year - OLDEST:
        raise StepError("PAT-07", "a guarantor's birth date is a day of the past: --birth-date 1984-05-31")
    made = Person(
        last=_plain(person.last), first=_plain(person.first), middle=_plain(person.middle),
        birth_date=born, address=_address(person.address),
    )  # fmt: skip
    if not (any(map(str.isalpha, made.last)) and any(map(str.isalpha, made.first))):
        raise StepError("PAT-07", "a guarantor has a last and a first name: --last, --first")
    if not was_of_age(made, on):
        raise StepError("PAT-07", "a minor can't answer for another one's bills: name an adult")
    return made


def _address(of: Address | None) -> Address | None:
    if of is None:
        return None
    made = Address(
        line1=_plain(of.line1), line2=_plain(of.line2), city=_plain(of.city), state=_plain(of.state).upper(),
        zip=_plain(of.zip).replace("-", ""),
    )  # fmt: skip
    if not any((made.line1, made.line2, made.city, made.state, made.zip)):
        return None
    whole = made.line1 and made.city and state_is_valid(made.state)
    if not whole or len(made.zip) not in (5, 9) or not (made.zip.isascii() and made.zip.isdigit()):
        raise StepError(
            "PAT-07",
            "an address has --line1, --city, the two letters of its --state and five or nine digits of "
            "--zip; without any of them the guarantor lives where the child does",
        )
    return made


def _plain(text: str) -> str:
    """Text in one line without control characters. Raises StepError PAT-07 for what is too long."""
    made = " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in text).split())
    if len(made) > 60:
        raise StepError("PAT-07", "a name or a line of an address has at most 60 characters")
    return made
