"""A run that takes its lease anew: whoever works under the token before writes nothing more."""

import pytest
from sqlalchemy import insert, select

from ledger import Ledger
from ledger.errors import FencedOut, LeaseTaken
from ledger.runs import turns
from ledger.schema import lease as lease_table
from ledger.schema import turn
from ledger.storage import lease


def writes(ledger):
    with ledger.write() as connection:
        connection.execute(insert(turn).values(step="post", token=ledger.token, done=0))


def test_a_worker_out_of_reach_is_fenced_out_and_the_run_goes_on(ledger, tmp_path):
    worker = Ledger(ledger.url)
    with lease.hold(ledger, tmp_path / "lock", "host:1", now=0) as token:
        worker.token = token
        lease.renew(ledger)
        assert ledger.token == token + 1
        with pytest.raises(FencedOut):
            writes(worker)
        writes(ledger)
        with pytest.raises(LeaseTaken), lease.hold(Ledger(ledger.url), tmp_path / "other", "far:1", now=1):
            pytest.fail("held by two")
    worker.close()


def test_a_lease_taken_anew_is_given_back_as_well(ledger, tmp_path):
    with lease.hold(ledger, tmp_path / "lock", "host:1", now=0):
        lease.renew(ledger)
    with ledger.read() as connection:
        assert connection.execute(select(lease_table.c.expires_at)).scalar_one() == 0
    with lease.hold(ledger, tmp_path / "other", "far:1", now=1) as token:
        assert token == 3


def test_a_run_that_was_overtaken_takes_nothing_anew(ledger, tmp_path):
    late = Ledger(ledger.url)
    with lease.hold(ledger, tmp_path / "lock", "host:1", now=0) as token:
        late.token = token - 1 or -1
        with pytest.raises(FencedOut):
            lease.renew(late)
        assert ledger.token == token
    late.close()


def test_a_worker_that_waits_for_its_turn_leaves_when_the_step_is_called_off(ledger, tmp_path):
    worker = Ledger(ledger.url)
    with lease.hold(ledger, tmp_path / "lock", "host:1", now=0) as token:
        turns.begin(ledger, "post")
        worker.token = token
        turns.call_off(ledger, "post")
        lease.renew(ledger)
        with pytest.raises(FencedOut):
            turns.wait(worker, "post", 0)
        turns.begin(ledger, "post")
        turns.wait(ledger, "post", 0)
    worker.close()


def test_each_share_takes_the_next_piece_once_and_what_was_begun_by_a_lost_worker_is_not_begun_again(
    ledger, tmp_path
):
    """Dask gives the work of a worker that it lost to another. The first one's piece would never end."""
    one, other = Ledger(ledger.url), Ledger(ledger.url)
    with lease.hold(ledger, tmp_path / "lock", "host:1", now=0) as token:
        one.token = other.token = token
        turns.begin(ledger, "post")
        assert [turns.take(one, "post", 1), turns.take(other, "post", 11)] == [0, 1]
        assert turns.ended(one, "post", 0, takes=True) == 2
        turns.wait(other, "post", 1)
        assert turns.ended(other, "post", 1, takes=False) is None
        with pytest.raises(FencedOut):
            turns.take(other, "post", 1)
        turns.begin(ledger, "post")
        assert turns.take(other, "post", 1) == 0
        turns.call_off(ledger, "post")
        with pytest.raises(FencedOut):
            turns.ended(other, "post", 0, takes=True)
    one.close()
    other.close()
