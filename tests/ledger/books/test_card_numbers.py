"""A card's number is found however it is written; a check's number or a trace is none."""

import pytest

from ledger.books.card_numbers import has_card_number


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111111",
        "visa 4111 1111 1111 1111 12/29",
        "5500-0055-5555-5559",
        "card 378282246310005, exp 1129",
        "x4111111111111111x",
        "6011 0009 9013 9424 123",
    ],
)
def test_a_cards_number_is_found(text):
    assert has_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "check 1044",
        "4111111111111112",
        "last four 1111",
        "trace 202611180000123456789012",
        "2026-11-18 1044",
    ],
)
def test_what_is_none_is_taken(text):
    assert not has_card_number(text)
