"""Records and hand-written files that the tests of `edi` share. All people and numbers are made up."""

from datetime import date
from pathlib import Path

from edi.records import (
    Accident,
    Address,
    Adjustment,
    Attachment,
    Claim,
    ClaimAcknowledgment,
    ClaimPayment,
    ClaimStatus,
    Envelope,
    LineAdjudication,
    OtherPayer,
    Party,
    Person,
    ProviderAdjustment,
    ProviderStatus,
    Remittance,
    ServiceLine,
    ServicePayment,
    Status,
)

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "x12"

HOME = Address(line1="12 ELM ST", city="AUSTIN", state="TX", zip="787010001")
CLINIC = Party(
    last="CLEAR FAMILY PRACTICE",
    npi="1234567893",
    tax_id="741234567",
    taxonomy="207Q00000X",
    address=Address(line1="1 MAIN ST", line2="STE 4", city="AUSTIN", state="TX", zip="787010001"),
    contact_name="BILLING",
    contact_phone="5125550100",
)
PAYER = Party(last="ACME HEALTH", id="ACME1", id_qualifier="PI")
DOCTOR = Party(last="STONE", first="RUTH", person=True, npi="1245319599", taxonomy="207Q00000X")
PATIENT = Person(
    last="RIVER", first="ANNA", birth_date=date(1980, 2, 29), sex="F", member_id="M00012345", address=HOME
)
CHILD = Person(last="RIVER", first="TOM", birth_date=date(2015, 5, 1), sex="M", address=HOME)
ENVELOPE = Envelope(
    sender_id="CLEANCLAIM",
    receiver_id="CLEARHOUSE",
    control_number=905,
    created=date(2026, 11, 16),
    time="0130",
    usage="T",
    submitter=Party(last="CLEANCLAIM", id="SUB01", contact_name="EDI DESK", contact_phone="5125550101"),
    receiver=Party(last="CLEARHOUSE", id="CLR01"),
    batch_reference="B905",
)


def line(number: int = 1, **changes: object) -> ServiceLine:
    """One office visit."""
    made = ServiceLine(
        number=number,
        procedure="99213",
        charge=12500,
        service_from=date(2026, 11, 2),
        pointers=(1,),
        control_number=f"L{number}",
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def claim(**changes: object) -> Claim:
    """A clean claim of one line for a patient who is the subscriber."""
    made = Claim(
        patient_control_number="PCN0001",
        charge=12500,
        billing=CLINIC,
        payer=PAYER,
        subscriber=PATIENT,
        group_number="G100",
        filing_code="CI",
        place_of_service="11",
        diagnoses=("J020",),
        rendering=DOCTOR,
        lines=(line(),),
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def full_claim() -> Claim:
    """A claim that uses nearly every field a record has: a child, another payer, a drug, an accident."""
    other = OtherPayer(
        order="P",
        payer=Party(last="FIRST MUTUAL", id="FIRST1", id_qualifier="PI"),
        subscriber=Person(last="RIVER", first="ANNA", member_id="F777"),
        relationship="19",
        group_number="G7",
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
        modifiers=("25",),
        adjustments=(
            Adjustment(group="CO", reason="45", amount=5000),
            Adjustment(group="PR", reason="2", amount=1500, quantity="1"),
        ),
        adjudicated=date(2026, 11, 10),
    )
    referrer = Party(last="HILL", first="JO", person=True, npi="1234567893")
    visit = line(
        modifiers=("25", "95"),
        description="LONG VISIT",
        pointers=(1, 2),
        units="1.5",
        place_of_service="22",
        prior_authorization="PA2",
        clia="45D0000001",
        note="LINE NOTE",
        emergency=True,
        adjudications=(decided,),
    )
    shot = line(
        2,
        procedure="J1885",
        charge=2050,
        service_to=date(2026, 11, 4),
        ndc="00409379501",
        ndc_quantity="2",
        ndc_unit="ML",
        prescription_number="RX1",
        ordering=referrer,
        rendering=DOCTOR,
    )
    return claim(
        patient_control_number="PCN0002",
        charge=14550,
        payer_order="S",
        subscriber=Person(last="RIVER", first="ANNA", member_id="M00012345"),
        patient=CHILD,
        relationship="19",
        frequency="7",
        payer_claim_control_number="ICN99",
        diagnoses=("S52501A", "R509"),
        patient_paid=1000,
        accident=Accident(causes=("AA",), state="TX", day=date(2026, 10, 30)),
        onset=date(2026, 10, 30),
        admission=date(2026, 10, 31),
        discharge=date(2026, 11, 1),
        referring=referrer,
        service_facility=Party(last="CITY HOSPITAL", npi="1234567893", address=HOME),
        prior_authorization="PA1",
        referral_number="REF1",
        clia="45D0000001",
        medical_record_number="MR5",
        clearinghouse_trace="TRACE9",
        note="CLAIM NOTE",
        attachments=(Attachment(report_type="OZ", transmission="EL", control_number="ATT1"),),
        other_payers=(other,),
        lines=(visit, shot),
    )


def remittance(**changes: object) -> Remittance:
    """A balanced remittance: one paid claim, one reversal, one provider adjustment."""
    paid = ClaimPayment(
        patient_control_number="PCN0001",
        status="1",
        charge=12500,
        paid=7000,
        patient_owes=2000,
        filing_code="12",
        payer_claim_control_number="ICN1",
        facility_code="11",
        frequency="1",
        patient=Person(last="RIVER", first="ANNA", member_id="M00012345"),
        rendering=Party(last="STONE", first="RUTH", person=True, npi="1234567893"),
        remarks=("MA01",),
        references=(("EA", "MR5"),),
        received=date(2026, 11, 9),
        amounts=(("AU", 9000),),
        lines=(
            ServicePayment(
                procedure="99213",
                modifiers=("25",),
                charge=12500,
                paid=7000,
                service_from=date(2026, 11, 2),
                control_number="L1",
                allowed=9000,
                adjustments=(
                    Adjustment(group="CO", reason="45", amount=3500),
                    Adjustment(group="PR", reason="1", amount=2000),
                ),
                remarks=("N1",),
            ),
        ),
    )
    reversed_ = ClaimPayment(
        patient_control_number="PCN0000",
        status="22",
        charge=-10000,
        paid=-4000,
        filing_code="12",
        payer_claim_control_number="ICN0",
        patient=Person(last="LAKE", first="SUE", member_id="M2"),
        adjustments=(Adjustment(group="CO", reason="45", amount=-6000),),
    )
    made = Remittance(
        trace="EFT0001",
        payment=2500,
        method="CHK",
        paid_on=date(2026, 11, 20),
        payer=Party(
            last="ACME HEALTH",
            id="ACME1",
            tax_id="751234567",
            address=HOME,
            contact_name="PROVIDER LINE",
            contact_phone="5125550199",
        ),
        payee=CLINIC,
        production_date=date(2026, 11, 16),
        claims=[paid, reversed_],
        provider_adjustments=[
            ProviderAdjustment(
                provider_id="1234567893",
                fiscal_period_end=date(2026, 12, 31),
                reason="WO",
                amount=500,
                reference="ICN0",
            )
        ],
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def claim_acknowledgment() -> ClaimAcknowledgment:
    """A 277CA with one accepted claim and one that is rejected for its line."""
    accepted = ClaimStatus(
        patient_control_number="PCN0001",
        statuses=(Status(category="A2", code="20", effective=date(2026, 11, 17), amount=12500),),
        payer_claim_control_number="ICN1",
        service_from=date(2026, 11, 2),
        patient=Person(last="RIVER", first="ANNA", member_id="M00012345"),
    )
    rejected = ClaimStatus(
        patient_control_number="PCN0002",
        statuses=(
            Status(
                category="A7", code="562", entity="85", action="U", effective=date(2026, 11, 17), amount=14550
            ),
        ),
        clearinghouse_trace="TRACE9",
        service_from=date(2026, 11, 2),
        service_to=date(2026, 11, 4),
        patient=Person(last="RIVER", first="TOM", member_id="M00012345"),
        lines=(("L1", (Status(category="A7", code="454", action="U", effective=date(2026, 11, 17)),)),),
        line_services=(("99213", 12500),),
    )
    return ClaimAcknowledgment(
        source=Party(last="CLEARHOUSE", id="CLR01", id_qualifier="46"),
        receiver=Party(last="CLEANCLAIM", id="SUB01"),
        batch_reference="B905",
        received=date(2026, 11, 17),
        processed=date(2026, 11, 17),
        providers=(ProviderStatus(provider=CLINIC, claims=(accepted, rejected)),),
    )
