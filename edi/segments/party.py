"""Who: names, addresses, contacts, references, specialty, demographics, levels and traces."""

import datetime
from collections.abc import Sequence

from edi.declare.grammar import N, composite, el, segment
from edi.declare.nodes import Composite, Segment
from edi.declare.types import AN, DT, ID, N0, PERIOD, TM, R


@segment("NM1", "Name", notes="P0809 C1110 C1203")
class NM1(Segment):
    entity: str = el(1, ID(2, 3), "Entity")
    kind: str = el(2, ID(1, 1), "Person (1) or organisation (2)", "1 2")
    last: str = el(3, AN(1, 60), "Last or organisation name")
    first: str = el(4, AN(1, 35), "First name", default="")
    middle: str = el(5, AN(1, 25), "Middle name", default="")
    prefix: str = el(6, AN(1, 10), "Name prefix", default="", use=N)
    suffix: str = el(7, AN(1, 10), "Name suffix", default="")
    id_qualifier: str = el(8, ID(1, 2), "Identifier qualifier", default="")
    id: str = el(9, AN(2, 80), "Identifier", default="")
    relationship: str = el(10, ID(2, 2), "Entity relationship", default="", use=N)
    other_entity: str = el(11, ID(2, 3), "Other entity", default="", use=N)
    second_last: str = el(12, AN(1, 60), "Second last name", default="", use=N)


@segment("N1", "Name", notes="R0203 P0304")
class N1(Segment):
    entity: str = el(1, ID(2, 3), "Entity")
    name: str = el(2, AN(1, 60), "Name")
    id_qualifier: str = el(3, ID(1, 2), "Identifier qualifier", default="")
    id: str = el(4, AN(2, 80), "Identifier", default="")
    relationship: str = el(5, ID(2, 2), "Entity relationship", default="", use=N)
    other_entity: str = el(6, ID(2, 3), "Other entity", default="", use=N)


@segment("N3", "Street address", key="none")
class N3(Segment):
    line1: str = el(1, AN(1, 55), "Address line")
    line2: str = el(2, AN(1, 55), "Second address line", default="")


@segment("N4", "City, state and ZIP code", key="none", notes="E0207 C0605 C0704")
class N4(Segment):
    city: str = el(1, AN(2, 30), "City")
    state: str = el(2, ID(2, 2), "State or province", default="", external="states")
    zip: str = el(3, ID(3, 15), "ZIP or postal code", default="")
    country: str = el(4, ID(2, 3), "Country", default="", external="countries")
    location_qualifier: str = el(5, ID(1, 2), "Location qualifier", default="", use=N)
    location: str = el(6, AN(1, 30), "Location", default="", use=N)
    subdivision: str = el(7, ID(1, 3), "Country subdivision", default="")


@segment("PER", "Contact", notes="P0304 P0506 P0708")
class PER(Segment):
    function: str = el(1, ID(2, 2), "Contact function", "IC")
    name: str = el(2, AN(1, 60), "Contact name", default="")
    qualifier: str = el(3, ID(2, 2), "Number qualifier", "EM FX TE")
    number: str = el(4, AN(1, 256), "Number or address")
    qualifier2: str = el(5, ID(2, 2), "Second number qualifier", "EM EX FX TE", default="")
    number2: str = el(6, AN(1, 256), "Second number or address", default="")
    qualifier3: str = el(7, ID(2, 2), "Third number qualifier", "EM EX FX TE", default="")
    number3: str = el(8, AN(1, 256), "Third number or address", default="")
    inquiry: str = el(9, AN(1, 20), "Inquiry reference", default="", use=N)


@composite("Reference identifier")
class ReferenceIdentifier(Composite):
    qualifier: str = el(1, ID(2, 3), "Reference qualifier")
    value: str = el(2, AN(1, 50), "Reference")
    qualifier2: str = el(3, ID(2, 3), "Second reference qualifier", default="", use=N)
    value2: str = el(4, AN(1, 50), "Second reference", default="", use=N)
    qualifier3: str = el(5, ID(2, 3), "Third reference qualifier", default="", use=N)
    value3: str = el(6, AN(1, 50), "Third reference", default="", use=N)


@segment("REF", "Reference", notes="R0203")
class REF(Segment):
    qualifier: str = el(1, ID(2, 3), "Reference qualifier")
    value: str = el(2, AN(1, 50), "Reference")
    description: str = el(3, AN(1, 80), "Description", default="", use=N)
    identifier: ReferenceIdentifier | None = el(
        4, ReferenceIdentifier, "Payer that the reference belongs to", default=None, use=N
    )


@segment("PRV", "Provider specialty", notes="P0203")
class PRV(Segment):
    role: str = el(1, ID(1, 3), "Provider role")
    qualifier: str = el(2, ID(2, 3), "Taxonomy qualifier", "PXC")
    taxonomy: str = el(3, AN(1, 50), "Taxonomy code", external="taxonomy")
    state: str = el(4, ID(2, 2), "State", default="", use=N)
    specialty: str = el(5, AN(1, 50), "Specialty", default="", use=N)
    organisation: str = el(6, ID(3, 3), "Organisation code", default="", use=N)


@segment("DMG", "Birth date and sex", key="none", notes="P0102 P1011 C1105")
class DMG(Segment):
    format: str = el(1, ID(2, 3), "Date format", "D8")
    birth_date: str = el(2, PERIOD, "Birth date", period=1)
    sex: str = el(3, ID(1, 1), "Sex", "F M U")
    marital_status: str = el(4, ID(1, 1), "Marital status", default="", use=N)
    race: Sequence[str] = el(5, AN(1, 50), "Race or ethnicity", default=(), repeat=10, use=N)
    citizenship: str = el(6, ID(1, 2), "Citizenship", default="", use=N)
    country: str = el(7, ID(2, 3), "Country", default="", use=N)
    verification: str = el(8, ID(1, 2), "Basis of verification", default="", use=N)
    quantity: str = el(9, R(1, 15), "Quantity", default="", use=N)
    code_list: str = el(10, ID(1, 3), "Code list", default="", use=N)
    code: str = el(11, AN(1, 30), "Code", default="", use=N)


@segment("HL", "Hierarchical level", key="level")
class HL(Segment):
    id: str = el(1, AN(1, 12), "Level number")
    parent: str = el(2, AN(1, 12), "Number of the level above", default="")
    level: str = el(3, ID(1, 2), "Level code")
    child: str = el(4, ID(1, 1), "Whether levels follow below", "0 1")


@segment("BHT", "Beginning of the transaction", key="none")
class BHT(Segment):
    structure: str = el(1, ID(4, 4), "Hierarchical structure")
    purpose: str = el(2, ID(2, 2), "Purpose")
    reference: str = el(3, AN(1, 50), "Batch reference")
    date: datetime.date | None = el(4, DT, "Date")
    time: str = el(5, TM, "Time")
    type: str = el(6, ID(2, 2), "Transaction type", default="")


@segment("TRN", "Trace number", key="none")
class TRN(Segment):
    type: str = el(1, ID(1, 2), "Trace type")
    number: str = el(2, AN(1, 50), "Trace number")
    originator: str = el(3, AN(10, 10), "Originating company", default="", use=N)
    supplemental: str = el(4, AN(1, 50), "Originator's further identifier", default="", use=N)


@segment("LX", "Line number", key="none")
class LX(Segment):
    number: str = el(1, N0(1, 6), "Assigned number")
