"""Range and form of every amount, count, date and name are looked at where an encounter comes in."""

import json
from decimal import Decimal
from itertools import chain

import pytest

import intake
from intake.encounter import Encounter
from tests.conftest import CLEAN
from tests.intake import test_ccda as ccda
from tests.intake import test_csv_encounters as rows
from tests.intake import test_fhir as fhir
from tests.intake import test_hl7v2 as hl7v2

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


def in_json(number: str, charge: str = "135.00", units: str = "1", day: str = "2026-11-09") -> str:
    services = line(charge=charge, units=units)
    return json.dumps({**CLEAN, **services, "id": number, "service_date": day})


def in_csv(number: str, charge: str = "135.00", units: str = "1", day: str = "2026-11-09") -> dict[str, str]:
    changes = {"encounter_id": number, "charge": charge, "units": units, "service_date": day}
    return {**rows.ROW, **changes}


def in_hl7v2(number: str, charge: str = "135.00", units: str = "1", day: str = "2026-11-09") -> str:
    charged = hl7v2.visit_charge(f2=number, f4=day.replace("-", ""), f10=units, f11=charge)
    head, visit = hl7v2.MSH.replace("|M1|", f"|{number}|"), hl7v2.PV1.replace("V77", number)
    return hl7v2.message(head, hl7v2.PID, visit, charged, hl7v2.DG1, hl7v2.IN1)


def in_fhir(number: str, charge: str = "135.00", units: str = "1", day: str = "2026-11-09") -> list[dict]:
    visit = {"id": f"e{number}", "identifier": [{"system": "urn:ehr", "value": number}]}
    item = {
        "sequence": 1,
        "productOrService": fhir.coded("99213"),
        "servicedDate": day,
        "quantity": {"value": json.loads(units)},
        "net": {"value": json.loads(charge)},
        "encounter": [fhir.ref("Encounter", visit["id"])],
    }
    claim = {"resourceType": "Claim", "id": f"c{number}", "status": "active", "use": "claim", "item": [item]}
    return [{**fhir.ENCOUNTER, **visit}, {**claim, "patient": fhir.ref("Patient", "p1")}]


def in_ccda(number: str, day: str = "2026-11-09") -> str:
    """A C-CDA has neither charges nor units."""
    return ccda.encounter(number, day.replace("-", ""), ccda.diagnosis("J02.9"))


FILES = {
    "json": lambda *each: ("a.json", f"[{','.join(each)}]".encode()),
    "csv": lambda *each: ("a.csv", rows.written(*each)),
    "hl7v2": lambda *each: ("a.hl7", "".join(each).encode()),
    "fhir": lambda *each: ("a.json", json.dumps(fhir.bundle(*chain(*each), *fhir.BASE)).encode()),
    "ccda": lambda *each: ("a.xml", ccda.document(ccda.section("46240-8", *each)).encode()),
}
WRITTEN = {"json": in_json, "csv": in_csv, "hl7v2": in_hl7v2, "fhir": in_fhir, "ccda": in_ccda}
OUT_OF_RANGE = {
    "charge": ("99999999999999999999", "100000000.00"),
    "units": ("99999999999999999999", "100000000"),
    "day": ("9999-12-31", "2569-11-02", "1899-12-31"),
}
SAID = {"charge": "an amount has at most", "units": "units have at most", "day": "the year is not from"}
EVERY = [
    (format, what, value)
    for format in FILES
    for what, values in OUT_OF_RANGE.items()
    for value in values
    if format != "ccda" or what == "day"
]


@pytest.mark.parametrize(("format", "what", "value"), EVERY)
def test_in_every_format_what_is_out_of_range_is_put_aside_with_its_reason_and_the_others_go_on(
    format, what, value
):
    write, file = WRITTEN[format], FILES[format]
    good = intake.read(*file(write("T-0"), write("T-2"), write("T-1")))
    assert (len(good.encounters), good.problems) == (3, [])
    found = intake.read(*file(write("T-0"), write("T-2", **{what: value}), write("T-1")))
    assert found.encounters == [good.encounters[0], good.encounters[2]]
    assert found.problems
    assert {p.code for p in found.problems} == {"INT-08"}
    assert all("2" in p.place or "row 3" in p.place for p in found.problems)
    assert all(SAID[what] in p.message and p.remedy for p in found.problems)
    assert value not in "".join(map(str, found.problems))
