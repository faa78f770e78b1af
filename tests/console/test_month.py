"""`cleanclaim month` closes and lists months, `cleanclaim ledger prove` proves the books of a home."""

import json

import pytest
from typer.testing import CliRunner

from console.command import app
from console.ledger import app as ledger_app
from console.month import app as month_app
from ledger.errors import MonthRefused
from tasks.errors import StepError
from tests.tasks.payment_scenarios import play
from tests.tasks.test_payment_cases import CASES


def asked(which, home, *arguments):
    return CliRunner().invoke(which, [*arguments, "--home", str(home.path)])


def test_a_month_is_closed_and_listed_with_who_and_why(home):
    play(home, CASES / "s12_sequestration")
    assert asked(month_app, home, "close", "2026-10", "--why", "reconciled", "--json").exit_code == 0
    listed = json.loads(asked(month_app, home, "list", "--json").output)["months"]
    assert [(m["month"], m["closed_on"] != "", m["why"]) for m in listed] == [
        ("2026-10", True, "reconciled"),
        ("2026-11", False, ""),
    ]
    assert listed[0]["actor"]
    done = json.loads(asked(month_app, home, "package", "2026-11", "--json").output)
    assert (done["draft"], done["faults"], len(done["files"])) == (True, [], 2)
    assert [row["charges"] for row in done["facts"]["rolls"] if row["charges"]] == [135_00]
    said = asked(month_app, home, "close", "2026-10", "--why", "again", "--dry-run")
    assert isinstance(said.exception, MonthRefused)


@pytest.mark.parametrize(
    ("month", "error"), [("2026-13", StepError), ("november", StepError), ("9999-12", MonthRefused)]
)
def test_what_is_no_month_or_is_not_over_is_not_closed(home, month, error):
    assert isinstance(asked(month_app, home, "close", month, "--why", "early").exception, error)


def test_the_books_of_a_home_are_proven(home):
    play(home, CASES / "s12_sequestration")
    done = asked(ledger_app, home, "prove", "--json")
    assert json.loads(done.output) == {"holds": True, "claims": 1, "faults": []}
    assert done.exit_code == 0


def test_books_that_wait_for_what_a_payers_file_says_now_are_not_proven_and_it_is_said_why(home):
    play(home, CASES / "s12_sequestration")
    payers = sorted((home.path / "partners" / "payers").glob("*.toml"))
    for file in payers:  # code 253 is the sequestration's
        policy = '[[adjustment_policies]]\ncarc = "253"\nmeaning = "work"\nreason = "clause 7"\n'
        file.write_text(f"{file.read_text('utf-8')}\n{policy}", encoding="utf-8")
    done = asked(ledger_app, home, "prove")
    assert done.exit_code != 0
    assert "changed since the last run, which settles those claims anew" in " ".join(done.output.split())


def test_the_command_knows_months():
    assert "Every month with entries" in CliRunner().invoke(app, ["month", "list", "--help"]).output
