"""276: the claim status inquiry, 005010X212."""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import REQUIRED, N, R, S, Use, loop, many, one
from edi.declare.guide import Guide
from edi.declare.nodes import Loop
from edi.segments.control import SE, ST
from edi.segments.money import AMT
from edi.segments.party import BHT, DMG, HL, NM1, REF, TRN
from edi.segments.payment import SVC
from edi.segments.times import DTP

PROCEDURES: Final = "AD ER HC HP IV N4 NU WK"
BOTH: Final[dict[str, Use]] = {"format": R("D8 RD8")}
PAYER: Final[dict[str, Use]] = {
    "kind": R("2"), "first": N, "middle": N, "suffix": N, "id_qualifier": R("PI XV"), "id": R,
}  # fmt: skip
RECEIVER: Final[dict[str, Use]] = {"last": S, "suffix": N, "id_qualifier": R("46"), "id": R}
PROVIDER: Final[dict[str, Use]] = {"last": S, "id_qualifier": R("FI SV XX"), "id": R}
SUBSCRIBER: Final[dict[str, Use]] = {"id_qualifier": R("24 II MI"), "id": R}
DEPENDENT: Final[dict[str, Use]] = {"kind": R("1"), "id_qualifier": N, "id": N}


@loop("2210D", "Service line")
class InquiryLine(Loop):
    service: SVC = one(
        SVC, "", "Service line",
        procedure=R(qualifier=R(PROCEDURES), description=N), paid=N, units=N, submitted=N,
    )  # fmt: skip
    control_number: REF | None = one(REF, "FJ", "Line control number", default=None)
    service_date: DTP = one(DTP, "472", "Line's service date", BOTH)


@loop("2200D", "Claim that is asked about")
class InquiryClaim(Loop):
    trace: TRN = one(TRN, "", "Trace number", type=R("1"))
    payer_number: REF | None = one(REF, "1K", "Payer claim control number", default=None)
    bill_type: REF | None = one(REF, "BLT", "Type of bill", default=None)
    location: REF | None = one(REF, "LU", "Payer's system or location", default=None)
    group_number: REF | None = one(REF, "6P", "Group number", default=None)
    patient_number: REF | None = one(REF, "EJ", "Patient control number", default=None)
    prescription: REF | None = one(REF, "XZ", "Prescription number", default=None)
    clearinghouse_trace: REF | None = one(REF, "D9", "Clearinghouse trace number", default=None)
    charge: AMT | None = one(AMT, "T3", "Total charge", default=None)
    service_date: DTP | None = one(DTP, "472", "Claim's service dates", BOTH, default=None)
    lines: Sequence[InquiryLine] = many(InquiryLine)


@loop("2210E", "Service line")
class DependentLine(InquiryLine):
    pass


@loop("2200E", "Dependent's claim that is asked about")
class DependentClaim(InquiryClaim):
    # The dependent's level instead of the subscriber's: a sibling class, read in its place.
    lines: Sequence[DependentLine] = many(DependentLine)


@loop("2100E", "Dependent name")
class DependentName(Loop):
    name: NM1 = one(NM1, "QC", "Dependent", DEPENDENT)


@loop("2000E", "Dependent level")
class Dependent(Loop):
    level: HL = one(HL, "23", "Dependent level", parent=R, child=N)
    demographics: DMG = one(DMG, "", "Dependent's birth date and sex", sex=S("F M"))
    name: DependentName = one(DependentName)
    claims: Sequence[DependentClaim] = many(DependentClaim, default=REQUIRED)


@loop("2100D", "Subscriber name")
class SubscriberName(Loop):
    name: NM1 = one(NM1, "IL", "Subscriber", SUBSCRIBER)


@loop("2000D", "Subscriber level")
class Subscriber(Loop):
    level: HL = one(HL, "22", "Subscriber level", parent=R)
    demographics: DMG | None = one(DMG, "", "Subscriber's birth date and sex", default=None, sex=S("F M"))
    name: SubscriberName = one(SubscriberName)
    claims: Sequence[InquiryClaim] = many(InquiryClaim)
    dependents: Sequence[Dependent] = many(Dependent)


@loop("2100C", "Provider name")
class ProviderName(Loop):
    name: NM1 = one(NM1, "1P", "Provider", PROVIDER)


@loop("2000C", "Provider level")
class Provider(Loop):
    level: HL = one(HL, "19", "Provider level", parent=R, child=R("1"))
    names: Sequence[ProviderName] = many(ProviderName, 2, default=REQUIRED)
    subscribers: Sequence[Subscriber] = many(Subscriber, default=REQUIRED)


@loop("2100B", "Information receiver name")
class ReceiverName(Loop):
    name: NM1 = one(NM1, "41", "Information receiver", RECEIVER)


@loop("2000B", "Information receiver level")
class Receiver(Loop):
    level: HL = one(HL, "21", "Information receiver level", parent=R, child=R("1"))
    name: ReceiverName = one(ReceiverName)
    providers: Sequence[Provider] = many(Provider, default=REQUIRED)


@loop("2100A", "Payer name")
class PayerName(Loop):
    name: NM1 = one(NM1, "PR", "Payer", PAYER)


@loop("2000A", "Information source level")
class Source(Loop):
    level: HL = one(HL, "20", "Information source level", parent=N, child=R("1"))
    name: PayerName = one(PayerName)
    receivers: Sequence[Receiver] = many(Receiver, default=REQUIRED)


@loop("ST", "Claim status inquiry")
class StatusInquiry(Loop):
    header: ST = one(ST, "276", "Transaction set header", version=R)
    beginning: BHT = one(
        BHT, "", "Beginning of the transaction", structure=R("0010"), purpose=R("13"), type=N
    )
    sources: Sequence[Source] = many(Source, default=REQUIRED)
    trailer: SE = one(SE)


STATUS_INQUIRY = Guide(
    "005010X212",
    "276",
    "Claim status inquiry",
    StatusInquiry,
    set_id="276",
    group="HR",
    unit="2000D",
    levels="2000A 2000B 2000C",
    body="2000A",
)
