"""Ten thousand encounters that no one ever had, and the remittances that answer them.

Everything is drawn from a fixed seed, so that two machines measure the same run. Names, ids and
numbers are made up; the partners are those of the demo.
"""

import json
import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from config.partners import Partners
from edi.records import Adjustment, Claim, ClaimPayment, Envelope, Party, Remittance, ServicePayment

BUSINESS_DATE = date(2026, 11, 16)
PROCEDURES = (
    ("99213", "135.00"),
    ("99214", "195.00"),
    ("93000", "65.00"),
    ("85025", "35.00"),
    ("36415", "18.00"),
)
DIAGNOSES = ("J02.9", "I10", "E11.9", "M54.50", "Z00.00", "R50.9", "K21.9", "N39.0")
NAMES = ("ARBOR", "BIRCH", "CEDAR", "DOGWOOD", "ELM", "FIR", "GINGKO", "HAZEL", "IVY", "JUNIPER")


def write_inbox(
    folder: Path,
    partners: Partners,
    count: int,
    *,
    a_file: int = 1000,
    first: int = 0,
    day: date = BUSINESS_DATE,
) -> None:
    """`count` clean encounters of two lines each from number `first` on, `a_file` in each JSON file."""
    draw = random.Random(20261116 + first)
    practice = partners.practices["lakeside"]
    payers = ("harbor", "meridian", "beacon")
    where = folder / practice.folder
    where.mkdir(parents=True, exist_ok=True)
    npis = [p.npi for p in practice.providers[:2]]
    for start in range(first, first + count, a_file):
        made = [
            _encounter(draw, n, practice.key, payers[n % len(payers)], npis, day)
            for n in range(start, min(start + a_file, first + count))
        ]
        (where / f"night-{start:06d}.json").write_text(json.dumps(made), encoding="utf-8")


def _encounter(
    draw: random.Random, n: int, practice: str, payer: str, npis: list[str], documented: date
) -> dict[str, object]:
    day = documented - timedelta(days=draw.randrange(3, 20))
    first, second = draw.sample(PROCEDURES, 2)
    return {
        "source": "bench",
        "id": f"B{n:06d}",
        "practice": practice,
        "service_date": day.isoformat(),
        "place_of_service": "11",
        "patient": {
            "last": f"{draw.choice(NAMES)}{n}",
            "first": draw.choice(NAMES),
            "birth_date": date(1940 + draw.randrange(70), 1 + n % 12, 1 + n % 28).isoformat(),
            "sex": draw.choice("FM"),
            "address": {
                "line1": f"{n} MAIN STREET",
                "city": "SPRINGFIELD",
                "state": "IL",
                "zip": "627040000",
            },
            "medical_record_number": f"M{n:06d}",
        },
        "coverages": [{"order": "P", "payer": payer, "member_id": f"W1{n:07d}"}],
        "rendering": {"npi": draw.choice(npis)},
        "diagnoses": draw.sample(DIAGNOSES, 2),
        "lines": [
            {"procedure": first[0], "charge": first[1], "pointers": [1]},
            {"procedure": second[0], "charge": second[1], "pointers": [1, 2]},
        ],
    }


def payments(claims: Iterable[Claim]) -> Iterator[ClaimPayment]:
    """Each claim paid at 70 % with CO 45, each tenth denied with CO 197."""
    for n, claim in enumerate(claims):
        lines = []
        for line in claim.lines:
            denied = n % 10 == 0
            paid = 0 if denied else line.charge * 7 // 10
            lines.append(
                ServicePayment(
                    procedure=line.procedure,
                    charge=line.charge,
                    paid=paid,
                    service_from=line.service_from,
                    control_number=line.control_number,
                    adjustments=(
                        Adjustment(group="CO", reason="197" if denied else "45", amount=line.charge - paid),
                    ),
                )
            )
        paid = sum(line.paid for line in lines)
        yield ClaimPayment(
            patient_control_number=claim.patient_control_number,
            status="1",
            charge=claim.charge,
            paid=paid,
            patient_owes=None,
            filing_code="12",
            payer_claim_control_number=f"ICN{claim.patient_control_number}",
            patient=claim.subscriber,
            lines=tuple(lines),
        )


def remittance(claims: Iterable[Claim], payer: Party, payee: Party, number: int) -> Remittance:
    """One 835 transaction that pays `claims`."""
    found = list(payments(claims))
    return Remittance(
        trace=f"BENCH{number:06d}",
        payment=sum(p.paid for p in found),
        method="ACH",
        paid_on=BUSINESS_DATE + timedelta(days=1),
        payer=payer,
        payee=payee,
        originator="1999999999",
        production_date=BUSINESS_DATE + timedelta(days=1),
        claims=found,
    )


def answering(sender: str, receiver: str, number: int) -> Envelope:
    """The envelope a clearinghouse answers in."""
    return Envelope(
        sender_id=sender,
        receiver_id=receiver,
        control_number=number,
        created=BUSINESS_DATE + timedelta(days=1),
        usage="T",
        submitter=Party(),
        receiver=Party(),
    )
