"""How letters write names, days, amounts and addresses."""

from collections.abc import Sequence
from datetime import date

from config.practice import PostalAddress, Practice
from edi.records import Claim, Person, ServiceLine


def head(practice: Practice) -> list[str]:
    """The lines at the top of a practice's letters."""
    return [
        practice.name,
        *lines_of(practice.address),
        f"Phone {phone(practice.contact_phone)}",
        f"NPI {practice.npi}    Tax id {practice.tax_id}",
    ]


def name_of(person: Person) -> str:
    """As a letter writes a name."""
    parts = (person.first, person.middle, person.last, person.suffix)
    return " ".join(part for part in parts if part).title()


def provider_of(claim: Claim) -> str:
    """Who treated the patient, with the NPI; where the claim names nobody, the NPI that bills."""
    stay = claim.institutional
    of = claim.rendering or (stay.attending if stay is not None else None)
    if of is None:
        return f"NPI {claim.billing.npi}" if claim.billing.npi else ""
    name = f"{of.first} {of.last}".strip().title()
    return f"{name}, NPI {of.npi}" if of.npi else name


def span(days: Sequence[date]) -> str:
    """The first of sorted days to the last."""
    if not days:
        return ""
    first, last = (f"{day:%m/%d/%Y}" for day in (days[0], days[-1]))
    return first if first == last else f"{first} to {last}"


def days_of(claim: Claim, lines: Sequence[ServiceLine]) -> list[date]:
    """The days of these lines, sorted; where they have none, those of the claim's statement."""
    days = {day for one in lines for day in (one.service_from, one.service_to) if day is not None}
    stay = claim.institutional
    if not days and stay is not None:
        days = {day for day in (stay.statement_from, stay.statement_to) if day is not None}
    return sorted(days)


def day(iso: str) -> str:
    """An ISO day as a letter writes it, "" none."""
    return f"{date.fromisoformat(iso):%m/%d/%Y}" if iso else ""


def phone(digits: str) -> str:
    """Ten digits as people write them."""
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else digits


def lines_of(of: PostalAddress) -> list[str]:
    """An address in lines."""
    zip_code = f"{of.zip[:5]}-{of.zip[5:]}" if len(of.zip) == 9 else of.zip
    return [line for line in (of.line1, of.line2, f"{of.city}, {of.state} {zip_code}") if line]
