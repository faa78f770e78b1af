"""The service line loops of the 837D: 2400, teeth, providers, other payers' decisions."""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import N, R, S, loop, many, one
from edi.declare.nodes import Loop
from edi.guides.claim_parties import FACILITY, FOR_PAYER, PERSON, PROVIDER
from edi.segments.claim import K3, SVD
from edi.segments.dental import SV3, TOO
from edi.segments.money import AMT, CAS, CN1, HCP
from edi.segments.party import LX, N3, N4, NM1, PRV, REF
from edi.segments.times import DTP

PROCEDURES: Final = "AD ER"


@loop("2420A", "Rendering provider of the line")
class LineRendering(Loop):
    name: NM1 = one(NM1, "82", "Rendering provider of the line", PROVIDER)
    specialty: PRV | None = one(PRV, "PE", "Rendering provider's specialty", default=None)
    secondary: Sequence[REF] = many(
        REF, 20, "0B 1G G2 LU", "Rendering provider's secondary identifier", FOR_PAYER
    )


@loop("2420B", "Assistant surgeon of the line")
class LineAssistantSurgeon(Loop):
    name: NM1 = one(NM1, "DD", "Assistant surgeon of the line", PROVIDER)
    specialty: PRV | None = one(PRV, "AS", "Assistant surgeon's specialty", default=None)
    secondary: Sequence[REF] = many(
        REF, 20, "0B 1G G2 LU", "Assistant surgeon's secondary identifier", FOR_PAYER
    )


@loop("2420C", "Supervising provider of the line")
class LineSupervising(Loop):
    name: NM1 = one(NM1, "DQ", "Supervising provider of the line", PERSON)
    secondary: Sequence[REF] = many(
        REF, 20, "0B 1G G2 LU", "Supervising provider's secondary identifier", FOR_PAYER
    )


@loop("2420D", "Service facility of the line")
class LineFacility(Loop):
    name: NM1 = one(NM1, "77", "Service facility of the line", FACILITY)
    street: N3 = one(N3, "", "Service facility's street")
    city: N4 = one(N4, "", "Service facility's city")
    secondary: Sequence[REF] = many(REF, 3, "G2 LU", "Service facility's secondary identifier", FOR_PAYER)


@loop("2430", "Other payer's decision on the line")
class LineAdjudication(Loop):
    decision: SVD = one(SVD, "", "Other payer's decision", procedure=R(qualifier=R(PROCEDURES)))
    adjustments: Sequence[CAS] = many(CAS, 5, "", "Other payer's line adjustments")
    adjudicated: DTP = one(DTP, "573", "Date of adjudication")
    patient_liability: AMT | None = one(AMT, "EAF", "Remaining patient liability", default=None)


@loop("2400", "Service line")
class ServiceLine(Loop):
    number: LX = one(LX, "", "Line number")
    service: SV3 = one(SV3, "", "Dental service", procedure=R(qualifier=R("AD")))
    teeth: Sequence[TOO] = many(TOO, 32, "JP", "Tooth")
    service_date: DTP | None = one(DTP, "472", "Service date", default=None)
    prior_placement: DTP | None = one(DTP, "441", "Prior placement", default=None)
    appliance_placement: DTP | None = one(DTP, "452", "Placement of the appliance", default=None)
    replacement: DTP | None = one(DTP, "446", "Replacement of the appliance", default=None)
    treatment_start: DTP | None = one(DTP, "196", "Start of the treatment", default=None)
    treatment_completion: DTP | None = one(DTP, "198", "Completion of the treatment", default=None)
    contract: CN1 | None = one(CN1, "", "Contract", default=None)
    predeterminations: Sequence[REF] = many(REF, 5, "G3", "Predetermination number", FOR_PAYER)
    prior_authorizations: Sequence[REF] = many(REF, 5, "G1", "Prior authorization", FOR_PAYER)
    control_number: REF | None = one(REF, "6R", "Line control number", default=None)
    repriced: REF | None = one(REF, "9A", "Repriced claim number", default=None)
    repriced_line: REF | None = one(REF, "9B", "Repriced line number", default=None)
    adjusted_repriced: REF | None = one(REF, "9C", "Adjusted repriced claim number", default=None)
    adjusted_repriced_line: REF | None = one(REF, "9D", "Adjusted repriced line number", default=None)
    referrals: Sequence[REF] = many(REF, 5, "9F", "Referral number", FOR_PAYER)
    sales_tax: AMT | None = one(AMT, "T", "Sales tax", default=None)
    file_information: Sequence[K3] = many(K3, 10, "", "File information")
    pricing: HCP | None = one(
        HCP, "", "Pricing of the line", default=None,
        procedure_qualifier=S(PROCEDURES), procedure=S, unit=S("UN"), quantity=S, revenue_code=N,
    )  # fmt: skip
    rendering: LineRendering | None = one(LineRendering, default=None)
    assistant_surgeon: LineAssistantSurgeon | None = one(LineAssistantSurgeon, default=None)
    supervising: LineSupervising | None = one(LineSupervising, default=None)
    facility: LineFacility | None = one(LineFacility, default=None)
    adjudications: Sequence[LineAdjudication] = many(LineAdjudication, 15)
