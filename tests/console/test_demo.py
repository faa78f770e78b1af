"""The demo as a user plays it: the command, three nights, what it leaves behind, and what comes after."""

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import oxedi
import pytest
import pyx12.params
import pyx12.x12n_document

import edi
from console.demo import demo_home
from ledger.runs import nights
from tasks.home.home import open_home
from tests.edi.x12sdk_reading import differences

CHECKOUT = Path(__file__).resolve().parents[2]
DENTAL = "005010X224A2"
CANARIES = ("Zephyrine", "W17770001", "Quokkadale")


def cleanclaim(*arguments, **environment):
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from console.command import main; main()", *map(str, arguments)],
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=600,
    )


class Played:
    """A demo that was played, with what its command printed."""

    def __init__(self, home: Path) -> None:
        self.home = home
        before = _tracked()
        self.finished = cleanclaim("demo", "--home", home, "--json")
        self.changed = _tracked() - before
        self.found = json.loads(self.finished.stdout)

    def journal(self):
        return [
            json.loads(line) for line in (self.home / "clearinghouse/journal.jsonl").read_text().splitlines()
        ]


def _tracked() -> set[tuple[str, int]]:
    """The files of the checkout that are not ignored, with their times."""
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard"], cwd=CHECKOUT, capture_output=True, text=True
    )
    names = [name for name in listed.stdout.splitlines() if not name.startswith(("tests/", "docs/"))]
    return {
        (name, 0)
        for name in names
        if name.startswith(("sample_inbox", "config", "console", "flows", "tasks"))
    }


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    return Played(tmp_path_factory.mktemp("demo") / "home")


def test_the_demo_ends_as_its_story_is_written(played):
    assert played.finished.returncode == 0, played.finished.stderr
    assert played.found["story"] == {"as_written": True, "differences": []}
    assert not played.changed


def test_its_object_closes_to_the_cent_and_nothing_in_it_is_trivially_zero(played):
    found, money = played.found, played.found["money"]
    inbox = found["inbox"]
    assert inbox["files"] == inbox["read"] + inbox["quarantined"] + inbox["duplicates"]
    assert min(inbox.values()) > 0
    assert found["encounters"]["picked_up"] > 40
    assert found["encounters"]["held"] > 0
    assert {"paid", "denied", "rejected", "part_paid"} <= found["claims"].keys()
    assert (
        money["charged_cents"] + money["held_for_others_cents"]
        == money["applied_cents"]
        + money["from_patients_cents"]
        + money["adjusted_cents"]
        + money["withheld_cents"]
        + money["receivable_cents"]
        + money["reversed_unknown_cents"]
    )
    cash = money["applied_cents"] + money["suspense_cents"] - money["provider_level_cents"]
    assert money["cash_cents"] == cash == sum(r["paid_cents"] for r in found["remittances"])
    of_some_homes = ("withheld_cents", "held_for_others_cents", "reversed_unknown_cents")
    assert all(value != 0 for name, value in money.items() if name not in of_some_homes)
    assert all(r["balanced"] for r in found["remittances"])
    assert found["postings_sum_cents"] == 0
    assert found["denials"]["open"] > 0
    assert found["denials"]["cents"] > 0


def files(found, way):
    """What lies in a folder of the home that the object names."""
    return sorted(p for p in Path(found["folders"][way]).rglob("*") if p.is_file() and p.suffix != ".txt")


def test_the_partner_received_each_batch_once_and_the_files_lie_in_the_home(played):
    journal = {entry["isa13"]: entry["sha256"] for entry in played.journal()}
    assert len(journal) == len(played.journal())
    assert {b["isa13"]: b["sha256"] for b in played.found["batches"]} == journal
    sent = files(played.found, "sent")
    assert {hashlib.sha256(p.read_bytes()).hexdigest() for p in sent} == set(journal.values())
    for path in (*sent, *files(played.found, "received")):
        assert played.home in path.parents
        assert path.read_bytes()[:3] == b"ISA"
        assert path.stat().st_mode & 0o077 == 0


def test_every_837_is_accepted_by_pyx12_and_read_by_x12sdk_and_the_dental_ones_by_our_check(played):
    dental = 0
    for name in map(str, files(played.found, "sent")):
        text = Path(name).read_text("latin-1")
        if DENTAL in text:  # neither program knows the 837D
            assert [f for f in edi.check(name) if f.severity == "error"] == []
            dental += 1
            continue
        accepted = pyx12.x12n_document.x12n_document(
            param=pyx12.params.params(), src_file=io.StringIO(text), fd_997=io.StringIO(), fd_html=None
        )
        assert accepted, name
        assert differences(text.encode("latin-1")) == [], name
    assert dental == 2


def test_every_835_is_accepted_by_oxedi(played):
    remitted = [file for file in files(played.found, "received") if file.name.startswith("835_")]
    assert remitted
    for file in remitted:
        assert not list(oxedi.parse(file.read_bytes()).diagnostics), file.name


def test_a_second_demo_in_the_same_home_shows_how_it_ended_and_sends_nothing(played):
    before = played.journal()
    again = cleanclaim("demo", "--home", played.home)
    assert again.returncode == 0
    assert "was played before" in again.stdout
    assert played.journal() == before


def test_a_finished_batch_run_again_says_so_and_sends_nothing(played):
    before = played.journal()
    done = cleanclaim("batches", "rerun", 1, "--home", played.home, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["sent"] is False
    assert "nothing was sent" in json.loads(done.stdout)["message"]
    assert played.journal() == before


@pytest.mark.long
def test_a_run_after_it_sends_the_claim_that_waited_for_its_void_and_nothing_else_and_leaks_nobody(played):
    """The next night on the same inbox, with two more files that hold nothing to send."""
    before, before_it = played.journal(), files(played.found, "sent")
    more = played.home / "inbox" / "lakeside"
    more.mkdir()
    (more / "cut.json").write_text('[{"patient": {"last": "Zephyrine", "first": "Quokkadale"')
    (more / "no_diagnosis.json").write_text(
        json.dumps(
            {
                "source": "t",
                "id": "T-9",
                "patient": {"last": "Zephyrine", "first": "Quokkadale"},
                "coverages": [{"payer": "harbor", "member_id": "W17770001"}],
                "service_date": "2026-11-10",
            }
        )
    )
    ran = cleanclaim("run", "--home", played.home, "--json")
    assert ran.returncode == 3, ran.stderr
    found = json.loads(ran.stdout)
    assert found["inbox"]["files"] == played.found["inbox"]["files"] + 2
    assert found["state"] == "done_with_holds"
    assert played.journal()[:-1] == before
    [new] = [file for file in files(found, "sent") if file not in before_it]
    assert [(c.payer.id, c.frequency) for c in edi.read_claims(new)] == [("MRD02", "1")]  # L-1029
    database = sqlite3.connect(played.home / "prefect" / "prefect.db")
    tables = [t for (t,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    kept = "\n".join(str(row) for t in tables for row in database.execute(f'SELECT * FROM "{t}"'))
    assert "nightly" in kept
    logs = "".join(p.read_text("utf-8") for p in (played.home / "logs").iterdir())
    for canary in CANARIES:
        assert canary not in kept + logs + ran.stderr + ran.stdout


def test_the_demo_refuses_a_folder_that_holds_something_else(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    refused = cleanclaim("demo", "--home", tmp_path, "--json")
    assert refused.returncode == 2
    assert json.loads(refused.stdout)["error"]["code"] == "DEM-02"
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_a_demo_home_with_later_runs_is_not_compared_with_the_story(tmp_path):
    home = demo_home(tmp_path / "home", None)
    with open_home(home) as opened:
        nights.open_night(opened.ledger, "2026-12-24")
        nights.close_night(opened.ledger, "2026-12-24", "done")
    shown = cleanclaim("demo", "--home", home.home)
    assert shown.returncode == 0
    assert "is not compared" in shown.stdout
    assert "as its story is written" not in shown.stdout
    found = json.loads(cleanclaim("demo", "--home", home.home, "--json").stdout)
    assert found["story"]["as_written"] is None
