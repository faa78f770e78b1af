"""An amount in dollars as a person types and reads it, or as a spreadsheet writes it."""

import re

_TYPED = re.compile(r"\$?(\d{1,3}(?:,\d{3}){1,3}|\d{1,11})(?:\.(\d{1,2}))?", re.ASCII)


def cents_of(text: str, *, of_a_file: bool = False) -> int | None:
    """The cents of `1,250.00`, `$12.50` or `12`; None where the text is no such amount.

    A comma stands before three digits: 12,50 is not 1,250 dollars. One digit behind the point is taken from a
    file alone (`of_a_file`): spreadsheets drop the last zero; of a person who types it a digit is missing.
    """
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        return None
    whole, part = found[1].replace(",", ""), found[2] or ""
    if len(part) == 1 and not of_a_file:
        return None
    return int(whole) * 100 + int(f"{part}00"[:2])


def dollars(cents: int | None) -> str:
    """Cents as people read them: -1250 is -$12.50; "" where there is no amount."""
    if cents is None:
        return ""
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"
