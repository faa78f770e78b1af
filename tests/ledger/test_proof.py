"""A claim with money that no work and no wait explains fails the proof of the night, and is named."""

import pytest

from ledger.queries import balances, money, proof
from tests.ledger.conftest import NIGHT
from tests.ledger.payments.test_remittances import denials, payment, remit
from tests.ledger.trail.test_written import without_triggers

LATER = "2026-11-20"


@pytest.fixture
def posted(office):
    """Four claims of a night that was proven: one paid, one denied, two that wait."""
    office.sent("1", "2", "3", "4")
    remit(office.ledger, payment(), trace="T1", content="1")
    remit(office.ledger, payment(number="C0002", paid=0, off=0, denied=100_00), trace="T2", content="2")
    assert proof.of_night(office.ledger, NIGHT, 1).holds
    balances.take(office.ledger, NIGHT)
    return office


def planted(office, *statements):
    """Past the triggers, as only somebody with the database's own rights can."""
    with office.ledger.write() as connection:
        without_triggers(connection, "posting")
        for statement in statements:
            connection.exec_driver_sql(statement)


MOVED = (
    "UPDATE posting SET cents = cents - 1 WHERE claim_id = 3 AND account = 'receivable_payer'",
    "UPDATE posting SET cents = cents + 1 WHERE claim_id = 4 AND account = 'receivable_payer'",
)
DEFECTS = {
    "a cent moved to another claim": (
        MOVED,
        [
            "claim 3, payer harbor: 1 cents of open work and waits are more than is owed",
            "claim 4, payer harbor: 1 cents are owed that no open work and no wait explains",
        ],
    ),
    "a payment moved to another claim": (
        ("UPDATE posting SET claim_id = 3 WHERE claim_id = 1 AND account = 'cash'",),
        [
            "claim 1: 8000 cents are left where its postings should sum to zero",
            "claim 3: 8000 cents are left where its postings should sum to zero",
        ],
    ),
    "a work item closed with money left": (
        ("UPDATE work_item SET state = 'settled' WHERE claim_id = 2",),
        ["claim 2, payer harbor: 10000 cents are owed that no open work and no wait explains"],
    ),
    "a wait removed": (
        ("DELETE FROM claim_waiting WHERE claim_id = 3",),
        ["claim 3, payer harbor: 10000 cents are owed that no open work and no wait explains"],
    ),
    "a receivable in the books of another practice": (
        ("UPDATE posting SET practice = 'summit' WHERE claim_id = 3 AND account = 'receivable_payer'",),
        ["claim 3: 10000 cents are owed to it in the books of another practice"],
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_named_by_the_proof_of_the_next_night_and_by_the_full_proof(posted, defect):
    statements, named = DEFECTS[defect]
    planted(posted, *statements)
    for proven in (proof.of_night(posted.ledger, LATER, 5), proof.of_all(posted.ledger)):
        assert not proven.holds
        assert set(named) <= set(proven.faults)


@pytest.mark.parametrize("defect", ["a work item closed with money left", "a wait removed"])
def test_what_vanished_from_work_or_waits_is_named_though_its_claim_has_no_turn(posted, defect, monkeypatch):
    monkeypatch.setattr(proof, "PART", 1)
    statements, named = DEFECTS[defect]
    planted(posted, *statements)
    faults = proof.of_night(posted.ledger, LATER, turn=0).faults
    assert set(named) <= set(faults)


def test_each_earlier_claim_has_its_turn(posted, monkeypatch):
    monkeypatch.setattr(proof, "PART", 1)
    planted(posted, *MOVED)
    assert {turn for turn in range(5) if proof.of_night(posted.ledger, LATER, turn).faults} == {2, 3}


def test_the_proof_of_a_night_asks_only_what_was_posted_since_the_last_snapshot(posted, monkeypatch):
    monkeypatch.setattr(proof, "PART", 1)
    remit(posted.ledger, payment(number="C0003"), trace="T3", content="3")
    proven = proof.of_night(posted.ledger, LATER, turn=0)
    assert (proven.holds, proven.claims, proven.remitted) == (True, 2, 80_00)


def test_the_money_is_the_newest_snapshot_and_what_was_posted_since(posted):
    before = money.money(posted.ledger)
    remit(posted.ledger, payment(number="C0003"), trace="T3", content="3")
    now = money.money(posted.ledger)
    assert (now.cash - before.cash, now.receivable_payers - before.receivable_payers) == (80_00, -100_00)
    assert now.closes
    balances.take(posted.ledger, LATER)
    assert money.money(posted.ledger) == now
    assert proof.of_all(posted.ledger).holds


def test_a_snapshot_that_is_not_what_was_posted_fails_the_full_proof(posted):
    planted(posted, "UPDATE balance SET cents = cents + 1 WHERE account = 'cash'")
    assert proof.of_all(posted.ledger).faults == [f"the balances of {NIGHT} are not what was posted"]


def test_the_work_of_a_denial_is_not_hidden_by_the_proof(posted):
    assert [d.cents for d in denials(posted)] == [100_00]
