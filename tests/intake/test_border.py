"""Range and form of every amount, count, date and name are looked at where an encounter comes in."""

import json
from decimal import Decimal

import pytest

import intake
from intake.encounter import Encounter
from tests.conftest import CLEAN

LINE = CLEAN["lines"][0]


def line(**changes: object) -> dict[str, object]:
    return {"lines": [{**LINE, **changes}]}


BAD = {
    "twenty digits": line(charge="9" * 20),
    "a cent more than X12 carries": line(charge="100000000.00"),
    "as much below zero": line(charge="-100000000.00"),
    "a fraction of a cent": line(charge="1.005"),
    "a fraction behind thirty zeros": line(charge="1." + "0" * 30 + "1"),
    "a number that is infinite": line(charge=float("1e400")),
    "no number": line(charge=float("nan")),
    "an exponent": line(charge="1e5"),
    "a number with a large exponent": line(charge=1e30),
    "units with an exponent": line(units="1e30"),
    "units with a huge exponent": line(units="1e999999999"),
    "units with a tiny exponent": line(units="1e-999999"),
    "units of twenty decimals": line(units="1." + "0" * 19 + "1"),
    "units that are no number": line(units="NaN"),
    "infinite units": line(units=float("-inf")),
    "paid by the patient": {"patient_paid": "1" + "0" * 18},
    "the first year": {"service_date": "0001-01-01"},
    "the last year": {"service_date": "9999-12-31"},
    "a year of another reckoning": line(service_from="2569-11-02"),
    "born in the last year": {"patient": {"last": "X", "birth_date": "9999-12-31"}},
    "ten thousand lines": {"lines": [LINE] * 10_000},
    "ten thousand diagnoses": {"diagnoses": ["J02.9"] * 10_000},
    "a pointer below one": line(pointers=[-1]),
    "a pointer of thirty digits": line(pointers=[10**30]),
    "a version beyond a column": {"version": 2**31},
    "a version of thirty digits": {"version": 10**30},
    "a version of five thousand digits": {"version": "1" + "0" * 5000},
    "a NUL in a name": {"patient": {"last": "A\0B"}},
    "half a surrogate pair": {"patient": {"last": "A\ud800"}},
    "the other half": {"note": "\udfff"},
    "a key that is no text": {"patient": {"la\0st": "A"}},
    "a key of half a pair": {"\ud800": "A"},
    "a long name": {"patient": {"last": "A" * 1_001}},
    "a long member id": {"coverages": [{"payer": "harbor", "member_id": "9" * 9_000}]},
    "a long number": {"id": "9" * 81},
    "minutes of years": {"documentation": {"minutes": 10**9}},
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_is_out_of_range_costs_its_own_encounter_alone(what):
    bad = {**CLEAN, "id": "bad", **BAD[what]}
    others = [{**CLEAN, "id": f"T-{n}"} for n in range(2)]
    text = json.dumps({"encounters": [others[0], bad, others[1]]})
    if what.startswith("a version of five"):  # as a number, not as a text
        text = text.replace(f'"{bad["version"]}"', str(bad["version"]))
    found = intake.read("a.json", text.encode())
    assert [e.id for e in found.encounters] == ["T-0", "T-1"]
    assert found.problems
    assert all(p.place.startswith("encounter 2") for p in found.problems)
    assert {p.code for p in found.problems} <= {"INT-04", "INT-05", "INT-08"}
    assert all(str(p).isprintable() for p in found.problems)


GOOD = {
    "the largest amount": (line(charge="99999999.99"), "charge", 9_999_999_999),
    "zeros behind the cents": (line(charge="135.000000"), "charge", 13_500),
    "a number": (line(charge=135.1), "charge", 13_510),
    "zeros behind the units": (line(units="2." + "0" * 30), "units", Decimal(2)),
    "a thousandth": (line(units="0.125"), "units", Decimal("0.125")),
}


@pytest.mark.parametrize("what", GOOD)
def test_what_lies_at_the_edge_is_taken_and_written_again_as_it_was(what):
    changes, field, value = GOOD[what]
    [found] = intake.read("a.json", json.dumps({**CLEAN, **changes}).encode()).encounters
    assert getattr(found.lines[0], field) == value
    payload = found.model_dump_json(exclude_defaults=True)
    assert len(payload) < 2_000
    assert Encounter.model_validate_json(payload) == found


def test_a_coverage_without_an_end_may_be_written_as_the_last_day_of_all():
    coverage = {"payer": "harbor", "member_id": "W1", "active_from": "0001-01-01", "active_to": "9999-12-31"}
    [found] = intake.read("a.json", json.dumps({**CLEAN, "coverages": [coverage]}).encode()).encounters
    assert found.coverages[0].active_to.year == 9999


@pytest.mark.parametrize("count", ["1e400", "NaN", "-1", str(10**30), "1.5"])
def test_a_manifest_that_counts_what_cannot_be_is_a_problem(count):
    text = f'{{"date": "2026-11-16", "files": {count}}}'
    assert isinstance(intake.read_manifest("manifest.json", text.encode()), intake.Problem)
