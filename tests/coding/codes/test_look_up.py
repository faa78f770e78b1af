"""What a coder types beside words: codes, codes with a slip, several of them, signs of a chart."""

from datetime import date

import pytest

import coding
from coding.codes.look_up import look_up

CODES = coding.codes.load()
DAY = date(2026, 11, 16)


def found(asked: str, limit: int = 10) -> list[str]:
    return [hit.code for hit, _ in look_up(CODES, asked, DAY, limit).diagnoses]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("E11.9 I10", ["E119", "I10"]),
        ("e11.9, i10", ["E119", "I10"]),
        ("T15.01A", ["T1501XA"]),  # the placeholder is missing
        ("Ell.9", ["E119"]),  # letters for digits
        ("J44.O", ["J440"]),
        ("E119 E119", ["E119"]),
    ],
)
def test_codes_are_found_as_codes_however_they_are_typed(asked: str, codes: list[str]) -> None:
    assert found(asked) == codes


def test_a_code_beside_words_comes_before_what_the_words_find() -> None:
    codes = found("Z79.4 insulin resistance", 3)
    assert codes[0] == "Z794"
    assert "E88819" in codes


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("b12 deficiency", "E538"),
        ("h1n1 flu", "J101"),
        ("covid19", "U071"),
        ("a1c high", "R7309"),
    ],
)
def test_words_that_look_like_codes_stay_words(asked: str, first: str) -> None:
    assert found(asked)[0] == first


def test_i131_beside_a_word_is_the_drug() -> None:
    assert "I131" not in found("I131 therapy")
    assert found("I131")[0] == "I131"


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("fx L distal radius", "S52502A"),
        ("R shoulder pain", "M25511"),
        ("ckd3a", "N1831"),
        ("rule out pneumonia", "J189"),
        ("sepsis due to uti", "A419"),
    ],
)
def test_signs_of_a_chart_are_read(asked: str, first: str) -> None:
    assert found(asked)[0] == first


def test_both_sides_without_a_code_of_their_own_are_two_codes() -> None:
    assert found("b/l knee pain")[:2] == ["M25561", "M25562"]
    assert found("osteoarthritis of both knees")[0] == "M170"


def test_what_is_coded_together_stands_in_its_order() -> None:
    assert found("UTI due to E. coli")[:2] == ["N390", "B9620"]
    assert found("screening colonoscopy with polyp found")[:2] == ["Z1211", "K635"]
    assert found("screening colonoscopy")[0] == "Z1211"
