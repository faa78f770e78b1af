"""999: the implementation acknowledgment, 005010X231A1."""

from collections.abc import Sequence

from edi.declare.grammar import R, loop, many, one
from edi.declare.guide import Guide
from edi.declare.nodes import Loop
from edi.segments.answers import AK1, AK2, AK9, CTX, IK3, IK4, IK5
from edi.segments.control import SE, ST


@loop("2110", "Element note")
class ElementNote(Loop):
    note: IK4 = one(IK4)
    contexts: Sequence[CTX] = many(CTX, 10, "", "Context of the element", segment=R)


@loop("2100", "Segment note")
class SegmentNote(Loop):
    note: IK3 = one(IK3)
    contexts: Sequence[CTX] = many(CTX, 10, "", "Context of the segment")
    elements: Sequence[ElementNote] = many(ElementNote)


@loop("2000", "Acknowledged transaction set")
class TransactionNote(Loop):
    transaction: AK2 = one(AK2)
    notes: Sequence[SegmentNote] = many(SegmentNote)
    status: IK5 = one(IK5)


@loop("ST", "Implementation acknowledgment")
class ImplementationAcknowledgment(Loop):
    header: ST = one(ST, "999", "Transaction set header", version=R)
    group: AK1 = one(AK1)
    transactions: Sequence[TransactionNote] = many(TransactionNote)
    status: AK9 = one(AK9)
    trailer: SE = one(SE)


IMPLEMENTATION = Guide(
    "005010X231A1",
    "999",
    "Implementation acknowledgment",
    ImplementationAcknowledgment,
    set_id="999",
    group="FA",
    aliases="005010X231",
    unit="",
    body="2000",
)
