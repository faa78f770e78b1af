"""A backup restored gives the same balances, on either database, sealed or plain, also an earlier one."""

import shutil
import stat
import zipfile
from datetime import date

import pytest
from sqlalchemy import select

from config.settings import load
from ledger import Ledger
from ledger.errors import ActRefused, BackupRefused, KeyMissing, PackMissing
from ledger.maintenance import backup as book
from ledger.maintenance import epochs, packing
from ledger.queries import money, proof, standing
from ledger.queries.batches import all_batches
from ledger.schema import document
from ledger.sending import batches
from ledger.storage import documents
from ledger.trail import audit
from tasks import nightly_run
from tasks.home import audit_trail, keys
from tasks.home.home import open_home
from tasks.operations import backup
from tasks.operations.money_acts import By
from tasks.runs.lease import lease
from tasks.steps import archive
from tests.ledger.conftest import NIGHT, Office
from tests.steps import steps

ANN = By("ann", "the regular backup")
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)


def walk(home, day):
    with home.clearinghouse(day), lease(str(home.path), "", day) as taken:
        assert taken, taken.message
        counts = nightly_run.walk(taken.home, day)
        taken.close([])
    return counts


def books(opened):
    """Everything that must be the same afterwards, to the cent."""
    found = opened.ledger
    return (
        money.money(found),
        proof.of_all(found),
        money.remittances(found),
        standing.claims(found),
        standing.inbox(found),
        all_batches(found),
        audit.head(found),
    )


def decision(**changes):
    """A move: nothing was sent since."""
    said = {"outside": None, "heads": (), "home": "", "known": (), "stop": None, "reason": ""}
    return epochs.Decision(business_on=TUESDAY.isoformat(), why="moved", **said | changes)


def restored(home, file, *, keys_of=None):
    settings = load(home.path)
    folder = keys.archive_folder(load((keys_of or home).path))
    return backup.restore(settings, file, TUESDAY, nothing_since=True, archive_keys=folder)


@pytest.mark.parametrize(
    ("source", "target"),
    [("sqlite", "sqlite"), ("sqlite", "postgresql"), ("postgresql", "sqlite"), ("postgresql", "postgresql")],
)
def test_a_days_ledger_restored_gives_the_same_balances_and_the_next_night_goes_on(
    make_home, new_ledger_url, monkeypatch, source, target
):
    home, other = make_home("first"), make_home("second")
    monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", new_ledger_url(source))
    for day, evening in ((MONDAY, "monday"), (TUESDAY, "tuesday")):
        home.samples(evening)
        walk(home, day)
    with home.opened() as opened:
        before = books(opened)
        made = backup.back_up(opened, TUESDAY, ANN, home.path / "backups" / "b.zip")
    assert before[0].cash
    shutil.copytree(home.path / "clearinghouse", other.path / "clearinghouse")
    shutil.copytree(home.path / "keys", other.path / "keys")
    monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", new_ledger_url(target))
    done = restored(other, made.file)
    assert done.contents.rows == made.contents.rows
    with other.opened() as opened:
        assert books(opened)[:-1] == before[:-1]
        assert audit_trail.verify(opened).holds
        assert [r.act for r in audit.rows(opened.ledger, most=2)] == ["epoch began", "restored"]
    other.samples("wednesday")
    walk(other, WEDNESDAY)  # ids go on where they were
    with other.opened() as opened:
        assert money.money(opened.ledger).closes
        assert len(all_batches(opened.ledger)) > len(before[5])
        assert audit_trail.verify(opened).holds


def test_a_backup_is_its_owners_only_and_replaces_nothing(home):
    with home.opened() as opened:
        file = backup.default_file(opened, MONDAY)
        backup.back_up(opened, MONDAY, ANN, file)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        with pytest.raises(BackupRefused, match="exists"):
            backup.back_up(opened, MONDAY, ANN, file)
        assert backup.default_file(opened, MONDAY).name == "ledger-2026-11-16-1.zip"
    assert [f.name for f in file.parent.iterdir()] == [file.name]


def test_a_backup_makes_no_folder_since_it_would_hide_a_disk_that_is_not_mounted(home, tmp_path):
    with home.opened() as opened:
        with pytest.raises(BackupRefused, match="mount"):
            backup.back_up(opened, MONDAY, ANN, tmp_path / "disk" / "b.zip")
        assert not (tmp_path / "disk").exists()
        (tmp_path / "disk").mkdir()
        assert backup.back_up(opened, MONDAY, ANN, tmp_path / "disk" / "b.zip").size


def test_a_backup_says_who_made_it_and_why_and_is_not_written_without(home):
    with home.opened() as opened:
        file = backup.default_file(opened, MONDAY)
        for by in (By("ann", ""), By("", "the regular backup")):
            with pytest.raises(ActRefused):
                backup.back_up(opened, MONDAY, by, file)
        assert not file.exists()
        made = backup.back_up(opened, MONDAY, ANN, file)
        [row] = audit.rows(opened.ledger, act="backup")
        assert row.subject == file.name
        assert row.detail == f"{made.contents.rows} rows, by ann: the regular backup"


def test_a_home_that_has_a_ledger_is_never_overwritten(make_home):
    home, other = make_home("first"), make_home("second")
    with home.opened() as opened:
        Office(opened.ledger).sent("1")
        file = backup.back_up(opened, MONDAY, ANN, home.path / "b.zip").file
    with other.opened():
        pass  # migrated, and empty
    restored(other, file)
    with pytest.raises(BackupRefused, match="has a ledger already"):
        restored(other, file)


def test_a_sealed_backup_shows_nothing_and_needs_its_key(make_home, tmp_path):
    home, other = make_home("first"), make_home("second")
    keys.new_archive_key(load(home.path))
    with home.opened() as opened:
        Office(opened.ledger).take("CANARYNUMBER")
        file = backup.back_up(opened, MONDAY, ANN, backup.default_file(opened, MONDAY)).file
    assert file.name.endswith(".zip.age")
    assert not zipfile.is_zipfile(file)
    with pytest.raises(KeyMissing):
        restored(other, file)
    assert not [p for p in other.path.iterdir() if "restore" in p.name]
    restored(other, file, keys_of=home)
    shutil.copytree(home.path / "keys", other.path / "keys", dirs_exist_ok=True)
    with other.opened() as opened:
        assert opened.ledger.archive is not None


@pytest.mark.parametrize("hurt", ["cut", "a row", "a table", "the manifest"])
def test_a_damaged_backup_is_refused_and_leaves_nothing(make_home, hurt):
    home, other = make_home("first"), make_home("second")
    with home.opened() as opened:
        Office(opened.ledger).sent("1", "2")
        file = backup.back_up(opened, MONDAY, ANN, home.path / "b.zip").file
    bad = home.path / "bad.zip"
    if hurt == "cut":
        bad.write_bytes(file.read_bytes()[:-200])
    else:
        with zipfile.ZipFile(file) as whole, zipfile.ZipFile(bad, "w") as damaged:
            for name in whole.namelist():
                content = whole.read(name)
                if hurt == "a row" and name == "tables/posting.jsonl":
                    content = content.replace(b"10000", b"10001")
                if (hurt == "a table" and name == "tables/claim.jsonl") or (
                    hurt == "the manifest" and name == "manifest.json"
                ):
                    continue
                damaged.writestr(name, content)
    with pytest.raises(BackupRefused):
        restored(other, bad)
    opened = Ledger(load(other.path).database_url)
    assert book.is_empty(opened)
    opened.close()
    restored(other, file)


def test_what_may_have_gone_since_the_backup_waits_for_a_person(make_home):
    """Sent after the backup, and sent again from the restored ledger, would be twice."""
    home, other = make_home("first"), make_home("second")
    home.drop("lakeside/one.json", home.encounter())
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY, steps("pick_up", "write_batches"))  # written, not sent
        file = backup.back_up(opened, MONDAY, ANN, home.path / "b.zip").file
    walk(home, MONDAY)
    assert len(home.journal) == 1
    settings = load(other.path)
    done = backup.restore(settings, file, TUESDAY, nothing_since=False, archive_keys=other.path / "none")
    assert done.held == 1
    shutil.copytree(home.path / "clearinghouse", other.path / "clearinghouse")
    shutil.copytree(home.inbox, other.inbox, dirs_exist_ok=True)
    walk(other, TUESDAY)
    assert len(other.journal) == 1, "nothing goes out by itself"
    with other.opened() as opened:
        (held,) = all_batches(opened.ledger)
        assert "restored from a backup" in held.hold
        assert "northgate" in batches.stopped(opened.ledger)
        assert batches.next_control_number(opened.ledger, held.receiver) == held.isa13 + 1 + epochs.GAP


def test_a_backup_is_one_picture_while_a_night_writes(home):
    with home.opened() as opened, home.opened() as beside:
        Office(opened.ledger).take("1")

        class Meanwhile:
            """An output during whose first write another program takes a file in."""

            def __init__(self, out):
                self.out, self.done = out, False

            def write(self, data):
                if not self.done:
                    self.done = True
                    Office(beside.ledger).take("2")
                return self.out.write(data)

            def flush(self):
                self.out.flush()

        with (home.path / "b.zip").open("wb") as out:
            contents = book.write(opened.ledger, Meanwhile(out))
        assert contents.tables["encounter"] == contents.tables["inbox_file"] == 1
        assert NIGHT
    with open_home(load(home.path)) as opened:
        assert standing.inbox(opened.ledger) is not None


def test_a_restore_without_the_trails_key_says_so_and_the_key_beside_the_new_one_is_enough(make_home):
    home, other = make_home("first"), make_home("second")
    with home.opened() as opened:
        Office(opened.ledger).sent("1")
        file = backup.back_up(opened, MONDAY, ANN, home.path / "b.zip").file
    [gone] = restored(other, file).keys_missing
    with other.opened() as opened:
        [fault] = audit_trail.verify(opened).faults
        assert gone in fault.what
        shutil.copy(home.path / "keys" / "audit", other.path / "keys" / "audit.earlier")
        assert audit_trail.verify(opened).holds


def archived_home(make_home, name):
    """A home after a night whose files lie in packs."""
    home = make_home(name)
    (home.path / "cleanclaim.toml").write_text("demo = true\nsettle_seconds = 0\narchive_after_days = 30\n")
    home.samples("monday")
    walk(home, MONDAY)
    with home.opened() as opened:
        later = date(2027, 1, 18)
        for piece in archive.pieces(opened, later):
            assert sum(archive.do(opened, later, piece).values())
    return home


def every_document(opened):
    with opened.ledger.read() as connection:
        hashes = connection.execute(select(document.c.sha256)).scalars().all()
        return documents.load_kept(connection, hashes)


@pytest.mark.parametrize("with_packs", [True, False])
def test_the_archives_packs_are_in_a_backup_or_copied_beside_it(make_home, with_packs):
    home, other = archived_home(make_home, "first"), make_home("second")
    with home.opened() as opened:
        before = every_document(opened)
        made = backup.back_up(opened, TUESDAY, ANN, home.path / "b.zip", with_packs=with_packs)
    assert made.contents.packs == (1 if with_packs else 0)
    done = restored(other, made.file)
    assert (done.contents.packs, done.packs_missing) == ((1, 0) if with_packs else (0, 1))
    if not with_packs:
        shutil.copytree(home.path / "archive", other.path / "archive")
    with other.opened() as opened:
        assert every_document(opened) == before
        assert packing.missing(opened.ledger) == []


@pytest.mark.parametrize("hurt", ["another", "missing", "a name that leads elsewhere"])
def test_a_backup_with_a_damaged_pack_is_refused_and_leaves_nothing(make_home, hurt):
    home, other = archived_home(make_home, "first"), make_home("second")
    with home.opened() as opened:
        file = backup.back_up(opened, TUESDAY, ANN, home.path / "b.zip").file
    bad = home.path / "bad.zip"
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(bad, "w") as damaged:
        [pack] = [name for name in whole.namelist() if name.startswith("packs/")]
        for name in whole.namelist():
            content = whole.read(name)
            if name == pack and hurt == "missing":
                continue
            if name == pack and hurt == "another":
                content += b"."
            if hurt == "a name that leads elsewhere" and name in (pack, "manifest.json"):
                elsewhere = "../../elsewhere.zip"
                content = content.replace(pack.removeprefix("packs/").encode(), elsewhere.encode())
                name = name if name == "manifest.json" else f"packs/{elsewhere}"
            damaged.writestr(name, content)
    with pytest.raises(BackupRefused):
        restored(other, bad)
    opened = Ledger(load(other.path).database_url)
    assert book.is_empty(opened)
    opened.close()
    assert not list(other.path.rglob("elsewhere.zip"))
    assert not (other.path / "archive").exists()
    assert restored(other, file).packs_missing == 0


def test_a_pack_that_is_gone_makes_no_backup_that_lacks_it(make_home):
    home = archived_home(make_home, "first")
    shutil.rmtree(home.path / "archive")
    with home.opened() as opened:
        with pytest.raises(PackMissing):
            backup.back_up(opened, TUESDAY, ANN, home.path / "b.zip")
        assert not [p for p in home.path.iterdir() if "b.zip" in p.name]
        assert backup.back_up(opened, TUESDAY, ANN, home.path / "b.zip", with_packs=False).contents.rows
