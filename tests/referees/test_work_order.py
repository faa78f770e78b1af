"""Working in the queue's order recovers nearly what one recovers who knows what each payer will do."""

import pytest

from tests.referees import work_order


@pytest.mark.parametrize("seed", range(1, 11))
def test_the_queues_order_is_near_the_oracles_and_no_worse_than_the_largest_first(seed):
    played = work_order.play(seed)
    assert played["product"] >= 0.9 * played["oracle"]
    assert played["product"] >= played["largest"]
