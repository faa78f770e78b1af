"""The data types of CDA: codes with their translations, ids, times, names, addresses."""

import re
from collections.abc import Iterator
from datetime import date

from config.identifiers import npi_is_valid
from intake.code_systems import CPT, HCPCS, Code, modifiers_of, procedures_of, system_of
from intake.parties import Address
from intake.xml import Element, attribute, child, children, text_of

NPI = "2.16.840.1.113883.4.6"
SSN = "2.16.840.1.113883.4.1"

# YYYYMMDD, or with hyphens as some write it; a ninth digit alone is a misprint, ten are an hour.
_DAY = re.compile(r"(\d{4})(-?)(\d{2})\2(\d{2})(?!\d(?!\d))")


def codes(element: Element | None) -> list[Code]:
    """The code and its translations, at any depth; null ones are left out."""
    return list(_codes(element)) if element is not None else []


def _codes(element: Element) -> Iterator[Code]:
    if value := attribute(element, "code"):
        system = system_of(attribute(element, "codeSystem"), attribute(element, "codeSystemName"))
        yield Code(system, value, attribute(element, "displayName"))
    for translation in children(element, "translation"):
        yield from _codes(translation)


def procedure_codes(element: Element | None) -> list[tuple[str, tuple[str, ...]]]:
    """CPT and HCPCS codes with their modifiers: a qualifier's value, or written behind the code."""
    qualified = [
        code
        for qualifier in children(element, "qualifier")
        for code in codes(child(qualifier, "value"))
        if code.system in (CPT, HCPCS)
    ]
    modifiers = modifiers_of(qualified)
    return [
        (code, tuple(dict.fromkeys(own + modifiers))) for code, own in procedures_of(codes(element)).items()
    ]


def day(value: str) -> date | None:
    """The day of a TS value (YYYYMMDD...), or None where it is no whole, real day."""
    match = _DAY.match(value)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None


def days(element: Element | None) -> tuple[date | None, date | None]:
    """First and last day of an effectiveTime: its value, or low and high."""
    if element is None:
        return None, None
    point = day(attribute(element, "value")) or day(attribute(child(element, "center"), "value"))
    low = day(attribute(child(element, "low"), "value")) or point
    high = day(attribute(child(element, "high"), "value"))
    return low, high if high and low and high > low else None


def npi(element: Element | None) -> str:
    """What the element gives as an NPI, be it a right one or not: an edit looks at it."""
    for item in children(element, "id"):
        if attribute(item, "root") == NPI and attribute(item, "extension"):
            return attribute(item, "extension")
    return ""


def valid_npi(element: Element | None) -> str:
    found = npi(element)
    return found if npi_is_valid(found) else ""


def ids(element: Element | None, tag: str = "id") -> list[tuple[str, str]]:
    """(root, extension) of each id (or setId) that is given."""
    return [
        (attribute(item, "root"), attribute(item, "extension"))
        for item in children(element, tag)
        if not item.get("nullFlavor") and (item.get("root") or item.get("extension"))
    ]


def templates(element: Element) -> set[str]:
    """The roots of the templates that an element says it follows."""
    return {attribute(template, "root") for template in children(element, "templateId")}


def name_of(element: Element | None) -> dict[str, str]:
    """last, first, middle, suffix of the legal (or first) name of a person."""
    names = list(children(element, "name"))
    if not names:
        return {}
    legal = next((name for name in names if "L" in attribute(name, "use").split()), names[0])
    given = [text_of(part) for part in children(legal, "given") if "CL" not in attribute(part, "qualifier")]
    given = [part for part in given if part]
    family = text_of(child(legal, "family"))
    if not family and not given:
        return {"last": text_of(legal)}  # a name in one piece, as organisations and old systems write it
    return {
        "last": family,
        "first": given[0] if given else "",
        "middle": " ".join(given[1:]),
        "suffix": "",
    } | _suffix(legal)


def _suffix(name: Element) -> dict[str, str]:
    """A generation (JR, III), not a degree (MD)."""
    for part in children(name, "suffix"):
        text = text_of(part).rstrip(".")
        if text.upper() in ("JR", "SR", "I", "II", "III", "IV", "V"):
            return {"suffix": text}
    return {}


def address_of(element: Element | None) -> Address | None:
    """The home address (or the first that is not a former one) of an element that has `addr`."""
    found = [a for a in children(element, "addr") if not a.get("nullFlavor")]
    home = [a for a in found if {"HP", "H"} & set(attribute(a, "use").split())]
    for addr in home + found:
        if "BAD" in attribute(addr, "use").split() or "OLD" in attribute(addr, "use").split():
            continue
        lines = [text for line in children(addr, "streetAddressLine") if (text := text_of(line))]
        address = Address(
            line1=lines[0] if lines else "",
            line2=" ".join(lines[1:]),
            city=text_of(child(addr, "city")),
            state=text_of(child(addr, "state")),
            zip=text_of(child(addr, "postalCode")),
            country=text_of(child(addr, "country")),
        )
        if address.line1 or address.city or address.zip:
            return address
    return None
