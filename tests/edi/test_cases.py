"""Small files that were once judged or explained wrongly, and their siblings, by kind."""

from pathlib import Path

import pytest

import edi
from edi.explain.explanation import dotted, dotted_procedure
from tests.edi.acknowledgments.test_inquiry_answers import ELIGIBILITY, REFUSED, STATUS, envelope
from tests.edi.faults import clean, counted

CASES = Path(__file__).parent / "cases"
WHOLE = Path(__file__).parent / "whole"


def found(data, *codes):
    """What a check says: code, loop, segment and element, of these codes alone where some are given."""
    return [
        (f.code, f.loop, f.segment, f.element)
        for f in edi.check(data)
        if f.severity in ("error", "warning") and (not codes or f.code in codes)
    ]


def whole(name):
    return (WHOLE / f"{name}.edi").read_text("ascii").replace("\n", "")


def explained(data):
    return [" ".join((one.title, *one.sentences)) for one in edi.explain_file(data)]


def test_a_guide_that_is_not_known_is_found_where_its_version_stands():
    assert found(CASES / "version_005010X221E1_None.835") == [
        ("ENV-55", "", "ST", "1"),
        ("ENV-45", "", "GS", "8"),
    ]


def test_a_rented_equipments_span_may_end_after_the_files_day():
    assert found(CASES / "dat02_dme_span.837") == []


@pytest.mark.parametrize(
    ("value", "faulty"),
    [("D8*20991231", True), ("RD8*20991231-21000101", True), ("RD8*20261102-20991231", False)],
)
def test_a_service_that_has_not_begun_lies_in_the_future(value, faulty):
    text = clean("professional").replace("DTP*472*D8*20261102", f"DTP*472*{value}", 1)
    assert ("DAT-02" in {c for c, *_ in found(text.encode(), "DAT-02")}) is faulty


@pytest.mark.parametrize("kind", ["professional", "institutional"])
def test_a_patient_of_a_level_of_its_own_is_not_the_subscriber(kind):
    text = whole(kind)
    at = text.index("PAT*")
    old = text[at : text.index("~", at)]
    parts = old.split("*")
    if len(parts[1]) != 2:
        at = text.index("PAT*", at + 1)
        old = text[at : text.index("~", at)]
        parts = old.split("*")
    bad = text.replace(old, "*".join(["PAT", "18", *parts[2:]]), 1)
    assert found(bad.encode()) == [("ELM-07", "2000C", "PAT", "1")]
    assert ("ELM-07", "2000C", "PAT", "1") in found(CASES / "M_I2_PAT01_18.edi")


def test_ls_and_le_belong_together_and_to_the_parties_of_a_benefit():
    assert found(CASES / "271_no_LS.edi", "SIT-42") == [("SIT-42", "2110C", "LS", "")]
    text = ELIGIBILITY.decode()
    assert found(text.encode()) == []
    party = "NM1*PR*2*FIRST MUTUAL*****PI*FIRST1~"
    for old, segment in (
        ("LS*2120~", "LS"),
        ("LE*2120~", "LE"),
        (party, "LS"),
        ("LS*2120~" + party, "LE"),
        (party + "LE*2120~", "LS"),
    ):
        bad = counted(text.replace(old, "", 1))
        assert found(bad.encode()) == [("SIT-42", "2110C", segment, "")], old


def inquiry(levels):
    return envelope(
        "HS",
        "005010X279A1",
        "ST*270*0001*005010X279A1~BHT*0022*13*Q1*20261116*0130~HL*1**20*1~NM1*PR*2*ACME*****PI*ACME1~"
        "HL*2*1*21*1~NM1*1P*2*CLEAR*****XX*1234567893~" + levels,
    )


def test_an_inquiry_asks_something_of_the_person_that_it_is_about():
    subscriber = "HL*3*2*22*0~TRN*1*T1*9877281234~NM1*IL*1*RIVER*ANNA****MI*M1~"
    assert found(inquiry(subscriber)) == [("SIT-43", "2110C", "EQ", "")]
    assert found(inquiry(subscriber + "EQ*30~")) == []
    parent = "HL*3*2*22*1~NM1*IL*1*RIVER*ANNA****MI*M1~"
    child = "HL*4*3*23*0~TRN*1*T2*9877281234~NM1*03*1*RIVER*TOM~"
    assert found(inquiry(parent + child)) == [("SIT-43", "2110D", "EQ", "")]
    assert found(inquiry(parent + child + "EQ*30~")) == []
    [text] = explained(inquiry(parent + child + "EQ*30~"))
    assert "270: CLEAR (NPI 1234567893) asks ACME about T.R." in text
    assert "Service types 30" in text


@pytest.mark.parametrize(
    ("status", "faults"),
    [
        ("F1:65", 0),
        ("F3F:65", 0),
        ("F3N:0", 0),
        ("R17:318", 0),
        ("DR01:0", 0),
        ("X0:0", 0),
        ("A7:799", 0),
        ("F1:-1", 1),
        ("F1:1.0", 1),
        ("F9:65", 1),
        ("A9:20", 1),
        ("F1:9999", 1),
        ("F1:999", 1),
        ("F1:021", 1),
        ("B0:9999", 2),
    ],
)
def test_a_claim_status_is_one_of_the_lists(status, faults):
    data = STATUS.replace(b"STC*F1:65*", f"STC*{status}*".encode(), 1)
    assert len(found(data)) == faults
    for finding in edi.check(data):
        assert (finding.code, finding.severity) == ("COD-10", "warning")
        assert "November 2024" in finding.message


def test_a_patient_control_number_used_twice_is_a_warning_in_what_others_wrote():
    text = clean("professional").replace("CLM*PCN0004*", "CLM*PCN0003*", 1)
    [finding] = edi.check(text.encode())
    assert (finding.code, finding.severity) == ("SIT-20", "warning")


@pytest.mark.parametrize(
    ("npi", "said"),
    [
        ("123456789", "ten digits"),
        ("12345678931", "ten digits"),
        ("123456789X", "ten digits"),
        ("1234567890", "check digit"),
    ],
)
def test_an_npi_is_said_to_be_too_short_or_mistyped(npi, said):
    text = whole("professional")
    bad = text.replace("*XX*1234567893~", f"*XX*{npi}~", 1)
    messages = [f.message for f in edi.check(bad.encode()) if f.code == "COD-01"]
    assert len(messages) == 1
    assert said in messages[0]


def test_a_claim_status_answer_is_explained():
    texts = explained(CASES / "explain_277_X212_empty.edi")
    assert len(texts) == 3
    assert "paid $7,599.00" in texts[1]
    assert "Decided, denied" in texts[2]
    [text] = explained(STATUS)
    assert text.startswith("277: ACME HEALTH on claim")
    assert "RIVER" not in text


@pytest.mark.parametrize(
    "name",
    [
        "claim_acknowledgment",
        "dental",
        "eligibility",
        "eligibility_inquiry",
        "implementation",
        "institutional",
        "patient_information",
        "professional",
        "remittance",
        "status",
        "status_inquiry",
    ],
)
def test_every_kind_of_file_is_explained(name):
    texts = list(edi.explain_file(whole(name).encode()))
    assert texts
    assert not [s for s in texts if s.kind == "other"]


def test_a_refused_inquiry_is_explained_with_its_reason():
    [text] = explained(REFUSED)
    assert "reason 42" in text


def test_an_institutional_claim_is_explained_with_its_bill_type_dots_and_property_claim():
    [text] = explained(CASES / "explain_837I_ecode_bill.edi")
    for words in ("Type of bill 131", "E975.0", "E986.0", "884.2", "Property and casualty claim …3232"):
        assert words in text


@pytest.mark.parametrize(
    ("code", "icd9", "shown"),
    [
        ("E9750", True, "E975.0"),
        ("E975", True, "E975"),
        ("V101", True, "V10.1"),
        ("8842", True, "884.2"),
        ("25000", True, "250.00"),
        ("E119", False, "E11.9"),
        ("E11", False, "E11"),
        ("V9733XD", False, "V97.33XD"),
        ("J02.0", False, "J02.0"),
    ],
)
def test_a_diagnosis_has_its_dot_where_its_list_has_it(code, icd9, shown):
    assert dotted(code, icd9) == shown


@pytest.mark.parametrize(
    ("code", "shown"), [("4709", "47.09"), ("472", "47.2"), ("47", "47"), ("0DTJ4ZZ", "0DTJ4ZZ")]
)
def test_a_procedure_of_icd9_has_its_dot_behind_two_digits(code, shown):
    assert dotted_procedure(code) == shown


def test_a_property_and_casualty_number_is_read_written_and_explained():
    from dataclasses import replace

    from tests.edi.samples import ENVELOPE, claim

    one = replace(claim(), property_claim_number="PC-77")
    data = edi.write_claims([one, claim()], ENVELOPE)
    assert edi.check(data)[0].code == "SIT-20"
    first, second = edi.read_claims(data)
    assert (first.property_claim_number, second.property_claim_number) == ("PC-77", "")
