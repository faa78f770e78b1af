"""Single faults put into a clean claim: each is found, placed and gives no others."""

from pathlib import Path

import pytest

import edi
from tests import seeds
from tests.edi.samples import ENVELOPE, claim, full_claim

CLEAN = edi.write_claims([claim()], ENVELOPE).replace(b"\n", b"")
FULL = edi.write_claims([full_claim()], ENVELOPE).replace(b"\n", b"")


def fixed(data: bytes) -> bytes:
    """The same with its SE01 counted again."""
    segments = data.split(b"~")
    start = next(i for i, s in enumerate(segments) if s.startswith(b"ST*"))
    stop = next(i for i, s in enumerate(segments) if s.startswith(b"SE*"))
    segments[stop] = b"SE*%d*0001" % (stop - start + 1)
    return b"~".join(segments)


# (what is replaced, by what, code, loop, segment, element)
CASES = [
    (b"N3*1 MAIN ST*STE 4~", b"", "SEG-03", "2010AA", "N3", ""),
    (b"HI*ABK:J020~", b"", "SEG-03", "2300", "HI", ""),
    (b"NM1*PR*2*ACME HEALTH*****PI*ACME1~", b"", "SEG-09", "2010BB", "NM1", ""),
    (b"DTP*472*D8*20261102~", b"", "SEG-03", "2400", "DTP", ""),
    (b"REF*EI*741234567~", b"REF*EI*741234567~REF*SY*123456789~", "SEG-05", "2010AA", "REF", ""),
    (b"LX*1~", b"ZZZ*1~LX*1~", "SEG-06", "2310B", "ZZZ", ""),
    (b"LX*1~", b"Q?*1~LX*1~", "SEG-01", "2310B", "Q?", ""),
    (b"LX*1~", b"~LX*1~", "SEG-10", "2310B", "", ""),
    (b"LX*1~", b"SVD*1*2~LX*1~", "SEG-02", "2310B", "SVD", ""),
    (b"HI*ABK:J020~", b"REF*ZZ*1~HI*ABK:J020~", "SEG-08", "2300", "REF", "1"),
    (b"HI*ABK:J020~", b"HI*ABK:J020~DTP*431*D8*20261101~", "SEG-07", "2300", "DTP", ""),
    (b"NM1*85*2", b"NM1*8X*2", "ELM-07", "2010AA", "NM1", "1"),
    (b"CLM*PCN0001*125*", b"CLM**125*", "ELM-01", "2300", "CLM", "1"),
    (b"CLM*PCN0001*125*", b"CLM*" + b"P" * 39 + b"*125*", "ELM-05", "2300", "CLM", "1"),
    (b"CLM*PCN0001*125*", b"CLM*PCN0001*12S*", "ELM-06", "2300", "CLM", "2"),
    (b"11:B:1*Y", b"11:C:1*Y", "ELM-07", "2300", "CLM", "5-2"),
    (b"11:B:1*Y", b"11:B:*Y", "ELM-01", "2300", "CLM", "5-3"),
    (b"11:B:1*Y", b"11:B:1:9*Y", "ELM-13", "2300", "CLM", "5-4"),
    (b"DMG*D8*19800229*F", b"DMG*D8*19810229*F", "ELM-08", "2010BA", "DMG", "2"),
    (b"DMG*D8*19800229*F", b"DMG*D8*19800229*X", "ELM-07", "2010BA", "DMG", "3"),
    (b"DTP*472*D8*20261102", b"DTP*472*D8*20261102-20261103", "ELM-08", "2400", "DTP", "3"),
    (b"DTP*472*D8*20261102", b"DTP*472*D9*20261102", "ELM-07", "2400", "DTP", "2"),
    (b"REF*6R*L1~", b"REF*6R*L1*~", "ELM-14", "2400", "REF", "3"),
    (b"REF*6R*L1~", b"REF*6R*L1*X~", "ELM-11", "2400", "REF", "3"),
    (b"REF*6R*L1~", b"REF*6R*L1***X~", "ELM-03", "2400", "REF", "5"),
    (b"N4*AUSTIN*TX*787010001~REF", b"N4*AUSTIN*TX*787010001*CA***ON~REF", "ELM-10", "2010AA", "N4", "7"),
    (b"PER*IC*BILLING*TE*5125550100", b"PER*IC*BILLING*TE*5125550100*EX", "ELM-02", "2010AA", "PER", "6"),
    (b"N4*AUSTIN*TX*787010001~REF", b"N4*A*TX*787010001~REF", "ELM-04", "2010AA", "N4", "1"),
    (b"NM1*IL*1*RIVER", b"NM1*IL*1*RI^VER", "ELM-06", "2010BA", "NM1", "3"),
    (b"NM1*IL*1*RIVER", b"NM1*IL*1*RI\xc9VER", "ELM-06", "2010BA", "NM1", "3"),
    (b"20261116*0130*CH", b"20261116*2530*CH", "ELM-09", "", "BHT", "5"),
    (b"SV1*HC:99213*125*UN*1*", b"SV1*HC:99213*125*UN*1.*", "ELM-06", "2400", "SV1", "4"),
    (b"HL*2*1*22*0", b"HL*2**22*0", "ELM-01", "2000B", "HL", "2"),
    (b"ST*837*0001*005010X222A1", b"ST*837*0001", "ELM-01", "", "ST", "3"),
]


@pytest.mark.parametrize(("old", "new", "code", "loop", "segment", "element"), CASES)
def test_a_single_fault_gives_a_single_finding_in_its_place(old, new, code, loop, segment, element):
    assert old in CLEAN
    found = edi.check(fixed(CLEAN.replace(old, new, 1)))
    assert [(f.code, f.loop, f.segment, f.element) for f in found] == [(code, loop, segment, element)]


OTHER_PAYER_CASES = [
    (b"OI***Y***Y~", b"", "SEG-03", "2320", "OI", ""),
    (
        b"NM1*PR*2*FIRST MUTUAL*****PI*FIRST1~DTP*573*D8*20261110~REF*F8*F8880~",
        b"",
        "SEG-09",
        "2330B",
        "NM1",
        "",
    ),
    (b"SVD*FIRST1*60*", b"SVD*FIRST1*6O*", "ELM-06", "2430", "SVD", "2"),
    (b"CAS*CO*45*50~", b"CAS*XX*45*50~", "ELM-07", "2430", "CAS", "1"),
    (b"CAS*CO*45*50~", b"CAS*CO*45*50**96~", "ELM-02", "2430", "CAS", "6"),
    (b"CTP****2*ML~", b"CTP****2*MX~", "ELM-07", "2410", "CTP", "5-1"),
    (b"PAT*19~", b"PAT*99~", "ELM-07", "2000C", "PAT", "1"),
]


@pytest.mark.parametrize(("old", "new", "code", "loop", "segment", "element"), OTHER_PAYER_CASES)
def test_a_fault_in_the_rarer_loops_is_placed_too(old, new, code, loop, segment, element):
    assert old in FULL
    found = [f for f in edi.check(fixed(FULL.replace(old, new, 1))) if f.snip < 3]
    assert [(f.code, f.loop, f.segment, f.element) for f in found] == [(code, loop, segment, element)]


def test_names_are_routed_by_their_place_alone():
    """NM1*IL stands in 2010BA and in 2330A, NM1*PR in 2010BB and 2330B, NM1*82 in 2310B and 2420A."""
    [read] = edi.read_claims(FULL)
    assert read.subscriber.member_id == "M00012345"
    assert read.other_payers[0].subscriber.member_id == "F777"
    assert read.payer.id == "ACME1"
    assert read.other_payers[0].payer.id == "FIRST1"
    assert read.rendering is not None
    assert read.lines[1].rendering is not None


def test_a_finding_never_shows_a_value():
    [found] = edi.check(fixed(CLEAN.replace(b"DMG*D8*19800229*F", b"DMG*D8*19810229*F")))
    assert "19810229" not in found.message + found.place + repr(found)
    assert found.value == "19810229"
    assert str(found.answer) == "999 IK304 8 IK403 8"


ENVELOPES = [
    (b"IEA*1*", b"IEA*2*", "ENV-03", "IEA", "1"),
    (b"IEA*1*000000905", b"IEA*1*000000906", "ENV-02", "IEA", "2"),
    (b"IEA*1*000000905~", b"", "ENV-04", "IEA", ""),
    (b"GE*1*905", b"GE*2*905", "ENV-42", "GE", "1"),
    (b"GE*1*905", b"GE*1*906", "ENV-41", "GE", "2"),
    (b"GE*1*905~", b"", "ENV-43", "GE", ""),
    (b"SE*28*", b"SE*29*", "ENV-52", "SE", "1"),
    (b"SE*28*0001", b"SE*28*0002", "ENV-51", "SE", "2"),
    (b"SE*28*0001~", b"", "ENV-53", "SE", ""),
    (b"*00501*", b"*00401*", "ENV-22", "ISA", "12"),
    (b"*1*T*:", b"*1*X*:", "ENV-25", "ISA", "15"),
    (b"GS*HC*CLEANCLAIM", b"GS*HX*CLEANCLAIM", "ENV-47", "GS", "1"),
    (b"ST*837*0001*005010X222A1~", b"", "ENV-56", "ST", ""),
    (b"ST*837*0001", b"ST*820*0001", "ENV-55", "ST", "1"),
    (b"ST*837*0001*005010X222A1", b"ST*837*0001*005010X223A2", "ENV-55", "ST", "3"),
    (b"*X*005010X222A1", b"*X*005010X223A2", "ENV-55", "ST", "3"),
    (b"SE*28*0001~", b"SE*28*0001~REF*EA*1~HI*ABK:J020~", "ENV-05", "REF", ""),
]


@pytest.mark.parametrize(("old", "new", "code", "segment", "element"), ENVELOPES)
def test_a_fault_of_the_envelope_is_found(old, new, code, segment, element):
    assert old in CLEAN
    found = [f for f in edi.check(CLEAN.replace(old, new, 1)) if f.code.startswith("ENV")]
    assert [(f.code, f.segment, f.element) for f in found] == [(code, segment, element)]


def test_an_envelope_without_its_header_is_reported_alone():
    group = next(s for s in CLEAN.split(b"~") if s.strip().startswith(b"GS")).strip() + b"~"
    assert [(f.code, f.segment) for f in edi.check(CLEAN.replace(group, b""))] == [("ENV-06", "GS")]
    header = b"ST*837*0001*005010X222A1~"
    assert [(f.code, f.segment) for f in edi.check(CLEAN.replace(header, b""))] == [("ENV-56", "ST")]


def test_a_missing_segment_is_placed_where_it_should_stand():
    segments = CLEAN.split(b"~")
    for start in (b"BHT", b"NM1*41", b"N3*1 MAIN", b"HI*ABK", b"DTP*472", b"SBR*"):
        whole = next(s for s in segments if s.strip().startswith(start))
        [found] = edi.check(fixed(CLEAN.replace(whole + b"~", b"", 1)))
        at = [s.strip().split(b"*")[0] for s in segments].index(b"ST")
        assert found.position == segments.index(whole) - at + 1, start


def test_an_unknown_version_is_a_finding():
    found = edi.check(CLEAN.replace(b"005010X222A1", b"006020X323"))
    assert [f.code for f in found] == ["ENV-55", "ENV-45"]


@pytest.mark.parametrize("junk", [b"", b"hello", b"ISA", b"ISA*", b"\x00\xff" * 50, b"ISA*00*" + b"x" * 5000])
def test_what_is_no_x12_gives_one_finding(junk):
    assert [f.code for f in edi.check(junk)] == ["ENV-01"]


LEVELS = [
    (b"HL*2*1*22*0", b"HL*3*1*22*0", "HL-01", "2000B", "1"),
    (b"HL*2*1*22*0", b"HL*2*2*22*0", "HL-02", "2000B", "2"),
    (b"HL*2*1*22*0", b"HL*2*1*22*1", "HL-03", "2000B", "4"),
]


@pytest.mark.parametrize(("old", "new", "code", "loop", "element"), LEVELS)
def test_the_tree_of_levels_is_checked(old, new, code, loop, element):
    assert old in CLEAN
    found = edi.check(CLEAN.replace(old, new, 1))
    assert [(f.code, f.loop, f.segment, f.element) for f in found] == [(code, loop, "HL", element)]


def test_levels_below_a_subscriber_must_be_announced():
    found = edi.check(FULL.replace(b"HL*2*1*22*1", b"HL*2*1*22*0", 1))
    assert [(f.code, f.loop, f.element) for f in found] == [("HL-03", "2000B", "4")]


WHOLE = sorted((Path(__file__).parents[1] / "whole").glob("*.edi"))


@pytest.mark.parametrize("file", WHOLE, ids=lambda file: file.stem)
def test_a_segment_whose_terminator_is_lost_is_one_finding(file):
    """It was four findings in the middle and up to nineteen, of what two segments make as one."""
    data = file.read_bytes()
    lost = [at for at in range(107, len(data)) if data[at : at + 1] == data[105:106]][:-1]
    for at in lost[seeds.seed() % 3 :: 3]:
        found = edi.check(data[:at] + data[at + 1 :])
        segment = data[data.rindex(b"\n", 0, at) + 1 : at].partition(b"*")[0].decode()
        assert [(f.code in ("SEG-11", "ENV-07"), f.segment) for f in found] == [(True, segment)]
