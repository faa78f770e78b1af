"""277CA: the claim acknowledgment, 005010X214."""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import REQUIRED, N, R, S, loop, many, one
from edi.declare.guide import Guide
from edi.declare.nodes import Loop
from edi.segments.answers import STC
from edi.segments.control import SE, ST
from edi.segments.money import AMT, QTY
from edi.segments.party import BHT, HL, NM1, REF, TRN
from edi.segments.payment import SVC
from edi.segments.times import DTP

CLAIM_ENTITIES: Final = (
    "03 1P 1Z 36 40 41 71 72 73 77 82 85 87 AY DK DN DQ FA GB HK IL LI MSC PR PRP QB QC QD SEP TL TTP TU"
)
ENTITY: Final = R(entity=S(CLAIM_ENTITIES))


@loop("2220D", "Service line")
class LineStatus(Loop):
    service: SVC = one(
        SVC, "", "Service line", paid=N, units=N, submitted=N,
        procedure=R(qualifier=R("AD ER HC HP IV NU WK"), description=N),
    )  # fmt: skip
    statuses: Sequence[STC] = many(
        STC, 0, "", "Line's status", default=REQUIRED, status=ENTITY, date=R, action=R("U")
    )
    control_number: REF | None = one(REF, "FJ", "Line control number", default=None)
    prescription: REF | None = one(REF, "XZ", "Prescription number", default=None)
    service_date: DTP | None = one(DTP, "472", "Line's service date", default=None, format=R("D8 RD8"))


@loop("2200D", "Claim status")
class ClaimStatus(Loop):
    trace: TRN = one(TRN, "", "Claim", type=R("2"))
    statuses: Sequence[STC] = many(
        STC, 0, "", "Claim's status", default=REQUIRED, status=ENTITY, date=R, action=R, charge=R, message=S
    )
    payer_number: REF | None = one(REF, "1K", "Payer claim control number", default=None)
    clearinghouse_trace: REF | None = one(REF, "D9", "Clearinghouse trace number", default=None)
    bill_type: REF | None = one(REF, "BLT", "Type of bill", default=None)
    service_date: DTP | None = one(DTP, "472", "Claim's service dates", default=None, format=R("D8 RD8"))
    lines: Sequence[LineStatus] = many(LineStatus)


@loop("2100D", "Patient name")
class PatientName(Loop):
    name: NM1 = one(NM1, "QC", "Patient", kind=R("1"), prefix=S, id_qualifier=R("II MI"), id=R)


@loop("2000D", "Patient level")
class Patient(Loop):
    level: HL = one(HL, "PT", "Patient level", parent=R, child=S)
    name: PatientName = one(PatientName)
    claims: Sequence[ClaimStatus] = many(ClaimStatus)


@loop("2200C", "Billing provider's status")
class ProviderStatus(Loop):
    trace: TRN = one(TRN, "", "Billing provider's trace", type=R("1"))
    statuses: Sequence[STC] = many(
        STC, 0, "", "Billing provider's status", status=ENTITY, date=S, action=R, charge=R
    )
    secondary: Sequence[REF] = many(REF, 3, "0B 1G G2 LU SY TJ", "Billing provider's secondary identifier")
    accepted: QTY | None = one(QTY, "QA", "Claims accepted", default=None)
    rejected: QTY | None = one(QTY, "QC", "Claims rejected", default=None)
    accepted_amount: AMT | None = one(AMT, "YU", "Amount accepted", default=None)
    rejected_amount: AMT | None = one(AMT, "YY", "Amount rejected", default=None)


@loop("2100C", "Billing provider name")
class ProviderName(Loop):
    name: NM1 = one(NM1, "85", "Billing provider", prefix=S, id_qualifier=R("FI SV XX"), id=R)


@loop("2000C", "Billing provider level")
class Provider(Loop):
    level: HL = one(HL, "19", "Billing provider level", parent=R)
    name: ProviderName = one(ProviderName)
    status: ProviderStatus | None = one(ProviderStatus, default=None)
    patients: Sequence[Patient] = many(Patient)


@loop("2200B", "Batch status")
class BatchStatus(Loop):
    trace: TRN = one(TRN, "", "Batch", type=R("2"))
    statuses: Sequence[STC] = many(
        STC, 0, "", "Batch's status", default=REQUIRED, status=ENTITY, date=R, action=R, charge=R
    )
    accepted: QTY | None = one(QTY, "90", "Claims accepted", default=None)
    rejected: QTY | None = one(QTY, "AA", "Claims rejected", default=None)
    accepted_amount: AMT | None = one(AMT, "YU", "Amount accepted", default=None)
    rejected_amount: AMT | None = one(AMT, "YY", "Amount rejected", default=None)


@loop("2100B", "Receiver name")
class ReceiverName(Loop):
    name: NM1 = one(NM1, "41", "Receiver of the acknowledgment", id_qualifier=R("46"), id=R)


@loop("2000B", "Receiver level")
class Receiver(Loop):
    level: HL = one(HL, "21", "Receiver level", parent=R)
    name: ReceiverName = one(ReceiverName)
    status: BatchStatus = one(BatchStatus)
    providers: Sequence[Provider] = many(Provider)


@loop("2200A", "Receipt")
class Receipt(Loop):
    trace: TRN = one(TRN, "", "Source's trace", type=R("1"))
    received: DTP = one(DTP, "050", "Received")
    processed: DTP = one(DTP, "009", "Processed")


@loop("2100A", "Source name")
class SourceName(Loop):
    name: NM1 = one(
        NM1, "AY PR", "Source of the acknowledgment",
        kind=R("2"), first=N, middle=N, suffix=N, id_qualifier=R("46 FI PI XV"), id=R,
    )  # fmt: skip


@loop("2000A", "Source level")
class Source(Loop):
    level: HL = one(HL, "20", "Source level", parent=N, child=R("1"))
    name: SourceName = one(SourceName)
    receipt: Receipt = one(Receipt)
    receiver: Receiver = one(Receiver)


@loop("ST", "Claim acknowledgment")
class ClaimAcknowledgment(Loop):
    header: ST = one(ST, "277", "Transaction set header", version=R)
    beginning: BHT = one(
        BHT, "", "Beginning of the transaction", structure=R("0085"), purpose=R("08"), type=R("TH")
    )
    source: Source = one(Source)
    trailer: SE = one(SE)


CLAIM_ACKNOWLEDGMENT = Guide(
    "005010X214",
    "277CA",
    "Claim acknowledgment",
    ClaimAcknowledgment,
    set_id="277",
    group="HN",
    unit="",
    body="2000A",
)
