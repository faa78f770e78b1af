"""275: additional information to support a claim, 006020X314.

Declared from what payers publish of it in their companion guides: which segments they take, and what they
look for in them. Documents stand in BDS as base64 (B64), so that no byte of them is read as a delimiter.
"""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import REQUIRED, N, R, S, Use, loop, many, one
from edi.declare.guide import Guide
from edi.declare.nodes import Loop
from edi.segments.control import SE, ST
from edi.segments.party import LX, NM1, REF, TRN
from edi.segments.patient_information import BDS, BGN, CAT, OOI
from edi.segments.times import DTP

BOTH: Final[dict[str, Use]] = {"format": R("D8 RD8")}
PAYER: Final[dict[str, Use]] = {
    "kind": R("2"), "first": N, "middle": N, "suffix": N, "id_qualifier": R("PI XV"), "id": R,
}  # fmt: skip
SUBMITTER: Final[dict[str, Use]] = {"suffix": N, "id_qualifier": R("46"), "id": R}
PROVIDER: Final[dict[str, Use]] = {"id_qualifier": R("XX"), "id": R}
PATIENT: Final[dict[str, Use]] = {"kind": R("1"), "id_qualifier": R("MI"), "id": R}


@loop("2110B", "Object")
class Object(Loop):
    object: OOI = one(OOI, "", "Object", type=R("47"), name=R)
    document: BDS = one(BDS, "", "Document", filter=R("B64"))


@loop("2100B", "Submitted information")
class Submitted(Loop):
    submitted: DTP = one(DTP, "368", "Date of submission")
    report: CAT = one(CAT, "", "Report", type=R("AE"), transmission=R("HL IA"))
    objects: Sequence[Object] = many(Object, default=REQUIRED)


@loop("2000A", "Additional information")
class Additional(Loop):
    number: LX = one(LX)
    trace: TRN = one(TRN, "", "What the claim or the payer names it by", type=R("1 2"))
    submitted: Submitted = one(Submitted)


@loop("1000D", "Patient name")
class PatientName(Loop):
    name: NM1 = one(NM1, "QC", "Patient", PATIENT)
    payer_number: REF | None = one(REF, "1K", "Payer claim control number", default=None)
    patient_number: REF | None = one(REF, "EJ", "Patient control number", default=None)
    service_date: DTP | None = one(DTP, "472", "Service dates", BOTH, default=None)


@loop("1000C", "Provider name")
class ProviderName(Loop):
    name: NM1 = one(NM1, "1P", "Provider", PROVIDER)


@loop("1000B", "Submitter name")
class SubmitterName(Loop):
    name: NM1 = one(NM1, "41", "Submitter", SUBMITTER)


@loop("1000A", "Payer name")
class PayerName(Loop):
    name: NM1 = one(NM1, "PR", "Payer", PAYER)


@loop("ST", "Additional information to support a claim")
class PatientInformation(Loop):
    header: ST = one(ST, "275", "Transaction set header", version=R)
    beginning: BGN = one(BGN, "", "Beginning", purpose=R("02 11"), time=S)
    payer: PayerName = one(PayerName)
    submitter: SubmitterName = one(SubmitterName)
    provider: ProviderName = one(ProviderName)
    patient: PatientName = one(PatientName)
    information: Sequence[Additional] = many(Additional, default=REQUIRED)
    trailer: SE = one(SE)


PATIENT_INFORMATION = Guide(
    "006020X314",
    "275",
    "Additional information to support a claim",
    PatientInformation,
    set_id="275",
    group="PI",
    unit="2000A",
    body="2000A",
)
