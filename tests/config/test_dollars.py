"""Amounts as people type them: what is meant is known, or it is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.dollars import cents_of, dollars


@pytest.mark.parametrize(
    ("text", "cents"),
    [("12", 12_00), (" $12.50 ", 12_50), ("1,250.00", 1_250_00), ("1250", 1_250_00), ("0.05", 5)],
)
def test_an_amount_is_read_to_the_cent(text, cents):
    assert cents_of(text) == cents_of(text, of_a_file=True) == cents


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12,50",
        "1,2500",
        "1250,00",
        "12.345",
        "-5",
        "(5.00)",
        "$",
        ".50",
        "1.",
        "5 00",
        "٣.00",
        "1e3",
        "9" * 12,
    ],
)
def test_what_may_mean_another_amount_is_none(text):
    assert cents_of(text) is cents_of(text, of_a_file=True) is None


def test_a_last_zero_is_missing_in_files_alone():
    assert (cents_of("25.5"), cents_of("25.5", of_a_file=True)) == (None, 25_50)


@given(st.integers(0, 99_999_999_99))
def test_every_amount_is_read_back_with_and_without_its_commas(cents):
    assert cents_of(f"{cents // 100}.{cents % 100:02}") == cents
    assert cents_of(f"${cents // 100:,}.{cents % 100:02}") == cents


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "$0.00"), (5, "$0.05"), (-5, "-$0.05"), (123456, "$1,234.56"), (-100, "-$1.00"), (None, "")],
)
def test_an_amount_below_nothing_keeps_its_sign_and_one_that_is_not_known_is_nothing(cents, text):
    assert dollars(cents) == text
