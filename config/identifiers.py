"""Check digits and shapes of the identifiers that partners' files carry."""

from edi.declare.code_sets import valid_npi

_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC "
    "ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI FM MH PW AA AE AP"
)


def npi_is_valid(npi: str) -> bool:
    """An NPI as it is given out today: the first digit is 1 or 2, and the check digit is right."""
    return npi[:1] in ("1", "2") and valid_npi(npi)


def state_is_valid(state: str) -> bool:
    """A USPS two-letter abbreviation."""
    return state in _STATES.split()
