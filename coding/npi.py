"""The check digit of a National Provider Identifier."""

from functools import lru_cache


@lru_cache(maxsize=20_000)
def valid_npi(npi: str) -> bool:
    """Ten digits whose Luhn sum over 80840 and the number ends in 0 (CMS, NPI check digit)."""
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()):
        return False
    total = 24  # what 80840 adds
    for position, digit in enumerate(npi):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
