"""What an encounter says in X12's form: text in capitals, identifiers without hyphens, parties.

Form is repaired, meaning never; each repair is listed with its place and never with its value.
"""

import unicodedata
from decimal import Decimal

from coding.repair import Repair
from config.partners import Practice
from edi.records import Address, Party, Person
from intake import parties as documented

# Letters that Unicode does not take apart into a plain one and an accent.
_LETTERS = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l"}
    | {"Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "TH", "þ": "th", "ı": "i", "’": "'", "‘": "'"}
    | {"–": "-", "—": "-", "\u2010": "-", "\u2011": "-"}
)

# How documents name this country and its neighbours; HL7 has three letters (ISO 3166). Others stay.
_COUNTRIES = {
    **dict.fromkeys(("USA", "UNITED STATES", "UNITED STATES OF AMERICA"), "US"),
    **dict.fromkeys(("CAN", "CANADA"), "CA"),
    **dict.fromkeys(("MEX", "MEXICO"), "MX"),
}


def plain(text: str) -> str:
    """Capitals, runs of blanks as one, accents left out: a name or an address as it is written.

    X12's character set has no accents: JOSÉ goes out as JOSE, as payers have it on file.
    """
    if not text:
        return ""
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(text.split()).upper()


class Form:
    """Brings values of one encounter into X12's form and remembers where that changed something.

    `practice` is who bills: its roster knows its providers by their NPI.
    """

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.repairs: list[Repair] = []

    text = staticmethod(plain)
    """Names and addresses in X12's form: too ordinary to be listed."""

    def code(self, value: str, place: str, *, drop: str = "") -> str:
        """An identifier in capitals, without blanks and the characters of `drop`."""
        if not value:
            return ""
        if value.isalnum() and value.isascii() and value.upper() == value:
            return value  # most are: nothing to repair
        clean = "".join(value.split()).upper()
        for character in drop:
            clean = clean.replace(character, "")
        if clean != value:
            self.repairs.append(Repair(None, place, "identifier in capitals without blanks and hyphens"))
        return clean

    def address(self, value: documented.Address | None, place: str) -> Address | None:
        if value is None or not any((value.line1, value.city, value.state, value.zip)):
            return None
        return Address(
            line1=self.text(value.line1),
            line2=self.text(value.line2),
            city=self.text(value.city),
            state=self.text(value.state),
            zip=self.code(value.zip, f"{place}.zip", drop="-"),
            country=_country(self.text(value.country)),
        )

    def person(self, value: documented.Person, place: str, *, member_id: str = "") -> Person:
        return Person(
            last=self.text(value.last),
            first=self.text(value.first),
            middle=self.text(value.middle),
            suffix=self.text(value.suffix),
            birth_date=value.birth_date,
            sex=value.sex,
            member_id=member_id,
            address=self.address(value.address, f"{place}.address"),
            death_date=value.death_date,
        )

    def provider(
        self, value: documented.Provider | None, place: str, *, facility: bool = False, located: bool = False
    ) -> Party | None:
        """A provider with what the practice's roster knows of its NPI, where the document is silent."""
        if value is None or not (value.npi or value.last):
            return None
        npi = self.code(value.npi, f"{place}.npi")
        known = self.practice.provider(npi)
        return Party(
            last=self.text(value.last) or (plain(known.last) if known else ""),
            first="" if facility else self.text(value.first) or (plain(known.first) if known else ""),
            person=not facility,
            npi=npi,
            taxonomy=self.code(value.taxonomy, f"{place}.taxonomy") or (known.taxonomy if known else ""),
            address=self.address(value.address, f"{place}.address") if facility or located else None,
        )

    def revenue_code(self, value: str, line: int) -> str:
        """Four digits; many systems leave out the zero in front."""
        clean = "".join(value.split())
        if len(clean) == 3 and clean.isascii() and clean.isdigit():
            self.repairs.append(Repair(line, "SV201", "revenue code with its leading zero"))
            return f"0{clean}"
        return clean


def _country(written: str) -> str:
    """The country's two letters; "" for the United States, which N4 does not name."""
    found = _COUNTRIES.get(written, written)
    return "" if found == "US" else found


def diagnosis(value: str) -> str:
    """A code without its dot, as all diagnoses go."""
    return "".join(value.split()).replace(".", "").upper()


def number(value: Decimal | None) -> str:
    """As on the wire: no exponent, no trailing zeros; "" for none."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fee(practice: Practice, procedure: str, modifiers: tuple[str, ...], units: Decimal) -> int | None:
    """The practice's charge in cents for `units` of a procedure; None where its schedule has none."""
    each = practice.charge_for(procedure.strip().upper(), tuple(m.strip().upper() for m in modifiers))
    return None if each is None else int((each * units).to_integral_value())
