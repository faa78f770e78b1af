"""Every file of the inbox is taken once, or put aside with a reason; nothing is lost or deleted."""

import gzip
import json
import os
import shutil
from datetime import date

import pytest

from ledger.queries import standing
from ledger.queries.night import problems
from ledger.queries.work import alerts
from tasks import pick_up

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
pytestmark = pytest.mark.usefixtures("either_database")


def test_a_file_is_taken_once_however_often_the_inbox_is_looked_at(home):
    home.drop("lakeside/one.json", home.encounter())
    with home.opened() as opened:
        first = pick_up.do(opened, MONDAY, "inbox")
        again = pick_up.do(opened, MONDAY, "inbox")
        assert (first["new"], first["encounters"]) == (1, 1)
        assert (again["new"], again["encounters"]) == (0, 0)
        assert standing.inbox(opened.ledger).files == 1
    assert (home.inbox / "lakeside/one.json").exists()


def test_the_same_bytes_under_another_name_are_a_duplicate(home):
    home.drop("lakeside/one.json", home.encounter())
    home.drop("lakeside/two.json", home.encounter())
    with home.opened() as opened:
        for _ in range(2):
            pick_up.do(opened, MONDAY, "inbox")
            found = standing.inbox(opened.ledger)
            assert (found.files, found.read, found.duplicates, found.quarantined) == (2, 1, 1, 0)


def test_what_cannot_be_read_is_put_aside_with_its_reason_and_the_others_go_on(home):
    home.drop("lakeside/a_empty.json", b"")
    home.drop("lakeside/b_truncated.json", '[{"source": "x", "id": "1", "diagn')
    home.drop("lakeside/c_columns.csv", "source,encounter_id\nx,1\n")
    home.drop("bayview/d_doctype.xml", '<!DOCTYPE a [<!ENTITY x "y">]><ClinicalDocument/>')
    home.drop("lakeside/e_good.json", home.encounter())
    (home.inbox / "lakeside" / "f_link.json").symlink_to(home.path / "cleanclaim.toml")
    with home.opened() as opened:
        counts = pick_up.do(opened, MONDAY, "inbox")
        found = {p.name: p.code for p in problems(opened.ledger) if p.quarantined}
    assert counts["encounters"] == 1
    assert found == {
        "lakeside/a_empty.json": "INT-01",
        "lakeside/b_truncated.json": "INT-05",
        "lakeside/c_columns.csv": "INT-09",
        "bayview/d_doctype.xml": "INT-06",
        "lakeside/f_link.json": "INB-LINK",
    }


def test_a_file_larger_than_allowed_is_put_aside_unread(home):
    (home.path / "cleanclaim.toml").write_text("demo = true\nmax_file_bytes = 10000\n")
    home.drop("lakeside/large.json", b" " * 10_001)
    with home.opened() as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["quarantined"] == 1
        assert [p.code for p in problems(opened.ledger)] == ["INB-SIZE"]


def test_the_bound_holds_for_what_a_packed_file_unpacks_to(home):
    (home.path / "cleanclaim.toml").write_text("demo = true\nmax_file_bytes = 10000\n")
    home.drop("lakeside/packed.json.gz", gzip.compress(b" " * 20_000))
    with home.opened() as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["quarantined"] == 1
        assert [p.code for p in problems(opened.ledger)] == ["INT-02"]


def test_a_manifest_that_counts_more_than_came_is_an_alert_until_the_rest_comes(home):
    home.drop("lakeside/manifest.json", {"practice": "lakeside", "date": "2026-11-16", "files": 2})
    home.drop("lakeside/one.json", home.encounter())
    with home.opened() as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["short_manifests"] == 1
        assert [a.code for a in alerts(opened.ledger)] == ["INB-SHORT"]
        home.drop("lakeside/two.json", home.encounter("T-2"))
        assert pick_up.do(opened, MONDAY, "inbox")["short_manifests"] == 0
        assert alerts(opened.ledger) == []


def test_a_newer_version_takes_the_place_of_an_unsent_one(home):
    home.drop("lakeside/one.json", home.encounter())
    home.drop("lakeside/two.json", home.encounter(version=2))
    with home.opened() as opened:
        counts = pick_up.do(opened, MONDAY, "inbox")
    assert (counts["encounters"], counts["replaced"]) == (2, 1)


def test_a_home_without_partners_or_inbox_picks_up_nothing_and_says_so(tmp_path):
    from config.settings import load
    from tasks.home import make_home, open_home

    make_home(tmp_path / "bare")
    with open_home(load(tmp_path / "bare")) as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["files"] == 0


def test_a_version_that_no_database_column_holds_is_a_problem_of_its_own(home):
    home.drop("lakeside/a.json", home.encounter("T-1", version=2**31))
    home.drop("lakeside/b.json", home.encounter("T-2", version=2**31 - 1))
    with home.opened() as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["encounters"] == 1
        assert [p.place for p in problems(opened.ledger)] == ["encounter 1, version"]


def test_a_name_that_is_not_utf_8_is_put_aside_by_itself_and_read_once_it_was_renamed(home):
    home.drop("lakeside/good.json", home.encounter())
    bad = os.fsencode(home.inbox) + b"/lakeside/caf\xe9\x1b[31m.json"
    with open(bad, "wb") as file:
        file.write(json.dumps(home.encounter("T-2")).encode())
    with home.opened() as opened:
        for _ in range(2):
            pick_up.do(opened, MONDAY, "inbox")
            assert [(p.name, p.code) for p in problems(opened.ledger)] == [
                ("lakeside/caf\\xe9\\x1b[31m.json", "INB-NAME")
            ]
        found = standing.inbox(opened.ledger)
        assert (found.files, found.read, found.quarantined) == (2, 1, 1)
        os.rename(bad, os.fsencode(home.inbox) + b"/lakeside/cafe.json")
        assert pick_up.do(opened, TUESDAY, "inbox")["encounters"] == 1


def test_a_folder_that_cannot_be_listed_is_an_alert_until_it_can(home):
    home.drop("lakeside/good.json", home.encounter())
    deep = [home.inbox / "lakeside"]
    here = os.open(deep[0], os.O_RDONLY)
    for _ in range(25):
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    with home.opened() as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["encounters"] == 1
        assert [a.code for a in alerts(opened.ledger)] == ["INB-FOLDER"]
        assert problems(opened.ledger) == []
        pick_up.do(opened, TUESDAY, "inbox")
        assert [a.code for a in alerts(opened.ledger)] == ["INB-FOLDER"], "one a night"
        shutil.rmtree(home.inbox / "lakeside" / ("d" * 200))
        pick_up.do(opened, TUESDAY, "inbox")
        assert alerts(opened.ledger) == []
