"""What only the 837D has: orthodontics (DN1), tooth status (DN2), service line SV3, teeth (TOO)."""

from collections.abc import Sequence

from edi.declare.grammar import Cents, N, composite, el, segment
from edi.declare.nodes import Composite, Segment
from edi.declare.types import AMOUNT, AN, ID, R
from edi.segments.claim import Pointers, Procedure

SURFACES = "B D F I L M O"


@segment("DN1", "Orthodontics", key="none")
class DN1(Segment):
    months: str = el(1, R(1, 15), "Months of treatment", default="")
    remaining_months: str = el(2, R(1, 15), "Months of treatment that remain", default="")
    condition: str = el(3, ID(1, 1), "Condition", default="", use=N)
    description: str = el(4, AN(1, 80), "Treatment for orthodontic purposes", default="")


@segment("DN2", "Tooth status", key="none")
class DN2(Segment):
    tooth: str = el(1, AN(1, 50), "Tooth number", external="tooth")
    status: str = el(2, ID(1, 2), "Tooth status", "E M")
    quantity: str = el(3, R(1, 15), "Quantity", default="", use=N)
    format: str = el(4, ID(2, 3), "Date format", default="", use=N)
    period: str = el(5, AN(1, 35), "Date or period", default="", use=N)
    qualifier: str = el(6, ID(1, 3), "Tooth numbering", "JP")


@composite("Areas of the mouth")
class OralCavity(Composite):
    first: str = el(1, ID(1, 3), "Area of the mouth", external="oral_cavity")
    others: Sequence[str] = el(2, ID(1, 3), "Further areas", default=(), upto=5, external="oral_cavity")

    def all(self) -> list[str]:
        """Every area, as on the wire."""
        return [c for c in self._c if c]


@composite("Tooth surfaces")
class Surfaces(Composite):
    first: str = el(1, ID(1, 2), "Surface", SURFACES)
    others: Sequence[str] = el(2, ID(1, 2), "Further surfaces", SURFACES, default=(), upto=5)

    def all(self) -> list[str]:
        """Every surface, as on the wire."""
        return [c for c in self._c if c]


@segment("SV3", "Dental service", key="none")
class SV3(Segment):
    procedure: Procedure = el(1, Procedure, "Procedure")
    charge: Cents = el(2, AMOUNT, "Line charge")
    place_of_service: str = el(3, AN(1, 2), "Place of service", default="", external="place_of_service")
    oral_cavity: OralCavity | None = el(4, OralCavity, "Areas of the mouth", default=None)
    prosthesis: str = el(5, ID(1, 1), "Prosthesis, initial or replacement", "I R", default="")
    units: str = el(6, R(1, 15), "Procedure count", default="")
    description: str = el(7, AN(1, 80), "Description", default="", use=N)
    copay_status: str = el(8, ID(1, 1), "Co-payment status", default="", use=N)
    agreement: str = el(9, ID(1, 1), "Provider agreement", default="", use=N)
    predetermination: str = el(10, ID(1, 1), "Predetermination", default="", use=N)
    pointers: Pointers | None = el(11, Pointers, "Diagnosis pointers", default=None)


@segment("TOO", "Tooth", notes="P0102")
class TOO(Segment):
    qualifier: str = el(1, ID(1, 3), "Tooth numbering", "JP")
    tooth: str = el(2, AN(1, 30), "Tooth number", external="tooth")
    surfaces: Surfaces | None = el(3, Surfaces, "Tooth surfaces", default=None)
