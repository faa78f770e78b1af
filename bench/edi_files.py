"""Claims and remittances that no one ever had, as X12 files of any size, drawn from a fixed seed.

Two lines a claim, a fee schedule of sixty procedures, four contracts, one in five with a patient's share
to the cent, one in ten denied: amounts repeat about as often as in a practice's own files.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import edi
from edi.records import (
    Address,
    Adjustment,
    Claim,
    ClaimPayment,
    Envelope,
    Party,
    Person,
    Remittance,
    ServiceLine,
    ServicePayment,
)

BUSINESS_DATE = date(2026, 11, 16)
DIAGNOSES = ("J029", "I10", "E119", "M5450", "Z0000", "R509", "K219", "N390")
NAMES = ("ARBOR", "BIRCH", "CEDAR", "DOGWOOD", "ELM", "FIR", "GINGKO", "HAZEL", "IVY", "JUNIPER")
HOME = Address(line1="12 ELM ST", city="AUSTIN", state="TX", zip="787010001")
CLINIC = Party(
    last="CLEAR FAMILY PRACTICE",
    npi="1234567893",
    tax_id="741234567",
    taxonomy="207Q00000X",
    address=HOME,
    contact_name="BILLING",
    contact_phone="5125550100",
)
DOCTOR = Party(last="STONE", first="RUTH", person=True, npi="1245319599", taxonomy="207Q00000X")
PAYER = Party(
    last="ACME HEALTH",
    id="ACME1",
    id_qualifier="PI",
    address=HOME,
    contact_name="PROVIDERS",
    contact_phone="5125550102",
    tax_id="751234567",
)


def envelope() -> Envelope:
    """The envelope of one file."""
    return Envelope(
        sender_id="CLEANCLAIM",
        receiver_id="CLEARHOUSE",
        control_number=905,
        created=BUSINESS_DATE,
        time="0130",
        usage="T",
        submitter=Party(last="CLEANCLAIM", id="SUB01", contact_name="EDI DESK", contact_phone="5125550101"),
        receiver=Party(last="CLEARHOUSE", id="CLR01"),
    )


def _schedule(draw: random.Random) -> list[tuple[str, int]]:
    return [(f"{99202 + n}", draw.randrange(1500, 60000)) for n in range(60)]


def claims(count: int) -> Iterator[Claim]:
    """837P claims, each of another patient."""
    draw = random.Random(count)
    fees = _schedule(random.Random(1))
    for n in range(count):
        lines = []
        day = BUSINESS_DATE - timedelta(days=draw.randrange(3, 20))
        for number in (1, 2):
            code, charge = draw.choice(fees)
            lines.append(
                ServiceLine(
                    number=number,
                    procedure=code,
                    charge=charge,
                    service_from=day,
                    pointers=(number,),
                    control_number=f"L{n}{number}",
                )
            )
        yield Claim(
            patient_control_number=f"PCN{n:07d}",
            charge=sum(line.charge for line in lines),
            billing=CLINIC,
            payer=PAYER,
            subscriber=Person(
                last=f"{draw.choice(NAMES)}{n}",
                first=draw.choice(NAMES),
                birth_date=date(1940 + draw.randrange(70), 1 + n % 12, 1 + n % 28),
                sex=draw.choice("FM"),
                member_id=f"M{n:08d}",
                address=HOME,
            ),
            filing_code="CI",
            place_of_service="11",
            diagnoses=tuple(draw.sample(DIAGNOSES, 2)),
            rendering=DOCTOR,
            lines=tuple(lines),
        )


def payments(count: int) -> Iterator[ClaimPayment]:
    """835 claim payments that balance."""
    draw = random.Random(count)
    fees = _schedule(random.Random(1))
    for n in range(count):
        lines = []
        denied = n % 10 == 0
        day = BUSINESS_DATE - timedelta(days=draw.randrange(10, 30))
        for number in (1, 2):
            code, charge = draw.choice(fees)
            allowed = 0 if denied else charge * draw.choice((60, 70, 75, 80)) // 100
            share = draw.randrange(100, allowed) if allowed > 200 and not draw.randrange(5) else 0
            adjustments = [Adjustment(group="CO", reason="197" if denied else "45", amount=charge - allowed)]
            if share:
                adjustments.append(Adjustment(group="PR", reason=draw.choice("123"), amount=share))
            lines.append(
                ServicePayment(
                    procedure=code,
                    modifiers=("25",) if not n % 7 else (),
                    charge=charge,
                    paid=allowed - share,
                    service_from=day,
                    control_number=f"L{n}{number}",
                    allowed=allowed,
                    adjustments=tuple(adjustments),
                    remarks=("N130",) if denied else (),
                )
            )
        yield ClaimPayment(
            patient_control_number=f"PCN{n:07d}",
            status="4" if denied else "1",
            charge=sum(line.charge for line in lines),
            paid=sum(line.paid for line in lines),
            patient_owes=sum(a.amount for line in lines for a in line.adjustments if a.group == "PR"),
            filing_code="12",
            payer_claim_control_number=f"ICN{n:010d}",
            facility_code="11",
            frequency="1",
            patient=Person(last=f"{draw.choice(NAMES)}{n}", first=draw.choice(NAMES), member_id=f"M{n:08d}"),
            rendering=DOCTOR,
            lines=tuple(lines),
        )


def remittance(count: int) -> Remittance:
    """One 835 transaction of so many claims."""
    return Remittance(
        trace="BENCH000001",
        payment=sum(p.paid for p in payments(count)),
        method="CHK",
        paid_on=BUSINESS_DATE,
        payer=PAYER,
        payee=CLINIC,
        originator="1751234567",
        production_date=BUSINESS_DATE,
        claims=payments(count),
    )


def write(folder: Path, count: int) -> None:
    """`{count}.837` and `{count}.835` into a folder, a claim at a time."""
    with (folder / f"{count}.837").open("wb") as file:
        edi.write_claims(claims(count), envelope(), to=file)
    with (folder / f"{count}.835").open("wb") as file:
        edi.write_remittances([remittance(count)], envelope(), to=file)
