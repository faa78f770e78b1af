"""Backups, keys and a purge through the commands: who and why, and what a scheduler need not say."""

from datetime import date

import pytest
from typer.testing import CliRunner

from console.command import app
from ledger.storage import documents
from ledger.trail import audit
from tasks import nightly_run
from tasks.home import keys
from tasks.home.home import user_name
from tests.steps import steps


@pytest.fixture
def kept(home):
    """A home with an old file that nobody waits for."""
    (home.path / "cleanclaim.toml").write_text("demo = true\nretention_days = 1\n")
    home.drop("lakeside/one.json", '{"broken')
    with home.opened() as opened:
        nightly_run.walk(opened, date(2026, 11, 16), steps("pick_up", "pick_up"))
    return home


def ask(home, *words):
    return CliRunner().invoke(app, [*words, "--home", str(home.path)])


def details(home, act):
    with home.opened() as opened:
        return [row.detail for row in audit.rows(opened.ledger, act=act)]


def test_a_backup_asks_a_scheduler_nothing_and_says_who_it_was(home):
    assert ask(home, "backup").exit_code == 0
    assert ask(home, "backup", "--why", "before the upgrade", "--as", "ann").exit_code == 0
    by_hand, scheduled = details(home, "backup")
    assert by_hand.endswith("rows, by ann: before the upgrade")
    assert scheduled.endswith(f"rows, by {user_name()}: the regular backup")


def test_the_first_key_has_a_reason_of_its_own_and_the_next_one_needs_one(home):
    assert ask(home, "key", "new", "--as", "ann").exit_code == 0
    assert details(home, "archive key made") == ["by ann: the archive is sealed from now on"]
    assert ask(home, "key", "rotate").exit_code == 2
    assert details(home, "archive key rotated") == []
    assert ask(home, "key", "rotate", "--why", "a disk was lost").exit_code == 0
    assert details(home, "archive key rotated") == [f"by {user_name()}: a disk was lost"]
    with home.opened() as opened:
        assert len(list(keys.archive_folder(opened.settings).glob("*.key"))) == 2


def test_a_purge_is_counted_without_a_reason_and_done_with_one(kept):
    counted = ask(kept, "purge")
    assert counted.exit_code == 0, counted.output
    assert "cleanclaim purge --really --why" in counted.stdout
    refused = ask(kept, "purge", "--really")
    assert refused.exception.code == "LED-14"
    assert details(kept, "purged") == []
    done = ask(kept, "purge", "--really", "--why", "retention is over", "--as", "ann")
    assert done.exit_code == 0, done.output
    assert details(kept, "purged") == ["0 claims, 1 documents, 0 encounters, by ann: retention is over"]
    with kept.opened() as opened:
        assert len(documents.purged(opened.ledger)) == 1
