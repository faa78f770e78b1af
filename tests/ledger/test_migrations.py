"""A fresh ledger and one of any earlier version come to today's tables on both databases; no row is lost."""

import hashlib
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, LargeBinary, MetaData, inspect, select

from ledger import Ledger, inbox, migrations, overrides, schema
from ledger.errors import LedgerRefused
from ledger.migrations import upgrade
from ledger.overrides import OverrideRow
from ledger.taken import TakenEncounter, TakenFile

VERSIONS = Path(migrations.__file__).parent / "versions"
# SHA-256 of the first revision's SQL. It never changes: a change of a table is a new revision.
FROZEN = {
    "0001_first.sqlite.sql": "a9a3360439e3ff2b37b3e06e5bc38b330c38eef1a3d3ca40482ce62500b470e4",
    "0001_first.postgresql.sql": "56e2d0ff8f18916d40bd734a9baf57616b77cac2e985ebbdf262d3e13d536e28",
}
EARLIER = sorted(migrations.revisions())[:-1]
HEAD = sorted(migrations.revisions())[-1]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """The URL of a database without a table, once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server = request.getfixturevalue("postgresql")
    url = server.new(template="template1")
    yield url
    server.drop(url)


def at(url: str, target: str) -> Ledger:
    opened = Ledger(url)
    migrations.upgrade(opened, target)
    return opened


def tables(opened: Ledger) -> set[str]:
    with opened.read() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def guarded(opened: Ledger) -> set[str]:
    """Tables with a trigger."""
    query = (
        "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if opened.engine.dialect.name == "sqlite"
        else "SELECT DISTINCT event_object_table FROM information_schema.triggers"
    )
    with opened.read() as connection:
        return {name for (name,) in connection.exec_driver_sql(query)}


def differences(opened: Ledger) -> list[object]:
    with opened.read() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), schema.metadata))


def value(column: Column[object], row: int) -> object:
    """Something that fits: a reference points at the row of the same number."""
    for key in column.foreign_keys:
        return value(key.column, row)
    if column.name == "account":
        return "cash"
    if isinstance(column.type, Integer):
        return row
    if isinstance(column.type, LargeBinary):
        return b"bytes %d" % row
    return f"{column.name} {row}"


def fill(opened: Ledger) -> dict[str, list[tuple[object, ...]]]:
    """Two rows into every table that is there, and what is in them then."""
    found = MetaData()
    with opened.write() as connection:
        found.reflect(connection)
        for table in found.sorted_tables:
            if table.name in ("alembic_version", "audit_head"):
                continue  # Alembic's own, and one row that a migration makes
            for row in (1, 2):
                connection.execute(table.insert().values({c.name: value(c, row) for c in table.columns}))
    return content(opened, found)


def content(opened: Ledger, of: MetaData) -> dict[str, list[tuple[object, ...]]]:
    """Every row, in the columns that `of` knows."""
    with opened.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(*table.columns))), key=repr)
            for table in of.sorted_tables
            if table.name != "alembic_version"
        }


def test_the_first_revision_still_makes_the_tables_of_its_time(empty_url):
    for name, digest in FROZEN.items():
        assert hashlib.sha256((VERSIONS / name).read_bytes()).hexdigest() == digest, name
    first = at(empty_url, "0001")
    assert "edit_override" not in tables(first)
    assert "posting" in tables(first)
    first.close()


def test_a_fresh_ledger_has_exactly_the_tables_that_the_schema_says(empty_url):
    fresh = at(empty_url, "head")
    assert differences(fresh) == []
    assert tables(fresh) == set(schema.metadata.tables)
    assert guarded(fresh) == set(schema.APPEND_ONLY)
    fresh.close()


@pytest.mark.parametrize("earlier", EARLIER)
def test_a_ledger_of_any_earlier_version_comes_forward_with_every_row_that_is_in_it(empty_url, earlier):
    old = at(empty_url, earlier)
    before = fill(old)
    assert sum(map(len, before.values())) >= 40
    known = MetaData()
    with old.read() as connection:
        known.reflect(connection)
    upgrade(old)
    assert migrations.revision(old) == HEAD
    assert content(old, known) == before
    assert differences(old) == []
    assert guarded(old) == set(schema.APPEND_ONLY)
    upgrade(old)
    assert content(old, known) == before
    old.close()


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(empty_url):
    old = at(empty_url, "0001")
    with old.write() as connection:  # in the way of the second revision
        connection.exec_driver_sql("CREATE TABLE audit (id INTEGER)")
    before = tables(old)
    with pytest.raises(LedgerRefused):
        upgrade(old)
    assert migrations.revision(old) == "0001"
    assert tables(old) == before
    old.close()


def test_what_was_taken_in_by_the_first_release_is_worked_on_by_this_one(empty_url, office):
    old = at(empty_url, "0001")
    digest = hashlib.sha256(b"a").hexdigest()
    with old.write() as connection:  # as that release wrote it
        for row in (
            f"INSERT INTO document (sha256, kind, size, bytes, night) VALUES ('{digest}', 'encounter_file', "
            "0, '', '2026-11-16')",
            "INSERT INTO inbox_file (id, name, sha256, outcome, night) VALUES "
            f"(1, 'a', '{digest}', 'read', '2026-11-16')",
            "INSERT INTO encounter (id, source, external_id, version, practice, inbox_file_id, payload, "
            "state, night) VALUES (1, 'ehr', '1', 1, 'p', 1, '{}', 'picked_up', '2026-11-16')",
        ):
            connection.exec_driver_sql(row)
    upgrade(old)
    again = TakenEncounter(source="ehr", external_id="1", version=1, practice="p", payload="{}")
    taken = TakenFile(name="b", data=b"b", sha256=hashlib.sha256(b"b").hexdigest(), encounters=(again,))
    assert inbox.take(old, "2026-11-16", [taken]).known_encounters == 1
    assert migrations.revision(old) == migrations.revision(office.ledger)
    (waiting,) = overrides.waiting(old, "1")
    overrides.add(
        old,
        OverrideRow(
            encounter_id=waiting.id,
            edit_id="PTR-01",
            line=None,
            who="A. Coder",
            why="checked",
            until="2026-12-31",
            day="2026-11-16",
        ),
    )
    assert [o.who for o in overrides.of(old, [waiting.id])[waiting.id]] == ["A. Coder"]
    upgrade(old)
    assert len(overrides.every(old)) == 1
    old.close()


def test_both_databases_first_tables_are_the_same(tmp_path):
    def plain(name: str) -> list[str]:
        lines = (VERSIONS / name).read_text("utf-8").splitlines()[1:]
        swapped = [
            line.replace("SERIAL", "INTEGER").replace("BYTEA", "BLOB").replace("sqlite", "") for line in lines
        ]
        return [line.replace('"', "") for line in swapped]

    assert plain("0001_first.sqlite.sql") == plain("0001_first.postgresql.sql")
