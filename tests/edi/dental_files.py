"""Dental claims with the text that the guide wants, written by hand: no other program referees an 837D.

Each case is what a practice would say, and the segments of loops 2300 and below as 005010X224A2 has them. The
expectations were written from the guide's rules and not from what the writer gives.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from edi.records import (
    Accident,
    Attachment,
    Contract,
    Dental,
    DentalLine,
    OtherPayer,
    Party,
    Person,
    ServiceLine,
    Tooth,
)

DAY, NEXT = date(2026, 11, 2), date(2026, 11, 3)
DENTIST = Party(last="VANCE", first="IRIS", person=True, npi="1999071016", taxonomy="1223G0001X")
SURGEON = Party(last="HOLT", first="SAM", person=True, npi="1245319599", taxonomy="1223S0112X")


def line(number: int = 1, procedure: str = "D2740", charge: int = 120000, **more: Any) -> ServiceLine:
    return ServiceLine(
        number=number, procedure=procedure, charge=charge, service_from=more.pop("day", DAY), **more
    )


@dataclass(frozen=True)
class Case:
    """What is said, and the wire from CLM on."""

    name: str
    wire: str
    lines: tuple[ServiceLine, ...] = (line(),)
    facts: dict[str, Any] = field(default_factory=dict)


CASES = (
    Case(
        "a_crown_on_one_tooth",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~LX*1~SV3*AD:D2740*1200***I*1~TOO*JP*30~",
        (line(tooth="30", dental=DentalLine(prosthesis="I")),),
    ),
    Case(
        "a_filling_on_two_surfaces",
        "CLM*D1*180***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~LX*1~SV3*AD:D2392*180****1~TOO*JP*3*M:O~",
        (line(procedure="D2392", charge=18000, tooth="3", surfaces=("M", "O")),),
    ),
    Case(
        "a_filling_on_five_surfaces",
        "CLM*D1*300***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~LX*1~SV3*AD:D2335*300****1~TOO*JP*8*M:I:D:F:L~",
        (line(procedure="D2335", charge=30000, tooth="8", surfaces=("M", "I", "D", "F", "L")),),
    ),
    Case(
        "a_primary_tooth_has_a_letter",
        "CLM*D1*90***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~LX*1~SV3*AD:D7140*90****1~TOO*JP*A~",
        (line(procedure="D7140", charge=9000, tooth="A"),),
    ),
    Case(
        "a_supernumerary_tooth",
        "CLM*D1*250***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~LX*1~SV3*AD:D7140*250****1~TOO*JP*59~",
        (line(procedure="D7140", charge=25000, tooth="59"),),
    ),
    Case(
        "several_teeth_of_one_line",
        "CLM*D1*800***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~LX*1~SV3*AD:D7240*800****4~"
        "TOO*JP*1~TOO*JP*16~TOO*JP*17~TOO*JP*32~",
        (
            line(
                procedure="D7240",
                charge=80000,
                units="4",
                tooth="1",
                dental=DentalLine(more_teeth=(Tooth(number="16"), Tooth(number="17"), Tooth(number="32"))),
            ),
        ),
    ),
    Case(
        "a_quadrant_instead_of_a_tooth",
        "CLM*D1*220***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~LX*1~SV3*AD:D4341*220**10**1~",
        (line(procedure="D4341", charge=22000, oral_cavity=("10",)),),
    ),
    Case(
        "two_areas_of_the_mouth",
        "CLM*D1*440***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~LX*1~SV3*AD:D4341*440**10:40**2~",
        (line(procedure="D4341", charge=44000, units="2", oral_cavity=("10", "40")),),
    ),
    Case(
        "an_upper_denture",
        "CLM*D1*1500***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~LX*1~SV3*AD:D5110*1500**01*I*1~",
        (line(procedure="D5110", charge=150000, oral_cavity=("01",), dental=DentalLine(prosthesis="I")),),
    ),
    Case(
        "a_replaced_crown_says_when_the_first_was_placed",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~LX*1~SV3*AD:D2740*1200***R*1~TOO*JP*30~"
        "DTP*441*D8*20161001~",
        (line(tooth="30", dental=DentalLine(prosthesis="R", prior_placement=date(2016, 10, 1))),),
    ),
    Case(
        "an_examination_has_no_tooth",
        "CLM*D1*55***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~LX*1~SV3*AD:D0120*55****1~",
        (line(procedure="D0120", charge=5500),),
    ),
    Case(
        "lines_of_two_days_have_days_of_their_own",
        "CLM*D1*255***11:B:1*Y*A*Y*Y~LX*1~SV3*AD:D0120*55****1~DTP*472*D8*20261102~"
        "LX*2~SV3*AD:D1110*200****1~DTP*472*D8*20261103~",
        (line(procedure="D0120", charge=5500), line(2, "D1110", 20000, day=NEXT)),
    ),
    Case(
        "a_predetermination_has_no_day",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y**********PB~LX*1~SV3*AD:D2740*1200***I*1~TOO*JP*30~",
        (line(day=None, tooth="30", dental=DentalLine(prosthesis="I")),),
        {"dental": Dental(predetermines=True)},
    ),
    Case(
        "the_service_names_its_predetermination",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~REF*G3*PRE77~LX*1~SV3*AD:D2740*1200****1~",
        facts={"dental": Dental(predetermination="PRE77")},
    ),
    Case(
        "a_line_names_its_own_predetermination",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~LX*1~SV3*AD:D2740*1200****1~REF*G3*PRE78~",
        (line(dental=DentalLine(predetermination="PRE78")),),
    ),
    Case(
        "orthodontics_say_their_months_and_the_appliance",
        "CLM*D1*4000***11:B:1*Y*A*Y*Y~DTP*452*D8*20261001~DTP*472*D8*20261102~DN1*24*23~LX*1~"
        "SV3*AD:D8080*4000****1~",
        (line(procedure="D8080", charge=400000),),
        {
            "dental": Dental(
                orthodontic=True, months="24", remaining_months="23", appliance_placed=date(2026, 10, 1)
            )
        },
    ),
    Case(
        "missing_and_to_be_extracted_teeth",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~DN2*1*M****JP~DN2*16*E****JP~LX*1~"
        "SV3*AD:D2740*1200****1~",
        facts={"dental": Dental(teeth=(Tooth(number="1", status="M"), Tooth(number="16", status="E")))},
    ),
    Case(
        "an_x_ray_is_announced",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~PWK*RB*EL***AC*X77~LX*1~SV3*AD:D2740*1200****1~",
        facts={"attachments": (Attachment(report_type="RB", transmission="EL", control_number="X77"),)},
    ),
    Case(
        "an_accident_at_work",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y**EM~DTP*439*D8*20261030~DTP*472*D8*20261102~LX*1~"
        "SV3*AD:D2740*1200****1~",
        facts={"accident": Accident(causes=("EM",), day=date(2026, 10, 30))},
    ),
    Case(
        "a_car_accident_says_its_state",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y**AA:::OH~DTP*439*D8*20261030~DTP*472*D8*20261102~LX*1~"
        "SV3*AD:D2740*1200****1~",
        facts={"accident": Accident(causes=("AA",), state="OH", day=date(2026, 10, 30))},
    ),
    Case(
        "money_taken_at_the_desk",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~AMT*F5*100~LX*1~SV3*AD:D2740*1200****1~",
        facts={"patient_paid": 10000},
    ),
    Case(
        "a_diagnosis_and_its_pointer",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~HI*ABK:K0889*ABF:E119~LX*1~"
        "SV3*AD:D2740*1200****1*****1:2~",
        (line(pointers=(1, 2)),),
        {"diagnoses": ("K0889", "E119")},
    ),
    Case(
        "the_rendering_dentist_and_the_referring_one_say_their_specialty",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~NM1*DN*1*HOLT*SAM****XX*1245319599~"
        "PRV*RF*PXC*1223S0112X~NM1*82*1*VANCE*IRIS****XX*1999071016~PRV*PE*PXC*1223G0001X~LX*1~"
        "SV3*AD:D2740*1200****1~",
        facts={"rendering": DENTIST, "referring": SURGEON},
    ),
    Case(
        "an_assistant_surgeon",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~NM1*DD*1*HOLT*SAM****XX*1245319599~"
        "PRV*AS*PXC*1223S0112X~LX*1~SV3*AD:D2740*1200****1~",
        facts={"dental": Dental(assistant_surgeon=SURGEON)},
    ),
    Case(
        "a_replacement_names_the_payers_claim",
        "CLM*D1*1200***11:B:7*Y*A*Y*Y~DTP*472*D8*20261102~REF*F8*PAYER9~LX*1~SV3*AD:D2740*1200****1~",
        facts={"frequency": "7", "payer_claim_control_number": "PAYER9"},
    ),
    Case(
        "an_authorization_and_a_referral",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~REF*9F*REF1~REF*G1*AUTH1~LX*1~"
        "SV3*AD:D2740*1200****1~",
        facts={"referral_number": "REF1", "prior_authorization": "AUTH1"},
    ),
    Case(
        "a_child_screened_under_epsdt",
        "CLM*D1*55***11:B:1*Y*A*Y*Y***01~DTP*472*D8*20261102~LX*1~SV3*AD:D0120*55****1~",
        (line(procedure="D0120", charge=5500),),
        {"special_program": "01"},
    ),
    Case(
        "a_contract_and_a_note",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~CN1*05~NTE*ADD*FRACTURED CUSP~LX*1~"
        "SV3*AD:D2740*1200****1~",
        facts={"contract": Contract(type="05"), "note": "FRACTURED CUSP"},
    ),
    Case(
        "another_coverage",
        "CLM*D1*1200***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~SBR*S*01*G2******CI~OI***Y***Y~"
        "NM1*IL*1*LINDGREN*OLA****MI*M2~NM1*PR*2*SECOND DENTAL*****PI*SEC01~LX*1~SV3*AD:D2740*1200****1~",
        facts={
            "other_payers": (
                OtherPayer(
                    order="S",
                    relationship="01",
                    group_number="G2",
                    filing_code="CI",
                    payer=Party(last="SECOND DENTAL", id="SEC01", id_qualifier="PI"),
                    subscriber=Person(last="LINDGREN", first="OLA", member_id="M2"),
                ),
            )
        },
    ),
    Case(
        "braces_are_replaced_and_the_treatment_has_its_days",
        "CLM*D1*400***11:B:1*Y*A*Y*Y~DTP*472*D8*20261102~LX*1~SV3*AD:D8670*400****1~DTP*452*D8*20261001~"
        "DTP*446*D8*20261015~DTP*196*D8*20261001~DTP*198*D8*20261102~",
        (
            line(
                procedure="D8670",
                charge=40000,
                dental=DentalLine(
                    appliance_placed=date(2026, 10, 1),
                    appliance_replaced=date(2026, 10, 15),
                    treatment_start=date(2026, 10, 1),
                    treatment_completion=DAY,
                ),
            ),
        ),
    ),
)
