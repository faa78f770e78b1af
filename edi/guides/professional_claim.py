"""The claim loops of the 837P: 2300 with its providers (2310) and other payers (2320, 2330)."""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import REQUIRED, N, R, S, loop, many, one
from edi.declare.nodes import Loop
from edi.guides.claim_parties import (
    FACILITY,
    NAMELESS,
    ORGANISATION,
    PERSON,
    PLAN,
    PROVIDER,
    TELEPHONE,
    OtherSubscriberName,
)
from edi.guides.professional_line import AMBULANCE_CONDITIONS, ServiceLine
from edi.segments.claim import CLM, CR1, CR2, CRC, HI, K3, NTE, OI, PWK, RELATIONSHIPS, SBR
from edi.segments.money import AMT, CAS, CN1, HCP, MOA
from edi.segments.party import N3, N4, NM1, PER, PRV, REF
from edi.segments.times import DTP

NUBC: Final = R(external="nubc")


@loop("2310A", "Referring provider")
class ReferringProvider(Loop):
    name: NM1 = one(NM1, "DN P3", "Referring provider", PERSON)
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
    contact: PER | None = one(PER, "IC", "Service facility's contact", TELEPHONE, default=None)


@loop("2310D", "Supervising provider")
class SupervisingProvider(Loop):
    name: NM1 = one(NM1, "DQ", "Supervising provider", PERSON)
    secondary: Sequence[REF] = many(REF, 4, "0B 1G G2 LU", "Supervising provider's secondary identifier")


@loop("2310E", "Ambulance pick-up")
class AmbulancePickUp(Loop):
    name: NM1 = one(NM1, "PW", "Ambulance pick-up", NAMELESS, kind=R("2"))
    street: N3 = one(N3, "", "Pick-up street")
    city: N4 = one(N4, "", "Pick-up city")


@loop("2310F", "Ambulance drop-off")
class AmbulanceDropOff(Loop):
    name: NM1 = one(NM1, "45", "Ambulance drop-off", ORGANISATION, last=S, id_qualifier=N, id=N)
    street: N3 = one(N3, "", "Drop-off street")
    city: N4 = one(N4, "", "Drop-off city")


@loop("2330B", "Other payer name")
class OtherPayerName(Loop):
    name: NM1 = one(NM1, "PR", "Other payer", PLAN)
    street: N3 | None = one(N3, "", "Other payer's street", default=None)
    city: N4 | None = one(N4, "", "Other payer's city", default=None)
    adjudicated: DTP | None = one(DTP, "573", "Date of adjudication", default=None)
    secondary: Sequence[REF] = many(REF, 2, "2U EI FY NF", "Other payer's secondary identifier")
    prior_authorization: REF | None = one(REF, "G1", "Other payer's prior authorization", default=None)
    referral: REF | None = one(REF, "9F", "Other payer's referral", default=None)
    adjustment_indicator: REF | None = one(REF, "T4", "Other payer's adjustment indicator", default=None)
    control_number: REF | None = one(REF, "F8", "Other payer's claim control number", default=None)


@loop("2330C", "Other payer's referring provider")
class OtherPayerReferring(Loop):
    name: NM1 = one(NM1, "DN P3", "Other payer's referring provider", NAMELESS, kind=R("1"))
    ids: Sequence[REF] = many(REF, 3, "0B 1G G2", "Its identifier", default=REQUIRED)


@loop("2330D", "Other payer's rendering provider")
class OtherPayerRendering(Loop):
    name: NM1 = one(NM1, "82", "Other payer's rendering provider", NAMELESS, kind=R("1 2"))
    ids: Sequence[REF] = many(REF, 3, "0B 1G G2 LU", "Its identifier", default=REQUIRED)


@loop("2330E", "Other payer's service facility")
class OtherPayerFacility(Loop):
    name: NM1 = one(NM1, "77", "Other payer's service facility", NAMELESS, kind=R("2"))
    ids: Sequence[REF] = many(REF, 3, "0B G2 LU", "Its identifier", default=REQUIRED)


@loop("2330F", "Other payer's supervising provider")
class OtherPayerSupervising(Loop):
    name: NM1 = one(NM1, "DQ", "Other payer's supervising provider", NAMELESS, kind=R("1"))
    ids: Sequence[REF] = many(REF, 3, "0B 1G G2 LU", "Its identifier", default=REQUIRED)


@loop("2330G", "Other payer's billing provider")
class OtherPayerBilling(Loop):
    name: NM1 = one(NM1, "85", "Other payer's billing provider", NAMELESS, kind=R("1 2"))
    ids: Sequence[REF] = many(REF, 2, "G2 LU", "Its identifier", default=REQUIRED)


@loop("2320", "Other payer")
class OtherPayer(Loop):
    coverage: SBR = one(SBR, "", "Other coverage", relationship=R(RELATIONSHIPS))
    adjustments: Sequence[CAS] = many(CAS, 5, "", "Other payer's claim adjustments")
    paid: AMT | None = one(AMT, "D", "Amount that the other payer paid", default=None)
    non_covered: AMT | None = one(AMT, "A8", "Amount not covered", default=None)
    patient_liability: AMT | None = one(AMT, "EAF", "Remaining patient liability", default=None)
    terms: OI = one(OI, "", "Other coverage's assignment and release")
    adjudication: MOA | None = one(MOA, "", "Other payer's outpatient adjudication", default=None)
    subscriber: OtherSubscriberName = one(OtherSubscriberName)
    payer: OtherPayerName = one(OtherPayerName)
    referring: Sequence[OtherPayerReferring] = many(OtherPayerReferring, 2)
    rendering: OtherPayerRendering | None = one(OtherPayerRendering, default=None)
    facility: OtherPayerFacility | None = one(OtherPayerFacility, default=None)
    supervising: OtherPayerSupervising | None = one(OtherPayerSupervising, default=None)
    billing: OtherPayerBilling | None = one(OtherPayerBilling, default=None)


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
    )
    onset: DTP | None = one(DTP, "431", "Onset of the illness", default=None)
    initial_treatment: DTP | None = one(DTP, "454", "Initial treatment", default=None)
    last_seen: DTP | None = one(DTP, "304", "Last seen", default=None)
    acute_manifestation: DTP | None = one(DTP, "453", "Acute manifestation", default=None)
    accident: DTP | None = one(DTP, "439", "Accident", default=None)
    last_menstrual_period: DTP | None = one(DTP, "484", "Last menstrual period", default=None)
    last_x_ray: DTP | None = one(DTP, "455", "Last X-ray", default=None)
    prescription: DTP | None = one(DTP, "471", "Hearing or vision prescription", default=None)
    disability: DTP | None = one(DTP, "314 360 361", "Disability", default=None, format=R("D8 RD8"))
    last_worked: DTP | None = one(DTP, "297", "Last worked", default=None)
    return_to_work: DTP | None = one(DTP, "296", "Return to work", default=None)
    admission: DTP | None = one(DTP, "435", "Admission", default=None)
    discharge: DTP | None = one(DTP, "096", "Discharge", default=None)
    care_dates: Sequence[DTP] = many(DTP, 2, "090 091", "Care assumed or relinquished")
    first_contact: DTP | None = one(DTP, "444", "First contact, property and casualty", default=None)
    repricer_received: DTP | None = one(DTP, "050", "Received by the repricer", default=None)
    attachments: Sequence[PWK] = many(PWK, 10, "", "Attachment to the claim")
    contract: CN1 | None = one(CN1, "", "Contract", default=None)
    patient_paid: AMT | None = one(AMT, "F5", "Amount that the patient paid", default=None)
    authorization_exception: REF | None = one(REF, "4N", "Authorization exception", default=None)
    crossover: REF | None = one(REF, "F5", "Mandatory Medicare crossover", default=None, value=R("N Y"))
    mammography: REF | None = one(REF, "EW", "Mammography certification", default=None)
    referral: REF | None = one(REF, "9F", "Referral number", default=None)
    prior_authorization: REF | None = one(REF, "G1", "Prior authorization", default=None)
    control_number: REF | None = one(REF, "F8", "Payer claim control number", default=None)
    clia: REF | None = one(REF, "X4", "CLIA number", default=None, value=R(external="clia"))
    repriced: REF | None = one(REF, "9A", "Repriced claim number", default=None)
    adjusted_repriced: REF | None = one(REF, "9C", "Adjusted repriced claim number", default=None)
    device_exemption: REF | None = one(REF, "LX", "Investigational device exemption", default=None)
    clearinghouse_trace: REF | None = one(REF, "D9", "Clearinghouse trace number", default=None)
    medical_record: REF | None = one(REF, "EA", "Medical record number", default=None)
    demonstration: REF | None = one(REF, "P4", "Demonstration project", default=None)
    care_plan: REF | None = one(REF, "1J", "Care plan oversight", default=None)
    file_information: Sequence[K3] = many(K3, 10, "", "File information")
    note: NTE | None = one(NTE, "ADD CER DCP DGN TPO", "Note to the claim", default=None)
    ambulance: CR1 | None = one(CR1, "", "Ambulance transport", default=None)
    spinal_manipulation: CR2 | None = one(CR2, "", "Spinal manipulation", default=None)
    ambulance_conditions: Sequence[CRC] = many(
        CRC,
        3,
        "07",
        "Ambulance certification",
        condition=R(AMBULANCE_CONDITIONS),
        others=S(AMBULANCE_CONDITIONS),
    )
    vision_conditions: Sequence[CRC] = many(
        CRC, 3, "E1 E2 E3", "Vision condition", condition=R("L1 L2 L3 L4 L5"), others=S("L1 L2 L3 L4 L5")
    )
    homebound: CRC | None = one(
        CRC, "75", "Homebound", default=None, applies=R("Y"), condition=R("IH"), others=N
    )
    epsdt_referral: CRC | None = one(
        CRC, "ZZ", "EPSDT referral", default=None, condition=R("AV NU S2 ST"), others=S("AV NU S2 ST", upto=5)
    )
    diagnoses: HI = one(HI, "ABK BK", "Diagnoses", others=S(qualifier=R("ABF BF")))
    anesthesia: HI | None = one(
        HI, "BP", "Procedures with the anesthesia", default=None, others=S(upto=2, qualifier=R("BO"))
    )
    conditions: Sequence[HI] = many(
        HI, 2, "BG", "Condition codes", first=R(code=NUBC), others=S(qualifier=R("BG"), code=NUBC)
    )
    pricing: HCP | None = one(
        HCP,
        "",
        "Pricing of the claim",
        default=None,
        methodology=R("00 01 02 03 04 05 07 08 09 10 11 12 13 14"),
    )
    referring: Sequence[ReferringProvider] = many(ReferringProvider, 2)
    rendering: RenderingProvider | None = one(RenderingProvider, default=None)
    facility: ServiceFacility | None = one(ServiceFacility, default=None)
    supervising: SupervisingProvider | None = one(SupervisingProvider, default=None)
    pick_up: AmbulancePickUp | None = one(AmbulancePickUp, default=None)
    drop_off: AmbulanceDropOff | None = one(AmbulanceDropOff, default=None)
    other_payers: Sequence[OtherPayer] = many(OtherPayer, 10)
    lines: Sequence[ServiceLine] = many(ServiceLine, 50, default=REQUIRED)
