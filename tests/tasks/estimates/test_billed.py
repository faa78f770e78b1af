"""Whatever providers bill and an estimate expects, each cent billed is counted once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from config import partners
from tasks.estimates.billed import Bill, _parts
from tests.conftest import CHECKOUT

LAKESIDE = partners.load(CHECKOUT / "config" / "demo").practices["lakeside"]
OWN = (LAKESIDE.npi, *(one.npi for one in LAKESIDE.providers))
STRANGER = "1999000023"
NPIS = st.sampled_from((*OWN, STRANGER))
CENTS = st.dictionaries(NPIS, st.integers(0, 1_000_00), max_size=4)


@settings(max_examples=60)
@given(expected=CENTS, billed=CENTS)
def test_each_cent_that_is_billed_is_compared_once_and_each_expectation_at_most_once(expected, billed):
    parts = _parts(expected, billed, LAKESIDE)
    assert sum(one.billed for one in parts) == sum(billed.values())
    assert len({one.npi for one in parts}) == len(parts)
    assert sum(one.expected for one in parts) <= sum(expected.values())
    for one in parts:
        assert one.expected == expected.get(one.npi, 0)
    sums = {one.npi: one.billed for one in parts}
    assert sums.get(STRANGER) == billed.get(STRANGER), "nobody bills for one outside the practice"
    if LAKESIDE.npi in expected:
        assert set(sums) <= {*expected, STRANGER}, "what no line names is the practice's"
    bill = Bill(1, 1, "lakeside", (1,), parts, False)
    above = {npi: cents - expected.get(npi, 0) for npi, cents in sums.items()}
    assert bill.above == sum(cents for cents in above.values() if cents >= 400_00)
