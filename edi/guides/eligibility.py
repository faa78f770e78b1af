"""271: the eligibility answer, 005010X279A1."""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import REQUIRED, N, R, S, Use, loop, many, one
from edi.declare.guide import Guide
from edi.declare.nodes import Loop
from edi.guides import eligibility_parties as parties
from edi.guides.eligibility_benefit import Benefit, DependentBenefit
from edi.guides.eligibility_parties import ANY_PROVIDER, BORN, DEPENDENT, MEMBER, SUBSCRIBER, TRACE
from edi.segments.claim import DEPENDENTS, HI
from edi.segments.control import SE, ST
from edi.segments.eligibility import AAA, INS, MPI
from edi.segments.party import BHT, DMG, HL, N3, N4, NM1, PER, PRV, REF, TRN
from edi.segments.times import DTP

PERSON_REFUSALS: Final = (
    "15 35 42 43 45 47 48 49 51 52 56 57 58 60 61 62 63 64 65 66 67 68 71 72 73 74 75 76 77 78"
)
DATES: Final = "096 102 152 291 307 318 340 341 342 343 346 347 356 357 382 435 442 458 472 539 540 636 771"
NUMBERS: Final[dict[str, Use]] = {
    "qualifier": S("ED EM FX TE UR"),
    "number": S,
    "qualifier2": S("ED EM EX FX TE UR"),
    "qualifier3": S("ED EM EX FX TE UR"),
}
CHANGED: Final[dict[str, Use]] = {
    "maintenance_type": S("001"), "maintenance_reason": S("25"), "birth_sequence": S,
}  # fmt: skip


@loop("2100C", "Subscriber name")
class SubscriberName(Loop):
    name: NM1 = one(NM1, "IL", "Subscriber", MEMBER)
    ids: Sequence[REF] = many(REF, 9, parties.MEMBER_IDS, "Subscriber's further identifier", description=S)
    street: N3 | None = one(N3, "", "Subscriber's street", default=None)
    city: N4 | None = one(N4, "", "Subscriber's city", default=None)
    refusals: Sequence[AAA] = many(
        AAA, 9, "", "Refusal of the inquiry", reason=R(PERSON_REFUSALS), follow_up=R("C N R S W X Y")
    )
    provider: PRV | None = one(PRV, "", "Provider of the service", ANY_PROVIDER, default=None)
    demographics: DMG | None = one(DMG, "", "Subscriber's birth date and sex", BORN, default=None)
    relationship: INS | None = one(
        INS, "", "Subscriber's relationship", {**SUBSCRIBER, **CHANGED}, default=None
    )
    diagnoses: HI | None = one(
        HI, "ABK BK", "Diagnoses", default=None, others=S(upto=8, qualifier=R("ABF BF"))
    )
    dates: Sequence[DTP] = many(DTP, 9, DATES, "Subscriber's date", format=R("D8 RD8"))
    military: Sequence[MPI] = many(MPI, 9, "", "Military personnel")
    benefits: Sequence[Benefit] = many(Benefit)


@loop("2100D", "Dependent name")
class DependentName(SubscriberName):
    name: NM1 = one(NM1, "03", "Dependent", MEMBER)
    relationship: INS | None = one(
        INS, "", "Dependent's relationship", {**DEPENDENT, **CHANGED},
        default=None, relationship=R(DEPENDENTS),
    )  # fmt: skip
    # The dependent's level instead of the subscriber's: a sibling class, read in its place.
    benefits: Sequence[DependentBenefit] = many(DependentBenefit)


@loop("2000D", "Dependent level")
class Dependent(Loop):
    level: HL = one(HL, "23", "Dependent level", parent=R, child=R("0"))
    traces: Sequence[TRN] = many(TRN, 3, "", "Trace number", TRACE, type=R("1 2"))
    name: DependentName = one(DependentName)


@loop("2000C", "Subscriber level")
class Subscriber(Loop):
    level: HL = one(HL, "22", "Subscriber level", parent=R)
    traces: Sequence[TRN] = many(TRN, 3, "", "Trace number", TRACE, type=R("1 2"))
    name: SubscriberName = one(SubscriberName)
    dependents: Sequence[Dependent] = many(Dependent)


@loop("2100B", "Information receiver name")
class ReceiverName(parties.ReceiverName):
    ORDER = "name ids street city refusals specialty"
    name: NM1 = one(NM1, parties.RECEIVERS, "Information receiver", parties.RECEIVER, last=S)
    refusals: Sequence[AAA] = many(
        AAA, 9, "", "Refusal of the inquiry",
        reason=R("15 41 43 44 45 46 47 48 50 51 79 97 T4"), follow_up=R("C N R S W X Y"),
    )  # fmt: skip


@loop("2000B", "Information receiver level")
class Receiver(Loop):
    level: HL = one(HL, "21", "Information receiver level", parent=R)
    name: ReceiverName = one(ReceiverName)
    subscribers: Sequence[Subscriber] = many(Subscriber)


@loop("2100A", "Information source name")
class SourceName(Loop):
    name: NM1 = one(NM1, parties.SOURCES, "Information source", parties.SOURCE, last=S)
    contacts: Sequence[PER] = many(PER, 3, "IC", "Information source's contact", NUMBERS)
    refusals: Sequence[AAA] = many(
        AAA, 9, "", "Refusal of the inquiry", reason=R("04 41 42 79 80 T4"), follow_up=R("C N P R S W X Y")
    )


@loop("2000A", "Information source level")
class Source(Loop):
    level: HL = one(HL, "20", "Information source level", parent=N)
    refusals: Sequence[AAA] = many(
        AAA, 9, "", "Refusal of the inquiry", reason=R("04 41 42 79"), follow_up=R("C N P R S Y")
    )
    name: SourceName = one(SourceName)
    receivers: Sequence[Receiver] = many(Receiver)


@loop("ST", "Eligibility answer")
class EligibilityAnswer(Loop):
    header: ST = one(ST, "271", "Transaction set header", version=R)
    beginning: BHT = one(
        BHT, "", "Beginning of the transaction",
        structure=R("0022"), purpose=R("06 11"), reference=S, type=S("RT"),
    )  # fmt: skip
    sources: Sequence[Source] = many(Source, default=REQUIRED)
    trailer: SE = one(SE)


ELIGIBILITY = Guide(
    "005010X279A1",
    "271",
    "Eligibility answer",
    EligibilityAnswer,
    set_id="271",
    group="HB",
    aliases="005010X279",
    unit="2000A 2000B 2000C",  # a source or receiver may be refused, and then nothing is below it
    body="2000A",
)
