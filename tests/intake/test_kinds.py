"""An encounter says its kind; what only one kind has stands in its own part."""

import json
from datetime import date

import pytest

import intake
from intake.encounter import PARTS, Encounter

BASE = {"source": "notes", "id": "E1"}


def read(**facts):
    return intake.read("visit.json", json.dumps({**BASE, **facts}).encode())


def test_an_encounter_is_professional_unless_it_says_otherwise():
    assert read().encounters[0].kind == "professional"


@pytest.mark.parametrize("kind", PARTS)
@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_another_kind_contradicts_the_kind(kind, part):
    found = read(kind=kind, **{part: {}})
    assert [p.code for p in found.problems] == ([] if kind == part else ["INT-08"])
    assert all(part in p.message and kind in p.message for p in found.problems)


@pytest.mark.parametrize("part", ["dental", "professional"])
def test_a_lines_part_of_another_kind_contradicts_the_kind(part):
    found = read(kind="institutional", lines=[{}, {part: {}}])
    assert [p.code for p in found.problems] == ["INT-08"]
    assert f"line 2 has {part}" in found.problems[0].message


def test_surfaces_are_letters_or_a_list_of_them():
    lines = [{"dental": {"teeth": [{"number": "3", "surfaces": "M O"}, {"number": "4", "surfaces": ["D"]}]}}]
    (encounter,) = read(kind="dental", lines=lines).encounters
    assert [t.surfaces for t in encounter.lines[0].dental.teeth] == [("M", "O"), ("D",)]


def test_what_was_read_is_read_again_from_what_is_stored():
    institutional = {
        "type_of_bill": "0131",
        "values": [{"code": "80", "amount": "15.00"}],
        "occurrence_spans": [{"code": "70", "first": "2026-10-01", "last": "2026-10-05"}],
        "principal_procedure": {"code": "0SR9019", "day": "2026-10-03"},
    }
    (encounter,) = read(kind="institutional", institutional=institutional).encounters
    stored = encounter.model_dump_json(exclude_defaults=True)
    assert Encounter.model_validate_json(stored) == encounter
    assert encounter.institutional.values[0].amount == 1500
    assert encounter.institutional.principal_procedure.day == date(2026, 10, 3)


def test_an_unknown_field_of_a_part_is_named_with_its_place():
    (problem,) = read(kind="institutional", institutional={"typ_of_bill": "131"}).problems
    assert problem.place == "encounter 1, institutional.(a key)"
    assert "type_of_bill is meant" in problem.message
