"""Desks in five orders against hidden payers, over real nights with the mock clearinghouse."""

import pytest

from bench import work_order
from bench.desks.oracle import assigned
from tests import seeds


@pytest.mark.long
def test_the_queues_order_recovers_nearly_what_an_oracle_does_and_the_books_have_what_payers_paid(tmp_path):
    """The long form plays more nights, from which the queue learns more: `python -m bench work_order`."""
    small = work_order.Size(learned=5, claims=40, touches=36, waiting=45, nights=5, come=6, worked=4)
    found = work_order.play(seeds.seed(), small, tmp_path)
    for desk in found.values():
        assert desk.cash == desk.owed
    assert found["queue"].expected >= 0.6 * found["oracle"].expected
    assert found["queue"].expected > found["oldest"].expected
    assert found["oracle"].expected == max(one.expected for one in found.values())


def test_an_assignment_is_the_best_of_all():
    assert assigned([[3.0, 2.0, 0.0], [4.0, 1.0, 0.0]]) == [1, 0]
    assert assigned([[1.0, 5.0, 4.0], [0.0, 7.0, 3.0]]) == [2, 1]
