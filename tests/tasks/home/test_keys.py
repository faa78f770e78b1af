"""A home's keys, what they seal, and the trail's head outside the database."""

import re
import stat
from datetime import date

import pytest

from config.settings import load
from ledger.errors import ActRefused, KeyMissing
from ledger.queries.batches import all_batches
from ledger.storage import documents
from ledger.trail import audit
from tasks import nightly_run
from tasks.errors import StepError
from tasks.home import audit_trail, keys
from tasks.home.home import open_home
from tasks.operations import seal_archive
from tasks.operations.money_acts import By

ANN = By("ann", "the yearly key")
MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
NAMES = (b"Zephyrine", b"W17770001")


def walk(home, day, evening=None):
    if evening:
        home.samples(evening)
    with home.clearinghouse(day), home.opened() as opened:
        nightly_run.walk(opened, day)


def archived(home):
    """Every file of the home that the archive's key seals: the copies, and the database's own files."""
    return [p for p in (home.path / "edi").rglob("*") if p.is_file()]


def holds_name(file):
    return any(name in file.read_bytes() for name in NAMES)


def test_a_night_of_a_home_with_a_key_leaves_no_plain_copy(home):
    keys.new_archive_key(load(home.path))
    home.drop("lakeside/one.json", home.encounter())
    walk(home, MONDAY)
    files = archived(home)
    assert len(files) > 2
    assert {f.suffix for f in files} == {".age"}
    assert not [f for f in files if holds_name(f)]
    with home.opened() as opened:
        (batch,) = all_batches(opened.ledger)
        assert b"ZEPHYRINE" in documents.read(opened.ledger, batch.sha256)
        sealed = (opened.sent / "northgate" / f"{batch.name}.age").read_bytes()
        assert opened.ledger.archive.unseal_any(sealed) == documents.read(opened.ledger, batch.sha256)
        assert set(documents.by_key(opened.ledger)) == {opened.ledger.archive.current}


def test_the_first_key_seals_what_was_plain_and_the_next_one_seals_it_again(home):
    home.drop("lakeside/one.json", home.encounter())
    walk(home, MONDAY)
    assert any(f.suffix != ".age" for f in archived(home))
    with home.opened() as opened:
        first = seal_archive.first_key(opened, MONDAY, ANN)
        with pytest.raises(StepError, match="KEY-01"):
            seal_archive.first_key(opened, MONDAY, ANN)
    assert {f.suffix for f in archived(home)} == {".age"}
    with home.opened() as opened:
        second = seal_archive.rotate(opened, TUESDAY, ANN)
        assert (second.documents, second.copies) == (first.documents, first.copies)
        assert documents.by_key(opened.ledger) == {second.key_id: second.documents}
        said = {(r.act, r.subject, r.detail) for r in audit.rows(opened.ledger)}
        for act, made in (("archive key made", first), ("archive key rotated", second)):
            assert (act, f"key {made.key_id}", "by ann: the yearly key") in said
    (home.path / "keys" / "archive" / f"{first.key_id}.key").unlink()
    walk(home, TUESDAY, "tuesday")  # nothing needs the first key any more
    with home.opened() as opened:
        assert all(documents.read(opened.ledger, b.sha256) for b in all_batches(opened.ledger))


@pytest.mark.parametrize("by", [By("ann", ""), By("", "the yearly key")])
def test_no_key_is_made_where_nobody_says_who_or_why(home, by):
    with home.opened() as opened:
        with pytest.raises(ActRefused):
            seal_archive.first_key(opened, MONDAY, by)
        assert keys.archive_of(opened.settings) is None
        first = seal_archive.first_key(opened, MONDAY, ANN)
        with pytest.raises(ActRefused):
            seal_archive.rotate(opened, MONDAY, by)
        assert keys.archive_of(opened.settings).current == first.key_id


def test_a_home_whose_key_was_lost_says_which_and_does_not_go_on_in_plain(home):
    made = keys.new_archive_key(load(home.path))
    (home.path / "keys" / "archive" / f"{made}.key").unlink()
    with pytest.raises(KeyMissing, match=made):
        open_home(load(home.path))


def test_keys_are_their_owners_only(home):
    keys.new_archive_key(load(home.path))
    with home.opened():
        pass
    for path in (home.path / "keys").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_each_night_writes_the_trails_head_outside_the_database(home):
    home.drop("lakeside/one.json", home.encounter())
    walk(home, MONDAY)
    assert sorted(f.name for f in (home.path / "audit").iterdir()) == ["head", "head-2026-11-16", "home"]
    walk(home, TUESDAY)
    with home.opened() as opened:
        found = audit_trail.verify(opened)
        assert (found.holds, found.heads) == (True, 3), "the newest, and one of each night"
        assert found.rows == audit.count(opened.ledger) > 10


def test_a_home_with_the_keys_of_its_trail_by_reference(home, tmp_path):
    (home.path / "cleanclaim.toml").write_text('demo = true\naudit_key_file = "../vault/trail"\n')
    with home.opened() as opened:
        audit.record(opened.ledger, "2026-11-16", "export", "list")
        assert audit_trail.verify(opened).holds
    assert (tmp_path / "vault" / "trail").exists()
    assert not (home.path / "keys").exists()
    (tmp_path / "vault" / "trail").rename(tmp_path / "vault" / "trail.2026")
    with home.opened() as opened:  # a new key is made; the earlier one lies beside it
        audit.record(opened.ledger, "2026-11-17", "export", "list")
        assert audit_trail.verify(opened).holds
        assert len(keys.audit_keys(opened.settings)) == 2


def test_no_row_of_the_trail_names_a_patient(home):
    home.drop("lakeside/one.json", home.encounter())
    home.drop("lakeside/held.json", home.encounter("T-2", diagnoses=["Zephyrine"]))
    walk(home, MONDAY)
    with home.opened() as opened:
        shown = " ".join(
            f"{r.actor} {r.act} {r.subject} {r.detail}" for r in audit.rows(opened.ledger)
        ).lower()
    shown = re.sub(r"[0-9a-f]{8,}", "", shown)  # a hash holds any four digits, now and then
    assert not [n for n in (*NAMES, b"quill", b"1980") if n.decode().lower() in shown]
