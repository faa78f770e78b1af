"""The service line loops of the 837P: 2400, drugs, providers, other payers' decisions, forms."""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import REQUIRED, N, R, S, loop, many, one
from edi.declare.nodes import Loop
from edi.guides.claim_parties import FACILITY, FOR_PAYER, NAMELESS, ORGANISATION, PERSON, PROVIDER
from edi.segments.claim import (
    CR1,
    CR3,
    CRC,
    CTP,
    FRM,
    K3,
    LIN,
    LQ,
    MEA,
    NTE,
    PS1,
    PWK,
    SV1,
    SV5,
    SVD,
)
from edi.segments.money import AMT, CAS, CN1, HCP, QTY
from edi.segments.party import LX, N3, N4, NM1, PER, PRV, REF
from edi.segments.times import DTP

AMBULANCE_CONDITIONS: Final = "01 04 05 06 07 08 09 12"


@loop("2410", "Drug")
class Drug(Loop):
    item: LIN = one(LIN, "", "Drug")
    quantity: CTP = one(CTP, "", "Quantity of the drug")
    prescription: REF | None = one(REF, "VY XZ", "Prescription or compound number", default=None)


@loop("2420A", "Rendering provider of the line")
class LineRendering(Loop):
    name: NM1 = one(NM1, "82", "Rendering provider of the line", PROVIDER)
    specialty: PRV | None = one(PRV, "PE", "Rendering provider's specialty", default=None)
    secondary: Sequence[REF] = many(
        REF, 20, "0B 1G G2 LU", "Rendering provider's secondary identifier", FOR_PAYER
    )


@loop("2420B", "Purchased service provider")
class PurchasedServiceProvider(Loop):
    name: NM1 = one(
        NM1,
        "QB",
        "Purchased service provider",
        NAMELESS,
        kind=R("1 2"),
        id_qualifier=S("XX"),
        id=S,
    )
    secondary: Sequence[REF] = many(REF, 20, "0B 1G G2", "Its secondary identifier", FOR_PAYER)


@loop("2420C", "Service facility of the line")
class LineFacility(Loop):
    name: NM1 = one(NM1, "77", "Service facility of the line", FACILITY)
    street: N3 = one(N3, "", "Service facility's street")
    city: N4 = one(N4, "", "Service facility's city")
    secondary: Sequence[REF] = many(REF, 3, "G2 LU", "Service facility's secondary identifier", FOR_PAYER)


@loop("2420D", "Supervising provider of the line")
class LineSupervising(Loop):
    name: NM1 = one(NM1, "DQ", "Supervising provider of the line", PERSON)
    secondary: Sequence[REF] = many(
        REF, 20, "0B 1G G2 LU", "Supervising provider's secondary identifier", FOR_PAYER
    )


@loop("2420E", "Ordering provider")
class OrderingProvider(Loop):
    name: NM1 = one(NM1, "DK", "Ordering provider", PERSON)
    street: N3 | None = one(N3, "", "Ordering provider's street", default=None)
    city: N4 | None = one(N4, "", "Ordering provider's city", default=None)
    secondary: Sequence[REF] = many(
        REF, 20, "0B 1G G2", "Ordering provider's secondary identifier", FOR_PAYER
    )
    contact: PER | None = one(PER, "IC", "Ordering provider's contact", default=None)


@loop("2420F", "Referring provider of the line")
class LineReferring(Loop):
    name: NM1 = one(NM1, "DN P3", "Referring provider of the line", PERSON)
    secondary: Sequence[REF] = many(
        REF, 20, "0B 1G G2", "Referring provider's secondary identifier", FOR_PAYER
    )


@loop("2420G", "Ambulance pick-up of the line")
class LinePickUp(Loop):
    name: NM1 = one(NM1, "PW", "Ambulance pick-up", NAMELESS, kind=R("2"))
    street: N3 = one(N3, "", "Pick-up street")
    city: N4 = one(N4, "", "Pick-up city")


@loop("2420H", "Ambulance drop-off of the line")
class LineDropOff(Loop):
    name: NM1 = one(NM1, "45", "Ambulance drop-off", ORGANISATION, last=S, id_qualifier=N, id=N)
    street: N3 = one(N3, "", "Drop-off street")
    city: N4 = one(N4, "", "Drop-off city")


@loop("2430", "Other payer's decision on the line")
class LineAdjudication(Loop):
    decision: SVD = one(SVD, "", "Other payer's decision")
    adjustments: Sequence[CAS] = many(CAS, 5, "", "Other payer's line adjustments")
    adjudicated: DTP = one(DTP, "573", "Date of adjudication")
    patient_liability: AMT | None = one(AMT, "EAF", "Remaining patient liability", default=None)


@loop("2440", "Form")
class Form(Loop):
    form: LQ = one(LQ, "AS UT", "Form", code=R)
    answers: Sequence[FRM] = many(FRM, 99, "", "Answer on the form", default=REQUIRED)


@loop("2400", "Service line")
class ServiceLine(Loop):
    number: LX = one(LX, "", "Line number")
    service: SV1 = one(SV1, "", "Professional service")
    equipment: SV5 | None = one(
        SV5, "", "Equipment", default=None, procedure=R(qualifier=R("HC"), modifiers=N, description=N)
    )
    attachments: Sequence[PWK] = many(PWK, 10, "", "Attachment to the line")
    necessity_certificate: PWK | None = one(
        PWK, "CT", "Certificate of medical necessity", default=None, guard="transmission",
        transmission=R("AB AD AF AG NS"), id_qualifier=N, control_number=N,
    )  # fmt: skip
    ambulance: CR1 | None = one(CR1, "", "Ambulance transport", default=None)
    equipment_certification: CR3 | None = one(CR3, "", "Equipment certification", default=None)
    ambulance_conditions: Sequence[CRC] = many(
        CRC,
        3,
        "07",
        "Ambulance certification",
        condition=R(AMBULANCE_CONDITIONS),
        others=S(AMBULANCE_CONDITIONS),
    )
    hospice: CRC | None = one(CRC, "70", "Hospice employee", default=None, condition=R("65"), others=N)
    equipment_conditions: CRC | None = one(
        CRC, "09", "Equipment condition", default=None, condition=R("38 ZV"), others=S("38 ZV", upto=4)
    )
    service_date: DTP = one(DTP, "472", "Service date", format=R("D8 RD8"))
    prescription: DTP | None = one(DTP, "471", "Prescription", default=None)
    recertification: DTP | None = one(DTP, "607", "Certification revised or renewed", default=None)
    therapy_start: DTP | None = one(DTP, "463", "Start of the therapy", default=None)
    last_certification: DTP | None = one(DTP, "461", "Last certification", default=None)
    last_seen: DTP | None = one(DTP, "304", "Last seen", default=None)
    tests: Sequence[DTP] = many(DTP, 2, "738 739", "Test")
    shipped: DTP | None = one(DTP, "011", "Shipped", default=None)
    last_x_ray: DTP | None = one(DTP, "455", "Last X-ray", default=None)
    initial_treatment: DTP | None = one(DTP, "454", "Initial treatment", default=None)
    ambulance_patients: QTY | None = one(QTY, "PT", "Patients in the ambulance", default=None)
    anesthesia_units: QTY | None = one(QTY, "FL", "Additional obstetric anesthesia units", default=None)
    test_results: Sequence[MEA] = many(MEA, 5, "", "Test result")
    contract: CN1 | None = one(CN1, "", "Contract", default=None)
    repriced: REF | None = one(REF, "9B", "Repriced line number", default=None)
    adjusted_repriced: REF | None = one(REF, "9D", "Adjusted repriced line number", default=None)
    prior_authorizations: Sequence[REF] = many(REF, 5, "G1", "Prior authorization", FOR_PAYER)
    control_number: REF | None = one(REF, "6R", "Line control number", default=None)
    mammography: REF | None = one(REF, "EW", "Mammography certification", default=None)
    clia: REF | None = one(REF, "X4", "CLIA number", default=None, value=R(external="clia"))
    referring_clia: REF | None = one(
        REF, "F4", "Referring laboratory's CLIA number", default=None, value=R(external="clia")
    )
    immunization: REF | None = one(REF, "BT", "Immunization batch", default=None)
    referrals: Sequence[REF] = many(REF, 5, "9F", "Referral number", FOR_PAYER)
    sales_tax: AMT | None = one(AMT, "T", "Sales tax", default=None)
    postage: AMT | None = one(AMT, "F4", "Postage", default=None)
    file_information: Sequence[K3] = many(K3, 10, "", "File information")
    note: NTE | None = one(NTE, "ADD DCP", "Note to the line", default=None)
    third_party_note: NTE | None = one(NTE, "TPO", "Note of a third party", default=None)
    purchased_service: PS1 | None = one(PS1, "", "Purchased service", default=None)
    pricing: HCP | None = one(
        HCP, "", "Pricing of the line", default=None,
        procedure_qualifier=S("ER HC IV WK"), procedure=S, unit=S("MJ UN"), quantity=S,
    )  # fmt: skip
    drug: Drug | None = one(Drug, default=None)
    rendering: LineRendering | None = one(LineRendering, default=None)
    purchased_provider: PurchasedServiceProvider | None = one(PurchasedServiceProvider, default=None)
    facility: LineFacility | None = one(LineFacility, default=None)
    supervising: LineSupervising | None = one(LineSupervising, default=None)
    ordering: OrderingProvider | None = one(OrderingProvider, default=None)
    referring: Sequence[LineReferring] = many(LineReferring, 2)
    pick_up: LinePickUp | None = one(LinePickUp, default=None)
    drop_off: LineDropOff | None = one(LineDropOff, default=None)
    adjudications: Sequence[LineAdjudication] = many(LineAdjudication, 15)
    forms: Sequence[Form] = many(Form)
