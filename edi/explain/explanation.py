"""An explanation: a title, some sentences, and a table. And the formats of amounts, dates and names in it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from edi.records.party import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The explanation of one thing. `kind` says which: "claim", "remittance", "claim payment", ...

    `columns` are the headings of `rows`; those in `right` are right-aligned. `bad` marks what a person
    must look at: a rejection, or a payment that does not balance.
    """

    kind: str
    title: str
    sentences: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    right: tuple[str, ...] = ()
    bad: bool = False


def money(cents: int | None) -> str:
    """Cents as dollars: "$1,250.00", "-$4.10"; "" for none."""
    if cents is None:
        return ""
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def days(start: date | None, end: date | None = None) -> str:
    """A date, or a period."""
    if start is None:
        return end.isoformat() if end else ""
    return start.isoformat() if end in (None, start) else f"{start} to {end}"


def units(text: str) -> str:
    """A quantity without trailing zeros."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return f"{value:f}".rstrip("0").rstrip(".") if value.is_finite() and "." in f"{value:f}" else text


def dotted(code: str, icd9: bool = False) -> str:
    """A diagnosis with its dot: J020 is J02.0; in ICD-9-CM external causes it comes one later, E975.0."""
    at = 4 if icd9 and code.startswith("E") else 3
    return f"{code[:at]}.{code[at:]}" if len(code) > at and "." not in code else code


def dotted_procedure(code: str) -> str:
    """A procedure of ICD-9-CM with its dot: 4709 is 47.09; ICD-10-PCS codes have no dot."""
    return f"{code[:2]}.{code[2:]}" if 2 < len(code) < 5 and code.isdigit() else code


def named(party: Party | None) -> str:
    """The name of a provider or payer, which is not masked."""
    if party is None:
        return ""
    first = f"{party.first} " if party.first else ""
    return f"{first}{party.last}".strip() or party.npi or party.id or "a party without a name"


def provider(party: Party | None) -> str:
    """A provider's name and NPI."""
    if party is None:
        return ""
    return f"{named(party)} (NPI {party.npi})" if party.npi else named(party)


def joined(*parts: str, by: str = ", ") -> str:
    """The non-empty parts, joined."""
    return by.join(part for part in parts if part)


def sentence(text: str) -> str:
    """The text with a capital letter and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".") if text else ""
