"""837I: records to loops and back, and what a check says of them."""

from dataclasses import replace
from datetime import date

import pytest

import edi
from edi.errors import UnwritableError
from tests.edi.other_samples import inpatient_claim, institutional_claim
from tests.edi.samples import ENVELOPE, claim


@pytest.mark.parametrize("make", [institutional_claim, inpatient_claim])
def test_a_written_claim_is_read_as_it_was(make):
    [read] = edi.read_claims(edi.write_claims([make()], ENVELOPE))
    assert read == make()


@pytest.mark.parametrize("make", [institutional_claim, inpatient_claim])
def test_a_written_claim_is_clean(make):
    assert edi.check(edi.write_claims([make()], ENVELOPE)) == []


def test_diagnoses_past_twelve_go_on_in_a_second_segment():
    data = edi.write_claims([inpatient_claim()], ENVELOPE)
    assert data.count(b"HI*ABF:") == 2
    assert b"HI*ABK:S52501A:::::::Y~" in data


def test_a_version_of_the_guide_is_written_as_asked():
    data = edi.write_claims([institutional_claim()], replace(ENVELOPE, version="005010X223A3"))
    assert data.count(b"005010X223A3") == 2
    assert edi.check(data) == []


def test_another_guide_s_version_does_not_reach_an_institutional_group():
    data = edi.write_claims([institutional_claim()], replace(ENVELOPE, version="005010X222A1"))
    assert data.count(b"005010X223A2") == 2


def test_kinds_travel_in_groups_of_their_own():
    data = edi.write_claims(
        [claim(), institutional_claim(), claim(patient_control_number="PCN0009")], ENVELOPE
    )
    assert [c.kind for c in edi.read_claims(data)] == ["P", "P", "I"]
    assert edi.check(data) == []


def test_an_institutional_claim_without_its_facts_cannot_be_written():
    with pytest.raises(UnwritableError):
        edi.write_claims([institutional_claim(institutional=None)], ENVELOPE)


CLEAN = edi.write_claims([inpatient_claim()], ENVELOPE).replace(b"\n", b"")
FAULTS = [
    (b"DTP*434*RD8*20261030-20261102~", b"DTP*434*D8*20261030~", "ELM-07", "2300", "DTP", "2"),
    (b"CL1*1*7*01~", b"CL1*1*7~", "ELM-01", "2300", "CL1", "3"),
    (b"HI*DR:563~", b"HI*DR:563*DR:564~", "ELM-11", "2300", "HI", "2"),
    (b"HI*BH:01:D8:20261030~", b"HI*BH:01:D8:20261131~", "ELM-08", "2300", "HI", "1-4"),
    (b"HI*BE:80:::3*", b"HI*BE:80*", "ELM-01", "2300", "HI", "1-5"),
    (b"S52501A:::::::Y~", b"S52501A:::::::X~", "ELM-07", "2300", "HI", "1-9"),
    (b"SV2*0120*", b"SV2**", "ELM-01", "2400", "SV2", "1"),
    (b"*DA*2**5~", b"*F2*2**5~", "ELM-07", "2400", "SV2", "4"),
    (b"NM1*72*1*HILL", b"NM1*72*2*HILL", "ELM-07", "2310B", "NM1", "2"),
    (b"SVD*FIRST1*60*HC:99213*0120*2~", b"SVD*FIRST1*60*HC:99213**2~", "ELM-01", "2430", "SVD", "4"),
]


@pytest.mark.parametrize(("old", "new", "code", "loop", "segment", "element"), FAULTS)
def test_a_single_fault_is_found_in_its_place(old, new, code, loop, segment, element):
    assert old in CLEAN
    found = [f for f in edi.check(CLEAN.replace(old, new, 1)) if f.snip < 3]
    assert [(f.code, f.loop, f.segment, f.element) for f in found] == [(code, loop, segment, element)]


def test_hours_are_kept_beside_their_days():
    [read] = edi.read_claims(CLEAN)
    facts = read.institutional
    assert facts is not None
    assert (facts.admission, facts.admission_hour, facts.discharge_hour) == (
        date(2026, 10, 30),
        "0930",
        "1115",
    )
