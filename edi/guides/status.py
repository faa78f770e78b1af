"""277: the claim status answer, 005010X212."""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import REQUIRED, N, R, S, Use, loop, many, one
from edi.declare.guide import Guide
from edi.declare.nodes import Loop
from edi.guides.status_inquiry import (
    BOTH,
    DEPENDENT,
    PAYER,
    PROCEDURES,
    PROVIDER,
    RECEIVER,
    SUBSCRIBER,
)
from edi.segments.answers import STC
from edi.segments.control import SE, ST
from edi.segments.party import BHT, HL, NM1, PER, REF, TRN
from edi.segments.payment import SVC
from edi.segments.times import DTP

ENTITIES: Final = (
    "03 13 17 1E 1G 1H 1I 1O 1P 1Q 1R 1S 1T 1U 1V 1W 1X 1Y 1Z 28 2A 2B 2D 2E 2I 2K 2P 2Q 2S 2Z 30 36 3A 3C "
    "3D 3E 3F 3G 3H 3I 3J 3K 3L 3M 3N 3O 3P 3Q 3R 3S 3T 3U 3V 3W 3X 3Y 3Z 40 43 44 4A 4B 4C 4D 4E 4F 4G 4H "
    "4I 4J 4L 4M 4N 4O 4P 4Q 4R 4S 4U 4V 4W 4X 4Y 4Z 5A 5B 5C 5D 5E 5F 5G 5H 5I 5J 5K 5L 5M 5N 5O 5P 5Q 5R "
    "5S 5T 5U 5V 5W 5X 5Y 5Z 61 6A 6B 6C 6D 6E 6F 6G 6H 6I 6J 6K 6L 6M 6N 6O 6P 6Q 6R 6S 6U 6V 6W 6X 6Y 71 "
    "72 73 74 77 7C 80 82 84 85 87 95 CK CZ D2 DD DJ DK DN DO DQ E1 E2 E7 E9 FA FD FE G0 G3 GB GD GI GJ GK "
    "GM GY HF HH I3 IJ IL IN LI LR MR MSC OB OD OX P0 P2 P3 P4 P6 P7 PR PRP PT PV PW QA QB QC QD QE QH QK QL "
    "QN QO QS QV QY RC RW S4 SEP SJ SU T4 TL TQ TT TTP TU UH X3 X4 X5 ZZ"
)
CLAIM_STATUS: Final = R(entity=S(ENTITIES), code_list=S("RX"))
MORE: Final = S(entity=S(ENTITIES), code_list=S("RX"))
DECIDED: Final[dict[str, Use]] = {
    "status": CLAIM_STATUS, "status2": MORE, "status3": MORE, "date": R, "action": N,
}  # fmt: skip
MONEY: Final[dict[str, Use]] = {"charge": S, "paid": S, "paid_on": S, "check_date": S, "check_number": S}


@loop("2220D", "Service line")
class LineStatus(Loop):
    service: SVC = one(
        SVC, "", "Service line",
        procedure=R(qualifier=R(PROCEDURES), description=N), units=N, submitted=N,
    )  # fmt: skip
    statuses: Sequence[STC] = many(STC, 0, "", "Line's status", DECIDED, default=REQUIRED, charge=N)
    control_number: REF | None = one(REF, "FJ", "Line control number", default=None)
    service_date: DTP = one(DTP, "472", "Line's service date", BOTH)


@loop("2200D", "Claim status")
class ClaimStatus(Loop):
    trace: TRN = one(TRN, "", "Trace number of the inquiry", type=R("2"))
    statuses: Sequence[STC] = many(STC, 0, "", "Claim's status", {**DECIDED, **MONEY}, default=REQUIRED)
    payer_number: REF | None = one(REF, "1K", "Payer claim control number", default=None)
    bill_type: REF | None = one(REF, "BLT", "Type of bill", default=None)
    patient_number: REF | None = one(REF, "EJ", "Patient control number", default=None)
    prescription: REF | None = one(REF, "XZ", "Prescription number", default=None)
    voucher: REF | None = one(REF, "VV", "Voucher", default=None)
    clearinghouse_trace: REF | None = one(REF, "D9", "Clearinghouse trace number", default=None)
    service_date: DTP | None = one(DTP, "472", "Claim's service dates", BOTH, default=None)
    lines: Sequence[LineStatus] = many(LineStatus)


@loop("2220E", "Service line")
class DependentLine(LineStatus):
    pass


@loop("2200E", "Dependent's claim status")
class DependentClaim(ClaimStatus):
    # The dependent's level instead of the subscriber's: a sibling class, read in its place.
    lines: Sequence[DependentLine] = many(DependentLine)


@loop("2100E", "Dependent name")
class DependentName(Loop):
    name: NM1 = one(NM1, "QC", "Dependent", DEPENDENT)


@loop("2000E", "Dependent level")
class Dependent(Loop):
    level: HL = one(HL, "23", "Dependent level", parent=R, child=N)
    name: DependentName = one(DependentName)
    claims: Sequence[DependentClaim] = many(DependentClaim, default=REQUIRED)


@loop("2100D", "Subscriber name")
class SubscriberName(Loop):
    name: NM1 = one(NM1, "IL", "Subscriber", SUBSCRIBER)


@loop("2000D", "Subscriber level")
class Subscriber(Loop):
    level: HL = one(HL, "22", "Subscriber level", parent=R)
    name: SubscriberName = one(SubscriberName)
    claims: Sequence[ClaimStatus] = many(ClaimStatus)
    dependents: Sequence[Dependent] = many(Dependent)


@loop("2200C", "Provider's status")
class ProviderStatus(Loop):
    trace: TRN = one(TRN, "", "Provider's trace number", type=R("1"))
    statuses: Sequence[STC] = many(
        STC, 0, "", "Provider's status", default=REQUIRED, status=R(entity=S("1P")), date=R, action=N
    )


@loop("2100C", "Provider name")
class ProviderName(Loop):
    name: NM1 = one(NM1, "1P", "Provider", PROVIDER)


@loop("2000C", "Provider level")
class Provider(Loop):
    level: HL = one(HL, "19", "Provider level", parent=R)
    names: Sequence[ProviderName] = many(ProviderName, 2, default=REQUIRED)
    status: ProviderStatus | None = one(ProviderStatus, default=None)
    subscribers: Sequence[Subscriber] = many(Subscriber)


@loop("2200B", "Information receiver's status")
class ReceiverStatus(Loop):
    trace: TRN = one(TRN, "", "Information receiver's trace number", type=R("2"))
    statuses: Sequence[STC] = many(
        STC, 0, "", "Information receiver's status",
        default=REQUIRED, status=R(entity=S("41 AY PR")), date=R, action=N,
    )  # fmt: skip


@loop("2100B", "Information receiver name")
class ReceiverName(Loop):
    name: NM1 = one(NM1, "41", "Information receiver", RECEIVER)


@loop("2000B", "Information receiver level")
class Receiver(Loop):
    level: HL = one(HL, "21", "Information receiver level", parent=R)
    name: ReceiverName = one(ReceiverName)
    status: ReceiverStatus | None = one(ReceiverStatus, default=None)
    providers: Sequence[Provider] = many(Provider)


@loop("2100A", "Payer name")
class PayerName(Loop):
    name: NM1 = one(NM1, "PR", "Payer", PAYER)
    contact: PER | None = one(
        PER, "IC", "Payer's contact", default=None,
        qualifier=R("ED EM FX TE"), qualifier2=S("ED EM EX FX TE"), qualifier3=S("ED EM EX FX TE"),
    )  # fmt: skip


@loop("2000A", "Information source level")
class Source(Loop):
    level: HL = one(HL, "20", "Information source level", parent=N, child=R("1"))
    name: PayerName = one(PayerName)
    receivers: Sequence[Receiver] = many(Receiver, default=REQUIRED)


@loop("ST", "Claim status answer")
class StatusAnswer(Loop):
    header: ST = one(ST, "277", "Transaction set header", version=R)
    beginning: BHT = one(
        BHT, "", "Beginning of the transaction", structure=R("0010"), purpose=R("08"), type=R("DG")
    )
    sources: Sequence[Source] = many(Source, default=REQUIRED)
    trailer: SE = one(SE)


STATUS = Guide(
    "005010X212",
    "277",
    "Claim status answer",
    StatusAnswer,
    set_id="277",
    group="HN",
    unit="2000B 2000C 2000D",  # who asked or a provider may be refused, and then nothing is below it
    levels="2000A",
    body="2000A",
)
