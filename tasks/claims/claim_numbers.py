"""CLM01: the number that a claim goes out under and its payment comes back under.

It comes from a sequence of its own and says nothing of the patient. Answers are matched by the whole of
it; only a restore looks for the sequence's number in it, to move past what is known to be out.
"""

import re

UNNUMBERED = "C00000000"
"""Stands in a claim that was not built yet: the edits see a number of the right form."""

_OURS = re.compile(r"C(\d{7,10})(\d)$", re.ASCII)


def patient_control_number(prefix: str, number: int) -> str:
    """The home's prefix, C, the number and a check digit (Luhn): at most 20 characters."""
    digits = f"{number:07d}"
    return f"{prefix}C{digits}{_check_digit(digits)}"


def sequence_number(text: str) -> int | None:
    """The number of the sequence in a patient control number of ours, under whatever prefix."""
    found = _OURS.search(text)
    if found is None or found[2] != _check_digit(found[1]):
        return None
    return int(found[1])


def _check_digit(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
