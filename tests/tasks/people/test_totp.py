"""One-time codes are those of RFC 4226 and RFC 6238, and one is taken near its time alone."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.people import totp

SECRET = b"12345678901234567890"


def test_codes_by_count_are_those_of_rfc_4226():
    found = [totp.code_at(SECRET, step) for step in range(10)]
    assert found == [
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_by_time_are_those_of_rfc_6238(now, code):
    assert totp.code_at(SECRET, totp.step_of(now), digits=8) == code


@given(now=st.integers(10_000, 2**40), off=st.integers(-4, 4))
@settings(max_examples=60)
def test_a_code_is_taken_one_step_before_and_behind_and_no_further(now, off):
    code = totp.code_at(SECRET, totp.step_of(now) + off)
    near = [totp.code_at(SECRET, totp.step_of(now) + one) for one in (-1, 0, 1)]
    assert (totp.step_that_fits(SECRET, code, now) is not None) == (code in near)


@pytest.mark.parametrize("code", ["", "0", "1234567", "７５５２２４", "75522a", "\ud800"])
def test_what_is_no_code_fits_nothing(code):
    assert totp.step_that_fits(SECRET, code, 1_800_000_000) is None


def test_an_app_is_given_the_key_and_the_name_whatever_is_in_it():
    found = urlsplit(totp.address(SECRET, "Ana María & Söhne?"))
    assert (found.scheme, found.netloc) == ("otpauth", "totp")
    asked = parse_qs(found.query)
    assert asked["secret"] == [totp.spelled(SECRET)] == ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"]
    assert asked["issuer"] == ["CleanClaim"]
    assert "?" not in found.path
    assert "&" not in found.path
