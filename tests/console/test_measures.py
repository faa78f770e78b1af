"""Measures through the command as a manager types it."""

import json

import pytest
from typer.testing import CliRunner

from console.answer import CommandError
from console.command import app
from tasks import nightly_run
from tests.tasks.coding_night import MONDAY

PERIOD = ("--from", "2026-11-01", "--to", "2026-11-30")


@pytest.fixture(scope="module")
def desk(make_home):
    home = make_home("measured")
    home.use_folder()
    for n in range(1, 4):
        home.drop(f"lakeside/{n}.json", home.encounter(f"T-{n}", service_date=f"2026-11-0{n}"))
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY)
    return home.path


def typed(desk, *words):
    done = CliRunner().invoke(app, ["measures", *map(str, words), "--home", str(desk)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def test_each_measure_is_shown_with_its_fraction_and_leads_to_its_claims(desk):
    said = typed(desk, *PERIOD)
    assert "Clean claim rate" in said
    assert "100.0 %" in said
    assert "3 claims" in said
    found = json.loads(typed(desk, "list", *PERIOD, "--json"))
    assert (found["from"], found["to"], found["days"]) == ("2026-11-01", "2026-11-30", 30)
    for one in found["measures"]:
        rows, after = [], 0
        while after is not None:
            page = json.loads(
                typed(desk, "show", one["name"], *PERIOD, "--limit", 2, "--after", after, "--json")
            )
            rows += page["rows"]
            after = page["next_after"]
        assert len(rows) == one["claims"], one["name"]
        for part in ("numerator", "denominator"):
            assert sum(row[part] for row in rows) == one[part]["sum"] == page[part]["sum"], one["name"]
            assert one[part]["is"]


def test_one_is_shown_in_words_and_goes_on_behind_a_page(desk):
    said = " ".join(typed(desk, "show", "days-in-ar", *PERIOD, "--limit", 2).split())
    assert "over what was charged on an average day" in said
    assert "30.0 days" in said
    assert "More: --after 2" in said
    assert "none" in typed(desk, "show", "recovery-by-appeal", *PERIOD, "--practice", "summit")
    assert "Touches a claim" in typed(desk, "show", "touches", *PERIOD, "--only", "numerator")
    assert "Claims (3)" in typed(desk, "show", "days-in-ar", *PERIOD, "--payer", "HARBOR"), "in any case"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", "profit"), "MSR-02"),
        (("show", "touches", "--only", "both"), "MSR-03"),
        (("--from", "2026-12-01", "--to", "2026-11-01"), "MSR-01"),
        (("--payer", "nobody"), "LST-01"),
    ],
)
def test_what_nothing_has_is_refused_with_what_there_is(desk, words, code):
    with pytest.raises(Exception, match=r"there are|give --from") as refused:
        typed(desk, *words)
    assert refused.value.code == code
    assert isinstance(refused.value, CommandError) or code.startswith("MSR")
