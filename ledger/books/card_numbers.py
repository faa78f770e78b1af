"""Numbers of payment cards, which are never kept: found by their length and check digit."""

import re

_RUN = re.compile(r"\d+(?:[ -]\d+)*")


def has_card_number(text: str) -> bool:
    """Whether a text holds what may be a card's number: 13 to 19 digits, whole groups of them where blanks or
    hyphens stand between, that begin with 2 to 6 and whose last one is their Luhn digit."""
    for run in _RUN.findall(text):
        groups = re.split("[ -]", run)
        for first in range(len(groups)):
            for last in range(first, len(groups)):
                digits = "".join(groups[first : last + 1])
                if 13 <= len(digits) <= 19 and digits[0] in "23456" and _luhn([int(c) for c in digits]):
                    return True
    return False


def _luhn(digits: list[int]) -> bool:
    total = 0
    for n, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if n % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
