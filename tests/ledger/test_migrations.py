"""A fresh ledger and one made by the first release both come to today's tables; nothing is lost."""

import hashlib
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ledger import Ledger, inbox, migrations, overrides, schema
from ledger.overrides import OverrideRow

VERSIONS = Path(migrations.__file__).parent / "versions"
# SHA-256 of the first revision's SQL. It never changes: a change of a table is a new revision.
FROZEN = {
    "0001_first.sqlite.sql": "a9a3360439e3ff2b37b3e06e5bc38b330c38eef1a3d3ca40482ce62500b470e4",
    "0001_first.postgresql.sql": "56e2d0ff8f18916d40bd734a9baf57616b77cac2e985ebbdf262d3e13d536e28",
}


def at(tmp_path: Path, target: str) -> Ledger:
    opened = Ledger(f"sqlite:///{tmp_path}/{target}.db")
    migrations.upgrade(opened, target)
    return opened


def tables(opened: Ledger) -> set[str]:
    with opened.read() as connection:
        rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows} - {"alembic_version"}


def triggers(opened: Ledger) -> set[str]:
    with opened.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"
        )
        return {name for (name,) in rows}


def test_the_first_revision_still_makes_the_tables_of_its_time(tmp_path):
    for name, digest in FROZEN.items():
        assert hashlib.sha256((VERSIONS / name).read_bytes()).hexdigest() == digest, name
    first = at(tmp_path, "0001")
    assert "edit_override" not in tables(first)
    assert "posting" in tables(first)


def test_a_fresh_ledger_has_exactly_the_tables_that_the_schema_says(tmp_path):
    fresh = at(tmp_path, "head")
    with fresh.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
    assert tables(fresh) == set(schema.metadata.tables)
    assert triggers(fresh) == set(schema.APPEND_ONLY)


def test_a_ledger_of_the_first_release_is_brought_up_with_what_is_in_it(tmp_path, office):
    old = at(tmp_path, "0001")
    taken = inbox.TakenFile(
        name="a",
        data=b"a",
        sha256=hashlib.sha256(b"a").hexdigest(),
        encounters=(
            inbox.TakenEncounter(source="ehr", external_id="1", version=1, practice="p", payload="{}"),
        ),
    )
    inbox.take(old, "2026-11-16", [taken])
    old.migrate()
    assert migrations.revision(old) == migrations.revision(office.ledger)
    with old.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
    assert triggers(old) == set(schema.APPEND_ONLY)
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
    old.migrate()
    assert len(overrides.every(old)) == 1


def test_both_databases_first_tables_are_the_same(tmp_path):
    def plain(name: str) -> list[str]:
        lines = (VERSIONS / name).read_text("utf-8").splitlines()[1:]
        swapped = [
            line.replace("SERIAL", "INTEGER").replace("BYTEA", "BLOB").replace("sqlite", "") for line in lines
        ]
        return [line.replace('"', "") for line in swapped]

    assert plain("0001_first.sqlite.sql") == plain("0001_first.postgresql.sql")
