"""The claim loops of the 837I: 2300 with its providers (2310) and other payers (2320, 2330)."""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import REQUIRED, N, R, S, Use, loop, many, one
from edi.declare.nodes import Loop
from edi.guides.claim_parties import FACILITY, NAMELESS, PERSON, OtherSubscriberName
from edi.guides.institutional_line import PRICING, ServiceLine
from edi.guides.professional_claim import OtherPayerName
from edi.segments.claim import CLM, CRC, HI, K3, NTE, OI, PWK, RELATIONSHIPS, SBR
from edi.segments.institutional import CL1
from edi.segments.money import AMT, CAS, CN1, HCP, MIA, MOA
from edi.segments.party import N3, N4, NM1, PRV, REF
from edi.segments.times import DTP

NUBC: Final = R(external="nubc")
PRESENT: Final = S("N U W Y")
ONLY_FIRST: Final[dict[str, Use]] = {"others": N}
NOTES: Final = "ALG DCP DGN DME MED NTR ODT RHB RLH RNH SET SFM SPT UPI"


def _all(qualifiers: str, **parts: Use) -> dict[str, Use]:
    """The uses of an HI whose codes all look alike."""
    others = (("qualifier", R(qualifiers)), *parts.items())
    return {"first": Use("R", parts=tuple(parts.items())), "others": Use("S", parts=others)}


@loop("2310A", "Attending provider")
class AttendingProvider(Loop):
    name: NM1 = one(NM1, "71", "Attending provider", PERSON)
    specialty: PRV | None = one(PRV, "AT", "Attending provider's specialty", default=None)
    secondary: Sequence[REF] = many(REF, 4, "0B 1G G2 LU", "Attending provider's secondary identifier")


@loop("2310B", "Operating physician")
class OperatingPhysician(Loop):
    name: NM1 = one(NM1, "72", "Operating physician", PERSON)
    secondary: Sequence[REF] = many(REF, 4, "0B 1G G2 LU", "Operating physician's secondary identifier")


@loop("2310C", "Other operating physician")
class OtherOperatingPhysician(Loop):
    name: NM1 = one(NM1, "ZZ", "Other operating physician", PERSON)
    secondary: Sequence[REF] = many(REF, 4, "0B 1G G2 LU", "Other operating physician's secondary identifier")


@loop("2310D", "Rendering provider")
class RenderingProvider(Loop):
    name: NM1 = one(NM1, "82", "Rendering provider", PERSON)
    secondary: Sequence[REF] = many(REF, 4, "0B 1G G2 LU", "Rendering provider's secondary identifier")


@loop("2310E", "Service facility")
class ServiceFacility(Loop):
    name: NM1 = one(NM1, "77", "Service facility", FACILITY)
    street: N3 = one(N3, "", "Service facility's street")
    city: N4 = one(N4, "", "Service facility's city")
    secondary: Sequence[REF] = many(REF, 3, "0B G2 LU", "Service facility's secondary identifier")


@loop("2310F", "Referring provider")
class ReferringProvider(Loop):
    name: NM1 = one(NM1, "DN", "Referring provider", PERSON)
    secondary: Sequence[REF] = many(REF, 3, "0B 1G G2", "Referring provider's secondary identifier")


@loop("2330C", "Other payer's attending provider")
class OtherPayerAttending(Loop):
    name: NM1 = one(NM1, "71", "Other payer's attending provider", NAMELESS, kind=R("1"))
    ids: Sequence[REF] = many(REF, 4, "0B 1G G2 LU", "Its identifier", default=REQUIRED)


@loop("2330D", "Other payer's operating physician")
class OtherPayerOperating(Loop):
    name: NM1 = one(NM1, "72", "Other payer's operating physician", NAMELESS, kind=R("1"))
    ids: Sequence[REF] = many(REF, 4, "0B 1G G2 LU", "Its identifier", default=REQUIRED)


@loop("2330E", "Other payer's other operating physician")
class OtherPayerOtherOperating(Loop):
    name: NM1 = one(NM1, "ZZ", "Other payer's other operating physician", NAMELESS, kind=R("1"))
    ids: Sequence[REF] = many(REF, 4, "0B 1G G2 LU", "Its identifier", default=REQUIRED)


@loop("2330F", "Other payer's service facility")
class OtherPayerFacility(Loop):
    name: NM1 = one(NM1, "77", "Other payer's service facility", NAMELESS, kind=R("2"))
    ids: Sequence[REF] = many(REF, 3, "0B G2 LU", "Its identifier", default=REQUIRED)


@loop("2330G", "Other payer's rendering provider")
class OtherPayerRendering(Loop):
    name: NM1 = one(NM1, "82", "Other payer's rendering provider", NAMELESS, kind=R("1"))
    ids: Sequence[REF] = many(REF, 4, "0B 1G G2 LU", "Its identifier", default=REQUIRED)


@loop("2330H", "Other payer's referring provider")
class OtherPayerReferring(Loop):
    name: NM1 = one(NM1, "DN", "Other payer's referring provider", NAMELESS, kind=R("1"))
    ids: Sequence[REF] = many(REF, 3, "0B 1G G2", "Its identifier", default=REQUIRED)


@loop("2330I", "Other payer's billing provider")
class OtherPayerBilling(Loop):
    name: NM1 = one(NM1, "85", "Other payer's billing provider", NAMELESS, kind=R("2"))
    ids: Sequence[REF] = many(REF, 2, "G2 LU", "Its identifier", default=REQUIRED)


@loop("2320", "Other payer")
class OtherPayer(Loop):
    coverage: SBR = one(SBR, "", "Other coverage", relationship=R(RELATIONSHIPS), insurance_type=N)
    adjustments: Sequence[CAS] = many(CAS, 5, "", "Other payer's claim adjustments")
    paid: AMT | None = one(AMT, "D", "Amount that the other payer paid", default=None)
    patient_liability: AMT | None = one(AMT, "EAF", "Remaining patient liability", default=None)
    non_covered: AMT | None = one(AMT, "A8", "Amount not covered", default=None)
    terms: OI = one(OI, "", "Other coverage's assignment and release", patient_signature=N)
    inpatient: MIA | None = one(
        MIA, "", "Other payer's inpatient adjudication", default=None, operating_outlier=N
    )
    adjudication: MOA | None = one(MOA, "", "Other payer's outpatient adjudication", default=None)
    subscriber: OtherSubscriberName = one(OtherSubscriberName)
    payer: OtherPayerName = one(OtherPayerName)
    attending: OtherPayerAttending | None = one(OtherPayerAttending, default=None)
    operating: OtherPayerOperating | None = one(OtherPayerOperating, default=None)
    other_operating: OtherPayerOtherOperating | None = one(OtherPayerOtherOperating, default=None)
    facility: OtherPayerFacility | None = one(OtherPayerFacility, default=None)
    rendering: OtherPayerRendering | None = one(OtherPayerRendering, default=None)
    referring: OtherPayerReferring | None = one(OtherPayerReferring, default=None)
    billing: OtherPayerBilling | None = one(OtherPayerBilling, default=None)


@loop("2300", "Claim")
class Claim(Loop):
    claim: CLM = one(
        CLM,
        "",
        "Claim",
        location=R(
            qualifier=R("A"),
            facility=R(title="Type of bill, first two digits", external="bill_type"),
            frequency=R(external="frequency"),
            title="Type of bill",
        ),
        signature_on_file=N,
        assignment=R,
        patient_signature=N,
        causes=N,
        special_program=N,
    )
    discharge_hour: DTP | None = one(DTP, "096", "Discharge hour", default=None, format=R("TM"))
    statement_dates: DTP = one(DTP, "434", "Statement dates", format=R("RD8"))
    admission: DTP | None = one(DTP, "435", "Admission", default=None, format=R("D8 DT"))
    repricer_received: DTP | None = one(DTP, "050", "Received by the repricer", default=None)
    stay: CL1 = one(CL1)
    attachments: Sequence[PWK] = many(PWK, 10, "", "Attachment to the claim")
    contract: CN1 | None = one(CN1, "", "Contract", default=None)
    estimated_amount_due: AMT | None = one(AMT, "F3", "Estimated amount due from the patient", default=None)
    authorization_exception: REF | None = one(REF, "4N", "Authorization exception", default=None)
    referral: REF | None = one(REF, "9F", "Referral number", default=None)
    prior_authorization: REF | None = one(REF, "G1", "Prior authorization", default=None)
    control_number: REF | None = one(REF, "F8", "Payer claim control number", default=None)
    repriced: REF | None = one(REF, "9A", "Repriced claim number", default=None)
    adjusted_repriced: REF | None = one(REF, "9C", "Adjusted repriced claim number", default=None)
    device_exemptions: Sequence[REF] = many(REF, 5, "LX", "Investigational device exemption")
    clearinghouse_trace: REF | None = one(REF, "D9", "Clearinghouse trace number", default=None)
    accident_state: REF | None = one(
        REF, "LU", "State of an automobile accident", default=None, value=R(external="states")
    )
    medical_record: REF | None = one(REF, "EA", "Medical record number", default=None)
    demonstration: REF | None = one(REF, "P4", "Demonstration project", default=None)
    review_approval: REF | None = one(REF, "G4", "Peer review approval number", default=None)
    file_information: Sequence[K3] = many(K3, 10, "", "File information")
    notes: Sequence[NTE] = many(NTE, 10, NOTES, "Note to the claim", code=R(NOTES))
    billing_note: NTE | None = one(NTE, "ADD", "Note to the bill", default=None)
    epsdt_referral: CRC | None = one(
        CRC, "ZZ", "EPSDT referral", default=None, condition=R("AV NU S2 ST"), others=S("AV NU S2 ST", upto=5)
    )
    principal_diagnosis: HI = one(
        HI, "ABK BK", "Principal diagnosis", ONLY_FIRST, first=R(present_on_admission=PRESENT)
    )
    admitting_diagnosis: HI | None = one(HI, "ABJ BJ", "Admitting diagnosis", ONLY_FIRST, default=None)
    reason_diagnoses: HI | None = one(
        HI, "APR PR", "Patient's reasons for the visit", default=None, others=S(upto=3, qualifier=R("APR PR"))
    )
    external_causes: HI | None = one(
        HI,
        "ABN BN",
        "External causes of an injury",
        _all("ABN BN", present_on_admission=PRESENT),
        default=None,
    )
    drg: HI | None = one(
        HI, "DR", "Diagnosis related group", ONLY_FIRST, default=None, first=R(code=R(external="drg"))
    )
    other_diagnoses: Sequence[HI] = many(
        HI, 2, "ABF BF", "Other diagnoses", _all("ABF BF", present_on_admission=PRESENT)
    )
    principal_procedure: HI | None = one(
        HI, "BBR BR CAH", "Principal procedure", ONLY_FIRST, default=None, first=R(format=R("D8"), date=R)
    )
    other_procedures: Sequence[HI] = many(
        HI, 2, "BBQ BQ", "Other procedures", _all("BBQ BQ", format=R("D8"), date=R)
    )
    occurrence_spans: Sequence[HI] = many(
        HI, 2, "BI", "Occurrence span codes", _all("BI", code=NUBC, format=R("RD8"), date=R)
    )
    occurrences: Sequence[HI] = many(
        HI, 2, "BH", "Occurrence codes", _all("BH", code=NUBC, format=R("D8"), date=R)
    )
    values: Sequence[HI] = many(HI, 2, "BE", "Value codes", _all("BE", code=NUBC, amount=R))
    conditions: Sequence[HI] = many(HI, 2, "BG", "Condition codes", _all("BG", code=NUBC))
    treatments: Sequence[HI] = many(HI, 2, "TC", "Treatment codes", _all("TC"))
    pricing: HCP | None = one(HCP, "", "Pricing of the claim", PRICING, default=None)
    attending: AttendingProvider | None = one(AttendingProvider, default=None)
    operating: OperatingPhysician | None = one(OperatingPhysician, default=None)
    other_operating: OtherOperatingPhysician | None = one(OtherOperatingPhysician, default=None)
    rendering: RenderingProvider | None = one(RenderingProvider, default=None)
    facility: ServiceFacility | None = one(ServiceFacility, default=None)
    referring: ReferringProvider | None = one(ReferringProvider, default=None)
    other_payers: Sequence[OtherPayer] = many(OtherPayer, 10)
    lines: Sequence[ServiceLine] = many(ServiceLine, 999, default=REQUIRED)
