"""The project's own JSON: one, a list, NDJSON; what is damaged is refused with its place."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import intake

ONE = {
    "source": "ehr",
    "id": "1",
    "service_date": "2026-11-09",
    "patient": {"last": "Quill", "first": "Marian", "birth_date": "1984-03-12", "sex": "F"},
    "diagnoses": ["J02.9"],
    "lines": [{"procedure": "99213", "charge": "135.00", "pointers": [1]}],
}


def read(value: object) -> intake.Read:
    text = value if isinstance(value, str) else json.dumps(value)
    return intake.read("a.json", text.encode())


def codes(read: intake.Read) -> list[str]:
    return [problem.code for problem in read.problems]


@pytest.mark.parametrize("value", [ONE, [ONE], {"encounters": [ONE]}, json.dumps(ONE) + "\n"])
def test_one_encounter_reads_alike_alone_in_a_list_or_in_an_object(value):
    found = read(value)
    assert found.problems == []
    assert found.format == "json"
    assert found.encounters[0].lines[0].charge == 13_500


def test_what_is_written_out_reads_back_the_same():
    first = read(ONE).encounters[0]
    again = read(first.model_dump_json()).encounters[0]
    assert again == first


@pytest.mark.parametrize(
    ("written", "cents"),
    [("125", 12_500), (125, 12_500), (0.1, 10), ("$1,250.50", 125_050), ("", None), (None, None)],
)
def test_dollars_become_cents(written, cents):
    assert read({**ONE, "patient_paid": written}).encounters[0].patient_paid == cents


@pytest.mark.parametrize(
    "written", ["1.005", "many", True, [1], "1e999999", "NaN", "Infinity", "125,00", "12,50.00", "$", "-"]
)
def test_what_is_no_amount_is_refused(written):
    found = read({**ONE, "patient_paid": written})
    assert codes(found) == ["INT-08"]
    assert found.problems[0].place == "encounter 1, patient_paid"


def test_units_may_be_a_fraction():
    line = {**ONE["lines"][0], "units": "2.5"}
    assert read({**ONE, "lines": [line]}).encounters[0].lines[0].units == Decimal("2.5")


def test_each_wrong_field_is_named_and_no_value_is_shown():
    found = read([ONE, {**ONE, "diagnosis": ["Z99SECRET"], "service_date": "SECRETDATE", "id": ""}])
    assert len(found.encounters) == 1
    assert [p.place for p in found.problems] == [
        "encounter 2, id",
        "encounter 2, service_date",
        "encounter 2, (a key)",
    ]
    assert found.problems[2].message == "no such field, diagnoses is meant?"
    assert "SECRET" not in "".join(map(str, found.problems))


def test_an_unknown_key_that_looks_like_data_is_not_shown():
    found = read({**ONE, "Marian Quill": 1})
    assert "Marian" not in str(found.problems[0])


def test_ndjson_reads_line_by_line_and_a_damaged_line_costs_only_itself():
    line = json.dumps(ONE)
    found = read(f"{line}\n\n{line[:40]}\r\n{json.dumps({**ONE, 'id': '2'})}\n")
    assert [e.id for e in found.encounters] == ["1", "2"]
    assert [(p.code, p.place) for p in found.problems] == [("INT-05", "line 3")]


@pytest.mark.parametrize("cut", [5, 60, 200, -3])
def test_a_document_cut_off_is_refused_whole(cut):
    found = read(json.dumps(ONE, indent=1)[:cut])
    assert found.encounters == []
    assert codes(found) == ["INT-05"]
    assert "cut off" in found.problems[0].message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "INT-11"),
        ("[1, 2]", "INT-08"),
        ('{"encounters": [], "x": 1}', "INT-08"),
        ("[" * 100_000, "INT-07"),
        ('{"a":' * 100_000, "INT-07"),
        ('{"source": "a", "source": "b"}', "INT-05"),
        ('{"source": NaN}', "INT-05"),
        ('{"source": 1' + "0" * 5_000 + "}", "INT-08"),
        (r'{"source": "a\u0000b", "id": "1"}', "INT-04"),
        (r'{"source": "\ud800", "id": "1"}', "INT-04"),
        ('{"source": 5, "id": "1"}', "INT-08"),
        ("{'source': 1}", "INT-05"),
        ('{"source": "a", "id": "1"} x', "INT-05"),
    ],
)
def test_what_is_no_encounter_ends_as_a_problem(text, code):
    found = read(text)
    assert found.encounters == []
    assert code in codes(found)


def test_a_long_list_of_faults_is_cut():
    found = read({**ONE, **{f"field{n}": 1 for n in range(1000)}})
    assert len(found.problems) == 20


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*ONE, "x"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(json_values)
def test_no_json_value_makes_the_reader_fail(value):
    found = read(value) if not isinstance(value, str) else read(json.dumps(value))
    assert "INT-99" not in codes(found)
    assert found.encounters or found.problems


@pytest.mark.parametrize("day", ["2026-11-09", "20261109", "11/09/2026", "2026-11-09T00:00:00Z"])
def test_a_day_reads_alike_however_it_is_written(day):
    (only,) = read({**ONE, "service_date": day}).encounters
    assert only.service_date == date(2026, 11, 9)


@pytest.mark.parametrize(
    "day", ["2026", "11/9/26", "09.11.2026", "2026-02-30", "2026-11-09T10:00", 20261109, 1762646400]
)
def test_what_is_no_day_is_refused_with_the_way_to_write_it(day):
    (problem,) = read({**ONE, "service_date": day}).problems
    assert (problem.place, problem.message) == ("encounter 1, service_date", "not a date; write 2026-11-16")


def test_null_is_what_is_not_known():
    (only,) = read({**ONE, "practice": None, "lines": None, "patient": {"last": None}}).encounters
    assert (only.practice, only.lines, only.patient.last) == ("", (), "")
    assert codes(read({**ONE, "id": None})) == ["INT-08"]
