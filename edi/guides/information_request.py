"""277: what a payer asks for before it decides a claim, 005010X213 and 006020X313.

Declared from what payers publish of it in their companion guides: the levels down to the patient, the trace
that its answer gives back, the LOINC codes of what is asked for, and the day by which it must be there. Some
name the patient's level by PT, others by 22 or 23.
"""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import REQUIRED, R, S, Use, loop, many, one
from edi.declare.guide import Guide
from edi.declare.nodes import Loop
from edi.guides.status import ENTITIES
from edi.guides.status_inquiry import BOTH, PAYER, RECEIVER
from edi.segments.answers import STC
from edi.segments.claim import PWK
from edi.segments.control import SE, ST
from edi.segments.party import BHT, HL, N1, N3, N4, NM1, PER, REF, TRN
from edi.segments.payment import SVC
from edi.segments.times import DTP

LOINC: Final = "LOI"
ASKED: Final[dict[str, Use]] = {
    "status": R(entity=S(ENTITIES), code_list=S(LOINC)),
    "status2": S(entity=S(ENTITIES), code_list=S(LOINC)),
    "status3": S(entity=S(ENTITIES), code_list=S(LOINC)),
    "action": S("R U WQ"),
    "message": S,
}
WAY: Final[dict[str, Use]] = {"report_type": R, "transmission": S("AA BM EL EM FT FX")}
CONTACT: Final[dict[str, Use]] = {
    "qualifier": R("ED EM FX TE UR"), "qualifier2": S("ED EM EX FX TE UR"),
    "qualifier3": S("ED EM EX FX TE UR"), "inquiry": S,
}  # fmt: skip


@loop("2225D", "How a line's documents go")
class LineWay(Loop):
    way: PWK = one(PWK, "", "Document", WAY)


@loop("2220D", "Service line")
class AskedLine(Loop):
    service: SVC = one(SVC, "", "Service line", paid=S, units=S, submitted=S, procedure=R(description=S))
    statuses: Sequence[STC] = many(STC, 0, "", "What is asked for the line", ASKED, default=REQUIRED)
    control_number: REF | None = one(REF, "FJ", "Line control number", default=None)
    service_date: DTP | None = one(DTP, "472", "Line's service date", BOTH, default=None)
    due: DTP | None = one(DTP, "106", "Last day for the line's documents", default=None)
    ways: Sequence[LineWay] = many(LineWay)


@loop("2210D", "How the documents go")
class Way(Loop):
    way: PWK = one(PWK, "", "Document", WAY)
    contact: PER | None = one(PER, "", "Whom the documents go to", CONTACT, default=None)
    name: N1 | None = one(N1, "", "Name for the documents", default=None)
    street: N3 | None = one(N3, "", "Street for the documents", default=None)
    city: N4 | None = one(N4, "", "City for the documents", default=None)


@loop("2200D", "Request")
class Request(Loop):
    trace: TRN = one(TRN, "", "What the answer names it by", type=R("1 2"), originator=S)
    statuses: Sequence[STC] = many(STC, 0, "", "What is asked for", ASKED)
    payer_number: REF | None = one(REF, "1K", "Payer claim control number", default=None)
    bill_type: REF | None = one(REF, "BLT", "Type of bill", default=None)
    patient_number: REF | None = one(REF, "EJ", "Patient control number", default=None)
    medical_record: REF | None = one(REF, "EA", "Medical record number", default=None)
    clearinghouse_trace: REF | None = one(REF, "D9", "Clearinghouse trace number", default=None)
    service_date: DTP | None = one(DTP, "472", "Claim's service dates", BOTH, default=None)
    due: DTP | None = one(DTP, "106", "Last day for the documents", default=None)
    ways: Sequence[Way] = many(Way)
    lines: Sequence[AskedLine] = many(AskedLine)


@loop("2100D", "Patient name")
class PatientName(Loop):
    name: NM1 = one(NM1, "QC IL", "Patient", prefix=S, id_qualifier=S("24 II MI MR"), id=S)


@loop("2000D", "Patient level")
class Patient(Loop):
    level: HL = one(HL, "PT 22 23", "Patient level", parent=R, child=S)
    name: PatientName = one(PatientName)
    requests: Sequence[Request] = many(Request)


@loop("2100C", "Provider name")
class ProviderName(Loop):
    name: NM1 = one(NM1, "1P", "Provider", prefix=S, id_qualifier=R("24 FI SV XX"), id=R)


@loop("2000C", "Provider level")
class Provider(Loop):
    level: HL = one(HL, "19", "Provider level", parent=R)
    names: Sequence[ProviderName] = many(ProviderName, 2, default=REQUIRED)
    patients: Sequence[Patient] = many(Patient, default=REQUIRED)


@loop("2100B", "Receiver name")
class ReceiverName(Loop):
    name: NM1 = one(NM1, "41", "Receiver of the request", RECEIVER)


@loop("2000B", "Receiver level")
class Receiver(Loop):
    level: HL = one(HL, "21", "Receiver level", parent=R)
    name: ReceiverName = one(ReceiverName)
    providers: Sequence[Provider] = many(Provider, default=REQUIRED)


@loop("2100A", "Payer name")
class PayerName(Loop):
    name: NM1 = one(NM1, "PR", "Payer", PAYER)
    contact: PER | None = one(PER, "", "Payer's contact", CONTACT, default=None)


@loop("2000A", "Payer level")
class Source(Loop):
    level: HL = one(HL, "20", "Payer level", parent=S, child=R("1"))
    name: PayerName = one(PayerName)
    receivers: Sequence[Receiver] = many(Receiver, default=REQUIRED)


@loop("ST", "Request for additional information")
class InformationRequests(Loop):
    header: ST = one(ST, "277", "Transaction set header", version=R)
    beginning: BHT = one(BHT, "", "Beginning of the transaction", structure=R("0010 0085"), type=S)
    sources: Sequence[Source] = many(Source, default=REQUIRED)
    trailer: SE = one(SE)


INFORMATION_REQUEST = Guide(
    "005010X213",
    "277RFI",
    "Request for additional information",
    InformationRequests,
    set_id="277",
    group="HN",
    aliases="006020X313",
    unit="2000D",
    levels="2000A 2000B 2000C",
    body="2000A",
)
