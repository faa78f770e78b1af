"""Dollars as people write them, without guessing what a comma means."""

import re
from decimal import Decimal

# 1250, 1250.00, $1,250.00, -5.00; a comma only before three digits, so that 125,00 is no amount.
_DOLLARS = re.compile(r"(?P<sign>[-+]?)\$?(?P<whole>\d+|\d{1,3}(?:,\d{3})+)?(?P<cents>\.\d*)?", re.ASCII)


def dollars(text: str) -> Decimal | None:
    """The amount, or None where the text is none."""
    found = _DOLLARS.fullmatch(text.strip())
    if found is None or not (found["whole"] or (found["cents"] or "").strip(".")):
        return None
    return Decimal(f"{found['sign']}{(found['whole'] or '0').replace(',', '')}{found['cents'] or ''}")
