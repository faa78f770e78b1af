"""How paper forms write names, days, amounts and addresses."""

from datetime import date

from edi.records import Address, Claim, Party, Person


def name(person: Person | Party | None) -> str:
    """LAST, FIRST, MIDDLE as the forms want it, an organisation by its name."""
    if person is None:
        return ""
    last = f"{person.last} {person.suffix}".strip()
    return ", ".join(part for part in (last, person.first, person.middle) if part)


def day(on: date | None, form: str = "%m%d%y") -> str:
    return on.strftime(form) if on is not None else ""


def cents(amount: int | None) -> str:
    """Dollars and cents without a point, as the forms' columns divide them by a line: 12500."""
    return "" if amount is None else f"{amount // 100} {amount % 100:02d}"


def city(address: Address | None) -> str:
    """City, state and ZIP in one line."""
    if address is None:
        return ""
    return " ".join(part for part in (address.city, address.state, zip_code(address)) if part)


def zip_code(address: Address | None) -> str:
    if address is None or not address.zip:
        return ""
    return f"{address.zip[:5]}-{address.zip[5:]}" if len(address.zip) == 9 else address.zip


def street(address: Address | None) -> str:
    return "" if address is None else " ".join(part for part in (address.line1, address.line2) if part)


def patient_of(claim: Claim) -> Person:
    """The patient, who may be the subscriber."""
    return claim.patient or claim.subscriber


def signed(claim: Claim) -> str:
    return "SIGNATURE ON FILE" if claim.signature_on_file == "Y" else ""
