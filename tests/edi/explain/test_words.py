"""Codes in our words."""

import pytest

from edi.explain.words import describe, remedy_of
from edi.explain.words.partner_replies import describe_answer
from edi.findings import Answer


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ("A7:33:IL", "rejected, something is invalid: no such subscriber under that member id (subscriber)"),
        ("A2:20", "accepted, the payer will decide on it: accepted for processing"),
        ("A3:9999:XY", "returned, cannot be processed: status 9999 (entity XY)"),
        ("A4:35 A4:35", "not found: claim not found"),
        ("NM1:3 SV1:8", "NM1 is missing; SV1 is refused: elements are in error"),
        (
            "2310B.NM103:1 2400.SV101-2:7",
            "2310B NM103 is missing: rendering provider, last or organisation name; "
            "2400 SV101-2 is not a valid code: service line, procedure code",
        ),
        ("2310B.NM1:3", "2310B NM1 is missing: rendering provider"),
        ("IK502:5", "the transaction set is refused: segments are in error"),
        ("9999.NM103:I99", "9999 NM103 is refused: code I99"),
        ("R 025", "R; 025"),
        ("", ""),
    ],
)  # fmt: skip
def test_codes_are_described_and_unknown_ones_stay_as_they_are(codes, words):
    assert describe(codes) == words


@pytest.mark.parametrize(
    ("codes", "part"),
    [
        ("A7:33:IL", "Check eligibility"),
        ("A1:19:PR A7:562:85", "enrolment"),
        ("A6:999", "Add what is missing"),
        ("A2:20", "Wait for the remittance"),
        ("NM1:3", "higher version"),
        ("2310B.NM103:1", "the practice's file"),
        ("2010BA.N301:5", "patient or coverage"),
        ("IK502:5", "edi check"),
        ("R 025", ""),
    ],
)
def test_a_remedy_is_of_the_code_that_rejects(codes, part):
    assert part in remedy_of(codes)
    assert bool(remedy_of(codes)) is bool(part)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, ""),
        (Answer("TA1", note="022"), "TA1: the control structure is invalid (TA105 022)"),
        (Answer("999", segment="3"), "999: a required segment is missing (IK304 3)"),
        (Answer("999", segment="8", element="7"), "999: not a valid code (IK403 7)"),
        (Answer("277CA", category="A4", status="35"), "277CA: not found: claim not found (A4:35)"),
    ],
)  # fmt: skip
def test_the_partners_answer_to_a_finding_is_described(answer, words):
    assert describe_answer(answer) == words
