"""837D files against texts written by hand from the guide, and read back as they were said."""

from dataclasses import replace
from datetime import date

import pytest

import edi
from edi.records import Address, Claim, Envelope, Party, Person
from tests.edi.dental_files import CASES

HOME = Address(line1="4 MILL ROAD", city="COLUMBUS", state="OH", zip="432150001")
ENVELOPE = Envelope(
    sender_id="SENDER",
    receiver_id="RECEIVER",
    control_number=1,
    created=date(2026, 11, 16),
    usage="T",
    submitter=Party(last="SUBMITTER", id="SUB1", contact_name="DESK", contact_phone="2175550100"),
    receiver=Party(last="RECEIVER", id="REC1"),
)


def claim(case):
    return Claim(
        kind="D",
        patient_control_number="D1",
        charge=sum(line.charge for line in case.lines),
        billing=Party(last="ELM GROVE DENTAL", npi="1999000049", tax_id="001230505", address=HOME),
        payer=Party(last="HARBOR HEALTH PLAN", id="HRB01", id_qualifier="PI"),
        subscriber=Person(
            last="LINDGREN", first="ASA", birth_date=date(1986, 9, 21), sex="F", member_id="M1", address=HOME
        ),
        filing_code="CI",
        place_of_service="11",
        lines=case.lines,
        **case.facts,
    )


ABOVE = (
    "HL*1**20*1~NM1*85*2*ELM GROVE DENTAL*****XX*1999000049~N3*4 MILL ROAD~N4*COLUMBUS*OH*432150001~"
    "REF*EI*001230505~HL*2*1*22*0~SBR*P*18*******CI~NM1*IL*1*LINDGREN*ASA****MI*M1~N3*4 MILL ROAD~"
    "N4*COLUMBUS*OH*432150001~DMG*D8*19860921*F~NM1*PR*2*HARBOR HEALTH PLAN*****PI*HRB01~"
)


def test_at_least_twenty_five_cases_have_names_of_their_own():
    assert len({case.name for case in CASES}) == len(CASES) >= 25


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_dental_claim_is_written_as_the_guide_has_it(case):
    text = edi.write_claims([claim(case)], ENVELOPE).decode().replace("~\n", "~")
    head, _, rest = text.partition("HL*1**20*1~")
    body, _, _ = ("HL*1**20*1~" + rest).partition("SE*")
    assert body == ABOVE + case.wire
    assert "*005010X224A2~ST*837*0001*005010X224A2~" in head


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_dental_claim_is_checked_and_read_back_as_it_was_said(case):
    data = edi.write_claims([claim(case)], ENVELOPE)
    assert [f for f in edi.check(data) if f.severity == "error"] == []
    [read] = edi.read_claims(data)
    lines = tuple(replace(line, loops=None, procedure_qualifier="HC") for line in read.lines)
    others = tuple(replace(other, loops=None) for other in read.other_payers)
    assert replace(read, loops=None, lines=lines, other_payers=others) == claim(case)
