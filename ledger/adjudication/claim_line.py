"""A service line of a claim as what is judged and priced."""

from dataclasses import dataclass
from datetime import date


@dataclass(slots=True)
class ClaimLine:
    """A line as it was billed."""

    number: int
    procedure: str
    charge: int
    modifiers: tuple[str, ...] = ()
    patients: bool = False
    """The patient's at once: excluded (GY), a signed notice, or paid in full and restricted."""
    control_number: str = ""
    units: str = ""
    place: str = ""
    revenue_code: str = ""
    service_from: date | None = None
    unit_code: str = "UN"
    """UN units, MJ minutes, DA days."""
