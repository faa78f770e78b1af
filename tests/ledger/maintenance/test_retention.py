"""What is finished and old is purged, whatever the state in which it ended."""

import pytest
from sqlalchemy import update

from ledger.maintenance import retention
from ledger.queries.claims import STATES
from ledger.schema import submission
from tests.ledger.payments.test_remittances import payment, remit

UNDER_WAY = {"ready", "held", "batched", "sent", "accepted", "pended", "forwarded", "in_appeal"}


def test_every_state_of_a_submission_is_finished_or_under_way():
    assert set(retention.FINISHED) | UNDER_WAY == set(STATES) - {"restricted"}
    assert not UNDER_WAY & set(retention.FINISHED)


@pytest.mark.parametrize(("state", "purged"), [("paid", 1), ("predetermined", 1), ("accepted", 0)])
def test_a_claim_is_purged_when_it_is_finished(office, state, purged):
    office.sent("1")
    remit(office.ledger, payment())
    with office.ledger.write() as connection:
        connection.execute(update(submission).values(state=state))
    assert retention.purge(office.ledger, "2030-01-01", "2029-01-01", really=True).claims == purged
