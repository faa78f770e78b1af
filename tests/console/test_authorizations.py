"""`cleanclaim authorizations` as it is typed."""

import json

import pytest
from typer.testing import CliRunner

from console.command import app
from tests.tasks.coding_night import MONDAY, coded
from tests.tasks.operations.test_authorize import visit

WHY = ("--why", "the payer's letter of June", "--as", "Ann")
GIVEN = ("A-77", "--payer", "harbor", "--member", "w1777 0001", "--procedures", "99213,99214", "--units", "3")


def ask(home, *words):
    return CliRunner().invoke(app, ["authorizations", *map(str, words), "--home", str(home.path)])


def did(home, *words):
    done = ask(home, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_one_is_taken_in_used_listed_shown_and_ended(home):
    home.drop("lakeside/one.json", visit(home, 1, units=2))
    preview = did(home, "add", *GIVEN, "--dry-run")
    assert did(home, "list")["authorizations"] == []
    assert did(home, "add", *GIVEN, *WHY)["what"] == preview["what"]
    with home.opened() as opened:
        coded(opened, MONDAY)
    [row] = did(home, "list", "--member", "W17770001")["authorizations"]
    assert (row["payer"], row["procedures"], row["used"], row["left"]) == ("harbor", "99213 99214", "2", "1")
    assert did(home, "list", "--member", "W17770002")["authorizations"] == []
    shown = did(home, "show", "a-77")
    assert [(c["external_id"], c["units"], c["state"]) for c in shown["claims"]] == [("T-1", "2", "ready")]
    assert "2 used, 1 left" in ask(home, "show", "A-77").output
    did(home, "end", "A-77", "--on", "2026-10-31", *WHY)
    assert did(home, "list")["authorizations"] == []
    [row] = did(home, "list", "--all")["authorizations"]
    assert (row["to_on"], row["actor"]) == ("2026-10-31", "Ann")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("list", "--payer", "nobody"), "LST-01"),
        (("show", "A-77"), "AUT-01"),
        (("end", "A-77", "--on", "2026-12-01", *WHY), "AUT-01"),
        (("add", *GIVEN), "LED-14"),  # no reason
    ],
)
def test_what_makes_no_sense_is_refused(home, words, code):
    assert ask(home, *words).exception.code == code
