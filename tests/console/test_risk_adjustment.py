"""Condition categories of patients, through the commands as a coder types them."""

import json

import pytest
from typer.testing import CliRunner

from console.command import app
from tests.tasks.answering import MONDAY, Partner
from tests.tasks.coding_night import load_sets
from tests.tasks.operations.test_look_at_conditions import SETS, line, visit


@pytest.fixture(scope="module")
def desk(make_home):
    home = make_home("conditions")
    load_sets(home, SETS[0], *SETS[2:5])
    visit(home, "B-1", "2026-11-01", "E11.9", "E11.22")
    visit(home, "B-2", "2026-11-02", "I50.22", lines=[line("36415")])
    Partner(home).collect(MONDAY)
    return home.path


def typed(desk, *words, code=3):
    done = CliRunner().invoke(app, ["risk-adjustment", *map(str, words), "--home", str(desk)])
    assert done.exit_code == code, (words, done.output, done.exception)
    return " ".join(done.stdout.split())


def test_the_list_leads_to_a_patient_and_says_first_what_is_not_supported(desk):
    listed = json.loads(typed(desk, "--year", 2026, "--json"))
    [patient] = listed["patients"]
    assert patient == {
        "patient": 1, "practice": "lakeside", "claim": patient["claim"], "not_supported": 1, "supported": 1,
        "unchecked": 0, "last_year_only": 0,
    }  # fmt: skip
    assert [said.split(" ")[1] for said in listed["missing"]] == ["mapping"]
    assert "Condition categories of 2026, V28 (PY2027 1 initial)" in typed(desk, "--year", 2026)
    said = typed(desk, "show", patient["claim"], "--year", 2026)
    assert said.index("Reported and not supported") < said.index("Conditions of 2026")
    shown = json.loads(typed(desk, "show", 1, "--year", 2026, "--json"))
    found = {one["category"]: (one["standing"], one["below"]) for one in shown["conditions"]}
    assert found == {37: ("supported", 0), 38: ("supported", 37), 226: ("not supported", 0)}
    [evidence] = shown["conditions"][2]["unsupported"]
    assert (evidence["why"], evidence["document"]) == ("no face-to-face procedure: 36415", "B-2")
    nobody = typed(desk, "--year", 2026, "--practice", "lakeside", "--provider", "1999001021", code=0)
    assert "The mapping is not loaded for services of 2025" in nobody
