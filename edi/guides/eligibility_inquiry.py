"""270: the eligibility inquiry, 005010X279A1."""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import REQUIRED, N, R, S, Use, loop, many, one
from edi.declare.guide import Guide
from edi.declare.nodes import Loop
from edi.guides.eligibility_parties import (
    ANY_PROVIDER,
    BORN,
    DEPENDENT,
    MEMBER,
    SOURCE,
    SOURCES,
    SUBSCRIBER,
    TRACE,
    ReceiverName,
)
from edi.segments.claim import HI
from edi.segments.control import SE, ST
from edi.segments.eligibility import EQ, III, INS
from edi.segments.money import AMT
from edi.segments.party import BHT, DMG, HL, N3, N4, NM1, PRV, REF, TRN
from edi.segments.times import DTP

MEMBER_IDS: Final = "18 1L 1W 3H 6P CT EA EJ F6 GH HJ IG N6 NQ SY Y4"
BOTH: Final[dict[str, Use]] = {"format": R("D8 RD8")}
DIAGNOSES: Final[dict[str, Use]] = {"others": S(upto=8, qualifier=R("ABF BF"))}
PLACE: Final[dict[str, Use]] = {"qualifier": R("ZZ"), "code": R(external="place_of_service")}


@loop("2110C", "Benefit that is asked for")
class Inquiry(Loop):
    question: EQ = one(EQ)
    spend_down: AMT | None = one(AMT, "R", "Spend-down amount", default=None)
    spend_down_billed: AMT | None = one(AMT, "PB", "Total billed for the spend-down", default=None)
    place: III | None = one(III, "", "Place of service", PLACE, default=None)
    reference: REF | None = one(REF, "9F G1", "Referral or prior authorization", default=None)
    date: DTP | None = one(DTP, "291", "Date of the benefit", BOTH, default=None)


@loop("2110D", "Benefit that is asked for the dependent")
class DependentInquiry(Inquiry):
    pass


@loop("2100C", "Subscriber name")
class SubscriberName(Loop):
    name: NM1 = one(NM1, "IL", "Subscriber", MEMBER)
    ids: Sequence[REF] = many(REF, 9, MEMBER_IDS, "Subscriber's further identifier")
    street: N3 | None = one(N3, "", "Subscriber's street", default=None)
    city: N4 | None = one(N4, "", "Subscriber's city", default=None)
    provider: PRV | None = one(PRV, "", "Provider of the service", ANY_PROVIDER, default=None)
    demographics: DMG | None = one(DMG, "", "Subscriber's birth date and sex", BORN, default=None)
    relationship: INS | None = one(INS, "", "Multiple birth", SUBSCRIBER, default=None, birth_sequence=R)
    diagnoses: HI | None = one(HI, "ABK BK", "Diagnoses", DIAGNOSES, default=None)
    dates: Sequence[DTP] = many(DTP, 2, "102 291", "Date of the plan or of the card", BOTH)
    inquiries: Sequence[Inquiry] = many(Inquiry, 99)


@loop("2100D", "Dependent name")
class DependentName(SubscriberName):
    ORDER = "name ids street city provider demographics relationship diagnoses dates inquiries"
    name: NM1 = one(NM1, "03", "Dependent", kind=R("1"), last=S, first=S, id_qualifier=N, id=N)
    relationship: INS | None = one(
        INS, "", "Dependent's relationship", DEPENDENT, default=None, relationship=R("01 19 34")
    )
    # The dependent's level instead of the subscriber's: a sibling class, read in its place.
    inquiries: Sequence[DependentInquiry] = many(DependentInquiry, 99)


@loop("2000D", "Dependent level")
class Dependent(Loop):
    level: HL = one(HL, "23", "Dependent level", parent=R, child=R("0"))
    traces: Sequence[TRN] = many(TRN, 2, "", "Trace number", TRACE, type=R("1"))
    name: DependentName = one(DependentName)


@loop("2000C", "Subscriber level")
class Subscriber(Loop):
    level: HL = one(HL, "22", "Subscriber level", parent=R)
    traces: Sequence[TRN] = many(TRN, 2, "", "Trace number", TRACE, type=R("1"))
    name: SubscriberName = one(SubscriberName)
    dependents: Sequence[Dependent] = many(Dependent)


@loop("2000B", "Information receiver level")
class Receiver(Loop):
    level: HL = one(HL, "21", "Information receiver level", parent=R, child=R("1"))
    name: ReceiverName = one(ReceiverName)
    subscribers: Sequence[Subscriber] = many(Subscriber, default=REQUIRED)


@loop("2100A", "Information source name")
class SourceName(Loop):
    name: NM1 = one(NM1, SOURCES, "Information source", SOURCE)


@loop("2000A", "Information source level")
class Source(Loop):
    level: HL = one(HL, "20", "Information source level", parent=N, child=R("1"))
    name: SourceName = one(SourceName)
    receivers: Sequence[Receiver] = many(Receiver, default=REQUIRED)


@loop("ST", "Eligibility inquiry")
class EligibilityInquiry(Loop):
    header: ST = one(ST, "270", "Transaction set header", version=R)
    beginning: BHT = one(
        BHT, "", "Beginning of the transaction",
        structure=R("0022"), purpose=R("01 13"), reference=S, type=S("RT"),
    )  # fmt: skip
    sources: Sequence[Source] = many(Source, default=REQUIRED)
    trailer: SE = one(SE)


ELIGIBILITY_INQUIRY = Guide(
    "005010X279A1",
    "270",
    "Eligibility inquiry",
    EligibilityInquiry,
    set_id="270",
    group="HS",
    aliases="005010X279",
    unit="2000C",
    levels="2000A 2000B",
    body="2000A",
)
