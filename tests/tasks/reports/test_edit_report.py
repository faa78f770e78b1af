"""Each edit judged by what came after, through the real ledger: an override, payers' answers."""

import csv
import json
from dataclasses import replace
from datetime import date

import pytest
from typer.testing import CliRunner

from console.answer import CommandError
from console.command import app
from ledger.queries.coding import number_of
from ledger.queries.edit_outcomes import Outcome
from tasks.operations.override_edit import override
from tasks.reports.edit_report import by_payer
from tasks.reports.proportion import interval
from tests.conftest import CLEAN
from tests.tasks.answering import MONDAY, TUESDAY, Partner, paid, remitted

NAMES = ("W-1", "W-2", "W-3", "O-1")
SOURCE = CLEAN["source"]
WEDNESDAY = date(2026, 11, 18)
VACCINE = {"procedure": "90715", "charge": "45.00", "pointers": [1]}
KNEE = {"procedure": "20610", "charge": "140.00", "pointers": [1], "modifiers": ["LT"]}


def ask(home, *arguments):
    return CliRunner().invoke(app, [str(a) for a in ("edits", "report", *arguments, "--home", home.path)])


def test_an_edit_is_followed_from_its_finding_to_the_payers_answer(home, tmp_path):
    partner = Partner(home)
    for number, day in (("W-1", 2), ("W-2", 3), ("W-3", 4), ("W-4", 5)):
        facts = {"service_date": f"2026-11-0{day}", "lines": [VACCINE]}
        home.drop(f"lakeside/{number}.json", home.encounter(number, **facts))
    for number, day in (("O-1", 6), ("C-1", 9)):
        facts = {"service_date": f"2026-11-0{day}", "lines": [KNEE], "diagnoses": ["M17.11"]}
        home.drop(f"lakeside/{number}.json", home.encounter(number, **facts))
    partner.collect(MONDAY)
    with home.opened() as opened:
        until = date(2026, 12, 31)
        override(opened, "O-1", "LAT-01", who="A. Coder", why="asked", until=until, as_of=MONDAY)
    right = {"service_date": "2026-11-09", "lines": [{**KNEE, "modifiers": ["RT"]}], "diagnoses": ["M17.11"]}
    home.drop("lakeside/C-1-2.json", home.encounter("C-1", version=2, **right))
    partner.collect(TUESDAY)
    with home.opened() as opened:
        number = {name: number_of(opened.ledger, "lakeside", SOURCE, name) for name in NAMES}
    said = {"W-1": ("16", 0), "W-2": ("197", 0), "W-3": ("45", 30_00), "O-1": ("45", 100_00)}
    answers = []
    for n, (name, (reason, cents)) in enumerate(said.items(), start=1):
        charge = 140_00 if name == "O-1" else 45_00
        one = paid(number[name], charge, cents, reason, payer_claim_control_number=f"ICN{n}")
        day, code = date(2026, 11, {"O-1": 6}.get(name, n + 1)), "20610" if name == "O-1" else "90715"
        lines = (replace(one.lines[0], service_from=day, procedure=code),)
        answers.append(replace(one, status="1" if cents else "4", lines=lines))
    partner.pay("a.835", remitted(*answers))
    partner.collect(WEDNESDAY)

    shown = json.loads(ask(home, "--since", "2026-11-16", "--json").stdout)
    edits = {e["edit_id"]: e for e in shown["edits"]}
    vaccine, side = edits["IMM-01"], edits["LAT-01"]
    assert (vaccine["held"], vaccine["warned"], vaccine["overridden"]) == (0, 4, 0)
    assert [vaccine[k] for k in ("sent", "answered", "paid", "denied", "foretold")] == [4, 3, 1, 2, 1]
    assert [side[k] for k in ("held", "waiting", "corrected", "overridden")] == [1, 0, 1, 1]
    assert [side[k] for k in ("sent", "answered", "paid", "denied", "foretold")] == [1, 1, 1, 0, 0]
    payers = {(p["edit_id"], p["payer"]): p for p in shown["payers"]}
    assert payers["IMM-01", "harbor"]["precision"] == 333
    assert set(payers["IMM-01", "harbor"]["codes"].split(", ")) == {"16 (1)", "197 (1)"}
    assert payers["LAT-01", "harbor"]["candidate"] == ""  # one claim says nothing
    assert [(o["edit_id"], o["payer"], o["denials"]) for o in shown["switched_off"]] == [
        ("TF-01", "beacon", 0)
    ]
    assert json.loads(ask(home, "--since", "2026-11-19", "--json").stdout)["edits"] == []

    rows = list(csv.DictReader(ask(home, "--since", "2026-11-16", "--csv").stdout.splitlines()))
    assert {(r["edit_id"], r["payer"], r["denied"]) for r in rows} >= {("IMM-01", "harbor", "2")}
    file = tmp_path / "edits.csv"
    assert ask(home, "--since", "2026-11-16", "--out", file).exit_code == 0
    assert file.stat().st_mode & 0o077 == 0
    assert "IMM-01" in ask(home, "--since", "2026-11-16").stdout
    both = ask(home, "--since", "2026-11-16", "--csv", "--json")
    assert isinstance(both.exception, CommandError)


@pytest.mark.parametrize(
    ("answered", "denied", "foretold", "overridden", "candidate"),
    [
        (40, 38, 36, False, "raise"),
        (40, 38, 36, True, ""),  # what holds already cannot be raised
        (3, 3, 3, False, ""),  # three claims say little
        (60, 2, 0, False, "off"),
        (60, 2, 0, True, "off"),
        (20, 0, 0, False, ""),
        (0, 0, 0, False, ""),
    ],
)
def test_a_candidate_has_the_whole_of_its_interval_on_one_side(
    answered, denied, foretold, overridden, candidate
):
    one = Outcome("IMM-01", "harbor", overridden, answered, answered, denied, foretold)
    (line,) = by_payer({}, [one], [], MONDAY)
    assert line.candidate == candidate
    assert line.paid == answered - denied


def test_a_share_lies_between_its_bounds():
    assert interval(0, 0) == (0.0, 1.0)
    low, high = interval(10, 100)
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)  # Wilson's own, to four places
    assert interval(0, 20)[0] == 0.0
    assert interval(20, 20)[1] == 1.0
    with pytest.raises(ValueError, match="hits"):
        interval(3, 2)
