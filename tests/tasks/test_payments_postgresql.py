"""The situations, variants and combinations of payments once more, their books kept on PostgreSQL."""

import pytest

from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from tests.tasks.payment_variants import numbers, play
from tests.tasks.test_payment_cases import summary
from tests.tasks.test_payment_combinations import COMBINATIONS, partners
from tests.tasks.test_payment_situations import SITUATIONS
from tests.tasks.test_payment_variants import VARIANTS

pytestmark = pytest.mark.usefixtures("either_database")
PLAYED = {
    "situations": (SITUATIONS, True),
    "variants": (VARIANTS, False),
    "combinations": (COMBINATIONS, True),
}
"""What is played, and whether what came last comes first."""


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("name", PLAYED)
def test_all_come_to_their_right_values_on_postgresql(home, name):
    variants, turned = PLAYED[name]
    if variants is COMBINATIONS:
        partners(home)
    played = play(home, variants, turned=turned)
    found = {one: summary(played.claim(encounter)) for one, encounter in numbers(variants).items()}
    assert found == {one: variant.right for one, variant in variants.items()}
    with played.opened() as opened:
        assert money(opened.ledger).closes
        assert proof(opened.ledger).faults == []
