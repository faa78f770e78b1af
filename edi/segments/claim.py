"""A claim and its lines: CLM, SBR, PAT, HI, service lines and what supports them."""

from collections.abc import Sequence

from edi.declare.grammar import Cents, N, composite, el, segment
from edi.declare.nodes import Composite, Segment
from edi.declare.types import AMOUNT, AN, ID, N0, PERIOD, R

RELATIONSHIPS = "01 18 19 20 21 39 40 53 G8"  # SBR02 of another coverage
DEPENDENTS = "01 19 20 21 39 40 53 G8"  # PAT01: who is the subscriber himself has no level of his own
FILING_CODES = "11 12 13 14 15 16 17 AM BL CH CI DS FI HM LM MA MB MC OF TV VA WC ZZ"
REPORT_TYPES = (
    "03 04 05 06 07 08 09 10 11 13 15 21 A3 A4 AM AS B2 B3 B4 BR BS BT CB CK CT D2 DA DB DG DJ DS EB HC HR "
    "I5 IR LA M1 MT NN OB OC OD OE OX OZ P4 P5 PE PN PO PQ PY PZ RB RR RT RX SG V5 XP"
)


@segment("SBR", "Coverage", key="none")
class SBR(Segment):
    order: str = el(1, ID(1, 1), "Payer's order", "A B C D E F G H P S T U")
    relationship: str = el(2, ID(2, 2), "Relationship to the subscriber", default="")
    group_number: str = el(3, AN(1, 50), "Group or policy number", default="")
    group_name: str = el(4, AN(1, 60), "Group name", default="")
    insurance_type: str = el(5, ID(1, 3), "Insurance type", "12 13 14 15 16 41 42 43 47", default="")
    coordination: str = el(6, ID(1, 1), "Coordination of benefits", default="", use=N)
    condition: str = el(7, ID(1, 1), "Condition", default="", use=N)
    employment: str = el(8, ID(2, 2), "Employment status", default="", use=N)
    filing_code: str = el(9, ID(1, 2), "Claim filing indicator", FILING_CODES, default="")


@segment("PAT", "Patient", key="none", notes="P0506 P0708")
class PAT(Segment):
    relationship: str = el(1, ID(2, 2), "Relationship to the subscriber", default="", use=N)
    location: str = el(2, ID(1, 1), "Patient location", default="", use=N)
    employment: str = el(3, ID(2, 2), "Employment status", default="", use=N)
    student: str = el(4, ID(1, 1), "Student status", default="", use=N)
    format: str = el(5, ID(2, 3), "Date format", "D8", default="")
    death_date: str = el(6, PERIOD, "Date of death", default="", period=5)
    weight_unit: str = el(7, ID(2, 2), "Weight unit", "01", default="")
    weight: str = el(8, R(1, 10), "Weight", default="")
    pregnant: str = el(9, ID(1, 1), "Pregnancy", "Y", default="")


@composite("Place of service")
class FacilityLocation(Composite):
    facility: str = el(1, AN(1, 2), "Place of service")
    qualifier: str = el(2, ID(1, 2), "Facility code qualifier")
    frequency: str = el(3, ID(1, 1), "Claim frequency")


@composite("Related causes")
class RelatedCauses(Composite):
    cause: str = el(1, ID(2, 3), "Related cause", "AA EM OA")
    cause2: str = el(2, ID(2, 3), "Second related cause", "AA EM OA", default="")
    cause3: str = el(3, ID(2, 3), "Third related cause", default="", use=N)
    state: str = el(4, ID(2, 2), "State of the accident", default="", external="states")
    country: str = el(5, ID(2, 3), "Country of the accident", default="", external="countries")


@segment("CLM", "Claim", key="none")
class CLM(Segment):
    patient_control_number: str = el(1, AN(1, 38), "Patient control number")
    charge: Cents = el(2, AMOUNT, "Total charge")
    filing_code: str = el(3, ID(1, 2), "Filing indicator", default="", use=N)
    claim_type: str = el(4, ID(1, 2), "Claim type", default="", use=N)
    location: FacilityLocation = el(5, FacilityLocation, "Place of service and frequency")
    signature_on_file: str = el(6, ID(1, 1), "Provider signature on file", "N Y", default="")
    assignment: str = el(7, ID(1, 1), "Assignment of the claim", "A B C", default="")
    benefits_assigned: str = el(8, ID(1, 1), "Benefits assigned", "N W Y")
    release: str = el(9, ID(1, 1), "Release of information", "I Y")
    patient_signature: str = el(10, ID(1, 1), "Patient signature source", "P", default="")
    causes: RelatedCauses | None = el(11, RelatedCauses, "Related causes", default=None)
    special_program: str = el(12, ID(2, 3), "Special program", "02 03 05 09", default="")
    condition: str = el(13, ID(1, 1), "Condition", default="", use=N)
    level_of_service: str = el(14, ID(1, 3), "Level of service", default="", use=N)
    condition2: str = el(15, ID(1, 1), "Second condition", default="", use=N)
    agreement: str = el(16, ID(1, 1), "Provider agreement", default="", use=N)
    status: str = el(17, ID(1, 2), "Claim status", default="", use=N)
    condition3: str = el(18, ID(1, 1), "Third condition", default="", use=N)
    submission_reason: str = el(19, ID(2, 2), "Submission reason", default="", use=N)
    delay_reason: str = el(20, ID(1, 2), "Delay reason", "1 2 3 4 5 6 7 8 9 10 11 15", default="")


@segment("PWK", "Attachment", notes="P0506")
class PWK(Segment):
    report_type: str = el(1, ID(2, 2), "Report type", REPORT_TYPES)
    transmission: str = el(2, ID(1, 2), "How it is sent", "AA BM EL EM FT FX")
    copies: str = el(3, N0(1, 2), "Copies", default="", use=N)
    entity: str = el(4, ID(2, 3), "Entity", default="", use=N)
    id_qualifier: str = el(5, ID(1, 2), "Control number qualifier", "AC", default="")
    control_number: str = el(6, AN(2, 80), "Attachment control number", default="")
    description: str = el(7, AN(1, 80), "Description", default="", use=N)
    actions: str = el(8, AN(1, 20), "Actions", default="", use=N)
    category: str = el(9, ID(1, 2), "Request category", default="", use=N)


@segment("K3", "File information", key="none")
class K3(Segment):
    information: str = el(1, AN(1, 80), "Fixed-format information")
    format: str = el(2, ID(1, 2), "Record format", default="", use=N)
    unit: str = el(3, AN(1, 15), "Unit", default="", use=N)


@segment("NTE", "Note")
class NTE(Segment):
    code: str = el(1, ID(3, 3), "Note type", "ADD CER DCP DGN TPO")
    note: str = el(2, AN(1, 80), "Note")


@segment("CR1", "Ambulance transport", key="none", notes="P0102 P0506")
class CR1(Segment):
    weight_unit: str = el(1, ID(2, 2), "Weight unit", "LB", default="")
    weight: str = el(2, R(1, 10), "Patient weight", default="")
    transport: str = el(3, ID(1, 1), "Transport code", default="", use=N)
    reason: str = el(4, ID(1, 1), "Transport reason", "A B C D E")
    distance_unit: str = el(5, ID(2, 2), "Distance unit", "DH")
    distance: str = el(6, R(1, 15), "Distance")
    origin: str = el(7, AN(1, 55), "Origin", default="", use=N)
    destination: str = el(8, AN(1, 55), "Destination", default="", use=N)
    round_trip_purpose: str = el(9, AN(1, 80), "Purpose of the round trip", default="")
    stretcher_purpose: str = el(10, AN(1, 80), "Purpose of the stretcher", default="")


@segment("CR2", "Spinal manipulation", key="none", notes="P0102 C0403 P0506")
class CR2(Segment):
    count: str = el(1, N0(1, 9), "Treatment number", default="", use=N)
    total: str = el(2, R(1, 15), "Treatments", default="", use=N)
    level: str = el(3, ID(2, 3), "Subluxation level", default="", use=N)
    level2: str = el(4, ID(2, 3), "Second subluxation level", default="", use=N)
    unit: str = el(5, ID(2, 2), "Unit", default="", use=N)
    period: str = el(6, R(1, 15), "Treatment period", default="", use=N)
    monthly: str = el(7, R(1, 15), "Monthly treatments", default="", use=N)
    condition: str = el(8, ID(1, 1), "Patient condition", "A C D E F G M")
    complication: str = el(9, ID(1, 1), "Complication", default="", use=N)
    description: str = el(10, AN(1, 80), "Condition", default="")
    description2: str = el(11, AN(1, 80), "Condition, continued", default="")
    x_ray: str = el(12, ID(1, 1), "X-ray", default="", use=N)


@segment("CR3", "Equipment certification", key="none", notes="P0203")
class CR3(Segment):
    type: str = el(1, ID(1, 1), "Certification type", "I R S")
    unit: str = el(2, ID(2, 2), "Unit", "MO")
    duration: str = el(3, R(1, 15), "Months of need")
    insulin: str = el(4, ID(1, 1), "Insulin dependence", default="", use=N)
    description: str = el(5, AN(1, 80), "Description", default="", use=N)


@segment("CRC", "Conditions")
class CRC(Segment):
    category: str = el(1, ID(2, 2), "Category")
    applies: str = el(2, ID(1, 1), "Whether they apply", "N Y")
    condition: str = el(3, ID(2, 3), "Condition")
    others: Sequence[str] = el(4, ID(2, 3), "Further conditions", default=(), upto=7)


@composite("Code with what belongs to it", notes="P0304 E0809")
class HealthCareCode(Composite):
    qualifier: str = el(1, ID(1, 3), "Code list")
    code: str = el(2, AN(1, 30), "Code")
    format: str = el(3, ID(2, 3), "Date format", default="", use=N)
    date: str = el(4, PERIOD, "Date or period", default="", period=3, use=N)
    amount: Cents | None = el(5, AMOUNT, "Amount", default=None, use=N)
    quantity: str = el(6, R(1, 15), "Quantity", default="", use=N)
    version: str = el(7, AN(1, 30), "Version", default="", use=N)
    range_end: str = el(8, AN(1, 30), "End of a range", default="", use=N)
    present_on_admission: str = el(9, ID(1, 1), "Present on admission", default="", use=N)


@segment("HI", "Health care codes", key="first.qualifier")
class HI(Segment):
    first: HealthCareCode = el(1, HealthCareCode, "First code")
    others: Sequence[HealthCareCode] = el(2, HealthCareCode, "Further codes", default=(), upto=12)

    def pairs(self) -> list[tuple[str, str]]:
        """Qualifier and code of each."""
        c = self.d.component if self.d else ":"
        found = []
        for text in self._e[1:]:
            qualifier, _, rest = text.partition(c)
            found.append((qualifier, rest.partition(c)[0]))
        return found

    def codes(self) -> list[HealthCareCode]:
        """All of them as composites."""
        c = self.d.component if self.d else ":"
        return [HealthCareCode.of(text.split(c)) for text in self._e[1:]]


@segment("OI", "Other insurance", key="none")
class OI(Segment):
    filing_code: str = el(1, ID(1, 2), "Filing indicator", default="", use=N)
    submission_reason: str = el(2, ID(2, 2), "Submission reason", default="", use=N)
    benefits_assigned: str = el(3, ID(1, 1), "Benefits assigned", "N W Y")
    patient_signature: str = el(4, ID(1, 1), "Patient signature source", "P", default="")
    agreement: str = el(5, ID(1, 1), "Provider agreement", default="", use=N)
    release: str = el(6, ID(1, 1), "Release of information", "I Y")


@composite("Procedure")
class Procedure(Composite):
    qualifier: str = el(1, ID(2, 2), "Code list", "ER HC IV WK")
    code: str = el(2, AN(1, 48), "Procedure code")
    modifiers: Sequence[str] = el(3, AN(2, 2), "Modifiers", default=(), upto=6)
    description: str = el(7, AN(1, 80), "Description", default="")
    range_end: str = el(8, AN(1, 48), "End of a range", default="", use=N)


@composite("Diagnosis pointers")
class Pointers(Composite):
    first: str = el(1, N0(1, 2), "Diagnosis pointer", "1 2 3 4 5 6 7 8 9 10 11 12")
    others: Sequence[str] = el(
        2, N0(1, 2), "Further pointers", "1 2 3 4 5 6 7 8 9 10 11 12", default=(), upto=4
    )

    def all(self) -> list[str]:
        """Every pointer, as on the wire."""
        return [p for p in self._c if p]


@segment("SV1", "Professional service", key="none", notes="P0304")
class SV1(Segment):
    procedure: Procedure = el(1, Procedure, "Procedure")
    charge: Cents = el(2, AMOUNT, "Line charge")
    unit: str = el(3, ID(2, 2), "Unit", "MJ UN")
    units: str = el(4, R(1, 15), "Units")
    place_of_service: str = el(5, AN(1, 2), "Place of service", default="", external="place_of_service")
    service_type: str = el(6, ID(1, 2), "Service type", default="", use=N)
    pointers: Pointers = el(7, Pointers, "Diagnosis pointers")
    amount: Cents | None = el(8, AMOUNT, "Amount", default=None, use=N)
    emergency: str = el(9, ID(1, 1), "Emergency", "Y", default="")
    multiple: str = el(10, ID(1, 2), "Multiple procedures", default="", use=N)
    epsdt: str = el(11, ID(1, 1), "EPSDT", "Y", default="")
    family_planning: str = el(12, ID(1, 1), "Family planning", "Y", default="")
    review: str = el(13, ID(1, 2), "Review", default="", use=N)
    review_value: str = el(14, AN(1, 2), "Review value", default="", use=N)
    copay_exempt: str = el(15, ID(1, 1), "Exempt from co-payment", "0", default="")
    shortage_area: str = el(16, ID(1, 1), "Shortage area", default="", use=N)
    reference: str = el(17, AN(1, 50), "Reference", default="", use=N)
    postal_code: str = el(18, ID(3, 15), "Postal code", default="", use=N)
    amount2: Cents | None = el(19, AMOUNT, "Second amount", default=None, use=N)
    level_of_care: str = el(20, ID(1, 1), "Level of care", default="", use=N)
    agreement: str = el(21, ID(1, 1), "Provider agreement", default="", use=N)


@segment("SV5", "Equipment rental or purchase", key="none", notes="R0405 C0604")
class SV5(Segment):
    procedure: Procedure = el(1, Procedure, "Procedure")
    unit: str = el(2, ID(2, 2), "Unit", "DA")
    length_of_need: str = el(3, R(1, 15), "Days of need")
    rental: Cents = el(4, AMOUNT, "Rental price")
    purchase: Cents = el(5, AMOUNT, "Purchase price")
    rental_unit: str = el(6, ID(1, 1), "Rental period", "1 4 6")
    prognosis: str = el(7, ID(1, 1), "Prognosis", default="", use=N)


@segment("MEA", "Measurement", key="none", notes="R03050608 E0803")
class MEA(Segment):
    reference: str = el(1, ID(2, 2), "What is measured", "OG TR")
    qualifier: str = el(2, ID(1, 3), "Measure", "HT R1 R2 R3 R4")
    value: str = el(3, R(1, 20), "Result")
    rest: Sequence[str] = el(4, AN(1, 30), "Further details", default=(), upto=12, use=N)


@segment("PS1", "Purchased service", key="none")
class PS1(Segment):
    provider: str = el(1, AN(1, 50), "Provider that it was bought from")
    charge: Cents = el(2, AMOUNT, "Charge")
    state: str = el(3, ID(2, 2), "State", default="", use=N)


@segment("LIN", "Item identification", key="none")
class LIN(Segment):
    number: str = el(1, AN(1, 20), "Line", default="", use=N)
    qualifier: str = el(2, ID(2, 2), "Code list", "EN EO HI N4 ON UK UP")
    code: str = el(3, AN(1, 48), "Code")
    rest: Sequence[str] = el(4, AN(1, 48), "Further codes", default=(), upto=31, use=N)


@composite("Unit")
class Unit(Composite):
    unit: str = el(1, ID(2, 2), "Unit", "F2 GR ME ML UN")
    rest: Sequence[str] = el(2, AN(1, 15), "Exponents and further units", default=(), upto=15, use=N)


@segment("CTP", "Quantity of a drug", key="none", notes="C0607 C0902 C1002 C1103")
class CTP(Segment):
    trade_class: str = el(1, ID(2, 2), "Class of trade", default="", use=N)
    price_code: str = el(2, ID(3, 3), "Price code", default="", use=N)
    price: str = el(3, R(1, 17), "Unit price", default="", use=N)
    quantity: str = el(4, R(1, 15), "Quantity")
    unit: Unit = el(5, Unit, "Unit")
    rest: Sequence[str] = el(6, AN(1, 18), "Further pricing", default=(), upto=11, use=N)


@segment("SVD", "Line adjudication", key="none")
class SVD(Segment):
    payer_id: str = el(1, AN(2, 80), "Other payer")
    paid: Cents = el(2, AMOUNT, "Amount paid for the line")
    procedure: Procedure = el(3, Procedure, "Procedure that was adjudicated")
    revenue_code: str = el(4, AN(1, 48), "Revenue code", default="", use=N)
    units: str = el(5, R(1, 15), "Units paid")
    bundled_line: str = el(6, N0(1, 6), "Line that it was bundled into", default="")


@segment("LQ", "Coded list item", notes="C0102")
class LQ(Segment):
    qualifier: str = el(1, ID(1, 3), "Code list")
    code: str = el(2, AN(1, 30), "Code")


@segment("FRM", "Answer on a form", key="none", notes="R02030405")
class FRM(Segment):
    question: str = el(1, AN(1, 20), "Question")
    answer: str = el(2, ID(1, 1), "Yes, no or not applicable", "N W Y", default="")
    reply: str = el(3, AN(1, 50), "Reply", default="")
    date: str = el(4, AN(8, 8), "Date", default="")
    percent: str = el(5, R(1, 6), "Percentage", default="")
