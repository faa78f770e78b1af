"""837D: records to loops and back, and what a check says of them."""

import pytest

import edi
from tests.edi.other_samples import dental_claim, orthodontic_claim
from tests.edi.samples import ENVELOPE


@pytest.mark.parametrize("make", [dental_claim, orthodontic_claim])
def test_a_written_claim_is_read_as_it_was(make):
    [read] = edi.read_claims(edi.write_claims([make()], ENVELOPE))
    assert read == make()


@pytest.mark.parametrize("make", [dental_claim, orthodontic_claim])
def test_a_written_claim_is_clean(make):
    assert edi.check(edi.write_claims([make()], ENVELOPE)) == []


def test_one_day_is_said_once_for_the_claim():
    data = edi.write_claims([dental_claim()], ENVELOPE)
    assert data.count(b"DTP*472*") == 1
    assert data.index(b"DTP*472*") < data.index(b"LX*1")


CLEAN = edi.write_claims([orthodontic_claim()], ENVELOPE).replace(b"\n", b"")
FAULTS = [
    (b"TOO*JP*6*F~", b"TOO*JP*6*X~", "ELM-07", "2400", "TOO", "3-1"),
    (b"TOO*JP*4~", b"TOO*JP~", "ELM-01", "2400", "TOO", "2"),
    (b"DN2*1*M****JP~", b"DN2*1*Z****JP~", "ELM-07", "2300", "DN2", "2"),
    (b"SV3*AD:D6740*", b"SV3*HC:D6740*", "ELM-07", "2400", "SV3", "1-1"),
    (b"*R*1*****1~", b"*Q*1*****1~", "ELM-07", "2400", "SV3", "5"),
    (b"NM1*DD*", b"NM1*D1*", "SEG-08", "2310C", "NM1", "1"),
]


@pytest.mark.parametrize(("old", "new", "code", "loop", "segment", "element"), FAULTS)
def test_a_single_fault_is_found_in_its_place(old, new, code, loop, segment, element):
    assert old in CLEAN
    found = [f for f in edi.check(CLEAN.replace(old, new, 1)) if f.snip < 3]
    assert (found[0].code, found[0].loop, found[0].segment, found[0].element) == (
        code, loop, segment, element,
    )  # fmt: skip
