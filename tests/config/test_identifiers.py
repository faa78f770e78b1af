"""The NPI's check digit is a Luhn sum over 80840 and the number."""

import pytest

from config.identifiers import npi_is_valid, state_is_valid


@pytest.mark.parametrize("npi", ["1234567893", "1999000015"])
def test_a_right_check_digit_is_taken(npi):
    assert npi_is_valid(npi)


@pytest.mark.parametrize(
    "npi",
    ["1234567890", "123456789", "", "12345678931", "3234567893", "١٢٣٤٥٦٧٨٩٣", "1234567893\n", "1٢٣٤٥٦٧٨٩٣"],
)
def test_anything_else_is_no_npi(npi):
    assert not npi_is_valid(npi)


def test_exactly_one_of_ten_check_digits_is_right():
    assert sum(npi_is_valid(f"123456789{digit}") for digit in range(10)) == 1


def test_states_are_whole_words():
    assert state_is_valid("IL")
    assert not state_is_valid("L ")
    assert not state_is_valid("")
