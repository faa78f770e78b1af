"""What a person reads in the morning: did it go well, what did the night do, how does everything stand."""

import json
from datetime import date

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from console.command import app
from console.summary import show_verdict
from ledger.queries import batches
from ledger.queries.money import remittances
from ledger.queries.tonight import tonight
from ledger.runs import nights
from ledger.schema import batch
from tasks.reports import summary as reported
from tasks.reports.summary import summary

MONDAY, TUESDAY = "2026-11-16", "2026-11-17"


def ask(home, *words):
    return CliRunner().invoke(app, [*words, "--home", str(home.path)], env={"COLUMNS": "100"})


def test_each_thing_is_of_one_night_and_the_nights_together_are_all_of_it(two_nights):
    with two_nights.opened() as opened:
        each = [tonight(opened.ledger, day) for day in (MONDAY, TUESDAY)]
        every = summary(opened)

    def over_all(name):
        return sum(getattr(one, name) for one in each)

    assert over_all("encounters") == every["encounters"]["picked_up"]
    assert over_all("held") == every["encounters"]["held"]
    assert over_all("files_aside") == every["work"]["quarantined"]
    assert over_all("batches") == len(every["batches"])
    assert over_all("claims") == sum(b["claims"] for b in every["batches"])
    assert over_all("charged_cents") == every["money"]["charged_cents"]
    assert over_all("remittances") == len(every["remittances"])
    assert over_all("posted_cents") == every["money"]["cash_cents"]
    assert over_all("suspense_cents") == every["money"]["suspense_cents"]
    assert over_all("denials") == every["denials"]["open"]
    assert over_all("rejected") == every["claims"]["rejected"]
    assert over_all("alerts") == every["work"]["alerts"]
    assert all(one.claims and one.answers and one.accepted for one in each), "both nights did something"
    assert (each[0].remittances, each[0].denials) == (2, 0), (
        "two payers decide at once, the others a night later"
    )


def test_status_separates_the_last_run_from_all_runs(two_nights):
    found = json.loads(ask(two_nights, "status", "--json").stdout)
    assert found["tonight"]["day"] == TUESDAY
    shown = ask(two_nights, "status").stdout
    last, _, all_nights = shown.partition("How everything stands, over all nights")
    assert f"The run for business date {TUESDAY} went well" in last
    assert "Safe to press: cleanclaim run" in last
    assert f"What the run for business date {TUESDAY} did" in last
    first, second = (b["name"] for b in (found["batches"][0], found["batches"][-1]))
    assert second in last
    assert first not in shown, "a batch of another night that is out is no news"
    assert "Claims by where they stand" in all_nights


def test_what_the_object_lists_does_not_grow_with_the_nights_but_nothing_that_waits_is_left_out(
    two_nights, monkeypatch
):
    monkeypatch.setattr(reported, "LISTED", 1)
    with two_nights.opened() as opened:
        every = batches.all_batches(opened.ledger)
        assert [b["id"] for b in summary(opened)["batches"]] == [every[-1].id]
        assert [r["trace"] for r in summary(opened)["remittances"]] == [remittances(opened.ledger)[-1].trace]
        assert batches.of_night(opened.ledger, MONDAY) == [b for b in every if b.sent_on == MONDAY]
        assert batches.of_night(opened.ledger, TUESDAY, 1) == every[-1:]
        assert batches.sent_since(opened.ledger, TUESDAY) == [b for b in every if b.sent_on == TUESDAY]
        with opened.ledger.write() as connection:
            held = update(batch).where(batch.c.id == every[0].id).values(hold="a person must look")
            connection.execute(held)
        assert [b["id"] for b in summary(opened)["batches"]] == [every[0].id, every[-1].id]
        shown = ask(two_nights, "status").stdout
    assert every[0].name in shown


def test_a_home_without_a_night_says_what_to_press(home):
    shown = ask(home, "status")
    assert shown.exit_code == 0
    assert "No night was run yet" in shown.stdout
    assert "cleanclaim run" in shown.stdout


@pytest.mark.parametrize(
    ("outcome", "note", "words"),
    [
        ("", "", ("under way, or was broken off", "continues where it stopped")),
        (
            "failed",
            "TRN-LOST the line broke",
            ("FAILED: TRN-LOST the line broke", "cause is fixed"),
        ),
        ("done", "", ("went well", "nothing waits")),
    ],
)
def test_a_night_that_did_not_end_well_says_so_and_what_is_safe(home, capsys, outcome, note, words):
    with home.opened() as opened:
        nights.open_night(opened.ledger, date(2026, 11, 16).isoformat())
        if outcome:
            nights.close_night(opened.ledger, MONDAY, outcome, note)
        show_verdict(summary(opened))
    said = " ".join(capsys.readouterr().out.split())
    assert "Safe to press: cleanclaim run" in said
    for part in words:
        assert part in said
