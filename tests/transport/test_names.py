"""Which names are used, and how the others are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transport.errors import NameRefused
from transport.names import allowed, checked, escaped


@pytest.mark.parametrize(
    "name",
    [
        "T000000001_20261116_harbor.837",
        "60054_1234567893_11741672.835",
        "20261116063000_0b9ce0cc-7d45-4e65-a5d1-6e2d1e0d1f4e_277CA.x12",
        "HIPAA.100200300.20261116_999 copy.dat",
        "AA000001.X3",
        "remit (1).835",
        "ERA 2026-11-16, part 2 (copy)",
    ],
)
def test_names_that_partners_use_are_allowed(name):
    assert checked("northgate", name) == name


@given(st.text())
def test_an_allowed_name_is_one_plain_ascii_component_of_a_path(name):
    if allowed(name):
        assert name.isascii()
        assert name.isprintable()
        assert not set(name) & set("/\\:*?\"'<>|\n\r\x00$`;&%!")
        assert name[0] not in ".- "
        assert len(name) <= 200
    else:
        with pytest.raises(NameRefused):
            checked("northgate", name)


@given(st.binary())
def test_any_name_a_server_may_send_is_shown_as_harmless_ascii(name):
    shown = escaped(name.decode("utf-8", "surrogateescape"))
    assert shown.isascii()
    assert shown.isprintable()
    assert len(shown) <= 130
