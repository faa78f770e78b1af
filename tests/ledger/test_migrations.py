"""A fresh ledger and one of any earlier version come to today's tables on both databases; no row is lost."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, LargeBinary, MetaData, inspect, select
from sqlalchemy.exc import DBAPIError

from ledger import Ledger, migrations, schema
from ledger.books import accounts
from ledger.errors import LedgerRefused
from ledger.migrations.running import scripts

VERSIONS = Path(migrations.__file__).parent / "versions"
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
    if column.name.endswith("_on"):
        return f"2026-11-{row:02d}"
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


@pytest.mark.slow
def test_a_fresh_ledger_has_exactly_the_tables_that_the_schema_says(empty_url):
    fresh = at(empty_url, "head")
    assert differences(fresh) == []
    assert tables(fresh) == set(schema.metadata.tables)
    assert guarded(fresh) == set(schema.APPEND_ONLY)
    fresh.close()


CHANGES = {
    "document": {"bytes", "key_id", "pack"},
    "coverage": {"member_id"},
    "letter": {"enclosures"},
    "coding_review": {"diagnoses", "reason"},
    "estimate": {"patient_id", "member_id", "medical_record_number"},
    "patient": {"digest"},
    "prior_authorization": {"member_id"},
}


def refused(connection, change):
    """Whether the trigger of an append-only table refuses a statement; raises any other error."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(change)
    except DBAPIError as error:
        if "append-only" not in str(error.orig):
            raise
        return True
    return False


@pytest.mark.slow
def test_nothing_of_an_append_only_table_changes_but_what_is_sealed_again_or_purged(empty_url):
    fresh = at(empty_url, "head")
    fill(fresh)
    found: dict[str, set[str]] = {}
    with fresh.write() as connection:
        for table in schema.APPEND_ONLY:
            for column in schema.metadata.tables[table].columns:
                change = f'UPDATE {table} SET "{column.name}" = "{column.name}"'
                if not refused(connection, change):
                    found.setdefault(table, set()).add(column.name)
    assert found == CHANGES
    fresh.close()


def test_the_newest_revision_is_known_without_alembic():
    assert migrations.HEAD == scripts().get_current_head() == HEAD


@pytest.mark.parametrize("earlier", EARLIER)
def test_a_ledger_of_any_earlier_version_comes_forward_with_every_row_that_is_in_it(empty_url, earlier):
    old = at(empty_url, earlier)
    before = fill(old)
    assert sum(map(len, before.values())) >= 40
    known = MetaData()
    with old.read() as connection:
        known.reflect(connection)
    migrations.upgrade(old)
    assert migrations.revision(old) == HEAD
    assert content(old, known) == before
    assert differences(old) == []
    assert guarded(old) == set(schema.APPEND_ONLY)
    migrations.upgrade(old)
    assert content(old, known) == before
    old.close()


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(empty_url):
    empty = Ledger(empty_url)
    with empty.write() as connection:  # in the way of the first revision
        connection.exec_driver_sql("CREATE TABLE posting (id INTEGER)")
    before = tables(empty)
    with pytest.raises(LedgerRefused):
        migrations.upgrade(empty)
    assert migrations.revision(empty) is None
    assert tables(empty) == before
    empty.close()


def test_the_chart_of_accounts_is_in_the_ledger(empty_url):
    fresh = at(empty_url, "head")
    with fresh.read() as connection:
        found = connection.execute(select(schema.account).order_by(schema.account.c.key)).all()
    assert [tuple(row) for row in found] == sorted(tuple(row) for row in accounts.CHART)
    fresh.close()


def test_both_databases_first_tables_are_the_same(tmp_path):
    def plain(name: str) -> list[str]:
        lines = (VERSIONS / name).read_text("utf-8").splitlines()[1:]
        swapped = [
            re.sub("BIGSERIAL|BIGINT|SERIAL", "INTEGER", line).replace("BYTEA", "BLOB").replace("sqlite", "")
            for line in lines
        ]
        return _without_days([line.replace('"', "") for line in swapped])

    def _without_days(lines: list[str]) -> list[str]:
        """SQLite has no type for days: a CHECK behind the keys of a table holds their text to one."""
        made = [re.sub(r"(_on) (TEXT|DATE)\b", r"\1 DAY", line).rstrip(",") for line in lines]
        return [line for line in made if " IS date(" not in line]

    assert plain("0001_first.sqlite.sql") == plain("0001_first.postgresql.sql")
