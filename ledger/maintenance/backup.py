"""A ledger as one file that either database can be restored from, and that can be read without it.

A zip: `tables/NAME.jsonl` holds one JSON list a row (binary columns in base64), `packs/NAME` a pack of old
documents as it lies in the archive's folder, `manifest.json` the revision of the tables and of each its
columns, rows and SHA-256. A backup without packs is for who copies that folder by other means. It is
written in one reading transaction, so it is one picture while a night goes on. It is restored in one writing
transaction, tables included: rows, the stop of every partner, what is held and the new epoch are there
together or nothing is. A backup of an earlier release is restored at its own revision and migrated from
there.
"""

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO, Any

from sqlalchemy import Connection, LargeBinary, MetaData, Table, func, inspect, select

from ledger import migrations
from ledger.errors import BackupRefused, PackMissing
from ledger.maintenance import epochs, packing
from ledger.maintenance.epochs import Decision
from ledger.schema import metadata
from ledger.schema import night as night_table
from ledger.storage.database import Ledger, Row, insert_many
from ledger.storage.documents import packs_of
from ledger.trail import audit

FORMAT = 1
ROWS = 5000  # in one insert
BYTES = 16_000_000  # of text in one insert
WRITTEN_BY_MIGRATION = ("account", "audit_head", "sequence")
CONTENT = ("document", "encounter", "claim", "entry")  # without a row in these, nothing came in or went out
RESTORED = "restored from a backup"  # how a hold and a stop by a restore begin


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds. `last_night` is the last one opened before it; `packs`: how many are in it."""

    revision: str
    last_night: str
    tables: dict[str, int]
    packs: int = 0

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and how many unsent batches are held."""

    contents: Contents
    held: int


def write(ledger: Ledger, out: IO[bytes], *, with_packs: bool = True) -> Contents:
    """Writes the whole ledger as it is now; `out` need not be seekable.

    Raises:
        PackMissing: a pack is not there, or is not what was written.
    """
    tables: dict[str, dict[str, Any]] = {}
    with (
        ledger.read() as connection,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as file,
    ):
        revision = str(migrations.revision_of(connection))
        last = connection.execute(select(func.max(night_table.c.business_on))).scalar() or ""
        there = MetaData()  # as the tables are: those of an earlier release lack columns of today's
        there.reflect(connection)
        for table in there.sorted_tables:
            if table.name == "alembic_version":
                continue
            with file.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as entry:
                tables[table.name] = _write_table(connection, table, entry)
        packs = sorted(packing.named(connection)) if with_packs else []
        for name in packs:
            file.writestr(zipfile.ZipInfo(f"packs/{name}"), packs_of(ledger).data(name))  # compressed already
        manifest = {
            "format": FORMAT, "revision": revision, "last_night": last, "tables": tables, "packs": packs,
        }  # fmt: skip
        file.writestr("manifest.json", json.dumps(manifest, indent=1))
    return Contents(revision, str(last), {name: t["rows"] for name, t in tables.items()}, len(packs))


def _write_table(connection: Connection, table: Table, entry: IO[bytes]) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    binary = [n for n, c in enumerate(table.c) if isinstance(c.type, LargeBinary)]
    query = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=1000).execute(query):
        values: list[Any] = list(row)
        for n in binary:
            values[n] = base64.b64encode(bytes(values[n])).decode("ascii")
        line = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        digest.update(line + b"\n")
        entry.write(line + b"\n")
        count += 1
    return {
        "columns": [c.name for c in table.c],
        "binary": [table.c[n].name for n in binary],
        "rows": count,
        "sha256": digest.hexdigest(),
    }


def is_empty(ledger: Ledger) -> bool:
    """Whether nothing came in or went out yet; a ledger without tables is empty too."""
    with ledger.read() as connection:
        return _is_empty(connection)


def _is_empty(connection: Connection) -> bool:
    there = set(inspect(connection).get_table_names())
    return not any(
        connection.execute(select(metadata.tables[name]).limit(1)).first() is not None
        for name in CONTENT
        if name in there
    )


def restore(ledger: Ledger, source: IO[bytes], name: str, decision: Decision) -> Restored:
    """Restores a backup into an empty ledger at this version's tables, in one transaction.

    `name` is the backup's, for the trail; `decision` says where the ledger goes on from here.

    Raises:
        BackupRefused: the ledger is not empty, the file is no whole backup of a known release, or it is
            of another ledger than the head outside, which sent files; nothing is kept of it.
    """
    try:
        with zipfile.ZipFile(source) as file:
            manifest = json.loads(file.read("manifest.json"))
            contents = _contents(manifest)
            with ledger.write() as connection:
                ledger.dialect.migrate_alone(connection)
                if not _is_empty(connection):
                    raise BackupRefused("there is a ledger already; restore into a home that has none")
                _remove_tables(ledger, connection)
                migrations.upgrade_within(connection, contents.revision)
                _restore_tables(connection, manifest["tables"], file)
                _restore_packs(ledger, manifest["packs"], file)
                migrations.upgrade_within(connection)
                there = MetaData()
                there.reflect(connection)
                ledger.dialect.number_on(connection, there)
                return Restored(contents, _begin(connection, contents, name, decision))
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError):
        raise BackupRefused("this is no whole backup: a part of it is missing or damaged") from None


def _begin(connection: Connection, contents: Contents, name: str, decision: Decision) -> int:
    was = epochs.identity_of(connection)
    had = decision.outside
    if had is not None and had.anything_out and was is not None and was.ledger != had.ledger:
        raise BackupRefused(
            "the backup is of another ledger than the one that this home had, which sent files; restore it "
            "into a home of its own"
        )
    of = f"of {contents.last_night or 'an empty ledger'}"
    audit.note(connection, decision.business_on, "restored", name, f"{contents.rows} rows of a backup {of}")
    reason = f"{RESTORED} {of}; ask the partner what came since"
    return epochs.begin(connection, replace(decision, reason=reason))


def _remove_tables(ledger: Ledger, connection: Connection) -> None:
    """An empty ledger may be of a later release than the backup: it is made anew."""
    there = MetaData()
    there.reflect(connection)
    there.drop_all(connection)
    ledger.dialect.forget_triggers(connection)


def _restore_tables(
    connection: Connection, entries: dict[str, dict[str, Any]], file: zipfile.ZipFile
) -> None:
    there = MetaData()
    there.reflect(connection)
    for name in WRITTEN_BY_MIGRATION:
        if name in there.tables:
            connection.execute(there.tables[name].delete())
    for table in there.sorted_tables:
        if table.name in entries:
            _restore_table(connection, table, entries[table.name], file)


def _restore_packs(ledger: Ledger, names: list[str], file: zipfile.ZipFile) -> None:
    """Before the commit: a kill leaves packs that no row names."""
    for name in names:
        try:
            packs_of(ledger).put(name, file.read(f"packs/{name}"))
        except PackMissing as error:
            raise BackupRefused(f"{error.message}; nothing was kept") from None
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise BackupRefused(f"the archive's folder can't be written: {why}; nothing was kept") from None


def _contents(manifest: dict[str, Any]) -> Contents:
    if manifest["format"] != FORMAT or manifest["revision"] not in migrations.revisions():
        raise BackupRefused("the backup is of a later release; restore it with that one")
    counts = {str(name): int(t["rows"]) for name, t in manifest["tables"].items()}
    return Contents(str(manifest["revision"]), str(manifest["last_night"]), counts, len(manifest["packs"]))


def _restore_table(
    connection: Connection, table: Table, described: dict[str, Any], file: zipfile.ZipFile
) -> None:
    digest, count = hashlib.sha256(), 0
    with file.open(f"tables/{table.name}.jsonl") as entry:
        for rows in _pieces(entry, described, digest):
            insert_many(connection, table, rows)
            count += len(rows)
    if (digest.hexdigest(), count) != (described["sha256"], described["rows"]):
        raise BackupRefused(f"table {table.name} of the backup is not what was written; nothing was kept")


def _pieces(entry: IO[bytes], described: dict[str, Any], digest: Any) -> Iterator[list[Row]]:
    names, binary = described["columns"], set(described["binary"])
    rows: list[Row] = []
    size = 0
    for line in entry:
        digest.update(line)
        size += len(line)
        row = dict(zip(names, json.loads(line), strict=True))
        for name in binary:
            row[name] = base64.b64decode(row[name], validate=True)
        rows.append(row)
        if len(rows) == ROWS or size >= BYTES:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows
