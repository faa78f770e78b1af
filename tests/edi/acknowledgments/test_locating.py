"""Which loop and which claim a segment of a file belongs to, by its position."""

import edi
from edi.acknowledgments.locating import ClaimFile
from tests.edi.samples import ENVELOPE, claim

DATA = edi.write_claims([claim(patient_control_number="ONE"), claim(patient_control_number="TWO")], ENVELOPE)
FILE = ClaimFile(DATA)
SEGMENTS = [piece.strip() for piece in DATA.split(b"~")]
START = SEGMENTS.index(next(s for s in SEGMENTS if s.startswith(b"ST*")))


def positions(name: bytes) -> list[int]:
    return [n - START + 1 for n, s in enumerate(SEGMENTS) if s.startswith(name)]


def test_a_claims_own_segments_are_its():
    for name, loop in ((b"CLM*", "2300"), (b"HI*", "2300"), (b"SV1*", "2400")):
        assert [FILE.claims_at(p, loop) for p in positions(name)] == [("ONE",), ("TWO",)]


def test_a_subscribers_segments_are_those_of_each_claim_that_follows():
    [subscriber] = positions(b"NM1*IL")
    assert FILE.claims_at(subscriber, "2010BA") == ("ONE", "TWO")


def test_a_loop_of_four_characters_is_found_by_the_files_own_segments():
    [provider], [subscriber] = positions(b"NM1*85"), positions(b"NM1*IL")
    assert FILE.loop_at(provider, "2010") == "2010AA"
    assert FILE.loop_at(provider + 1, "2010") == "2010AA", "its address"
    assert FILE.loop_at(subscriber, "2010") == "2010BA"
    assert [FILE.loop_at(p, "2000") for p in positions(b"HL*")] == ["2000A", "2000B"]
    assert FILE.loop_at(positions(b"CLM*")[0], "2300") == "2300"
    assert FILE.loop_at(1, "2310") == "2310", "no segment at this position"


def test_what_belongs_to_all_claims_or_to_no_file_belongs_to_none():
    [provider] = positions(b"NM1*85")
    assert FILE.claims_at(provider, "2010AA") == ()
    for position in (0, -3, 1, 10_000):
        assert FILE.claims_at(position, "2300") == ()
    for nothing in (b"", b"ISA*", b"ISA" + b"*" * 200):
        assert ClaimFile(nothing).claims_at(3, "2300") == ()
        assert ClaimFile(nothing).loop_at(3, "2310") == "2310"
