"""`cleanclaim credits` as it is typed."""

import json

from typer.testing import CliRunner

from console.command import app
from ledger.runs import nights
from tests.tasks.credits.paid_twice import paid_twice

WHY = ("--why", "two payments of one claim", "--as", "Ann")


def ask(home, *words):
    return CliRunner().invoke(app, ["credits", *map(str, words), "--home", str(home.path)])


def did(home, *words):
    done = ask(home, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_credits_are_listed_by_what_presses_most_and_their_clock_is_said(home):
    desk = paid_twice(home)
    with home.opened() as opened:  # a demo home counts from its last run, whatever the day is
        nights.open_night(opened.ledger, "2026-11-18")
        nights.close_night(opened.ledger, "2026-11-18", "done")
    number = desk.number("V-1")
    rows = did(home, "list")["credits"]
    assert [(r["payer"], r["cents"], r["due_on"], r["state"]) for r in rows] == [
        ("senior", 90_00, "2027-01-16", "running"),
        ("harbor", 90_00, "", "no_term"),
    ]
    assert did(home, "list", "--payer", "harbor")["credits"] == rows[1:]
    assert did(home, "list", "--limit", 1)["next_after"] == rows[0]["id"]
    assert did(home, "list", "--limit", 1, "--after", rows[0]["id"])["credits"] == rows[1:]
    assert did(home, "list", "--after", 99)["credits"] == []
    shown = " ".join(ask(home).output.split())
    assert "2026-11-17 (its first day)" in shown

    words = ("identify", number, "--payer", "SNR04", "--on", "2026-11-18")
    assert did(home, *words, "--dry-run")["credit"]["due_on"] == "2027-01-17"
    assert did(home, "list")["credits"] == rows
    done = ask(home, *words, *WHY)
    assert done.exit_code == 0, done.output
    assert "identified on 2026-11-18; to be back by 2027-01-17 (running)" in " ".join(done.output.split())
    assert ask(home, *words, *WHY).exception.code == "CRD-03"
    suspended = ("suspend", number, "--payer", "senior", "--from", "2026-11-18", "--until", "2027-05-17")
    assert did(home, *suspended, *WHY)["credit"]["suspended_until_on"] == "2027-05-17"
    assert "suspended until 2027-05-17" in " ".join(ask(home, "list").output.split())
    assert did(home, "resume", number, "--payer", "senior", "--on", "2026-11-18", *WHY)["credit"][
        "due_on"
    ] == ("2027-01-17")
    assert ask(home, "identify", number, "--on", "2026-11-18", *WHY).exit_code == 2
    assert ask(home, "identify", number, "--payer", "senior", "--on", "2026-02-30", *WHY).exit_code == 2
