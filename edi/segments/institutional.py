"""What only the 837I has: CL1 and its service line SV2."""

from edi.declare.grammar import Cents, N, el, segment
from edi.declare.nodes import Segment
from edi.declare.types import AMOUNT, AN, ID, R
from edi.segments.claim import Procedure


@segment("CL1", "Admission and discharge", key="none")
class CL1(Segment):
    admission_type: str = el(1, ID(1, 1), "Admission type", default="", external="admission_type")
    admission_source: str = el(2, ID(1, 1), "Admission source", default="", external="admission_source")
    patient_status: str = el(3, ID(1, 2), "Patient status", external="patient_status")
    residential_status: str = el(4, ID(1, 1), "Nursing home residential status", default="", use=N)


@segment("SV2", "Institutional service", key="none", notes="R0102 P0405")
class SV2(Segment):
    revenue_code: str = el(1, AN(1, 48), "Revenue code")
    procedure: Procedure | None = el(2, Procedure, "Procedure", default=None)
    charge: Cents = el(3, AMOUNT, "Line charge")
    unit: str = el(4, ID(2, 2), "Unit", "DA UN")
    units: str = el(5, R(1, 15), "Units")
    rate: str = el(6, R(1, 10), "Unit rate", default="", use=N)
    non_covered: Cents | None = el(7, AMOUNT, "Amount not covered", default=None)
    condition: str = el(8, ID(1, 1), "Condition", default="", use=N)
    residential_status: str = el(9, ID(1, 1), "Nursing home residential status", default="", use=N)
    level_of_care: str = el(10, ID(1, 1), "Level of care", default="", use=N)
