"""Counts as a person says them."""

from config.counted import counted


def test_one_has_no_plural_and_thousands_are_grouped():
    assert counted(1, "claim") == "1 claim"
    assert counted(0, "claim") == "0 claims"
    assert counted(1200, "copy", "copies") == "1,200 copies"
