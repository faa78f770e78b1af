"""Masks patient data, unless it is asked for."""

from dataclasses import dataclass
from datetime import date

from edi.records.party import Person

HIDDEN = "…"


@dataclass(frozen=True, slots=True)
class Mask:
    """Shows initials, the last four characters of ids and the year of birth; with `show_phi`, everything."""

    show_phi: bool = False

    def number(self, value: str) -> str:
        """The last four characters of an id, but never more than half of it."""
        if self.show_phi or not value:
            return value
        shown = min(4, len(value) // 2)
        return HIDDEN + (value[-shown:] if shown else "")

    def name(self, person: Person) -> str:
        """A person's name, or initials."""
        if self.show_phi:
            suffix = f" {person.suffix}" if person.suffix else ""
            return " ".join(p for p in (person.first, person.middle, person.last) if p) + suffix
        return "".join(f"{part[0]}." for part in (person.first, person.last) if part)

    def birth(self, day: date) -> str:
        """A birth date, or its year."""
        return day.isoformat() if self.show_phi else str(day.year)

    def text(self, value: str) -> str:
        """Free text, which may contain a name."""
        if self.show_phi or not value:
            return value
        return f"({len(value)} characters, hidden)"

    def person(self, person: Person | None) -> str:
        """A person in one phrase: name, birth date, sex, id."""
        if person is None:
            return "an unnamed person"
        parts = [self.name(person) or "an unnamed person"]
        if person.birth_date is not None:
            parts.append(f"born {self.birth(person.birth_date)}")
        if person.sex in ("F", "M"):
            parts.append("female" if person.sex == "F" else "male")
        if person.member_id:
            parts.append(f"member id {self.number(person.member_id)}")
        return ", ".join(parts)
