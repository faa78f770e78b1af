"""One made-up person in every format that is read, and ways to damage what holds her.

Her name, ids and numbers stand nowhere else in the project, so that a search finds every leak.
"""

import csv
import gzip
import io
import json
import random
import re
from dataclasses import replace
from datetime import date

import edi
from edi.records import Address
from tests.conftest import CHECKOUT, CLEAN
from tests.edi.samples import ENVELOPE, claim_acknowledgment, full_claim, remittance
from tests.intake import test_fhir as fhir
from tests.intake import test_hl7v2 as hl7

LAST, FIRST, BORN = "Zephyrine", "Quokkadale", date(1937, 2, 3)
MEMBER, RECORD, SSN = "W17770001", "LKCANARY77", "987654321"
STREET, NUMBER, PHONE = "77 Thistlewick Way", "PCNCANARY7", "2175550177"
CANARIES = (
    LAST, FIRST, MEMBER, RECORD, SSN, "987-65-4321", STREET, "Thistlewick", NUMBER, PHONE,
    "1937-02-03", "19370203", "02/03/1937",
)  # fmt: skip
SAMPLES = CHECKOUT / "sample_inbox" / "monday"


def leaks(text: str) -> list[str]:
    """The canaries that a text holds, in whatever case and even where its letters were spelled out."""
    plain = text.casefold()
    return [c for c in CANARIES if c.casefold() in plain]


def json_encounter() -> bytes:
    person = {
        "last": LAST,
        "first": FIRST,
        "birth_date": BORN.isoformat(),
        "sex": "F",
        "medical_record_number": RECORD,
        "address": {"line1": STREET, "city": "Springfield", "state": "IL", "zip": "627040007"},
    }
    coverage = {"order": "P", "payer": "harbor", "member_id": MEMBER}
    return json.dumps({**CLEAN, "id": "J-1", "patient": person, "coverages": [coverage]}).encode()


def csv_encounter() -> bytes:
    rows = list(csv.DictReader(io.StringIO((SAMPLES / "summit" / "orders.csv").read_text("utf-8"))))[:1]
    rows[0] |= {
        "encounter_id": "S-1",
        "patient_last": LAST,
        "patient_first": FIRST,
        "patient_birth_date": BORN.isoformat(),
        "patient_address": STREET,
        "medical_record_number": RECORD,
        "member_id": MEMBER,
    }
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue().encode()


def ccda_encounter() -> bytes:
    text = (SAMPLES / "bayview" / "visit_3010.xml").read_text("utf-8")
    text = text.replace("B-3010", "B-1").replace("W10000310", MEMBER)
    patient, rest = text.split("</recordTarget>")
    patient = re.sub(r"<family>[^<]*", f"<family>{LAST}", patient)
    patient = re.sub(r"<given>[^<]*", f"<given>{FIRST}", patient)
    patient = re.sub(r'<birthTime value="\d+"', f'<birthTime value="{BORN:%Y%m%d}"', patient)
    patient = re.sub(r"<streetAddressLine>[^<]*", f"<streetAddressLine>{STREET}", patient)
    return f"{patient}</recordTarget>{rest}".encode()


def fhir_encounter() -> bytes:
    person = {
        **fhir.PATIENT,
        "identifier": [
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": SSN},
            {"type": {"coding": [{"code": "MR"}]}, "value": RECORD},
        ],
        "name": [{"use": "official", "family": LAST, "given": [FIRST]}],
        "birthDate": BORN.isoformat(),
        "telecom": [{"system": "phone", "value": PHONE}],
        "address": [{"line": [STREET], "city": "Springfield", "state": "Illinois", "postalCode": "62704"}],
    }
    others = [{**r, "subscriberId": MEMBER} if r is fhir.COVERAGE else r for r in fhir.BASE[1:]]
    coded = (fhir.condition("1", "J02.9"), fhir.procedure("87880"))
    return json.dumps(fhir.bundle(fhir.ENCOUNTER, person, *others, *coded)).encode()


def hl7_encounter() -> bytes:
    pid = hl7.segment(
        "PID", f1="1", f3=f"{RECORD}^^^LAKESIDE^MR~{SSN}^^^^SS", f5=f"{LAST}^{FIRST}", f7=f"{BORN:%Y%m%d}",
        f8="F", f11=f"{STREET}^^Springfield^IL^62704^USA^H", f13=PHONE,
    )  # fmt: skip
    insured = hl7.segment(
        "IN1", **{**hl7.INSURED, "f16": f"{LAST}^{FIRST}", "f18": f"{BORN:%Y%m%d}", "f36": MEMBER}
    )
    charged = (hl7.visit_charge(), hl7.charge(), hl7.DG1)
    return hl7.message(hl7.MSH, hl7.EVN, pid, hl7.PV1, *charged, insured).encode()


def claims() -> bytes:
    one = full_claim()
    address = Address(line1=STREET.upper(), city="SPRINGFIELD", state="IL", zip="627040007")
    names = {"last": LAST.upper(), "first": FIRST.upper(), "birth_date": BORN}
    subscriber = replace(one.subscriber, **names, member_id=MEMBER, address=address)
    patient = None if one.patient is None else replace(one.patient, **names, address=address)
    made = replace(one, patient_control_number=NUMBER, subscriber=subscriber, patient=patient)
    return edi.write_claims([made], ENVELOPE)


def remittances() -> bytes:
    one = remittance()
    paid = [
        replace(
            p,
            patient_control_number=NUMBER,
            patient=replace(p.patient, last=LAST.upper(), first=FIRST.upper(), member_id=MEMBER),
        )
        for p in one.claims
        if p.patient is not None
    ]
    return edi.write_remittances([replace(one, claims=paid)], ENVELOPE)


def acknowledgments() -> bytes:
    data = edi.write_acknowledgments([claim_acknowledgment()], ENVELOPE)
    return re.sub(rb"TRN\*2\*[^~*]+", b"TRN*2*" + NUMBER.encode(), data)


ENCOUNTERS: dict[str, bytes] = {
    "visit.json": json_encounter(),
    "orders.csv": csv_encounter(),
    "visit.xml": ccda_encounter(),
    "bundle.json": fhir_encounter(),
    "charges.hl7": hl7_encounter(),
}
"""The person's encounter in every format of the inbox, by a fitting file name."""

X12: dict[str, bytes] = {
    "claims.837": claims(),
    "paid.835": remittances(),
    "answer.277": acknowledgments(),
    "answer.999": edi.acknowledge(claims()),
}
"""The person in every X12 file that is written or read."""

TOKENS = (
    b'"', b"{", b"[", b"<", b"</", b"&x;", b"~", b"*", b":", b"^", b"|", b"\\", b"\0", b"\xff",
    b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b",", b"=", b"-1", b"1e999", b"9" * 21, b"9" * 5000,
    b"0000-00-00", b"99999999", b"null", b"true", b"[]", b"{}", b"<!DOCTYPE x>", b"ISA", b"IEA*1*1~",
    b"SE*1*1~", b"MSH|", b"FT1|", LAST.encode(), MEMBER.encode(), b"%s%n", "\u202e\u2028".encode(),
    b"[" * 2000, b"<a>" * 500,
)  # fmt: skip


def damaged(data: bytes, draw: random.Random, others: tuple[bytes, ...] = ()) -> bytes:
    """`data` with one to six wounds: cut, flipped, doubled, spliced with another file, zipped."""
    for _ in range(draw.randint(1, 6)):
        if not data:
            return data
        at = draw.randrange(len(data))
        to = min(len(data), at + draw.choice((1, 2, 5, 20, 200, 2000)))
        what = draw.randrange(9)
        if what == 0:
            data = data[:at]
        elif what == 1:
            data = data[:at] + bytes([draw.randrange(256)]) + data[at + 1 :]
        elif what == 2:
            data = data[:at] + data[to:]
        elif what == 3:
            data = data[:to] + data[at:to] * draw.choice((1, 2, 30)) + data[to:]
        elif what in (4, 5, 6):
            data = data[:at] + draw.choice(TOKENS) + data[at if draw.random() < 0.5 else to :]
        elif what == 7 and others:
            other = draw.choice(others)
            start = draw.randrange(len(other))
            data = data[:at] + other[start : start + draw.choice((20, 200, 2000))] + data[at:]
        elif what == 8 and draw.random() < 0.1:
            data = gzip.compress(data)
        data = data[:200_000]
    return data
