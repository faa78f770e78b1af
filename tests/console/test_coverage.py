"""`cleanclaim coverage` as it is typed."""

import json

import pytest
from typer.testing import CliRunner

from console.command import app
from tests.tasks.coding_night import MONDAY, TUESDAY
from tests.tasks.test_coverage import asks, night

WHY = ("--why", "the patient changed plans", "--as", "Ann")


def ask(home, *words):
    return CliRunner().invoke(app, ["coverage", *words, "--home", str(home.path)])


def did(home, *words):
    done = ask(home, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_it_is_previewed_asked_for_once_answered_and_shown(home):
    asks(home, verify=False)
    home.drop("lakeside/one.json", home.encounter("T-1"))
    night(home, MONDAY)
    assert did(home, "verify", "T-1", "--dry-run") == {
        "dry_run": True, "what": "a 270 to harbor goes with the next run", "inquiry": 0,
    }  # fmt: skip
    assert "said nothing yet" in ask(home, "show", "T-1").output
    first = did(home, "verify", "T-1", *WHY)
    again = did(home, "verify", "T-1", *WHY)
    assert first["inquiry"] == again["inquiry"] == 1
    assert again["what"] == "it is asked about today already (wanted)"
    night(home, TUESDAY, 'copay = "25.00"\nend = 2026-12-31')
    found = did(home, "show", "T-1")
    assert found["answer"]["state"] == "active"
    assert found["shares"][0]["cents"] == 25_00
    shown = " ".join(ask(home, "show", "T-1").output.split())
    assert "active to" in shown
    assert "co-payment" in shown
    assert "Zephyrine" not in shown


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", "T-9"), "COV-01"),
        (("verify", "T-9", *WHY), "COV-01"),
        (("verify", "T-1", *WHY), "COV-02"),
        (("verify", "T-1"), "LED-14"),  # no reason
    ],
)
def test_what_makes_no_sense_is_refused(home, words, code):
    home.drop("lakeside/one.json", home.encounter("T-1"))
    night(home, MONDAY)
    assert ask(home, *words).exception.code == code
