"""Check digits and shapes of the identifiers that partners' files carry."""

import re

_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC "
    "ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI FM MH PW AA AE AP"
)


def npi_is_valid(npi: str) -> bool:
    """Ten digits whose Luhn sum over 80840 + NPI ends in 0 (CMS, NPI check digit)."""
    if not re.fullmatch(r"[12][0-9]{9}", npi):
        return False
    total = 0
    for place, digit in enumerate(reversed("80840" + npi)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def state_is_valid(state: str) -> bool:
    """A USPS two-letter abbreviation."""
    return state in _STATES.split()
