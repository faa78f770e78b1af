"""Repairs of form: listed, and never a change of which code is meant."""

from coding.example import CLEAN, Line
from coding.repair import repair


def test_a_clean_claim_is_handed_back_as_it_is() -> None:
    claim = CLEAN.claim
    assert repair(claim) == (claim, [])
    assert repair(claim)[0] is claim


def test_dots_case_and_spaces_are_repaired_and_listed() -> None:
    example = CLEAN.but(
        diagnoses=("j02.0", " e11.22 "),
        lines=(Line(procedure=" j1885", modifiers=("qw", ""), ndc="00012-3456-78"),),
    )
    repaired, repairs = repair(example.claim)
    assert repaired.diagnoses == ("J020", "E1122")
    assert repaired.lines[0].procedure == "J1885"
    assert repaired.lines[0].modifiers == ("QW",)
    assert repaired.lines[0].ndc == "00012345678"
    assert [(r.line, r.place) for r in repairs] == [
        (None, "HI"),
        (1, "SV101-2"),
        (1, "SV101-3"),
        (1, "LIN03"),
    ]


def test_an_empty_diagnosis_keeps_its_place_because_pointers_count_it() -> None:
    repaired, _ = repair(CLEAN.but(diagnoses=("", "J02.0")).claim)
    assert repaired.diagnoses == ("", "J020")


def test_a_ten_digit_ndc_is_left_for_a_person() -> None:
    repaired, repairs = repair(CLEAN.but(lines=(Line(ndc="0012-3456-78"),)).claim)
    assert repaired.lines[0].ndc == "0012-3456-78"
    assert repairs == []
