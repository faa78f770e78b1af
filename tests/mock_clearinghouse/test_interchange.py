"""What the mock looks at in a file by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import edi
from mock_clearinghouse.interchange import faulty_claims, split


def test_each_transaction_is_an_interchange_of_its_own(claim, batch):
    data = batch(*(claim(f"CC{n}") for n in range(5)), isa13=7, claims_per_transaction=2)
    (found,) = split(data)
    assert (found.sender_id, found.receiver_id, found.control_number, found.usage, found.note) == (
        "CLEANCLAIM",
        "NORTHGATE",
        "000000007",
        "T",
        "",
    )
    assert [len(list(edi.read_claims(one.alone))) for one in found.transactions] == [2, 2, 1]
    assert found.transactions[0].submitter_id == "CCDEMO01"


def test_two_interchanges_in_one_file_are_two(claim, batch):
    found = split(batch(claim("CC1"), isa13=1) + b"\r\n" + batch(claim("CC2"), isa13=2))
    assert [one.control_number for one in found] == ["000000001", "000000002"]
    assert [one.note for one in found] == ["", ""]


def test_the_letters_isa_inside_a_segment_begin_no_interchange(claim, batch):
    person = claim().subscriber
    person.last = "ISA"
    found = split(batch(claim("CC1", subscriber=person)))
    assert len(found) == 1


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (lambda data: data.replace(b"IEA*1*000000001", b"IEA*1*000000002"), "001"),
        (lambda data: data.replace(b"IEA*1*", b"IEA*3*"), "021"),
        (lambda data: data[: data.index(b"IEA")], "023"),
        (lambda data: data[:90], "023"),
    ],
)
def test_an_envelope_that_does_not_agree_gets_its_note(claim, batch, change, note):
    assert split(change(batch(claim())))[0].note == note


def test_a_claim_out_of_balance_is_found_and_only_that_one(claim, batch):
    data = batch(claim("CC1"), claim("CC2", charge=99_900), claim("CC3"))
    (found,) = split(data)
    assert list(faulty_claims(found.transactions[0])) == [1]


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_taken_apart_without_a_crash(noise, begins):
    split((b"ISA*" if begins else b"") + noise)
