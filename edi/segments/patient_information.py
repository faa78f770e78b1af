"""Segments of the 275 (patient information): the beginning, the report, the object and its bytes."""

import base64
import binascii
import datetime
from typing import Final

from edi.declare.grammar import el, segment
from edi.declare.nodes import Segment
from edi.declare.types import AN, DT, ID, N0, TM

LONGEST_DATA: Final = 64 * 1024 * 1024
"""Characters of one BDS03. More than that is no document that a payer takes."""


@segment("BGN", "Beginning", key="none")
class BGN(Segment):
    purpose: str = el(1, ID(2, 2), "Purpose")
    reference: str = el(2, AN(1, 50), "Reference")
    date: datetime.date | None = el(3, DT, "Date")
    time: str = el(4, TM, "Time", default="")


@segment("CAT", "Report", key="none")
class CAT(Segment):
    type: str = el(1, ID(2, 2), "Report type")
    transmission: str = el(2, ID(1, 2), "How it is transmitted", default="")


@segment("OOI", "Object", key="none")
class OOI(Segment):
    number: str = el(1, AN(1, 10), "Object number")
    type: str = el(2, ID(1, 3), "Object type")
    name: str = el(3, AN(1, 80), "Object name", default="")


@segment("BDS", "Document", key="none")
class BDS(Segment):
    filter: str = el(1, ID(3, 3), "Filter", "ASC B64")
    length: str = el(2, N0(1, 15), "Length of the data")
    data: str = el(3, AN(1, LONGEST_DATA), "Data")

    @property
    def decoded(self) -> bytes | None:
        """The bytes; None where it says another length than it has, or its data is no base64."""
        if self.length != str(len(self.data)):
            return None
        try:
            return base64.b64decode(self.data, validate=True)
        except (binascii.Error, ValueError):
            return None
