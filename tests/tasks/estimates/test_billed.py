"""Whatever providers bill and an estimate expects, each cent billed is counted once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from config import partners
from tasks.estimates.billed import TOO_HIGH, Bill, _parts
from tests.conftest import CHECKOUT

LAKESIDE = partners.load(CHECKOUT / "config" / "demo").practices["lakeside"]
OWN = (LAKESIDE.npi, *(one.npi for one in LAKESIDE.providers))
NPIS = st.sampled_from((*OWN, "1999000023"))
CENTS = st.dictionaries(NPIS, st.integers(0, 1_000_00), max_size=4)


@settings(max_examples=60)
@given(expected=CENTS, billed=CENTS)
def test_each_cent_that_is_billed_is_compared_once_and_each_expectation_at_most_once(expected, billed):
    parts = _parts(expected, billed, LAKESIDE)
    assert sum(one.billed for one in parts) == sum(billed.values())
    assert len({one.npi for one in parts}) == len(parts)
    assert sum(one.expected for one in parts) <= sum(expected.values())
    bill = Bill(1, 1, "lakeside", (1,), parts, False)
    assert bill.above >= TOO_HIGH * len(bill.high)
    for one in parts:
        assert one.expected == expected.get(one.npi, 0)
