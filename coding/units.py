"""Units of service, as lines write them."""

from decimal import Decimal, InvalidOperation


def units_of(text: str) -> Decimal:
    """A line's units; 0 for what is no number."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)
