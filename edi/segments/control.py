"""Interchange, functional group and transaction set: ISA, TA1, GS, ST, SE, GE, IEA."""

import datetime

from edi.declare.grammar import el, segment
from edi.declare.nodes import Segment
from edi.declare.types import AN, DT, DT6, ID, N0, TM


@segment("ISA", "Interchange header")
class ISA(Segment):
    authorization_qualifier: str = el(1, ID(2, 2), "Authorization qualifier", "00 01 02 03 04 05 06")
    authorization: str = el(2, AN(10, 10), "Authorization")
    security_qualifier: str = el(3, ID(2, 2), "Security qualifier", "00 01")
    security: str = el(4, AN(10, 10), "Security")
    sender_qualifier: str = el(5, ID(2, 2), "Sender qualifier", "01 14 20 27 28 29 30 33 ZZ")
    sender_id: str = el(6, AN(15, 15), "Sender")
    receiver_qualifier: str = el(7, ID(2, 2), "Receiver qualifier", "01 14 20 27 28 29 30 33 ZZ")
    receiver_id: str = el(8, AN(15, 15), "Receiver")
    date: str = el(9, DT6, "Date, YYMMDD")
    time: str = el(10, TM, "Time, HHMM")
    repetition: str = el(11, AN(1, 1), "Repetition separator")
    version: str = el(12, ID(5, 5), "Interchange version", "00501 00602")
    control_number: str = el(13, N0(9, 9), "Interchange control number")
    acknowledgment_requested: str = el(14, ID(1, 1), "Whether a TA1 is asked for", "0 1")
    usage: str = el(15, ID(1, 1), "Production or test", "P T")
    component: str = el(16, AN(1, 1), "Component separator")


@segment("IEA", "Interchange trailer")
class IEA(Segment):
    groups: str = el(1, N0(1, 5), "Number of functional groups")
    control_number: str = el(2, N0(9, 9), "Interchange control number")


@segment("TA1", "Interchange acknowledgment")
class TA1(Segment):
    control_number: str = el(1, N0(9, 9), "Acknowledged interchange control number")
    date: str = el(2, DT6, "Its date, YYMMDD")
    time: str = el(3, TM, "Its time, HHMM")
    status: str = el(4, ID(1, 1), "Accepted, accepted with errors, rejected", "A E R")
    note: str = el(
        5,
        ID(3, 3),
        "Note code",
        "000 001 002 003 004 005 006 007 008 009 010 011 012 013 014 015 016 017 018 019 020 021 022 "
        "023 024 025 026 027 028 029 030 031",
    )


@segment("GS", "Functional group header")
class GS(Segment):
    code: str = el(1, ID(2, 2), "Functional identifier", "BE FA HB HC HI HN HP HR HS PI RA")
    sender: str = el(2, AN(2, 15), "Application sender")
    receiver: str = el(3, AN(2, 15), "Application receiver")
    date: datetime.date | None = el(4, DT, "Date")
    time: str = el(5, TM, "Time")
    control_number: str = el(6, N0(1, 9), "Group control number")
    agency: str = el(7, ID(1, 2), "Responsible agency", "X")
    version: str = el(8, AN(1, 12), "Guide version")


@segment("GE", "Functional group trailer")
class GE(Segment):
    transactions: str = el(1, N0(1, 6), "Number of transaction sets")
    control_number: str = el(2, N0(1, 9), "Group control number")


@segment("ST", "Transaction set header")
class ST(Segment):
    transaction_set: str = el(1, ID(3, 3), "Transaction set")
    control_number: str = el(2, AN(4, 9), "Transaction set control number")
    version: str = el(3, AN(1, 35), "Guide version", default="")


@segment("SE", "Transaction set trailer", key="")
class SE(Segment):
    segments: str = el(1, N0(1, 10), "Number of segments, ST and SE among them")
    control_number: str = el(2, AN(4, 9), "Transaction set control number")
