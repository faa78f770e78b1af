"""837P: claims written from records, and claims read."""

import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import edi
from tests.edi.other_samples import dental_claim, institutional_claim
from tests.edi.samples import CHILD, CLINIC, ENVELOPE, PATIENT, PAYER, claim, full_claim, line


def body(data: bytes) -> list[str]:
    return data.decode().replace("\n", "").split("~")


def test_a_simple_claim_is_written_as_the_guide_has_it():
    written = body(edi.write_claims([claim()], ENVELOPE))
    assert written == [
        "ISA*00*          *00*          *ZZ*CLEANCLAIM     *ZZ*CLEARHOUSE     "
        "*261116*0130*^*00501*000000905*1*T*:",
        "GS*HC*CLEANCLAIM*CLEARHOUSE*20261116*0130*905*X*005010X222A1",
        "ST*837*0001*005010X222A1",
        "BHT*0019*00*B905*20261116*0130*CH",
        "NM1*41*2*CLEANCLAIM*****46*SUB01",
        "PER*IC*EDI DESK*TE*5125550101",
        "NM1*40*2*CLEARHOUSE*****46*CLR01",
        "HL*1**20*1",
        "PRV*BI*PXC*207Q00000X",
        "NM1*85*2*CLEAR FAMILY PRACTICE*****XX*1234567893",
        "N3*1 MAIN ST*STE 4",
        "N4*AUSTIN*TX*787010001",
        "REF*EI*741234567",
        "PER*IC*BILLING*TE*5125550100",
        "HL*2*1*22*0",
        "SBR*P*18*G100******CI",
        "NM1*IL*1*RIVER*ANNA****MI*M00012345",
        "N3*12 ELM ST",
        "N4*AUSTIN*TX*787010001",
        "DMG*D8*19800229*F",
        "NM1*PR*2*ACME HEALTH*****PI*ACME1",
        "CLM*PCN0001*125***11:B:1*Y*A*Y*Y",
        "HI*ABK:J020",
        "NM1*82*1*STONE*RUTH****XX*1245319599",
        "PRV*PE*PXC*207Q00000X",
        "LX*1",
        "SV1*HC:99213*125*UN*1***1",
        "DTP*472*D8*20261102",
        "REF*6R*L1",
        "SE*28*0001",
        "GE*1*905",
        "IEA*1*000000905",
        "",
    ]


def test_what_is_written_is_read_back_the_same():
    claims = [
        claim(),
        full_claim(),
        claim(patient_control_number="PCN3", subscriber=replace(PATIENT, last="BROOK")),
    ]
    assert list(edi.read_claims(edi.write_claims(claims, ENVELOPE))) == claims


def test_what_is_written_checks_clean():
    assert edi.check(edi.write_claims([claim(), full_claim()], ENVELOPE)) == []


def test_claims_of_one_subscriber_share_their_levels():
    claims = [claim(), claim(patient_control_number="PCN2")]
    written = body(edi.write_claims(claims, ENVELOPE))
    assert [s for s in written if s.startswith("HL")] == ["HL*1**20*1", "HL*2*1*22*0"]


def test_a_dependent_is_a_level_of_its_own_below_the_subscriber():
    own, child = claim(), claim(patient_control_number="PCN2", patient=CHILD, relationship="19")
    data = edi.write_claims([own, child], ENVELOPE)
    levels = [s for s in body(data) if s.startswith(("HL", "PAT", "CLM"))]
    assert [s.split("*")[0:4] for s in levels if s.startswith("HL")] == [
        ["HL", "1", "", "20"],
        ["HL", "2", "1", "22"],
        ["HL", "3", "1", "22"],
        ["HL", "4", "3", "23"],
    ]
    assert [c.patient for c in edi.read_claims(data)] == [None, CHILD]
    assert edi.check(data) == []


def test_each_transaction_set_has_its_own_batch_reference():
    claims = [claim(patient_control_number=f"P{n}") for n in range(5)]
    data = edi.write_claims(claims, replace(ENVELOPE, claims_per_transaction=2))
    [header] = edi.read_envelopes(data)
    assert [(t.control_number, t.reference) for t in header.transactions] == [
        ("0001", "B905"),
        ("0002", "B905-2"),
        ("0003", "B905-3"),
    ]
    assert header.complete
    assert [c.patient_control_number for c in edi.read_claims(data)] == ["P0", "P1", "P2", "P3", "P4"]


def test_a_stream_gets_the_same_file_while_it_is_made():
    lines = tuple(line(n) for n in range(1, 8))
    claims = [claim(patient_control_number=f"P{n}", lines=lines) for n in range(300)]
    envelope = replace(ENVELOPE, claims_per_transaction=250)
    seen, out = [], io.BytesIO()

    def recorded():
        for one in claims:
            seen.append(out.tell())
            yield one

    assert edi.write_claims(recorded(), envelope, to=out) == b""
    assert out.getvalue() == edi.write_claims(claims, envelope)
    assert 0 < seen[-1] < len(out.getvalue())  # some of it was out before the last claim was asked for


def test_each_kind_has_one_group_in_the_order_of_its_first_claim():
    made = [claim(), institutional_claim(), claim(patient_control_number="P2"), dental_claim()]
    out = io.BytesIO()
    edi.write_claims(iter(made), ENVELOPE, to=out)
    assert [c.kind for c in edi.read_claims(out.getvalue())] == ["P", "P", "I", "D"]
    assert edi.check(out.getvalue()) == []


def test_text_is_written_in_upper_case():
    data = edi.write_claims([claim(subscriber=replace(PATIENT, last="River"))], ENVELOPE)
    assert b"NM1*IL*1*RIVER*ANNA" in data


@pytest.mark.parametrize("bad", ["A*B", "A~B", "A:B", "A^B", "A\nB", "A\x1dB", "JOSÉ"])
def test_a_delimiter_or_control_character_in_a_value_is_refused_with_its_place(bad):
    with pytest.raises(edi.CharacterError) as refused:
        edi.write_claims([claim(), claim(note=bad)], ENVELOPE)
    assert refused.value.code == "EDI-01"
    assert refused.value.place == "claim 2"
    assert bad not in str(refused.value)


def test_only_the_active_delimiters_are_refused():
    envelope = replace(ENVELOPE, element="|", component=">", segment="\n", newline="")
    data = edi.write_claims([claim(note="A*B:C")], envelope)
    assert [c.note for c in edi.read_claims(data)] == ["A*B:C"]
    assert edi.check(data) == []


def test_delimiters_that_are_not_four_different_characters_are_refused():
    with pytest.raises(edi.CharacterError):
        edi.write_claims([claim()], replace(ENVELOPE, component="*"))


def test_an_amount_must_be_whole_cents():
    with pytest.raises(edi.UnwritableError):
        edi.write_claims([claim(charge=125.0)], ENVELOPE)


def test_claims_are_read_from_a_path_a_stream_and_bytes_alike(tmp_path):
    data = edi.write_claims([claim()], ENVELOPE)
    path = tmp_path / "batch.837"
    path.write_bytes(data)
    for source in (path, str(path), data, io.BytesIO(data)):
        assert [c.patient_control_number for c in edi.read_claims(source)] == ["PCN0001"]
    with pytest.raises(edi.SourceError):
        list(edi.read_claims(io.StringIO("ISA")))


def test_the_loops_stand_behind_a_claim():
    [read] = edi.read_claims(edi.write_claims([full_claim()], ENVELOPE))
    loop = read.loops
    assert loop.claim.charge == 14550
    assert loop.parent.ID == "2000C"
    assert loop.parent.parent.payer.name.last == "ACME HEALTH"
    assert [p.payer.name.id for p in loop.other_payers] == ["FIRST1"]


words = (
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -'&/.,", min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
cents = st.integers(0, 99_999_999)
days = st.dates(date(1920, 1, 1), date(2026, 11, 15))
codes = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=2, max_size=7)


@st.composite
def claims(draw):
    lines = tuple(
        line(
            n,
            charge=draw(cents) // 20,
            procedure=draw(st.sampled_from(["99213", "87880", "J1885"])),
            modifiers=tuple(draw(st.lists(st.sampled_from(["25", "59", "RT"]), max_size=4))),
            pointers=tuple(draw(st.lists(st.integers(1, 12), min_size=1, max_size=4))),
            units=str(draw(st.integers(1, 999))),
            control_number=draw(codes),
            note=draw(st.just("") | words),
            prior_authorization=draw(st.just("") | codes),
        )
        for n in range(1, draw(st.integers(1, 4)) + 1)
    )
    person = replace(
        PATIENT, last=draw(words), first=draw(words), birth_date=draw(days), member_id=draw(codes)
    )
    patient = draw(st.none() | st.just(replace(CHILD, first=draw(words))))
    return claim(
        patient_control_number=draw(codes),
        charge=sum(one.charge for one in lines),
        subscriber=person if patient is None else replace(person, birth_date=None, sex="", address=None),
        patient=patient,
        relationship="18" if patient is None else "19",
        payer=replace(PAYER, last=draw(words)),
        billing=replace(CLINIC, last=draw(words)),
        diagnoses=tuple(draw(st.lists(codes, min_size=1, max_size=12))),
        note=draw(st.just("") | words),
        onset=draw(st.none() | days),
        patient_paid=draw(st.none() | cents),
        medical_record_number=draw(st.just("") | codes),
        lines=lines,
    )


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(claims(), min_size=1, max_size=4))
def test_generated_claims_are_read_back_and_check_clean(made):
    data = edi.write_claims(made, ENVELOPE)
    assert list(edi.read_claims(data)) == made
    assert [f for f in edi.check(data) if f.snip < 3] == []
