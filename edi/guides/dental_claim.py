"""The claim loops of the 837D: 2300 with its providers (2310) and other payers (2320, 2330)."""

from collections.abc import Sequence

from edi.declare.grammar import REQUIRED, N, R, S, loop, many, one
from edi.declare.nodes import Loop
from edi.guides import professional_claim as professional
from edi.guides.claim_parties import FACILITY, NAMELESS, PERSON, PROVIDER, OtherSubscriberName
from edi.guides.dental_line import ServiceLine
from edi.segments.claim import CLM, HI, K3, NTE, OI, PWK, RELATIONSHIPS, SBR
from edi.segments.dental import DN1, DN2
from edi.segments.money import AMT, CAS, CN1, HCP, MOA
from edi.segments.party import N3, N4, NM1, PRV, REF
from edi.segments.times import DTP


@loop("2310A", "Referring provider")
class ReferringProvider(Loop):
    name: NM1 = one(NM1, "DN P3", "Referring provider", PERSON)
    specialty: PRV | None = one(PRV, "RF", "Referring provider's specialty", default=None)
    secondary: Sequence[REF] = many(REF, 3, "0B 1G G2", "Referring provider's secondary identifier")


@loop("2310B", "Rendering provider")
class RenderingProvider(Loop):
    name: NM1 = one(NM1, "82", "Rendering provider", PROVIDER)
    specialty: PRV | None = one(PRV, "PE", "Rendering provider's specialty", default=None)
    secondary: Sequence[REF] = many(REF, 4, "0B 1G G2 LU", "Rendering provider's secondary identifier")


@loop("2310C", "Service facility")
class ServiceFacility(Loop):
    name: NM1 = one(NM1, "77", "Service facility", FACILITY)
    street: N3 = one(N3, "", "Service facility's street")
    city: N4 = one(N4, "", "Service facility's city")
    secondary: Sequence[REF] = many(REF, 3, "0B G2 LU", "Service facility's secondary identifier")


@loop("2310D", "Assistant surgeon")
class AssistantSurgeon(Loop):
    name: NM1 = one(NM1, "DD", "Assistant surgeon", PROVIDER)
    specialty: PRV | None = one(PRV, "AS", "Assistant surgeon's specialty", default=None)
    secondary: Sequence[REF] = many(REF, 4, "0B 1G G2 LU", "Assistant surgeon's secondary identifier")


@loop("2310E", "Supervising provider")
class SupervisingProvider(Loop):
    name: NM1 = one(NM1, "DQ", "Supervising provider", PERSON)
    secondary: Sequence[REF] = many(REF, 4, "0B 1G G2 LU", "Supervising provider's secondary identifier")


@loop("2330B", "Other payer name")
class OtherPayerName(professional.OtherPayerName):
    ORDER = (
        "name street city adjudicated secondary prior_authorization referral adjustment_indicator "
        "predetermination control_number"
    )
    predetermination: REF | None = one(REF, "G3", "Other payer's predetermination number", default=None)


@loop("2330C", "Other payer's referring provider")
class OtherPayerReferring(professional.OtherPayerReferring):
    pass


@loop("2330D", "Other payer's rendering provider")
class OtherPayerRendering(professional.OtherPayerRendering):
    pass


@loop("2330E", "Other payer's supervising provider")
class OtherPayerSupervising(professional.OtherPayerSupervising):
    pass


@loop("2330F", "Other payer's billing provider")
class OtherPayerBilling(professional.OtherPayerBilling):
    pass


@loop("2330G", "Other payer's service facility")
class OtherPayerFacility(professional.OtherPayerFacility):
    pass


@loop("2330H", "Other payer's assistant surgeon")
class OtherPayerAssistantSurgeon(Loop):
    name: NM1 = one(NM1, "DD", "Other payer's assistant surgeon", NAMELESS, kind=R("1 2"))
    ids: Sequence[REF] = many(REF, 3, "0B 1G G2 LU", "Its identifier", default=REQUIRED)


@loop("2320", "Other payer")
class OtherPayer(Loop):
    coverage: SBR = one(SBR, "", "Other coverage", relationship=R(RELATIONSHIPS), insurance_type=N)
    adjustments: Sequence[CAS] = many(CAS, 5, "", "Other payer's claim adjustments")
    paid: AMT | None = one(AMT, "D", "Amount that the other payer paid", default=None)
    patient_liability: AMT | None = one(AMT, "EAF", "Remaining patient liability", default=None)
    non_covered: AMT | None = one(AMT, "A8", "Amount not covered", default=None)
    terms: OI = one(OI, "", "Other coverage's assignment and release", patient_signature=N)
    adjudication: MOA | None = one(MOA, "", "Other payer's outpatient adjudication", default=None)
    subscriber: OtherSubscriberName = one(OtherSubscriberName)
    payer: OtherPayerName = one(OtherPayerName)
    referring: Sequence[OtherPayerReferring] = many(OtherPayerReferring, 2)
    rendering: OtherPayerRendering | None = one(OtherPayerRendering, default=None)
    supervising: OtherPayerSupervising | None = one(OtherPayerSupervising, default=None)
    billing: OtherPayerBilling | None = one(OtherPayerBilling, default=None)
    facility: OtherPayerFacility | None = one(OtherPayerFacility, default=None)
    assistant_surgeon: OtherPayerAssistantSurgeon | None = one(OtherPayerAssistantSurgeon, default=None)


@loop("2300", "Claim")
class Claim(Loop):
    claim: CLM = one(
        CLM,
        "",
        "Claim",
        location=R(
            qualifier=R("B"),
            facility=R(external="place_of_service"),
            frequency=R(external="simple_frequency"),
        ),
        signature_on_file=R,
        assignment=R,
        patient_signature=N,
        special_program=S("01 02 03 05"),
        submission_reason=S("PB"),
    )
    accident: DTP | None = one(DTP, "439", "Accident", default=None)
    appliance_placement: DTP | None = one(DTP, "452", "Placement of the appliance", default=None)
    service_date: DTP | None = one(DTP, "472", "Service date", default=None, format=R("D8 RD8"))
    repricer_received: DTP | None = one(DTP, "050", "Received by the repricer", default=None)
    orthodontics: DN1 | None = one(DN1, default=None)
    teeth: Sequence[DN2] = many(DN2, 35, "", "Tooth status")
    attachments: Sequence[PWK] = many(
        PWK, 10, "", "Attachment to the claim", report_type=R("B4 DA DG EB OB OZ P6 RB RR")
    )
    contract: CN1 | None = one(CN1, "", "Contract", default=None)
    patient_paid: AMT | None = one(AMT, "F5", "Amount that the patient paid", default=None)
    predetermination: REF | None = one(REF, "G3", "Predetermination number", default=None)
    authorization_exception: REF | None = one(REF, "4N", "Authorization exception", default=None)
    control_number: REF | None = one(REF, "F8", "Payer claim control number", default=None)
    referral: REF | None = one(REF, "9F", "Referral number", default=None)
    prior_authorization: REF | None = one(REF, "G1", "Prior authorization", default=None)
    repriced: REF | None = one(REF, "9A", "Repriced claim number", default=None)
    adjusted_repriced: REF | None = one(REF, "9C", "Adjusted repriced claim number", default=None)
    clearinghouse_trace: REF | None = one(REF, "D9", "Clearinghouse trace number", default=None)
    file_information: Sequence[K3] = many(K3, 10, "", "File information")
    notes: Sequence[NTE] = many(NTE, 5, "ADD", "Note to the claim")
    diagnoses: HI | None = one(
        HI, "ABK BK TQ", "Diagnoses", default=None, others=S(upto=4, qualifier=R("ABF BF TQ"))
    )
    pricing: HCP | None = one(HCP, "", "Pricing of the claim", default=None)
    referring: Sequence[ReferringProvider] = many(ReferringProvider, 2)
    rendering: RenderingProvider | None = one(RenderingProvider, default=None)
    facility: ServiceFacility | None = one(ServiceFacility, default=None)
    assistant_surgeon: AssistantSurgeon | None = one(AssistantSurgeon, default=None)
    supervising: SupervisingProvider | None = one(SupervisingProvider, default=None)
    other_payers: Sequence[OtherPayer] = many(OtherPayer, 10)
    lines: Sequence[ServiceLine] = many(ServiceLine, 50, default=REQUIRED)
