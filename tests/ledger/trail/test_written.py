"""Rows of money that were removed, added or changed are found, though every sum still closes."""

from itertools import count

import pytest
from sqlalchemy import Connection, text

from ledger import Ledger
from ledger.queries import money, proof
from ledger.runs import alerts, settling
from ledger.runs.settling import Subject
from ledger.storage.database import insert_many
from ledger.trail import audit, written
from ledger.trail.audit import Trail
from tests.ledger.conftest import NIGHT
from tests.ledger.payments.test_remittances import payment, remit
from tests.ledger.trail.test_audit import KEY, KEYS


@pytest.fixture
def paid(ledger, office):
    """Three claims, charged together, and two of them paid."""
    seconds = count()
    audit.keep(ledger, Trail(KEY, "jo@office", lambda: f"{next(seconds)}"))
    office.sent("1", "2", "3")
    for n in (1, 2):
        remit(ledger, payment(number=f"C000{n}"), trace=f"T{n}", content=f"c{n}")
    alerts.report(ledger, "cause", NIGHT, "X", "a message")
    settling.say(ledger, Subject("remittance", 1), NIGHT, "jo", "a reason", settled=True)
    return ledger


def done(ledger: Ledger, *statements: str) -> None:
    """Past the triggers, as only somebody with the database's own rights can."""
    with ledger.write() as connection:
        guarded = (
            "entry",
            "posting",
            "settlement",
            "payment_line",
            "line_adjustment",
            "claim_line",
            "coverage",
            "submission_event",
        )
        without_triggers(connection, *guarded)
        for statement in statements:
            connection.execute(text(statement))


def without_triggers(connection: Connection, *tables: str) -> None:
    for table in tables:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER append_only_{table}_{verb}")
        else:
            connection.exec_driver_sql(f"DROP TRIGGER append_only_{table} ON {table}")


def faults(ledger: Ledger) -> list[str]:
    return [fault.what for fault in audit.verify(ledger, KEYS, {}).faults]


SLIPPED_IN = (
    "INSERT INTO posting (id, entry_id, account, cents) "
    "VALUES (98, {entry}, 'cash', 5), (99, {entry}, 'suspense', -5)"
)
OF_SECOND = "SELECT id FROM entry WHERE remittance_id = 2"
REMOVED = (
    "DELETE FROM line_adjustment WHERE claim_payment_id = 2",
    "DELETE FROM payment_line WHERE claim_payment_id = 2",
    f"DELETE FROM posting WHERE entry_id IN ({OF_SECOND})",
    "DELETE FROM entry WHERE remittance_id = 2",
    "DELETE FROM claim_payment WHERE remittance_id = 2",
    "DELETE FROM remittance WHERE id = 2",
)


def test_a_transaction_that_writes_money_adds_one_link_that_fits(paid):
    links = audit.rows(paid, act=written.WRITTEN)
    assert len(links) == 6, "claims, charges of a batch, each remittance, an alert, a word"
    assert "remittances 2; payments 2; 8 rows" in links[2].detail
    assert faults(paid) == []


def test_a_remittance_removed_with_its_balanced_entries_is_found(paid):
    done(paid, *REMOVED)
    assert money.money(paid).closes, "in themselves the books still close"
    assert {(d.claim_id, d.cents) for d in proof.of_all(paid).defects if d.claim_id} == {(2, 100_00)}
    found = faults(paid)
    assert found[0] == "of the 8 rows written then, 0 are there now"
    assert "4 entries are there, and the trail knows 5" in found[1:]
    assert "1 remittances are there, and the trail knows 2" in found[1:]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE posting SET cents = cents * 2 WHERE entry_id = 4",
        "UPDATE posting SET claim_id = 3 WHERE entry_id = 4",
        "UPDATE entry SET business_on = '2026-01-01' WHERE id = 1",
        "UPDATE remittance SET trace = 'T9' WHERE id = 1",
        "UPDATE remittance SET payee = '1999000999' WHERE id = 1",
        "UPDATE remittance SET practice = 'another' WHERE id = 1",
        "UPDATE remittance SET state = 'unknown_payee' WHERE id = 1",
        "UPDATE claim_payment SET paid_cents = 1 WHERE remittance_id = 1",
        "UPDATE claim_payment SET status = '22' WHERE remittance_id = 1",
        "UPDATE payment_line SET line = 2 WHERE claim_payment_id = 1",
        "UPDATE line_adjustment SET cents = cents + 1 WHERE claim_payment_id = 1",
        "UPDATE line_adjustment SET carc = '97' WHERE claim_payment_id = 1",
        "UPDATE settlement SET who = 'somebody else' WHERE id = 1",
    ],
)
def test_a_changed_row_is_found(paid, statement):
    done(paid, statement)
    [what] = faults(paid)
    assert what.endswith("at least one is another now")


REMOVALS = {
    "line_adjustment WHERE claim_payment_id = 1": "of the 8 rows written then, 7 are there now",
    "settlement WHERE id = 1": "0 settlements are there, and the trail knows 1",
    "alert WHERE id = 1": "0 alerts are there, and the trail knows 1",
    "submission WHERE claim_id = 3": "1 claims have no submission",
    "claim WHERE id = 4": "3 claims are there, and the trail knows 4",
}


@pytest.mark.parametrize("which", REMOVALS)
def test_a_removed_row_is_found_though_it_moves_no_money(paid, office, which):
    office.take("4")
    office.build()
    of_version = "WHERE version_id IN (SELECT id FROM claim_version WHERE claim_id = 4)"
    events = "DELETE FROM submission_event WHERE submission_id IN (SELECT id FROM submission WHERE {})"
    parts = (
        events.format("claim_id = 4"),
        "DELETE FROM submission WHERE claim_id = 4",
        *(f"DELETE FROM {part} {of_version}" for part in ("claim_line", "coverage")),
        "DELETE FROM claim_version WHERE claim_id = 4",
    )
    before = {
        "claim WHERE id = 4": parts,
        "submission WHERE claim_id = 3": (events.format("claim_id = 3"),),
    }
    done(paid, *before.get(which, ()), f"DELETE FROM {which}")
    assert REMOVALS[which] in faults(paid)


def test_a_part_of_a_transaction_that_is_taken_back_leaves_no_link(paid):
    def fails(connection):
        alerts.add(connection, "taken back", NIGHT, "X", "it goes")
        audit.note(connection, NIGHT, "taken back", "nothing")
        raise RuntimeError

    with paid.write() as connection:
        alerts.add(connection, "kept", NIGHT, "X", "it stays")
        with pytest.raises(RuntimeError), paid.savepoint(connection):
            fails(connection)
    assert faults(paid) == []
    assert audit.rows(paid, act="taken back") == []


def test_rows_are_linked_where_nothing_else_was_noted(paid):
    before = len(audit.rows(paid))
    alerts.report(paid, "alone", NIGHT, "X", "a message")
    assert len(audit.rows(paid)) == before + 1
    assert faults(paid) == []


def test_a_balanced_entry_slipped_in_is_found(paid):
    done(
        paid,
        "INSERT INTO entry (id, kind, key, business_on, period)"
        f" VALUES (99, 'payment', 'x', '{NIGHT}', '2026-11')",
        SLIPPED_IN.format(entry=99),
    )
    assert faults(paid) == ["6 entries are there, and the trail knows 5"]


def test_postings_slipped_into_an_entry_are_found(paid):
    done(
        paid,
        SLIPPED_IN.format(entry=1),
    )
    assert faults(paid) == ["of the 9 rows written then, 11 are there now"]


def test_a_look_at_what_is_new_leaves_earlier_rows_and_still_counts_all(paid):
    since = audit.head(paid).id
    done(paid, "UPDATE posting SET cents = cents * 2 WHERE entry_id = 4")
    found = [len(audit.verify(paid, KEYS, {}, since, turn).faults) for turn in range(written.TURNS)]
    assert sorted(found) == [0] * (written.TURNS - 1) + [1], "in one of its turns it is found too"
    turn = found.index(0)
    done_rows = "DELETE FROM posting WHERE entry_id = 5", "DELETE FROM entry WHERE id = 5"
    with paid.write() as connection:
        for statement in done_rows:
            connection.execute(text(statement))
    assert len(audit.verify(paid, KEYS, {}, since, turn).faults) == 1


def test_what_is_rolled_back_leaves_no_link_in_the_next_transaction(paid):
    def fails(connection):
        written.note(
            connection,
            written.entry,
            [{"id": 9, "kind": "x", "key": "y", "business_on": NIGHT, "period": NIGHT[:7]}],
        )
        raise RuntimeError

    with pytest.raises(RuntimeError), paid.write() as connection:
        fails(connection)
    audit.record(paid, NIGHT, "export", "list")
    assert faults(paid) == []


def test_money_of_a_ledger_without_links_is_taken_into_the_trail_once(ledger, office):
    office.sent("1")
    remit(ledger, payment())
    audit.keep(ledger, Trail(KEY, "jo@office", lambda: ""))
    for _ in range(2):
        audit.adopt(ledger)
    assert len(audit.rows(ledger, act=written.WRITTEN)) == 1
    assert faults(ledger) == []
    done(ledger, "UPDATE posting SET cents = 0 WHERE entry_id = 1")
    assert len(faults(ledger)) == 1


@pytest.mark.parametrize("ids", [[], [4], [1, 2, 3], [1, 3, 4, 9]])
def test_ids_in_words_are_read_back(ids):
    parts = written.pairs(written.ranges(ids))
    assert [n for first, last in parts for n in range(first, last + 1)] == ids


def test_rows_of_many_links_that_are_read_at_once_come_to_each_link_its_own(ledger):
    """However many links are read together, and whatever lies between their ids."""
    audit.keep(ledger, Trail(KEY, "jo@office", lambda: ""))
    for ids in ([1, 2], [3], [7, 8], [5], [9, 10, 11], [6], [12]):
        rows = [
            {"id": n, "kind": "payment", "key": f"k{n}", "business_on": NIGHT, "period": NIGHT[:7]}
            for n in ids
        ]
        with ledger.write() as connection:
            insert_many(connection, written.entry, rows)
            written.note(connection, written.entry, rows)
    assert faults(ledger) == []
    done(ledger, "UPDATE entry SET kind = 'other' WHERE id IN (5, 8)")
    assert faults(ledger) == [
        "of the 2 rows written then, at least one is another now",
        "of the 1 rows written then, at least one is another now",
    ]
