"""The audit trail: what is noted, and that no row of it can be changed, removed or slipped in unseen."""

import threading
from itertools import count

import pytest
from sqlalchemy import select, text

from ledger import Ledger
from ledger.errors import LedgerRefused
from ledger.schema import audit as audit_table
from ledger.sending import batches, decisions
from ledger.trail import audit
from ledger.trail.audit import Head, Trail
from tests.ledger.conftest import NIGHT

KEY = b"k" * 32
KEYS = {audit.key_id(KEY): KEY}


@pytest.fixture
def kept(ledger):
    seconds = count()
    audit.keep(ledger, Trail(KEY, "jo@office", lambda: f"2026-11-16T20:00:{next(seconds):02d}+00:00"))
    return ledger


def loosened(ledger: Ledger, *statements: str) -> None:
    """Does what only somebody with the database's own rights can: past the triggers."""
    with ledger.write() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER append_only_audit_{verb}")
        else:
            connection.exec_driver_sql("DROP TRIGGER append_only_audit ON audit")
        for statement in statements:
            connection.execute(text(statement))


def acts(ledger):
    return [row.act for row in reversed(audit.rows(ledger))]


def test_a_batch_leaves_who_did_what_with_each_step(kept, office):
    office.sent("1")
    assert acts(kept) == [
        "files taken in",
        "encounters validated",
        "claims built",
        "rows written",
        "batch built",
        "rows written",
        "batch uploaded",
        "batch committing",
        "batch sent",
    ]
    newest = audit.rows(kept, subject="batch 1")[0]
    assert (newest.actor, newest.business_on, newest.recorded_at) == (
        "jo@office",
        NIGHT,
        "2026-11-16T20:00:06+00:00",
    )
    assert audit.verify(kept, KEYS, {}).holds


def test_a_persons_decision_is_in_the_trail(kept, office):
    office.take("1")
    office.build()
    batch_id = office.batch()
    batches.hold(kept, batch_id, NIGHT, "no space")
    decisions.release(kept, batch_id, NIGHT, "the partner made space")
    decisions.abandon(kept, batch_id, NIGHT, "wrong partner")
    assert [r.detail for r in audit.rows(kept, subject=f"batch {batch_id}")][:3] == [
        "wrong partner",
        "the partner made space",
        "no space",
    ]


def test_what_is_rolled_back_is_not_in_the_trail(kept):
    def fails(connection):
        audit.note(connection, NIGHT, "tried", "nothing")
        raise RuntimeError

    with pytest.raises(RuntimeError), kept.write() as connection:
        fails(connection)
    assert audit.count(kept) == 0
    assert audit.head(kept) == Head(0, "")


def test_the_trail_itself_is_append_only(kept):
    audit.record(kept, NIGHT, "export", "denials", "12 rows")
    for statement in ("UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"):
        with pytest.raises(LedgerRefused, match="append-only"), kept.write() as connection:
            connection.execute(text(statement))


@pytest.mark.parametrize("column", ["recorded_at", "business_on", "actor", "act", "subject", "detail"])
def test_an_altered_row_is_found_and_named(kept, column):
    for number in range(1, 8):
        audit.record(kept, NIGHT, "export", f"list {number}", f"{number} rows")
    other = "2026-01-01" if column == "business_on" else "other"
    loosened(kept, f"UPDATE audit SET {column} = '{other}' WHERE id = 4")
    found = audit.verify(kept, KEYS, {})
    assert [fault.id for fault in found.faults] == [4]
    assert found.faults[0].row is not None
    assert getattr(found.faults[0].row, column) == other


def test_a_removed_row_is_found(kept):
    for number in range(6):
        audit.record(kept, NIGHT, "export", f"list {number}")
    loosened(kept, "DELETE FROM audit WHERE id = 3")
    found = audit.verify(kept, KEYS, {})
    assert [f.id for f in found.faults] == [3, 4]
    assert found.faults[0].what == "rows 3 to 3 are gone"


def test_a_row_slipped_in_is_found(kept):
    audit.record(kept, NIGHT, "export", "list")
    row = audit.rows(kept)[0]
    with kept.write() as connection:
        connection.execute(
            audit.audit.insert().values(
                id=2,
                recorded_at="",
                business_on=NIGHT,
                actor="x",
                act="y",
                subject="z",
                detail="",
                key_id=row.key_id,
                mac="0" * 64,
            )
        )
    assert [f.id for f in audit.verify(kept, KEYS, {}).faults] == [2, 3]


def test_a_trail_cut_off_at_its_end_is_found_by_the_head_outside(kept):
    for number in range(4):
        audit.record(kept, NIGHT, "export", f"list {number}")
    outside = audit.head(kept)
    earlier = audit.rows(kept)[2]
    loosened(
        kept,
        "DELETE FROM audit WHERE id > 2",
        f"UPDATE audit_head SET last = 2, mac = '{earlier.mac}'",
    )
    assert audit.verify(kept, KEYS, {}).holds, "in itself it fits"
    found = audit.verify(kept, KEYS, {"head-2026-11-16": outside})
    assert [(f.id, f.what) for f in found.faults] == [(4, "head-2026-11-16 knows row 4, which is gone")]


def test_a_trail_written_anew_with_the_key_is_found_by_the_head_outside(kept):
    audit.record(kept, NIGHT, "export", "list")
    outside = audit.head(kept)
    loosened(kept, "DELETE FROM audit", "UPDATE audit_head SET last = 0, mac = ''")
    audit.record(kept, NIGHT, "nothing", "was exported")
    assert [f.what for f in audit.verify(kept, KEYS, {"head-1": outside}).faults] == [
        "head-1 knows another row in its place"
    ]


def test_rows_under_a_key_that_is_gone_are_reported_and_new_ones_go_on(kept):
    for number in range(30):
        audit.record(kept, NIGHT, "export", f"list {number}")
    other = b"o" * 32
    audit.keep(kept, Trail(other, "jo@office", lambda: ""))
    audit.record(kept, NIGHT, "export", "list")
    both = {**KEYS, audit.key_id(other): other}
    assert audit.verify(kept, both, {}).holds
    found = audit.verify(kept, {audit.key_id(other): other}, {})
    assert [f.id for f in found.faults] == [1]
    assert "30 rows from here on" in found.faults[0].what
    assert audit.keys_used(kept) == sorted(both)


def test_two_programs_write_one_trail(kept, ledger_url):
    other = Ledger(ledger_url)
    audit.keep(other, Trail(KEY, "al@office", lambda: ""))
    for number in range(3):
        audit.record(kept, NIGHT, "export", f"list {number}")
        audit.record(other, NIGHT, "export", f"list {number}")
    other.close()
    assert audit.verify(kept, KEYS, {}).rows == 6
    assert audit.verify(kept, KEYS, {}).holds


@pytest.fixture
def long(kept, monkeypatch):
    """A trail of 23 rows, of which a night looks at the newest three and five earlier ones."""
    monkeypatch.setattr(audit, "LOOKED_AT", 5)
    for number in range(23):
        audit.record(kept, NIGHT, "export", f"list {number}")
    return kept


def by_turn(ledger, heads=None):
    return [[f.what for f in audit.verify(ledger, KEYS, heads or {}, 20, turn).faults] for turn in range(4)]


def test_a_night_looks_at_what_is_new_and_at_some_of_a_long_trail_and_within_some_nights_at_all_of_it(long):
    looked = [audit.verify(long, KEYS, {}, 20, turn) for turn in range(4)]
    assert [one.rows for one in looked] == [8] * 4
    assert all(one.holds for one in looked)
    assert audit.verify(long, KEYS, {}).rows == 23
    loosened(long, "UPDATE audit SET detail = 'nothing' WHERE id = 7")
    found = by_turn(long)
    assert [len(one) for one in found] == [0, 1, 0, 0]
    loosened_again = "UPDATE audit SET detail = 'nothing' WHERE id = 22"
    with long.write() as connection:
        connection.execute(text(loosened_again))
    assert [len(one) for one in by_turn(long)] == [1, 2, 1, 1], "what is new is looked at each night"


@pytest.mark.parametrize("number", [1, 10, 12, 20, 23])
def test_a_row_that_is_gone_from_a_long_trail_is_missed_at_once(long, number):
    loosened(long, f"DELETE FROM audit WHERE id = {number}")
    assert all(by_turn(long))


def test_a_head_of_a_row_that_is_not_looked_at_is_compared_with_it(long):
    with long.read() as connection:
        mac = connection.execute(select(audit_table.c.mac).where(audit_table.c.id == 3)).scalar_one()
    assert by_turn(long, {"head": Head(3, mac)}) == [[]] * 4
    assert by_turn(long, {"head": Head(3, "0" * 64)}) == [["head knows another row in its place"]] * 4
    assert by_turn(long, {"head": Head(99, mac)}) == [["head knows row 99, which is gone"]] * 4


def test_a_trail_that_another_program_goes_on_with_during_the_look_is_no_fault(kept, ledger_url):
    other = Ledger(ledger_url)
    audit.keep(other, Trail(KEY, "other", lambda: ""))
    over = threading.Event()

    def go_on():
        while not over.is_set():
            audit.record(other, NIGHT, "export", "theirs")

    writing = threading.Thread(target=go_on)
    writing.start()
    try:
        looks = rows = 0
        while looks < 12 or rows <= 12:  # however seldom the other one gets to write
            found = audit.verify(kept, KEYS, {"head": audit.head(kept)})
            assert found.faults == []
            looks, rows = looks + 1, found.rows
    finally:
        over.set()
        writing.join()
        other.close()
