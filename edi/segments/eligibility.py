"""Eligibility: the segments that only 270 and 271 have."""

from collections.abc import Sequence

from edi.declare.grammar import Cents, N, composite, el, segment
from edi.declare.nodes import Composite, Segment
from edi.declare.types import AMOUNT, AN, ID, N0, PERIOD, R

# Data element 1365. What a service type means is published by X12 and not copied here.
SERVICE_TYPES = (
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 30 32 33 34 35 36 37 38 39 "
    "40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 "
    "74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 A0 A1 A2 A3 A4 A5 A6 A7 "
    "A8 A9 AA AB AC AD AE AF AG AH AI AJ AK AL AM AN AO AQ AR B1 B2 B3 BA BB BC BD BE BF BG BH BI BJ BK BL "
    "BM BN BP BQ BR BS BT BU BV BW BX BY BZ C1 CA CB CC CD CE CF CG CH CI CJ CK CL CM CN CO CP CQ DG DM DS "
    "GF GN GY IC MH NI ON PT PU RN RT TC TN UC"
)
PERIODS_OF_BENEFIT = "6 7 13 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36"
INSURANCE_TYPES = (
    "12 13 14 15 16 41 42 43 47 AP C1 CO CP D DB EP FF GP HM HN HS IN IP LC LD LI LT MA MB MC MH MI MP OT PE "
    "PL PP PR PS QM RP SP TF WC WU"
)
_MODES = "A B C D E F G Y"
_FREQUENCIES = (
    "1 2 3 4 5 6 7 8 9 A B C D E F G H J K L M N O P Q R S SA SB SC SD SG SL SP SX SY SZ T U V W X Y"
)


@composite("Procedure")
class BenefitProcedure(Composite):
    qualifier: str = el(1, ID(2, 2), "Code list", "AD CJ HC ID IV N4 ZZ")
    code: str = el(2, AN(1, 48), "Procedure code")
    modifiers: Sequence[str] = el(3, AN(2, 2), "Modifiers", default=(), upto=6)
    description: str = el(7, AN(1, 80), "Description", default="", use=N)
    range_end: str = el(8, AN(1, 48), "End of a range", default="", use=N)


@composite("Diagnosis pointers")
class DiagnosisPointers(Composite):
    first: str = el(1, N0(1, 2), "Diagnosis pointer", "1 2 3 4 5 6 7 8")
    others: Sequence[str] = el(2, N0(1, 2), "Further pointers", "1 2 3 4 5 6 7 8", default=(), upto=4)


@segment("EQ", "Benefit that is asked for", key="none", notes="R0102")
class EQ(Segment):
    service_types: Sequence[str] = el(1, ID(1, 2), "Service types", SERVICE_TYPES, default=(), repeat=99)
    procedure: BenefitProcedure | None = el(2, BenefitProcedure, "Procedure", default=None)
    coverage_level: str = el(3, ID(3, 3), "Coverage level", "FAM", default="")
    insurance_type: str = el(4, ID(1, 3), "Insurance type", default="", use=N)
    pointers: DiagnosisPointers | None = el(5, DiagnosisPointers, "Diagnosis pointers", default=None)


@segment("EB", "Benefit", key="none", notes="P0910")
class EB(Segment):
    information: str = el(
        1,
        ID(1, 3),
        "Kind of information",
        "1 2 3 4 5 6 7 8 A B C CB D E F G H I J K L M MC N O P Q R S T U V W X Y",
    )
    coverage_level: str = el(2, ID(3, 3), "Coverage level", "CHD DEP ECH EMP ESP FAM IND SPC SPO", default="")
    service_types: Sequence[str] = el(3, ID(1, 2), "Service types", SERVICE_TYPES, default=(), repeat=99)
    insurance_type: str = el(4, ID(1, 3), "Insurance type", INSURANCE_TYPES, default="")
    plan: str = el(5, AN(1, 50), "Plan", default="")
    period: str = el(6, ID(1, 2), "Period of the benefit", PERIODS_OF_BENEFIT, default="")
    amount: Cents | None = el(7, AMOUNT, "Amount", default=None)
    percent: str = el(8, R(1, 10), "Fraction, 0.2 for 20 %", default="")
    quantity_qualifier: str = el(
        9, ID(2, 2), "Quantity qualifier", "8H 99 CA CE D3 DB DY HS LA LE M2 MN P6 QA S7 S8 VS YY", default=""
    )
    quantity: str = el(10, R(1, 15), "Quantity", default="")
    authorization: str = el(11, ID(1, 1), "Authorization needed", "N U Y", default="")
    in_network: str = el(12, ID(1, 1), "In the plan's network", "N U W Y", default="")
    procedure: BenefitProcedure | None = el(13, BenefitProcedure, "Procedure", default=None)
    pointers: DiagnosisPointers | None = el(14, DiagnosisPointers, "Diagnosis pointers", default=None)


@segment("HSD", "Delivery of the service", key="none", notes="P0102 C0605")
class HSD(Segment):
    qualifier: str = el(1, ID(2, 2), "Quantity qualifier", "DY FL HS MN VS", default="")
    quantity: str = el(2, R(1, 15), "Quantity", default="")
    unit: str = el(3, ID(2, 2), "Unit", "DA MO VS WK YR", default="")
    modulus: str = el(4, R(1, 6), "One in so many units", default="")
    period: str = el(
        5,
        ID(1, 2),
        "Period of the benefit",
        "6 7 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35",
        default="",
    )
    periods: str = el(6, N0(1, 3), "Number of periods", default="")
    frequency: str = el(7, ID(1, 2), "Delivery frequency", _FREQUENCIES, default="")
    time: str = el(8, ID(1, 1), "Delivery time", _MODES, default="")


@segment("AAA", "Refusal of the request", key="none")
class AAA(Segment):
    valid: str = el(1, ID(1, 1), "Whether the request was valid", "N Y")
    agency: str = el(2, ID(2, 2), "Agency", default="", use=N)
    reason: str = el(3, ID(2, 2), "Reason of the refusal")
    follow_up: str = el(4, ID(1, 1), "What to do", "C N P R S W X Y")


@segment("MSG", "Message", key="none")
class MSG(Segment):
    message: str = el(1, AN(1, 264), "Message")
    carriage: str = el(2, ID(2, 2), "Printer control", default="", use=N)
    number: str = el(3, N0(1, 9), "Number", default="", use=N)


@segment("III", "Further information on the benefit", key="none", notes="P0102 L030405")
class III(Segment):
    qualifier: str = el(1, ID(1, 3), "Code list", default="")
    code: str = el(2, AN(1, 30), "Code", default="")
    category: str = el(3, ID(2, 2), "Category of the text", default="", use=N)
    message: str = el(4, AN(1, 264), "Text", default="", use=N)
    rest: Sequence[str] = el(5, AN(1, 15), "Further details", default=(), upto=9, use=N)


@segment("LS", "Beginning of a loop", key="none")
class LS(Segment):
    loop: str = el(1, AN(1, 4), "Loop", "2120")


@segment("LE", "End of a loop", key="none")
class LE(Segment):
    loop: str = el(1, AN(1, 4), "Loop", "2120")


@segment("INS", "Relationship", key="none", notes="P1112")
class INS(Segment):
    is_subscriber: str = el(1, ID(1, 1), "Whether it is the subscriber", "N Y")
    relationship: str = el(2, ID(2, 2), "Relationship to the subscriber")
    maintenance_type: str = el(3, ID(3, 3), "Kind of change", default="", use=N)
    maintenance_reason: str = el(4, ID(2, 3), "Reason of the change", default="", use=N)
    benefit_status: str = el(5, ID(1, 1), "Benefit status", default="", use=N)
    medicare: str = el(6, ID(1, 1), "Medicare status", default="", use=N)
    cobra: str = el(7, ID(1, 2), "COBRA event", default="", use=N)
    employment: str = el(8, ID(2, 2), "Employment status", default="", use=N)
    student: str = el(9, ID(1, 1), "Student status", default="", use=N)
    handicap: str = el(10, ID(1, 1), "Handicap", default="", use=N)
    format: str = el(11, ID(2, 3), "Date format", default="", use=N)
    date: str = el(12, PERIOD, "Date", default="", period=11, use=N)
    confidentiality: str = el(13, ID(1, 1), "Confidentiality", default="", use=N)
    city: str = el(14, AN(2, 30), "City", default="", use=N)
    state: str = el(15, ID(2, 2), "State", default="", use=N)
    country: str = el(16, ID(2, 3), "Country", default="", use=N)
    birth_sequence: str = el(17, N0(1, 9), "Number among a multiple birth", default="")


@segment("MPI", "Military personnel", key="none", notes="P0607")
class MPI(Segment):
    status: str = el(1, ID(1, 1), "Status of the information", "A C L O P S T")
    employment: str = el(2, ID(2, 2), "Employment status", "AE AO AS AT AU CC DD HD IR LX PE RE RM RR RU")
    affiliation: str = el(3, ID(1, 1), "Service", "A B C D E F G H I J K L M N O Q R S U W")
    description: str = el(4, AN(1, 80), "Description", default="")
    rank: str = el(5, ID(2, 2), "Rank", default="")
    format: str = el(6, ID(2, 3), "Date format", "D8 RD8", default="")
    period: str = el(7, PERIOD, "Date or period", default="", period=6)
