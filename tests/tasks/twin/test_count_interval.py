from random import Random

import pytest

from tasks.twin.count_interval import interval


def test_of_nothing_nothing_is_foretold():
    assert interval(0, 0) == (0, 0)
    assert interval(-1, 0) == (0, 0)


@pytest.mark.parametrize(("share", "of"), [(0.03, 200), (0.1, 200), (0.5, 40), (0.9, 60)])
def test_the_interval_of_a_count_holds_four_in_five(share, of):
    chance = Random(3)
    low, high = interval(share * of, share * (1 - share) * of)
    held = sum(low <= sum(chance.random() < share for _ in range(of)) <= high for _ in range(1000))
    assert 0.70 <= held / 1000 <= 0.90


@pytest.mark.parametrize("mean", [0.01, 0.7, 12.0, 400.0, 20_000.0])
def test_what_is_less_known_has_the_wider_interval(mean):
    narrow, plain, wide = (interval(mean, mean * factor) for factor in (0.5, 1, 4))
    assert narrow[1] - narrow[0] <= plain[1] - plain[0] <= wide[1] - wide[0]
    assert 0 <= plain[0] <= max(mean, 1)
    assert plain[1] >= mean - 1
