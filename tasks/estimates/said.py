"""What a good-faith estimate says, as it was read, and as the ledger keeps it: JSON, its keys in order."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from config.practice import Practice
from edi.records import Person
from intake.parties import Address
from ledger.patients.estimates import Line
from tasks.claims.encounter_claims import person_digest
from tasks.claims.form import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An expected service. `cents` is the charge of its units once; it is expected `times` times."""

    npi: str
    words: str
    procedure: str
    modifiers: tuple[str, ...]
    diagnoses: tuple[str, ...]
    units: str
    times: int
    cents: int

    @property
    def total(self) -> int:
        return self.cents * self.times


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider or facility of the estimate, and where it furnishes the services."""

    npi: str
    name: str
    tax_id: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Separate:
    """A service that is to be scheduled separately, of which this estimate says no charge."""

    words: str
    procedure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An estimate; days are ISO, "" where there is none. The first item is the primary service."""

    practice: str
    reference: str
    visit: str
    kind: str
    form: str
    last: str
    first: str
    birth_on: str
    medical_record_number: str
    member_id: str
    street: str
    city: str
    state: str
    zip: str
    scheduled_on: str
    requested_on: str
    service_on: str
    until_on: str
    items: tuple[Item, ...]
    providers: tuple[Provider, ...]
    separate: tuple[Separate, ...]

    @property
    def cents(self) -> int:
        return sum(one.total for one in self.items)

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}".strip()

    @property
    def address(self) -> Address | None:
        """Where the patient lives; None where it does not say."""
        if not self.street:
            return None
        return Address(line1=self.street, city=self.city, state=self.state, zip=self.zip)

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(
            Line(
                npi=one.npi,
                procedure=one.procedure,
                modifiers=" ".join(one.modifiers),
                units=one.units,
                times=one.times,
                cents=one.total,
            )
            for one in self.items
        )

    @property
    def patient(self) -> str:
        """The digest by which the person's claims in the practice are found."""
        born = date.fromisoformat(self.birth_on)
        person = Person(last=plain(self.last), first=plain(self.first), birth_date=born)
        return person_digest(self.practice, person)

    def of(self, npi: str) -> tuple[Item, ...]:
        """What a provider or facility is expected to furnish."""
        return tuple(one for one in self.items if one.npi == npi)


def own(npi: str, practice: Practice) -> Provider | None:
    """A practice, or a provider of it, as an estimate names it; None: the NPI is neither's."""
    known = practice.provider(npi)
    if npi != practice.npi and known is None:
        return None
    name = practice.name if known is None else " ".join(part for part in (known.first, known.last) if part)
    place = f"{practice.address.line1}, {practice.address.city}, {practice.address.state}"
    return Provider(npi=npi, name=name, tax_id=practice.tax_id, place=place)


def written(said: Said) -> bytes:
    """It as it is kept: the same is always the same bytes."""
    return json.dumps(asdict(said), sort_keys=True, ensure_ascii=False).encode()


def read(data: bytes) -> Said:
    """It as it was kept."""
    found: dict[str, Any] = json.loads(data)
    items = (
        {**one, "modifiers": tuple(one["modifiers"]), "diagnoses": tuple(one["diagnoses"])}
        for one in found["items"]
    )
    parts = {
        "items": tuple(Item(**one) for one in items),
        "providers": tuple(Provider(**one) for one in found["providers"]),
        "separate": tuple(Separate(**one) for one in found["separate"]),
    }
    return Said(**{**found, **parts})
