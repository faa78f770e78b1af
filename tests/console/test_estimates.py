"""Good-faith estimates, through the commands as a clerk types them."""

import json

import pytest
from typer.testing import CliRunner

from console.command import app
from tests.tasks.estimates.test_reading import FIRST, written

WHY = ("--why", "the patient booked")
BOOK = (
    "practice,visit,day,status,mrn,scheduled_on,pays\n"
    "lakeside,V-1,{0}-12-07,booked,MR-7,{0}-11-02,uninsured\n"
    "lakeside,V-2,{0}-12-08,booked,MR-8,{0}-11-02,self_pay\n"
)


@pytest.fixture(scope="module")
def desk(make_home):
    return make_home("estimates").path


def typed(desk, *words, leaves=0):
    done = CliRunner().invoke(app, [*map(str, words), "--home", str(desk)])
    assert done.exit_code == leaves, (words, done.output, done.exception)
    return done.stdout


def did(desk, *words, leaves=0):
    return json.loads(typed(desk, *words, "--json", leaves=leaves))


def test_a_booked_visit_gets_its_estimate_and_the_evidence_of_it(desk, tmp_path):
    book, file, out = tmp_path / "book.csv", tmp_path / "estimates.csv", tmp_path / "estimate.pdf"
    book.write_text(BOOK.format(2020), encoding="utf-8")
    said = {**FIRST, "scheduled_on": "2020-11-02", "service_on": "2020-12-07"}
    file.write_bytes(written(said))
    did(desk, "visits", "import", book)
    assert did(desk, "estimates", "due") == {"due": []}, "these visits are over"
    missed = did(desk, "estimates", "due", "--all")["due"]
    assert [(n["visit_number"], n["due_on"], n["state"], n["overdue"]) for n in missed] == [
        ("V-1", "2020-11-05", "missing", True),
        ("V-2", "2020-11-05", "missing", True),
    ]
    assert "MISSED" in typed(desk, "estimates", "due", "--all")
    assert did(desk, "estimates", "make", file, "--dry-run")["estimates"][0]["cents"] == 135_00
    assert "1 estimate new" in typed(desk, "estimates", "make", file, *WHY)
    assert did(desk, "estimates", "make", file, *WHY) == {
        "dry_run": False, "estimates": [], "as_before": 1,
    }  # fmt: skip
    did(desk, "estimates", "letter", 1, "--out", out)
    assert out.read_bytes().startswith(b"%PDF")
    assert out.stat().st_mode & 0o77 == 0
    shown = did(desk, "estimates", "show", 1)
    made_on = shown["versions"][0]["made_on"]
    done = did(desk, "estimates", "give", 1, "--on", made_on, "--how", "in_person", *WHY)
    assert done["what"] == f"estimate 1, version 1: given on {made_on} (in_person)"
    [listed] = did(desk, "estimates", "list")["estimates"]
    assert (listed["state"], listed["given_on"], listed["how"]) == ("given", made_on, "in_person")
    words = typed(desk, "estimates", "show", 1)
    assert "Quill Zephyrine" in words
    assert "given" in words
    assert "LATE" in typed(desk, "estimates", "due", "--all")
    typed(desk, "estimates", "undo", 1, *WHY)
    typed(desk, "estimates", "withdraw", 1, *WHY)
    assert "withdrawn" in typed(desk, "estimates")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", 9), "EST-04"),
        (("letter", 9, "--out", "x.pdf"), "EST-04"),
        (("undo", 9, *WHY), "EST-04"),
        (("accept", 9, *WHY), "EST-04"),
        (("make", "nowhere.csv", *WHY), "EST-01"),
    ],
)
def test_what_is_not_there_is_refused(desk, words, code):
    done = CliRunner().invoke(app, ["estimates", *map(str, words), "--home", str(desk)])
    assert done.exception.code == code
