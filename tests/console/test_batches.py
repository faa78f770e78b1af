"""An operator's decision on a batch: release it, or give it up."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from console.command import app
from ledger.queries.batches import all_batches
from ledger.runs import nights
from ledger.sending import batches
from tasks import nightly_run

DAY = date(2026, 11, 16)


def ask(home, *arguments):
    return CliRunner().invoke(app, [*map(str, arguments), "--home", str(home.path)])


def written(home):
    """A home with one batch that is written and not sent."""
    home.drop("lakeside/one.json", home.encounter())
    with home.opened() as opened:
        nightly_run.walk(
            opened, DAY, (*nightly_run.steps_of("take_in"), nightly_run.step_named("write_batches"))
        )


def test_a_held_batch_is_released_with_the_reason_in_its_history(home):
    written(home)
    with home.opened() as opened:
        batches.hold(opened.ledger, 1, str(DAY), "the partner's disk is full")
    assert ask(home, "batches", "release", 1, "--why", "they made room").exit_code == 0
    with home.opened() as opened:
        assert [b.hold for b in all_batches(opened.ledger)] == [""]
    shown = json.loads(ask(home, "batches", "show", 1, "--json").stdout)
    assert ["released", "they made room"] in [[e["event"], e["detail"]] for e in shown["events"]]


def test_a_stopped_partner_is_released_and_one_that_is_not_is_said_so(home):
    written(home)
    with home.opened() as opened, opened.ledger.write() as connection:
        batches.stop_partner(connection, "northgate", str(DAY), "TA1 006")
    assert ask(home, "batches", "release", "northgate", "--why", "ids corrected").exit_code == 0
    again = ask(home, "batches", "release", "northgate", "--why", "ids corrected")
    assert again.exit_code not in (0, 3)
    assert again.exception.code == "BAT-03"


def test_an_abandoned_batch_gives_its_claims_back(home):
    written(home)
    answer = json.loads(ask(home, "batches", "abandon", 1, "--why", "wrong payer", "--json").stdout)
    assert answer["claims"] == 1
    with home.opened() as opened:
        assert len(batches.ready(opened.ledger)) == 1
    refused = ask(home, "batches", "abandon", 1, "--why", "again")
    assert refused.exit_code not in (0, 3)


def test_a_resend_needs_a_reason_and_a_batch_that_was_sent(home):
    written(home)
    assert ask(home, "batches", "resend", 1).exception.code == "BAT-05"
    refused = ask(home, "batches", "resend", 1, "--why", "they lost it")
    assert refused.exception.code == "BAT-04"
    assert "not sent yet" in str(refused.exception)


def test_a_resend_goes_to_the_partner_once_more(home):
    site = home.use_folder()
    written(home)
    (home.path / "cleanclaim.toml").write_text("demo = false\n")
    assert json.loads(ask(home, "batches", "rerun", 1, "--json").stdout)["sent"]
    [file] = (site / "inbound").iterdir()
    first = file.read_bytes()
    file.unlink()
    answer = json.loads(ask(home, "batches", "resend", 1, "--why", "they lost it", "--json").stdout)
    assert (answer["sent"], answer["state"]) == (True, "sent")
    assert file.read_bytes() == first


ACTS = ("rerun", "resend", "release", "abandon")


def bytes_of(home):
    """Everything under the home but what SQLite keeps while the ledger is open, and the partner's journal."""
    return {
        p: p.read_bytes() for p in sorted(home.path.rglob("*")) if p.is_file() and "ledger.db-" not in p.name
    }


@pytest.mark.parametrize("state", ["built", "held", "sent", "accepted"])
def test_a_dry_run_shows_what_it_would_touch_and_writes_nothing(home, state):
    home.use_folder()
    written(home)
    with home.opened() as opened:
        if state == "held":
            batches.hold(opened.ledger, 1, str(DAY), "the partner's disk is full")
        elif state != "built":
            nightly_run.walk(opened, DAY, nightly_run.steps_of("submit"))
        if state == "accepted":
            with opened.ledger.write() as connection:
                connection.exec_driver_sql("UPDATE batch SET state = 'accepted'")
                connection.exec_driver_sql("UPDATE submission SET state = 'accepted'")
        [batch] = all_batches(opened.ledger)
    before = bytes_of(home)
    answers = {act: ask(home, "batches", act, 1, "--dry-run", "--json") for act in ACTS}
    shown = {act: json.loads(answer.stdout) for act, answer in answers.items()}
    assert bytes_of(home) == before
    assert {act for act in ACTS if shown[act]["open"]} == {
        "built": {"rerun", "abandon"},
        "held": {"release", "abandon"},
        "sent": {"resend"},
        "accepted": set(),
    }[state]
    for act in ACTS:
        touched = (shown[act]["claims"], shown[act]["charge_cents"], [f["name"] for f in shown[act]["files"]])
        assert touched == ((1, 135_00, [batch.name]) if shown[act]["open"] else (0, 0, []))
        assert answers[act].exit_code == (1 if shown[act]["answer"] == "no" else 0)
    if state == "built":
        assert shown["rerun"]["begins_with"] == f"write {batch.name}.part"
        assert shown["rerun"]["files"][0]["bytes"] > 500
    if state == "sent":
        assert shown["resend"]["begins_with"].startswith(f"read {batch.name} back")


def test_a_dry_run_for_people_says_that_nothing_was_written(home):
    written(home)
    said = ask(home, "batches", "abandon", 1, "--dry-run")
    assert said.exit_code == 0
    assert "Nothing was written or sent" in said.stdout
    assert "$135.00" in said.stdout


def test_a_dry_run_of_a_partners_release_names_what_goes_then(home):
    written(home)
    with home.opened() as opened, opened.ledger.write() as connection:
        batches.stop_partner(connection, "northgate", str(DAY), "TA1 006")
    shown = json.loads(ask(home, "batches", "release", "northgate", "--dry-run", "--json").stdout)
    assert (shown["claims"], shown["charge_cents"], len(shown["files"])) == (1, 135_00, 1)
    with home.opened() as opened:
        assert batches.stopped(opened.ledger) == {"northgate": "TA1 006"}


def test_show_has_what_is_known_what_is_late_and_what_may_be_done_without_any_name(home):
    home.use_folder()
    written(home)
    with home.opened() as opened:
        nightly_run.walk(opened, DAY, nightly_run.steps_of("submit"))
        nights.open_night(opened.ledger, "2026-11-20")
    said = ask(home, "batches", "show", 1)
    assert said.exit_code == 0
    for words in ("Batch 1: sent, OVERDUE", "it was due on 2026-11-17, 3 days ago", "ask first", "OVERDUE"):
        assert words in said.stdout
    answer = ask(home, "batches", "show", 1, "--json")
    shown = json.loads(answer.stdout)
    assert shown["overdue"] is True
    assert {c["act"]: c["open"] for c in shown["choices"]} == {
        "rerun": False, "resend": True, "release": False, "abandon": False
    }  # fmt: skip
    assert len(shown["unanswered"]) == 1
    assert [e["who"] != "" for e in shown["events"]] == [True] * 4
    for name in ("zephyrine", "quill"):
        assert name not in (said.stdout + answer.stdout).lower()


def test_a_printed_batch_is_mailed_with_a_day_and_a_reason(home):
    file = home.path / "partners" / "payers" / "harbor.toml"
    file.write_text("paper = true\n" + file.read_text("utf-8"), "utf-8")
    home.drop("lakeside/one.json", home.encounter())
    with home.opened() as opened:
        nightly_run.walk(
            opened,
            DAY,
            (
                *nightly_run.steps_of("take_in"),
                nightly_run.step_named("write_batches"),
                nightly_run.step_named("send"),
            ),
        )
    for arguments in (("--why", "certified mail"), ("--on", "2026-11-16")):
        refused = ask(home, "batches", "mailed", 1, *arguments)
        assert refused.exit_code not in (0, 3)
        assert refused.exception.code in ("BAT-05", "BAT-08")
    done = ask(
        home,
        "batches",
        "mailed",
        1,
        "--on",
        "2026-11-16",
        "--why",
        "certified mail 7019",
        "--as",
        "ann",
        "--json",
    )
    assert json.loads(done.stdout)["mailed"] == "2026-11-16"
    shown = json.loads(ask(home, "batches", "show", 1, "--json").stdout)
    assert ["sent", "mailed on 2026-11-16, by ann: certified mail 7019"] in [
        [e["event"], e["detail"]] for e in shown["events"]
    ]
