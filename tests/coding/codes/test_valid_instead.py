"""An invalid diagnosis leads to the valid ones that it may stand for; nothing is chosen."""

from datetime import date

import pytest

import coding
from coding.codes.valid_instead import valid_instead
from coding.codes.validity import Validity

DIAGNOSES = coding.codes.load().diagnoses
DAY = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("code", "first", "reason"),
    [
        ("T1501A", "T1501XA", "the placeholder X is missing"),
        ("S022A", "S022XXA", "the placeholder X is missing"),
        ("T1501", "T1501XA", "it is a heading"),
        ("T1501X", "T1501XA", "it is a heading"),
        ("E112", "E1121", "it is a heading"),
        ("S93401Z", "S93401A", "Z is none of its 7th characters"),
        ("E11221", "E1122", "it has more characters than the code"),
        ("J02O", "J020", "a letter stands for a digit"),
        ("I1O", "I10", "a letter stands for a digit"),
        ("T404X1A", "T40411A", "these came after it"),
        ("M545", "M5450", "it is a heading"),
    ],
)
def test_an_invalid_code_leads_to_valid_ones_with_the_reason(code: str, first: str, reason: str) -> None:
    found = valid_instead(DIAGNOSES, code, DAY)
    assert found is not None
    assert (found.codes[0], found.reason) == (first, reason)
    assert all(DIAGNOSES.get(c).valid_on(DAY) is Validity.VALID for c in found.codes)


def test_a_side_is_never_chosen_both_are_named() -> None:
    found = valid_instead(DIAGNOSES, "H601", DAY)
    assert found is not None
    assert {"H6011", "H6012"} <= set(found.codes)


@pytest.mark.parametrize("code", ["J020", "", "J", "XXXXXXX", "99213", "Q" * 40, "é000", "U999", "ZZZ"])
def test_a_valid_code_and_what_is_near_none_lead_nowhere(code: str) -> None:
    assert valid_instead(DIAGNOSES, code, DAY) is None


def test_a_day_that_no_release_covers_leads_nowhere() -> None:
    assert valid_instead(DIAGNOSES, "T1501A", date(2031, 1, 1)) is None
