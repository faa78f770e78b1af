import pytest

from ledger import LeaseTaken, Ledger, StateConflict
from ledger.errors import FencedOut
from ledger.queries import claims, money
from ledger.sending import batches, decisions
from ledger.storage import documents, lease
from tests.ledger.conftest import NIGHT


def test_number_bytes_claims_and_charge_are_stored_together(office):
    office.take("1", "2")
    office.build(100_00)
    row = batches.get(office.ledger, office.batch())
    assert (row.isa13, row.claims, row.charge_cents, row.state) == (1, 2, 200_00, "built")
    assert documents.read(office.ledger, row.sha256) == b"ISA 1"
    assert claims.by_state(office.ledger) == {"batched": 2}
    assert money.money(office.ledger).charged == 200_00


def test_a_number_given_out_by_another_run_stores_nothing(office):
    office.sent("1")
    office.take("2")
    office.build()
    with pytest.raises(StateConflict, match="LED-03 interchange number 1"):
        office.batch(isa13=1)
    assert claims.by_state(office.ledger) == {"ready": 1, "sent": 1}
    assert money.money(office.ledger).charged == 100_00
    assert batches.next_control_number(office.ledger, "ZZNORTHGATE") == 2


def test_a_claim_that_is_no_longer_ready_stores_nothing(office):
    office.take("1")
    office.build()
    ready = [i for i, *_ in batches.ready(office.ledger)]
    office.batch()
    stale = batches.NewBatch(
        clearinghouse="northgate",
        receiver="ZZNORTHGATE",
        payer="",
        isa13=2,
        name="x",
        data=b"y",
        submissions=ready,
    )
    with pytest.raises(StateConflict, match="no longer ready"):
        batches.store(office.ledger, NIGHT, stale)
    assert batches.next_control_number(office.ledger, "ZZNORTHGATE") == 2


def test_a_state_changes_only_from_the_state_it_was_seen_in(office):
    batch_id = office.sent("1")
    with pytest.raises(StateConflict):
        batches.move(office.ledger, batch_id, "committing", "sent", NIGHT)
    assert batches.get(office.ledger, batch_id).state == "sent"


def test_two_programs_move_a_batch_once(office):
    office.take("1")
    office.build()
    batch_id = office.batch()
    other = Ledger(office.ledger.url)
    batches.move(office.ledger, batch_id, "built", "uploaded", NIGHT)
    with pytest.raises(StateConflict):
        batches.move(other, batch_id, "built", "uploaded", NIGHT)
    other.close()


def test_a_held_batch_is_not_sent_until_a_person_releases_it(office):
    office.take("1")
    office.build()
    batch_id = office.batch()
    batches.hold(office.ledger, batch_id, NIGHT, "the disk at the partner is full")
    assert batches.to_send(office.ledger) == []
    decisions.release(office.ledger, batch_id, NIGHT, "they made room")
    assert [b.id for b in batches.to_send(office.ledger)] == [batch_id]


def test_an_abandoned_batch_gives_its_claims_back_under_a_new_number(office):
    office.take("1")
    office.build()
    batch_id = office.batch()
    assert decisions.abandon(office.ledger, batch_id, NIGHT, "wrong partner") == 1
    again = batches.get(office.ledger, office.batch())
    assert (again.isa13, again.claims) == (2, 1)
    assert money.money(office.ledger).charged == 100_00, "charged once, however often it travels"


def test_a_batch_that_may_be_at_the_partner_is_not_abandoned(office):
    batch_id = office.sent("1")
    with pytest.raises(StateConflict, match="may be at the partner"):
        decisions.abandon(office.ledger, batch_id, NIGHT, "why not")


def test_a_second_run_leaves(ledger, tmp_path):
    with (
        lease.hold(ledger, tmp_path / "lock", "host:1", now=0),
        pytest.raises(LeaseTaken),
        lease.hold(Ledger(ledger.url), tmp_path / "lock", "host:2", now=0),
    ):
        raise AssertionError("both ran")


def test_a_run_elsewhere_keeps_its_lease_until_it_ends(ledger, tmp_path):
    with lease.hold(ledger, tmp_path / "lock", "alpha:1", now=0, seconds=100):
        elsewhere = Ledger(ledger.url)
        with (
            pytest.raises(LeaseTaken, match="alpha:1"),
            lease.hold(elsewhere, tmp_path / "other", "beta:1", now=99),
        ):
            raise AssertionError("both ran")
        with lease.hold(elsewhere, tmp_path / "other", "beta:1", now=101) as token:
            assert token == 2


def test_a_run_that_was_overtaken_writes_nothing(office, tmp_path):
    office.take("1")
    office.build()
    with lease.hold(office.ledger, tmp_path / "lock", "alpha:1", now=0, seconds=10):
        later = Ledger(office.ledger.url)
        with lease.hold(later, tmp_path / "other", "beta:1", now=11):
            with pytest.raises(FencedOut):
                office.batch()
            assert claims.by_state(office.ledger) == {"ready": 1}


def test_a_dead_run_on_this_machine_is_followed_at_once(ledger, tmp_path):
    with lease.hold(ledger, tmp_path / "lock", "host:1", now=0):
        pass
    with ledger.write() as connection:  # as a killed process leaves it: taken, for hours
        connection.exec_driver_sql("UPDATE lease SET expires_at = 99999")
    with lease.hold(ledger, tmp_path / "lock", "host:2", now=1) as token:
        assert token == 2
