"""Resend, TA1 025, then a 277CA that accepts, with kills inside the resend."""

import pytest

from tests.crash import resends
from tests.crash.documents import Homes
from tests.crash.tally import Tally


@pytest.mark.parametrize("kill_at", [4, 8, 11, 14, 16])
def test_a_killed_resend_that_the_partner_calls_a_duplicate_reopens_nothing_and_is_accepted(
    tmp_path, kill_at
):
    tally = Tally()
    assert resends.one(Homes(tmp_path), kill_at, tally)
    assert tally.clean, f"{tally}; {tally.faults}"
