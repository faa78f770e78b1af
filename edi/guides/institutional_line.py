"""The service line loops of the 837I: 2400, drugs, providers, other payers' decisions."""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import R, S, Use, loop, many, one
from edi.declare.nodes import Loop
from edi.guides.claim_parties import FOR_PAYER, PERSON
from edi.segments.claim import CTP, LIN, NTE, PWK, SVD
from edi.segments.institutional import SV2
from edi.segments.money import AMT, CAS, HCP
from edi.segments.party import LX, NM1, REF
from edi.segments.times import DTP

PROCEDURES: Final = "ER HC HP IV WK"
PRICING: Final[dict[str, Use]] = {"revenue_code": S, "unit": S("DA UN"), "quantity": S}


@loop("2410", "Drug")
class Drug(Loop):
    item: LIN = one(LIN, "", "Drug", qualifier=R("N4"))
    quantity: CTP = one(CTP, "", "Quantity of the drug")
    prescription: REF | None = one(REF, "VY XZ", "Prescription or compound number", default=None)


@loop("2420A", "Operating physician of the line")
class LineOperating(Loop):
    name: NM1 = one(NM1, "72", "Operating physician of the line", PERSON)
    secondary: Sequence[REF] = many(
        REF, 20, "0B 1G G2 LU", "Operating physician's secondary identifier", FOR_PAYER
    )


@loop("2420B", "Other operating physician of the line")
class LineOtherOperating(Loop):
    name: NM1 = one(NM1, "ZZ", "Other operating physician of the line", PERSON)
    secondary: Sequence[REF] = many(
        REF, 20, "0B 1G G2 LU", "Other operating physician's secondary identifier", FOR_PAYER
    )


@loop("2420C", "Rendering provider of the line")
class LineRendering(Loop):
    name: NM1 = one(NM1, "82", "Rendering provider of the line", PERSON)
    secondary: Sequence[REF] = many(
        REF, 20, "0B 1G G2 LU", "Rendering provider's secondary identifier", FOR_PAYER
    )


@loop("2420D", "Referring provider of the line")
class LineReferring(Loop):
    name: NM1 = one(NM1, "DN", "Referring provider of the line", PERSON)
    secondary: Sequence[REF] = many(
        REF, 20, "0B 1G G2", "Referring provider's secondary identifier", FOR_PAYER
    )


@loop("2430", "Other payer's decision on the line")
class LineAdjudication(Loop):
    decision: SVD = one(
        SVD, "", "Other payer's decision", procedure=S(qualifier=R(PROCEDURES)), revenue_code=R
    )
    adjustments: Sequence[CAS] = many(CAS, 5, "", "Other payer's line adjustments")
    adjudicated: DTP = one(DTP, "573", "Date of adjudication")
    patient_liability: AMT | None = one(AMT, "EAF", "Remaining patient liability", default=None)


@loop("2400", "Service line")
class ServiceLine(Loop):
    number: LX = one(LX, "", "Line number")
    service: SV2 = one(SV2, "", "Institutional service", procedure=S(qualifier=R(PROCEDURES)))
    attachments: Sequence[PWK] = many(PWK, 10, "", "Attachment to the line")
    service_date: DTP | None = one(DTP, "472", "Service date", default=None, format=R("D8 RD8"))
    control_number: REF | None = one(REF, "6R", "Line control number", default=None)
    repriced: REF | None = one(REF, "9B", "Repriced line number", default=None)
    adjusted_repriced: REF | None = one(REF, "9D", "Adjusted repriced line number", default=None)
    service_tax: AMT | None = one(AMT, "GT", "Service tax", default=None)
    facility_tax: AMT | None = one(AMT, "N8", "Facility tax", default=None)
    third_party_note: NTE | None = one(NTE, "TPO", "Note of a third party", default=None)
    pricing: HCP | None = one(
        HCP, "", "Pricing of the line", PRICING, default=None, procedure_qualifier=S(PROCEDURES), procedure=S
    )
    drug: Drug | None = one(Drug, default=None)
    operating: LineOperating | None = one(LineOperating, default=None)
    other_operating: LineOtherOperating | None = one(LineOtherOperating, default=None)
    rendering: LineRendering | None = one(LineRendering, default=None)
    referring: LineReferring | None = one(LineReferring, default=None)
    adjudications: Sequence[LineAdjudication] = many(LineAdjudication, 15)
