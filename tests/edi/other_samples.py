"""Institutional and dental claims that the tests of `edi` share. All people and numbers are made up."""

from datetime import date

from edi.records import (
    Accident,
    Adjustment,
    Attachment,
    Claim,
    DatedCode,
    Dental,
    DentalLine,
    Institutional,
    LineAdjudication,
    OtherPayer,
    Party,
    Person,
    ServiceLine,
    Tooth,
)
from tests.edi.samples import CHILD, CLINIC, DOCTOR, HOME, PATIENT, PAYER, claim, line

SURGEON = Party(last="HILL", first="JO", person=True, npi="1234567893")


def institutional_claim(**changes: object) -> Claim:
    """A clean outpatient bill of one line."""
    made = claim(
        kind="I",
        patient_control_number="UB0001",
        place_of_service="",
        rendering=None,
        institutional=Institutional(
            type_of_bill="13",
            admission_type="3",
            admission_source="1",
            patient_status="01",
            statement_from=date(2026, 11, 2),
            statement_to=date(2026, 11, 2),
            reason_diagnoses=("R509",),
            attending=DOCTOR,
        ),
        lines=(line(revenue_code="0510", pointers=()),),
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def inpatient_claim() -> Claim:
    """An inpatient stay that uses nearly every institutional field."""
    other = OtherPayer(
        order="P",
        payer=Party(last="FIRST MUTUAL", id="FIRST1", id_qualifier="PI"),
        subscriber=Person(last="RIVER", first="ANNA", member_id="F777"),
        relationship="19",
        filing_code="CI",
        paid=6000,
        remaining_patient_liability=1500,
        adjudicated=date(2026, 11, 10),
        payer_claim_control_number="F8880",
    )
    decided = LineAdjudication(
        payer_id="FIRST1",
        paid=6000,
        procedure="99213",
        units="2",
        adjustments=(Adjustment(group="CO", reason="45", amount=19000),),
        adjudicated=date(2026, 11, 10),
    )
    return institutional_claim(
        patient_control_number="UB0002",
        charge=27050,
        payer_order="S",
        subscriber=Person(last="RIVER", first="ANNA", member_id="M00012345"),
        patient=CHILD,
        relationship="19",
        frequency="7",
        payer_claim_control_number="ICN99",
        diagnoses=("S52501A", "R509", *(f"Z{n:02d}" for n in range(14))),
        accident=Accident(state="TX"),
        referring=SURGEON,
        rendering=SURGEON,
        service_facility=Party(last="CITY HOSPITAL", npi="1234567893", address=HOME),
        prior_authorization="PA1",
        medical_record_number="MR5",
        note="BILLED LATE",
        attachments=(Attachment(report_type="OZ", transmission="EL", control_number="ATT1"),),
        other_payers=(other,),
        institutional=Institutional(
            type_of_bill="11",
            admission_type="1",
            admission_source="7",
            patient_status="01",
            statement_from=date(2026, 10, 30),
            statement_to=date(2026, 11, 2),
            admission=date(2026, 10, 30),
            admission_hour="0930",
            discharge_hour="1115",
            admitting_diagnosis="S52501A",
            external_causes=("W010XXA",),
            present_on_admission=("Y", "N", *[""] * 14),
            drg="563",
            principal_procedure=DatedCode(code="0PSH04Z", on=date(2026, 10, 31)),
            other_procedures=(DatedCode(code="BP2HZZZ", on=date(2026, 10, 30)),),
            occurrences=(DatedCode(code="01", on=date(2026, 10, 30)),),
            occurrence_spans=(DatedCode(code="74", on=date(2026, 10, 31), to=date(2026, 11, 1)),),
            values=(DatedCode(code="80", amount=300), DatedCode(code="A1", amount=150000)),
            conditions=("02", "09"),
            estimated_amount_due=1500,
            attending=DOCTOR,
            operating=SURGEON,
            other_operating=SURGEON,
        ),
        lines=(
            ServiceLine(
                number=1,
                revenue_code="0120",
                procedure="99213",
                modifiers=("25",),
                charge=25000,
                unit_code="DA",
                units="2",
                non_covered=500,
                control_number="L1",
                adjudications=(decided,),
            ),
            ServiceLine(
                number=2,
                revenue_code="0250",
                procedure="J1885",
                charge=2050,
                service_from=date(2026, 11, 1),
                service_to=date(2026, 11, 2),
                ndc="00409379501",
                ndc_quantity="2",
                ndc_unit="ML",
                prescription_number="RX1",
                operating=SURGEON,
                rendering=SURGEON,
                referring=SURGEON,
            ),
        ),
    )


def dental_claim(**changes: object) -> Claim:
    """A clean dental claim: a filling on one tooth."""
    made = Claim(
        kind="D",
        patient_control_number="DN0001",
        charge=12500,
        billing=CLINIC,
        payer=PAYER,
        subscriber=PATIENT,
        filing_code="CI",
        place_of_service="11",
        rendering=DOCTOR,
        lines=(
            ServiceLine(
                number=1,
                procedure="D2392",
                procedure_qualifier="AD",
                charge=12500,
                service_from=date(2026, 11, 2),
                tooth="12",
                surfaces=("M", "O"),
                control_number="L1",
            ),
        ),
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def orthodontic_claim() -> Claim:
    """A dental claim that uses nearly every dental field."""
    bridge = ServiceLine(
        number=1,
        procedure="D6740",
        procedure_qualifier="AD",
        charge=100000,
        service_from=date(2026, 11, 2),
        tooth="4",
        pointers=(1,),
        place_of_service="22",
        prior_authorization="PA7",
        rendering=DOCTOR,
        supervising=SURGEON,
        dental=DentalLine(
            more_teeth=(Tooth(number="6", surfaces=("F",)),),
            prosthesis="R",
            prior_placement=date(2015, 3, 1),
        ),
    )
    braces = ServiceLine(
        number=2,
        procedure="D8080",
        procedure_qualifier="AD",
        charge=250000,
        service_from=date(2026, 11, 3),
        oral_cavity=("01", "02"),
        units="2",
    )
    return dental_claim(
        patient_control_number="DN0002",
        charge=350000,
        subscriber=Person(last="RIVER", first="ANNA", member_id="M00012345"),
        patient=CHILD,
        relationship="19",
        diagnoses=("K0889",),
        accident=Accident(causes=("OA",), day=date(2026, 10, 1)),
        patient_paid=5000,
        referring=Party(last="HILL", first="JO", person=True, npi="1234567893", taxonomy="122300000X"),
        service_facility=Party(last="CITY HOSPITAL", npi="1234567893", address=HOME),
        note="IMPACTED",
        attachments=(Attachment(report_type="RB", transmission="EL", control_number="ATT1"),),
        dental=Dental(
            orthodontic=True,
            months="24",
            remaining_months="18",
            appliance_placed=date(2026, 5, 1),
            teeth=(Tooth(number="1", status="M"), Tooth(number="16", status="E")),
            predetermination="PD9",
            assistant_surgeon=Party(
                last="HILL", first="JO", person=True, npi="1234567893", taxonomy="1223S0112X"
            ),
        ),
        lines=(bridge, braces),
    )
