"""Acknowledgments: the segments of the 999 and the status of the 277CA."""

import datetime
from collections.abc import Sequence

from edi.declare.grammar import Cents, N, composite, el, segment
from edi.declare.nodes import Composite, Segment
from edi.declare.types import AMOUNT, AN, DT, ID, N0

TRANSACTION_CODES = "1 2 3 4 5 6 7 8 9 10 11 12 13 15 16 17 18 19 23 24 25 26 27 I5 I6"
GROUP_CODES = "1 2 3 4 5 6 10 11 12 13 14 15 16 17 18 19 23 24 25 26"
FUNCTIONAL_CODES = "BE FA HB HC HI HN HP HR HS PI RA"
TRANSACTION_SETS = "270 271 275 276 277 278 820 834 835 837 999"


@segment("AK1", "Acknowledged group", key="none")
class AK1(Segment):
    functional_code: str = el(1, ID(2, 2), "Functional identifier", FUNCTIONAL_CODES)
    control_number: str = el(2, N0(1, 9), "Group control number")
    version: str = el(3, AN(1, 12), "Guide version", default="")


@segment("AK2", "Acknowledged transaction set", key="none")
class AK2(Segment):
    transaction_set: str = el(1, ID(3, 3), "Transaction set", TRANSACTION_SETS)
    control_number: str = el(2, AN(4, 9), "Transaction set control number")
    version: str = el(3, AN(1, 35), "Guide version", default="")


@segment("IK3", "Segment note", key="none")
class IK3(Segment):
    segment: str = el(1, ID(2, 3), "Segment")
    at: str = el(2, N0(1, 6), "Its position in the transaction set")
    loop: str = el(3, AN(1, 4), "Loop", default="")
    code: str = el(4, ID(1, 3), "Segment error", "1 2 3 4 5 6 7 8 I4 I6 I7 I8 I9", default="")


@composite("Context")
class ContextIdentification(Composite):
    name: str = el(1, AN(1, 35), "Context")
    reference: str = el(2, AN(1, 35), "Reference", default="")


@composite("Position")
class Position(Composite):
    element: str = el(1, N0(1, 2), "Element")
    component: str = el(2, N0(1, 2), "Component", default="")
    repetition: str = el(3, N0(1, 4), "Repetition", default="")


@composite("Element numbers")
class ElementNumbers(Composite):
    number: str = el(1, AN(1, 4), "Data element number")  # a composite's is C023
    component_number: str = el(2, AN(1, 4), "Component's data element number", default="")


@segment("CTX", "Context", key="first.name")
class CTX(Segment):
    first: Sequence[ContextIdentification] = el(1, ContextIdentification, "Context", repeat=10)
    segment: str = el(2, ID(2, 3), "Segment", default="")
    segment_position: str = el(3, N0(1, 6), "Its position", default="")
    loop: str = el(4, AN(1, 4), "Loop", default="")
    at: Position | None = el(5, Position, "Position in the segment", default=None)
    numbers: ElementNumbers | None = el(6, ElementNumbers, "Data element numbers", default=None)


@segment("IK4", "Element note", key="none")
class IK4(Segment):
    at: Position = el(1, Position, "Position in the segment")
    number: str = el(2, N0(1, 4), "Data element number", default="")
    code: str = el(3, ID(1, 3), "Element error", "1 2 3 4 5 6 7 8 9 10 11 12 13 I6 I9 I10 I11 I12 I13")
    value: str = el(4, AN(1, 99), "Copy of the bad value", default="")


@segment("IK5", "Transaction set's status", key="none")
class IK5(Segment):
    status: str = el(1, ID(1, 1), "Status", "A E M R W X")
    codes: Sequence[str] = el(2, ID(1, 3), "Transaction set errors", TRANSACTION_CODES, default=(), upto=6)


@segment("AK9", "Group's status", key="none")
class AK9(Segment):
    status: str = el(1, ID(1, 1), "Status", "A E M P R W X")
    included: str = el(2, N0(1, 6), "Transaction sets included")
    received: str = el(3, N0(1, 6), "Transaction sets received")
    accepted: str = el(4, N0(1, 6), "Transaction sets accepted")
    codes: Sequence[str] = el(5, ID(1, 3), "Group errors", GROUP_CODES, default=(), upto=9)


@composite("Status")
class StatusCode(Composite):
    category: str = el(1, AN(1, 30), "Status category", external="claim_status_categories")
    code: str = el(2, AN(1, 30), "Status code", external="claim_status_codes")
    entity: str = el(3, ID(2, 3), "Entity", default="")
    code_list: str = el(4, ID(1, 3), "Code list", default="", use=N)


@segment("STC", "Status", key="none")
class STC(Segment):
    status: StatusCode = el(1, StatusCode, "Status")
    date: datetime.date | None = el(2, DT, "Effective date", default=None)
    action: str = el(3, ID(1, 2), "Accepted (WQ) or rejected (U)", "U WQ", default="")
    charge: Cents | None = el(4, AMOUNT, "Charge", default=None)
    paid: Cents | None = el(5, AMOUNT, "Paid", default=None, use=N)
    paid_on: datetime.date | None = el(6, DT, "Date of adjudication", default=None, use=N)
    method: str = el(7, ID(3, 3), "Payment method", default="", use=N)
    check_date: datetime.date | None = el(8, DT, "Date of the check", default=None, use=N)
    check_number: str = el(9, AN(1, 16), "Check number", default="", use=N)
    status2: StatusCode | None = el(10, StatusCode, "Second status", default=None)
    status3: StatusCode | None = el(11, StatusCode, "Third status", default=None)
    message: str = el(12, AN(1, 264), "Message", default="", use=N)
