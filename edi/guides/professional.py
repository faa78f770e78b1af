"""837P: the professional claim, 005010X222A1."""

from collections.abc import Sequence

from edi.declare.grammar import REQUIRED, N, R, S, loop, many, one
from edi.declare.guide import Guide
from edi.declare.nodes import Loop
from edi.guides.claim_parties import (
    BillingProviderName,
    PatientName,
    PayerName,
    PayToAddress,
    PayToPlan,
    Receiver,
    Submitter,
    SubscriberName,
)
from edi.guides.professional_claim import Claim
from edi.segments.claim import DEPENDENTS, PAT, SBR
from edi.segments.control import SE, ST
from edi.segments.money import CUR
from edi.segments.party import BHT, HL, PRV


@loop("2000C", "Patient level")
class Patient(Loop):
    level: HL = one(HL, "23", "Patient level", parent=R, child=R("0"))
    patient: PAT = one(PAT, "", "Patient", relationship=R(DEPENDENTS))
    name: PatientName = one(PatientName)
    claims: Sequence[Claim] = many(Claim, 100, default=REQUIRED)


@loop("2000B", "Subscriber level")
class Subscriber(Loop):
    level: HL = one(HL, "22", "Subscriber level", parent=R)
    coverage: SBR = one(SBR, "", "Coverage", relationship=S("18"))
    patient: PAT | None = one(PAT, "", "Patient", default=None)
    name: SubscriberName = one(SubscriberName)
    payer: PayerName = one(PayerName)
    claims: Sequence[Claim] = many(Claim, 100)
    patients: Sequence[Patient] = many(Patient)


@loop("2000A", "Billing provider level")
class BillingProvider(Loop):
    level: HL = one(HL, "20", "Billing provider level", parent=N, child=R("1"))
    specialty: PRV | None = one(PRV, "BI", "Billing provider's specialty", default=None)
    currency: CUR | None = one(CUR, "", "Foreign currency", default=None, entity=R("85"))
    name: BillingProviderName = one(BillingProviderName)
    pay_to: PayToAddress | None = one(PayToAddress, default=None)
    pay_to_plan: PayToPlan | None = one(PayToPlan, default=None)
    subscribers: Sequence[Subscriber] = many(Subscriber, default=REQUIRED)


@loop("ST", "Professional claims")
class ProfessionalClaims(Loop):
    header: ST = one(ST, "837", "Transaction set header", version=R)
    beginning: BHT = one(
        BHT, "", "Beginning of the transaction", structure=R("0019"), purpose=R("00 18"), type=R("31 CH RP")
    )
    submitter: Submitter = one(Submitter)
    receiver: Receiver = one(Receiver)
    billing_providers: Sequence[BillingProvider] = many(BillingProvider, default=REQUIRED)
    trailer: SE = one(SE)


PROFESSIONAL = Guide(
    "005010X222A1",
    "837P",
    "Professional claim",
    ProfessionalClaims,
    set_id="837",
    group="HC",
    aliases="005010X222 005010X222A2 005010X222A3",
    unit="2300",
    levels="2000A 2000B 2000C",
    body="2000A",
)
