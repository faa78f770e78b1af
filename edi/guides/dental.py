"""837D: the dental claim, 005010X224A2."""

from collections.abc import Sequence

from edi.declare.grammar import REQUIRED, N, R, S, loop, many, one
from edi.declare.guide import Guide
from edi.declare.nodes import Loop
from edi.guides import claim_parties as parties
from edi.guides.dental_claim import Claim
from edi.segments.claim import DEPENDENTS, PAT, SBR
from edi.segments.control import SE, ST
from edi.segments.money import CUR
from edi.segments.party import BHT, HL, PRV


@loop("2010BA", "Subscriber name")
class SubscriberName(parties.SubscriberName):
    ORDER = "name street city demographics secondary property_claim"


@loop("2010CA", "Patient name")
class PatientName(parties.PatientName):
    ORDER = "name street city demographics property_claim property_patient"


@loop("2000C", "Patient level")
class Patient(Loop):
    level: HL = one(HL, "23", "Patient level", parent=R, child=R("0"))
    patient: PAT = one(
        PAT, "", "Patient", relationship=R(DEPENDENTS), format=N, death_date=N, weight_unit=N, weight=N,
        pregnant=N,
    )  # fmt: skip
    name: PatientName = one(PatientName)
    claims: Sequence[Claim] = many(Claim, 100, default=REQUIRED)


@loop("2000B", "Subscriber level")
class Subscriber(Loop):
    level: HL = one(HL, "22", "Subscriber level", parent=R)
    coverage: SBR = one(SBR, "", "Coverage", relationship=S("18"), insurance_type=N)
    name: SubscriberName = one(SubscriberName)
    payer: parties.PayerName = one(parties.PayerName)
    claims: Sequence[Claim] = many(Claim, 100)
    patients: Sequence[Patient] = many(Patient)


@loop("2000A", "Billing provider level")
class BillingProvider(Loop):
    level: HL = one(HL, "20", "Billing provider level", parent=N, child=R("1"))
    specialty: PRV | None = one(PRV, "BI", "Billing provider's specialty", default=None)
    currency: CUR | None = one(CUR, "", "Foreign currency", default=None, entity=R("85"))
    name: parties.BillingProviderName = one(parties.BillingProviderName)
    pay_to: parties.PayToAddress | None = one(parties.PayToAddress, default=None)
    pay_to_plan: parties.PayToPlan | None = one(parties.PayToPlan, default=None)
    subscribers: Sequence[Subscriber] = many(Subscriber, default=REQUIRED)


@loop("ST", "Dental claims")
class DentalClaims(Loop):
    header: ST = one(ST, "837", "Transaction set header", version=R)
    beginning: BHT = one(
        BHT, "", "Beginning of the transaction", structure=R("0019"), purpose=R("00 18"), type=R("31 CH RP")
    )
    submitter: parties.Submitter = one(parties.Submitter)
    receiver: parties.Receiver = one(parties.Receiver)
    billing_providers: Sequence[BillingProvider] = many(BillingProvider, default=REQUIRED)
    trailer: SE = one(SE)


DENTAL = Guide(
    "005010X224A2",
    "837D",
    "Dental claim",
    DentalClaims,
    set_id="837",
    group="HC",
    aliases="005010X224 005010X224A1 005010X224A3",
    unit="2300",
    levels="2000A 2000B 2000C",
    body="2000A",
)
