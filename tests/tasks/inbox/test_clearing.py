"""Files of the inbox that were read end after the days that the settings name, and nothing else does."""

from datetime import timedelta

import pytest

from ledger.queries import standing
from ledger.trail import audit
from tasks.inbox import clearing
from tasks.steps import archive, pick_up
from tests.tasks.coding_night import MONDAY

DAYS = 30
DUE = MONDAY + timedelta(days=DAYS)
SETTINGS = "demo = true\nsettle_seconds = 0\n"
pytestmark = pytest.mark.usefixtures("either_database")


@pytest.fixture
def cleared(home):
    (home.path / "cleanclaim.toml").write_text(f"{SETTINGS}clear_inbox_after_days = {DAYS}\n")
    return home


def taken(home, day=MONDAY) -> dict[str, int]:
    with home.opened() as opened:
        return pick_up.do(opened, day, "inbox")


def clear(home, day=DUE) -> int:
    with home.opened() as opened:
        return archive.do(opened, day, archive.INBOX)["inbox_files"]


def left(home) -> set[str]:
    return {path.name for path in home.inbox.rglob("*") if path.is_file()}


def test_without_the_setting_no_file_is_removed(home):
    home.drop("lakeside/one.json", home.encounter())
    taken(home)
    with home.opened() as opened:
        assert archive.pieces(opened, DUE) == []


def test_a_file_ends_on_its_day_and_not_before_and_is_known_when_it_comes_again(cleared):
    home = cleared
    home.drop("lakeside/one.json", home.encounter())
    taken(home)
    home.drop("lakeside/two.json", home.encounter("L-2"))
    taken(home, MONDAY + timedelta(days=1))
    with home.opened() as opened:
        assert archive.pieces(opened, DUE) == [archive.INBOX]
    assert clear(home, DUE - timedelta(days=1)) == 0
    assert clear(home) == 1
    assert left(home) == {"two.json"}
    assert clear(home) == 0, "once"
    assert taken(home, DUE)["new"] == 0
    home.drop("lakeside/one.json", home.encounter())
    assert taken(home, DUE)["encounters"] == 0
    with home.opened() as opened:
        found = standing.inbox(opened.ledger)
        assert (found.files, found.read, found.duplicates) == (2, 2, 0)
        assert [row.detail for row in audit.rows(opened.ledger, act="inbox cleared")] == ["1 files"]


def test_what_was_not_taken_whole_or_is_another_file_by_now_stays(cleared):
    home = cleared
    home.drop("lakeside/empty.json", b"")
    home.drop("lakeside/half.json", [home.encounter("L-1"), "no encounter"])
    home.drop("lakeside/of_another.json", home.encounter("L-3", practice="summit"))
    home.drop("lakeside/changed.json", home.encounter("L-4"))
    home.drop("lakeside/link.json", home.encounter("L-5"))
    taken(home)
    home.drop("lakeside/changed.json", home.encounter("L-4", diagnoses=["J06.9"]))
    (home.inbox / "lakeside/link.json").unlink()
    (home.inbox / "lakeside/link.json").symlink_to(home.path / "cleanclaim.toml")
    home.drop("lakeside/unread.json", home.encounter("L-6"))
    before = left(home)
    clear(home)
    assert left(home) == before


def test_a_folder_whose_files_a_manifest_counts_stays_whole(cleared):
    home = cleared
    home.drop("lakeside/manifest.json", {"practice": "lakeside", "date": "2026-11-16", "files": 2})
    home.drop("lakeside/one.json", home.encounter("L-1"))
    home.drop("lakeside/more/two.json", home.encounter("L-2"))
    taken(home)
    assert clear(home) == 0
    assert taken(home, DUE)["short_manifests"] == 0


def test_a_marker_goes_with_its_file(cleared):
    home = cleared
    (home.path / "cleanclaim.toml").write_text(
        f'{SETTINGS}clear_inbox_after_days = {DAYS}\ndone_suffix = ".done"\n'
    )
    home.drop("lakeside/one.json", home.encounter("L-1"))
    home.drop("lakeside/one.json.done", b"")
    taken(home)
    assert clear(home) == 1
    assert left(home) == set()


def test_a_file_that_is_gone_already_does_no_harm(cleared):
    home = cleared
    home.drop("lakeside/one.json", home.encounter())
    taken(home)
    (home.inbox / "lakeside/one.json").unlink()
    with home.opened() as opened:
        assert clearing.clear(opened, DUE) == 0
    assert taken(home, DUE)["files"] == 0
    with home.opened() as opened:
        assert clearing.clear(opened, DUE) == 0
