import pytest

from ledger.queries import standing
from tests.tasks.answering import MONDAY, Partner


@pytest.fixture
def partner(home):
    """A partner that has one claim of ours, sent on Monday."""
    made = Partner(home)
    home.drop("lakeside/one.json", home.encounter())
    made.collect(MONDAY)
    with home.opened() as opened:
        [claim] = standing.claims(opened.ledger)
    assert claim.state == "sent"
    made.claim = claim
    return made
