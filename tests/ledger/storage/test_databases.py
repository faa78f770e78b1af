"""What must be the same on SQLite and PostgreSQL, and what each does in its own way."""

import threading

import pytest
from sqlalchemy import select, text

from ledger import Ledger
from ledger.encounters import encounters
from ledger.encounters.encounters import FindingRow, Validated
from ledger.errors import LedgerFull, LedgerRefused, OtherVersion
from ledger.migrations import upgrade
from ledger.schema import alert, encounter, finding, schedule
from ledger.storage.database import insert_many, put_texts
from tests.ledger.conftest import NIGHT, Office
from tests.waiting import until

ODD = ("tab\there", "back\\slash\\N", "new\nline\rand return", "“quotes” '' \"", "\\.", "", "ünï 漢字 🩺")


def rows(values):
    return [
        {"key": f"k{n}", "code": "X", "message": value, "remedy": "", "state": "open", "business_on": NIGHT}
        for n, value in enumerate(values)
    ]


@pytest.mark.parametrize("times", [1, 300])
def test_rows_come_back_as_they_went_in_few_or_many(ledger, times):
    given = [value for _ in range(times) for value in ODD]
    with ledger.write() as connection:
        insert_many(connection, alert, rows(given))
    with ledger.read() as connection:
        assert list(connection.execute(select(alert.c.message).order_by(alert.c.id)).scalars()) == given


def test_many_rows_get_other_texts_each_its_own_and_no_other_row_or_column_changes(ledger):
    given = [(n, value, f"R{n}") for n, value in enumerate((*ODD, "a,{b}", "NULL", "a\0b"), 2)]
    with ledger.write() as connection:
        insert_many(connection, alert, rows(["as it was"] * (len(given) + 2)))
        put_texts(connection, alert, ["message", "remedy"], given)
        put_texts(connection, alert, ["message"], [])
    with ledger.read() as connection:
        found = connection.execute(select(alert.c.id, alert.c.message, alert.c.remedy).order_by(alert.c.id))
        first, *changed, last = (tuple(row) for row in found)
    assert (first, last) == ((1, "as it was", ""), (len(given) + 2, "as it was", ""))
    kept = given[-1][1] if ledger.url.startswith("sqlite") else "a\ufffdb"
    assert changed == [*given[:-1], (*given[-1][:1], kept, given[-1][2])]


@pytest.mark.parametrize("times", [1, 30])
def test_a_nul_from_outside_stops_nothing(ledger, times):
    with ledger.write() as connection:
        insert_many(connection, alert, rows(["a\0b"] * times))
        connection.execute(alert.insert().values(key="one", code="X", message="c\0d", business_on=NIGHT))
    with ledger.read() as connection:
        found = set(connection.execute(select(alert.c.message)).scalars())
    assert found in ({"a\0b", "c\0d"}, {"a�b", "c�d"})


def test_a_refused_row_takes_the_whole_transaction_back(ledger):
    with ledger.write() as connection:
        insert_many(connection, alert, rows(["first"]))
    twice = [*rows(["other key"]), *rows(["x"] * 20)]
    twice[0]["key"] = "new"
    with pytest.raises(LedgerRefused), ledger.write() as connection:
        insert_many(connection, alert, twice)
    with ledger.read() as connection:
        assert list(connection.execute(select(alert.c.message)).scalars()) == ["first"]


def test_a_read_sees_one_picture_while_another_writes(ledger, ledger_url):
    other = Ledger(ledger_url)
    with ledger.read() as connection:
        before = connection.execute(select(alert.c.key)).all()
        with other.write() as beside:
            insert_many(beside, alert, rows(["new"]))
        assert connection.execute(select(alert.c.key)).all() == before == []
    other.close()


def test_a_read_writes_nothing_on_postgresql(new_ledger_url):
    opened = Ledger(new_ledger_url("postgresql"))
    with pytest.raises(LedgerRefused), opened.read() as connection:
        insert_many(connection, alert, rows(["new"]))
    opened.close()


def test_what_another_worker_holds_is_waited_for_and_written_once(new_ledger_url):
    url = new_ledger_url("postgresql")
    one, two = Ledger(url), Ledger(url)
    Office(one).take(*map(str, range(20)))
    outcome = [
        Validated(
            encounter_id=row.id,
            held=True,
            findings=[FindingRow(edit_id="X", severity="hold", line=None, place="", detail="")],
        )
        for row in encounters.load(one, 1, 10**9)
    ]
    recorded = []
    worker = threading.Thread(target=lambda: recorded.append(encounters.record(two, NIGHT, outcome)))
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with one.write() as connection:
        connection.execute(select(encounter.c.id).where(encounter.c.id <= 8).with_for_update()).all()
        worker.start()
        until(lambda: connection.execute(waits).scalar(), "the other one, waiting,")
        assert recorded == []
    worker.join(60)
    assert recorded == [20]
    assert encounters.record(one, NIGHT, outcome) == 20
    with one.read() as connection:
        assert len(connection.execute(select(finding.c.id)).all()) == 20, "none is written twice"
    one.close()
    two.close()


def test_two_migrations_at_once_make_one_ledger(postgresql):
    url = postgresql.new(template="template1")
    failed = []

    def migrate():
        opened = Ledger(url)
        try:
            upgrade(opened)
        except Exception as error:
            failed.append(error)
        finally:
            opened.close()

    threads = [threading.Thread(target=migrate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert failed == []
    opened = Ledger(url)
    with opened.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
    opened.close()
    postgresql.drop(url)


def test_a_full_disk_is_reported_by_its_name_and_nothing_is_written(tmp_path):
    full = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    upgrade(full)
    with full.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LedgerFull), full.write() as connection:
        insert_many(connection, alert, rows(["x" * 10_000] * 300))
    with full.read() as connection:
        assert connection.execute(select(alert.c.key)).all() == []
    full.close()


MADE_OTHERWISE = (
    "DROP TABLE schedule",
    "ALTER TABLE alert DROP COLUMN remedy",
    "UPDATE alembic_version SET version_num = '0999'",
)


@pytest.mark.parametrize("changed", MADE_OTHERWISE)
def test_a_ledger_of_another_version_says_that_it_is_one_and_what_to_do(ledger, changed):
    with ledger.write() as connection:
        connection.execute(text(changed))

    def used():
        upgrade(ledger)
        with ledger.read() as connection:
            connection.execute(select(schedule)).all()
        with ledger.write() as connection:
            insert_many(connection, alert, rows(["x"]))

    with pytest.raises(OtherVersion, match=r"LED-17 another version .* go on with the version that made it"):
        used()
