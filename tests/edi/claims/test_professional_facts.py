"""837P: what few claims and lines say is read as it was written, also where it is all that they say."""

from dataclasses import fields
from datetime import date

import pytest

import edi
from edi.records import (
    Address,
    Ambulance,
    Conditions,
    Equipment,
    Form,
    FormAnswer,
    Measurement,
    Party,
    Professional,
    ProfessionalLine,
    SpinalManipulation,
)
from tests.edi.samples import ENVELOPE, claim, line

DAY = date(2026, 10, 30)
TRANSPORT = Ambulance(
    reason="A", miles="12", pick_up=Address(line1="1 MAIN ST", city="AUSTIN", state="TX", zip="787010001")
)
SELLER = Party(person=False, npi="1234567893")
OTHERS = {
    Professional: {
        "ambulance": TRANSPORT,
        "spinal_manipulation": SpinalManipulation(condition="A"),
        "conditions": (Conditions(category="E1", codes=("L1",)),),
        "anesthesia_procedures": ("00100",),
        "condition_codes": ("A1",),
        "primary_care": Party(last="HILL", first="JO", person=True, npi="1234567893"),
    },
    ProfessionalLine: {
        "copay_exempt": True,
        "equipment": Equipment(days="30", rental=5000, purchase=0, rental_period="4"),
        "certificate_transmission": "AB",
        "ambulance": TRANSPORT,
        "certification_type": "I",
        "certification_months": {"certification_type": "I", "certification_months": "6"},
        "conditions": (Conditions(category="09", codes=("38",)),),
        "ambulance_patients": "2",
        "obstetric_units": "3",
        "results": (Measurement(reference="TR", measure="R1", value="113.4"),),
        "mammography": "MAMMO1",
        "referring_clia": "45D0000001",
        "immunization_batch": "LOT7",
        "sales_tax": 120,
        "postage": 80,
        "purchased_from": SELLER,
        "purchased_charge": {"purchased_from": SELLER, "purchased_charge": 4000},
        "forms": (Form(number="04.04C", answers=(FormAnswer(question="1A", answer="Y"),)),),
    },
}
"""A value of each field that is no date; a dict where it is written with another field only."""
FIELDS = [(record, field) for record in OTHERS for field in fields(record)]


def only(record, field):
    """The record with nothing but this field."""
    value = DAY if "date" in str(field.type) else OTHERS[record].get(field.name)
    assert value is not None, f"give {record.__name__}.{field.name} a value in OTHERS"
    return record(**value) if isinstance(value, dict) else record(**{field.name: value})


@pytest.mark.parametrize(("record", "field"), FIELDS, ids=[f"{r.__name__}.{f.name}" for r, f in FIELDS])
def test_a_fact_that_stands_alone_is_read_as_it_was_written(record, field):
    facts = only(record, field)
    made = (
        claim(professional=facts)
        if record is Professional
        else claim(lines=(line(), line(2, professional=facts)))
    )
    [read] = edi.read_claims(edi.write_claims([made], ENVELOPE))
    assert (read.professional if record is Professional else read.lines[1].professional) == facts
