"""Whatever comes in: nothing raises, nothing is lost, and time grows with size alone."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import edi
from edi.read import tree
from tests.edi.faults import KINDS, clean
from tests.edi.samples import ENVELOPE, claim, claim_acknowledgment, full_claim, remittance

FILES = [
    edi.write_claims([claim(), full_claim()], ENVELOPE),
    edi.write_remittances([remittance()], ENVELOPE),
    edi.write_acknowledgments([claim_acknowledgment()], ENVELOPE),
    edi.acknowledge(edi.write_claims([claim()], ENVELOPE)),
    *(clean(file).encode() for file in KINDS),  # with the loops that rules look at
]


def read_everything(data: bytes) -> None:
    list(edi.read_claims(data))
    list(edi.read_acknowledgments(data))
    for one in edi.read_remittances(data):
        list(one.claims)
    edi.read_envelopes(data)
    edi.check(data)
    if edi.read_envelopes(data):
        edi.acknowledge(data)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_never_raise(data):
    read_everything(data)
    assert tree.write(tree.read(data)) == data


def test_blanks_behind_the_last_interchange_are_written_back():
    for blanks in (b"\n", b"\r\n\r\n", b" \0", b"\x1a"):
        for data in (FILES[0] + blanks, FILES[0] + blanks + FILES[1] + blanks):
            assert tree.write(tree.read(data)) == data


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_damaged_files_never_raise_and_are_written_back_as_they_came(data, draw):
    for _ in range(draw.draw(st.integers(1, 4))):
        what = draw.draw(st.sampled_from(["cut", "flip", "swap", "drop", "double", "join"]))
        at = draw.draw(st.integers(0, len(data) - 1)) if data else 0
        if what == "cut":
            data = data[:at]
        elif what == "flip" and data:
            data = data[:at] + bytes([draw.draw(st.integers(0, 255))]) + data[at + 1 :]
        else:
            segments = data.split(b"~")
            i = draw.draw(st.integers(0, len(segments) - 1))
            j = draw.draw(st.integers(0, len(segments) - 1))
            if what == "swap":
                segments[i], segments[j] = segments[j], segments[i]
            elif what == "drop":
                del segments[i]
            elif what == "double":
                segments.insert(j, segments[i])
            else:
                segments[i : i + 2] = [b"".join(segments[i : i + 2])]
            data = b"~".join(segments)
    read_everything(data)
    assert tree.write(tree.read(data)) == data


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(st.sampled_from(FILES), st.integers(1, 50))
def test_a_file_is_cut_alike_however_it_is_handed_over(data, size):
    class Drip:
        def __init__(self):
            self.at = 0

        def read(self, _):
            piece = data[self.at : self.at + size]
            self.at += size
            return piece

    assert tree.write(tree.read(Drip())) == data
    assert edi.check(Drip()) == edi.check(data)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["~", "~\n", "~\r\n", "~ \n\n", "~\t"]), min_size=60, max_size=60))
def test_line_breaks_of_any_kind_are_kept_and_do_not_disturb(breaks):
    segments = FILES[0].decode().replace("\n", "").split("~")[:-1]
    text = "".join(s + breaks[n % 60] for n, s in enumerate(segments))
    data = text.encode()
    assert edi.check(data) == []
    assert tree.write(tree.read(data)) == data


def test_several_interchanges_in_one_file_may_have_other_delimiters():
    other = edi.write_claims([claim(patient_control_number="P2")], ENVELOPE.__class__(**{
        **{f: getattr(ENVELOPE, f) for f in ENVELOPE.__dataclass_fields__}, "element": "|", "segment": "'",
    }))  # fmt: skip
    data = FILES[0] + other + b"\n\n" + FILES[2]
    assert [c.patient_control_number for c in edi.read_claims(data)] == ["PCN0001", "PCN0002", "P2"]
    assert edi.check(data) == []
    assert len(edi.read_envelopes(data)) == 3
    assert tree.write(tree.read(data)) == data


OTHER = "SBR*P*19*G7******CI~AMT*D*95~OI***Y***Y~NM1*IL*1*L*M****MI*F7~NM1*PR*2*FIRST*****PI*FIRST1~"
DECIDED = "SVD*FIRST1*65*HC:99213**1~CAS*CO*45*50~CAS*PR*2*15~DTP*573*D8*20261110~"


def within(old: str, new: str) -> bytes:
    """The clean 837P with something else in it."""
    text = clean("professional")
    assert old in text
    return text.replace(old, new, 1).encode()


def instructions(data: bytes) -> int:
    """How many instructions a check takes: the same on every machine, however busy it is."""
    count = 0

    def trace(frame, event, _):
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        edi.check(data)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.slow
def test_work_grows_with_size_alone():
    hostile = [
        lambda n: edi.write_claims([claim(patient_control_number=f"P{i}") for i in range(n)], ENVELOPE),
        lambda n: FILES[0][:106] + b"\nNM1" * n * 50,
        lambda n: FILES[0][:107] + b"GS*HC~" * n * 20,
        lambda n: FILES[0][:400] + b"REF*ZZ*1~" * n * 20,
        # one claim with any number of lines, payers, decisions and diagnoses: rules look at them together
        lambda n: within("LX*2~", "LX*1~SV1*HC:99213*1*UN*1***1:2~DTP*472*D8*20261102~REF*6R*L1~" * n * 2),
        lambda n: within("LX*1~SV1*HC:99213*130", f"{OTHER}" * n + "LX*1~SV1*HC:99213*130"),
        lambda n: within("LX*2~SV1*HC:73090", f"{DECIDED}" * n + "LX*2~SV1*HC:73090"),
        lambda n: within("LX*1~SV1*HC:99213*130", OTHER * n + f"LX*1~SV1*HC:1*1*UN*1***1~{DECIDED}" * n),
        lambda n: within("HI*ABK:J020", "HI*ABK:J020" + "*ABF:R509" * n * 10),
        lambda n: within("HL*5*1*22*0~", "HL*5*1*22*0~SBR*S********CI~CLM*X*1~" * n),
    ]
    for make in hostile:
        instructions(make(30))  # what is remembered from one check to the next
        assert instructions(make(300)) < 10.5 * instructions(make(30))
