"""`cleanclaim edits`, `coding` and `holds override`: what a coder asks and says at the terminal."""

import json
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from coding import EDITS
from console.command import app
from tasks.errors import StepError
from tests.tasks.coding_night import MONDAY, TUESDAY, coded, held


def ask(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def answered(*arguments, exit_code=0):
    result = ask(*arguments, "--json")
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def test_every_edit_is_listed_and_can_be_shown():
    assert {e["id"] for e in answered("edits", "list")["edits"]} == set(EDITS)
    for edit_id in EDITS:
        shown = answered("edits", "show", edit_id.lower())
        assert shown["fix"]
        assert shown["why"]
    assert ask("edits", "show", "NCCI-01").stdout.count("heads off") == 1
    assert ask("edits", "show", "ABC-99").exit_code != 0


def _line(procedure, **more):
    return [{"procedure": procedure, "charge": "100.00", "pointers": [1], **more}]


_DRUG = {"units": "200", "ndc": "00006302602", "ndc_quantity": "8", "ndc_unit": "ML"}
#: Four small encounters that once passed, each by the edit that holds it now.
_WRONG = {
    "LAT-01": {"diagnoses": ["M17.11"], "lines": _line("20610", modifiers=["LT"])},
    "BIL-01": {"diagnoses": ["M17.0"], "lines": _line("20610", modifiers=["50"], units="2")},
    "MOD-02": {"lines": _line("99213", modifiers=["59"])},
    "JZW-01": {
        "coverages": [{"payer": "senior", "member_id": "W10000001"}],
        "lines": _line("J9271", **_DRUG),
    },
}


def test_a_document_is_tried_and_nothing_is_kept(home, tmp_path):
    file = tmp_path / "visit.json"
    visits = [home.encounter("GOOD"), home.encounter("BAD", diagnoses=["Z99.99"], practice="")]
    file.write_text(json.dumps(visits))
    of = ("--home", home.path, "--date", TUESDAY)
    shown = answered("edits", "try", file, *of, "--practice", "lakeside", exit_code=3)
    assert [(e["external_id"], e["held"], e["practice"]) for e in shown["encounters"]] == [
        ("GOOD", False, "lakeside"),
        ("BAD", True, "lakeside"),
    ]
    assert {f["edit_id"] for f in shown["encounters"][1]["findings"] if f["severity"] == "hold"} == {"DX-01"}
    shown = ask("edits", "try", file, *of)
    assert shown.exit_code == 3
    assert "PRA-01" in shown.stdout
    good = tmp_path / "good.json"
    good.write_text(json.dumps(visits[:1]))
    assert ask("edits", "try", good, *of).exit_code == 0
    assert answered("edits", "try", good, *of)["encounters"][0]["held"] is False
    file.write_text(json.dumps([home.encounter(name, **changes) for name, changes in _WRONG.items()]))
    shown = answered("edits", "try", file, *of, exit_code=3)
    assert {
        e["external_id"]: [f["edit_id"] for f in e["findings"] if f["severity"] == "hold"]
        for e in shown["encounters"]
    } == {name: [name] for name in _WRONG}
    with home.opened() as opened:
        assert coded(opened, MONDAY).get("encounters", 0) == 0
    (tmp_path / "bad.json").write_text("{")
    assert ask("edits", "try", tmp_path / "bad.json", *of).exit_code == 3


def test_trying_a_document_looks_at_the_history_but_not_at_its_own_claim(home, tmp_path):
    home.drop("lakeside/one.json", home.encounter("T-1"))
    with home.opened() as opened:
        coded(opened, MONDAY)
    file = tmp_path / "visit.json"
    file.write_text(json.dumps([home.encounter("T-1", version=2), home.encounter("T-2")]))
    shown = answered("edits", "try", file, "--home", home.path, "--date", TUESDAY, exit_code=3)
    duplicates = {
        e["external_id"] for e in shown["encounters"] if any(f["edit_id"] == "DUP-01" for f in e["findings"])
    }
    assert duplicates == {"T-2"}


def test_a_hold_is_overridden_at_the_terminal_and_the_trail_shows_it(home):
    home.drop("lakeside/one.json", home.encounter("T-1"))
    home.drop("lakeside/two.json", home.encounter("T-2"))
    with home.opened() as opened:
        coded(opened, MONDAY)
    word = ("--why", "two visits that day", "--until", "2099-01-01", "--who", "A. Coder", "--home", home.path)
    refused = ask("holds", "override", "T-2", "--edit", "DUP-01", *word)
    assert isinstance(refused.exception, StepError)  # more than a year
    soon = (date.today() + timedelta(days=30)).isoformat()  # a command's day is that of the clock
    word = tuple(soon if w == "2099-01-01" else w for w in word)
    assert ask("holds", "override", "T-2", "--edit", "dup-01", *word).exit_code == 0
    with home.opened() as opened:
        coded(opened, TUESDAY)
        assert held(opened) == {}
    (given,) = answered("holds", "overrides", "--home", home.path)["overrides"]
    assert (given["external_id"], given["edit_id"], given["who"]) == ("T-2", "DUP-01", "A. Coder")
    assert "two visits that day" in ask("holds", "overrides", "--home", home.path).stdout


def test_an_uncoded_encounter_is_shown_with_suggestions_and_drafted(home, tmp_path):
    concept = {"system": "SNOMED CT", "code": "59621000", "text": "Essential hypertension (disorder)"}
    home.drop("lakeside/one.json", home.encounter("S-1", diagnoses=[], lines=[], concepts=[concept]))
    with home.opened() as opened:
        coded(opened, MONDAY)
    (waiting,) = answered("coding", "--home", home.path, exit_code=3)["needs_coding"]
    assert waiting["concepts"][0]["suggestions"][0]["code"] == "I10"
    assert "I10" in ask("coding", "--home", home.path).stdout
    assert answered("holds", "--home", home.path, exit_code=3)["needs_coding"] == 1
    assert "cleanclaim coding" in ask("holds", "--home", home.path).stdout
    draft = tmp_path / "draft.json"
    assert ask("coding", "draft", "S-1", "--out", draft, "--home", home.path).exit_code == 0
    assert json.loads(draft.read_text())["version"] == 2
    assert ask("coding", "draft", "S-9", "--out", draft, "--home", home.path).exit_code != 0


@pytest.mark.parametrize("since", ["2026-11-16", "2027-01-01"])
def test_a_replay_of_nothing_says_so(home, since):
    shown = answered("edits", "replay", "--since", since, "--home", home.path)
    assert (shown["claims"], shown["stopped"], shown["edits"]) == (0, [], [])
    assert "0 claims went out" in ask("edits", "replay", "--since", since, "--home", home.path).stdout


def test_status_shows_what_was_not_checked(home):
    home.drop("lakeside/one.json", home.encounter("T-1"))
    with home.opened() as opened:
        from ledger.runs import nights

        nights.open_night(opened.ledger, MONDAY.isoformat())
        coded(opened, MONDAY)
    shown = answered("status", "--home", home.path)
    assert {"edit_id": "PX-01", "encounters": 1, "claimed": 1} in shown["unchecked"]
    assert "Not checked last night" in ask("status", "--home", home.path).stdout
