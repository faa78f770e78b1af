"""CSV: rows become encounters; what is missing or contradictory is named by row and column."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import intake
from intake.csv_columns import ALWAYS, COLUMNS, REQUIRED
from intake.encounter import PARTS

ROW = {
    "source": "pm",
    "encounter_id": "1",
    "patient_last": "Strand",
    "patient_first": "Hugo",
    "patient_birth_date": "1957-04-18",
    "patient_sex": "M",
    "payer": "harbor",
    "member_id": "W10000201",
    "diagnoses": "M17.11;M25.561",
    "rendering_npi": "1999002011",
    "service_date": "2026-11-02",
    "place_of_service": "11",
    "procedure": "99203",
    "charge": "225.00",
    "pointers": "1;2",
    "modifiers": "25",
}


def written(*rows: dict[str, str], delimiter: str = ",", end: str = "\r\n") -> bytes:
    out = io.StringIO(newline="")
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, restval="", delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def read(data: bytes) -> intake.Read:
    return intake.read("orders.csv", data)


def places(found: intake.Read) -> list[tuple[str, str]]:
    return [(p.code, p.place) for p in found.problems]


def test_rows_of_one_encounter_become_its_lines():
    found = read(written(ROW, {**ROW, "procedure": "73562", "modifiers": "RT", "charge": "110.00"}))
    assert found.problems == []
    (encounter,) = found.encounters
    assert [(line.procedure, line.charge, line.pointers) for line in encounter.lines] == [
        ("99203", 22_500, (1, 2)),
        ("73562", 11_000, (1, 2)),
    ]
    assert encounter.diagnoses == ("M17.11", "M25.561")
    assert encounter.patient.birth_date == date(1957, 4, 18)
    assert encounter.coverages[0].order == "P"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_line_ends_and_encodings_read_alike(delimiter, end, encoding):
    row = {**ROW, "diagnoses": "M17.11 M25.561", "pointers": "1 2"}
    data = written(row, delimiter=delimiter, end=end).decode().encode(encoding)
    found = read(data)
    assert found.problems == []
    assert found.encounters[0].diagnoses == ("M17.11", "M25.561")


def test_latin_1_names_are_read():
    data = written({**ROW, "patient_last": "Muñoz"}).decode().encode("latin-1")
    assert read(data).encounters[0].patient.last == "Muñoz"


@pytest.mark.parametrize(
    "day", ["2026-11-02", "20261102", "11/02/2026", "11/2/2026", "2026-11-02 00:00:00", "11/2/2026 0:00"]
)
def test_dates_may_be_written_in_three_ways_and_with_a_spreadsheets_midnight(day):
    assert read(written({**ROW, "service_date": day})).encounters[0].lines[0].service_from == date(
        2026, 11, 2
    )


def test_a_comma_before_cents_is_never_taken_for_thousands():
    (problem,) = read(written({**ROW, "charge": "225,00"}, delimiter=";")).problems
    assert (problem.code, problem.place) == ("INT-08", "encounter starting in row 2, lines.1.charge")


def test_a_cell_that_a_spreadsheet_keeps_as_text_is_that_text():
    row = {**ROW, "patient_zip": "ZIP"}
    found = read(written(row).replace(b"ZIP", b'="04102"'))
    assert found.encounters[0].patient.address.zip == "04102"


def test_the_separator_line_of_excel_is_no_header():
    assert read(b"sep=;\r\n" + written(ROW, delimiter=";")).encounters[0].patient.last == "Strand"


def test_a_column_is_known_in_capitals_and_with_blanks():
    header, rest = written(ROW).split(b"\r\n", 1)
    spoken = header.replace(b"encounter_id", b'" Encounter ID "').replace(b"payer", b"PAYER")
    assert read(spoken + b"\r\n" + rest).encounters[0].id == "1"


def test_missing_columns_are_named_all_at_once():
    row = {k: v for k, v in ROW.items() if k not in ("member_id", "procedure")}
    found = read(written(row))
    assert found.encounters == []
    assert "member_id, procedure" in found.problems[0].message
    assert found.problems[0].code == "INT-09"


@pytest.mark.parametrize("name", REQUIRED)
def test_every_required_column_is_required(name):
    row = {k: v for k, v in ROW.items() if k != name}
    assert name in read(written(row)).problems[0].message


def test_an_unknown_column_is_refused_with_the_name_that_is_meant():
    found = read(written({**ROW, "memberid": "x"}))
    assert found.encounters == []
    assert "member_id" in found.problems[0].message


def test_a_header_without_end_is_refused():
    found = read(("source,encounter_id," + ",".join(f"c{n}" for n in range(50_000)) + "\n").encode())
    assert [p.code for p in found.problems] == ["INT-02"]


def test_a_practices_own_column_is_ignored_when_it_says_so():
    assert read(written({**ROW, "x_room": "4"})).problems == []


def test_columns_given_twice_are_refused():
    data = written(ROW).decode().splitlines()
    twice = f"{data[0]},payer\r\n{data[1]},beacon\r\n".encode()
    assert "given twice: payer" in read(twice).problems[0].message


def test_two_rows_that_contradict_each_other_refuse_their_encounter_only():
    found = read(written(ROW, {**ROW, "payer": "beacon"}, {**ROW, "encounter_id": "2"}))
    assert [e.id for e in found.encounters] == ["2"]
    assert places(found) == [("INT-10", "row 3, column payer")]


def test_a_later_row_may_leave_out_what_the_first_says():
    later = dict.fromkeys(ROW, "") | {
        "source": "pm", "encounter_id": "1", "procedure": "73562", "charge": "110.00", "pointers": "1",
    }  # fmt: skip
    found = read(written(ROW, later))
    assert found.problems == []
    assert len(found.encounters[0].lines) == 2


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"service_date": "soon"}, "row 2, column service_date"),
        ({"pointers": "one"}, "row 2, column pointers"),
        ({"charge": "1.234"}, "encounter starting in row 2, lines.1.charge"),
        ({"patient_sex": "X"}, "encounter starting in row 2, patient.sex"),
        ({"source": ""}, "row 2"),
        ({"patient_birth_date": "02/30/1990"}, "row 2, column patient_birth_date"),
        ({"version": "0"}, "encounter starting in row 2, version"),
        ({"unit_code": "XX"}, "encounter starting in row 2, lines.1.unit_code"),
    ],
)
def test_a_wrong_cell_is_named_and_not_shown(change, place):
    found = read(written({**ROW, **change}, {**ROW, "encounter_id": "2"}))
    assert [e.id for e in found.encounters] == ["2"]
    assert [p.place for p in found.problems] == [place]
    assert found.problems[0].code == "INT-08"


def test_a_row_that_stands_twice_is_reported_and_held():
    found = read(written(ROW, ROW | {"procedure": "73562"}, ROW, ROW | {"encounter_id": "2"}))
    assert places(found) == [("INT-13", "row 4")]
    first, second = found.encounters
    assert [line.procedure for line in first.lines] == ["99203", "73562", "99203"]
    assert first.doubts == ("a row that stands there twice, the same in every column",)
    assert second.doubts == ()


def test_a_service_that_its_modifier_or_a_column_of_the_practice_tells_apart_may_repeat():
    repeated = ROW | {"modifiers": "76"}
    assert [e.doubts for e in read(written(ROW, repeated, repeated)).encounters] == [()]
    assert [e.doubts for e in read(written(ROW | {"x_id": "7"}, ROW | {"x_id": "8"})).encounters] == [()]


def test_of_a_file_that_was_joined_to_itself_every_encounter_is_held():
    once = written(ROW, ROW | {"encounter_id": "2"})
    assert all(e.doubts for e in read(once + once).encounters)


def test_a_row_cut_off_is_named_and_the_others_are_read():
    data = written(ROW, {**ROW, "encounter_id": "2"})[:-30] + b"\r\n"
    found = read(data)
    assert [e.id for e in found.encounters] == ["1"]
    assert places(found) == [("INT-05", "row 3")]


def test_a_row_with_too_many_cells_is_refused():
    data = written(ROW) + written({**ROW, "encounter_id": "2"}).splitlines()[1] + b",oops\r\n"
    assert places(read(data)) == [("INT-05", "row 3")]


def test_nothing_is_read_of_a_file_whose_last_line_does_not_end():
    found = read(written(ROW)[:-2])
    assert (found.encounters, places(found)) == ([], [("INT-05", "")])
    assert len(read(written(ROW)[:-1]).encounters) == 1, "a return alone ends a line too"


def test_nothing_is_read_of_a_file_with_an_open_quote():
    data = written(ROW) + b'pm,2,"Strand\r\n' + b"x" * 200_000 + b"\r\n"
    found = read(data)
    assert found.encounters == []
    assert [p.code for p in found.problems] == ["INT-05"]


def test_a_header_alone_holds_no_encounter():
    assert [p.code for p in read(written(ROW).splitlines()[0] + b"\n").problems] == ["INT-11"]


def test_both_coverages_and_a_facility_have_columns():
    row = {
        **ROW, "secondary_payer": "beacon", "secondary_member_id": "W10000202",
        "facility_name": "Flatirons Surgery Center", "facility_zip": "803013000",
        "relationship": "19", "subscriber_last": "Strand", "accident_causes": "OA", "signed": "yes",
        "visit_minutes": "35", "decision_making": "moderate",
    }  # fmt: skip
    (encounter,) = read(written(row)).encounters
    assert [(c.order, c.payer) for c in encounter.coverages] == [("P", "harbor"), ("S", "beacon")]
    assert encounter.service_facility.address.zip == "803013000"
    assert encounter.coverages[0].subscriber.last == "Strand"
    assert encounter.documentation.minutes == 35
    assert encounter.documentation.signed is True


EXAMPLES = {
    "date": "2026-11-02", "numbers": "1", "flag": "yes", "dated": "0SR9019=2026-11-02",
    "dated list": "11=2026-11-02;A1", "span list": "70=2026-11-01..2026-11-02", "amount list": "80=15.00",
    "teeth": "3=MO;14",
}  # fmt: skip
NUMBERS = (
    "version", "units", "charge", "patient_paid", "visit_minutes", "patient_weight", "ambulance_miles",
    "ambulance_weight", "contract_amount", "estimated_amount_due", "orthodontic_months",
    "orthodontic_months_left", "non_covered", "purchased_charge", "equipment_rental", "equipment_purchase",
    "equipment_rental_period", "equipment_days", "certification_months",
)  # fmt: skip


@pytest.mark.parametrize("kind", PARTS)
def test_every_column_fills_a_field_that_the_model_has(kind):
    special = {
        "patient_sex": "F", "subscriber_sex": "M", "accident_causes": "AA", "unit_code": "UN",
        "decision_making": "low", "kind": kind, "prosthesis": "R", **dict.fromkeys(NUMBERS, "1"),
    }  # fmt: skip
    others = [f"{part}." for part in PARTS if part != kind]
    columns = [c for c in COLUMNS if not any(other in c.target for other in others)]
    if kind == "dental":  # a predetermination asks the plan from which restricted lines are kept
        columns = [c for c in columns if "restricted" not in c.name]
    row = {c.name: special.get(c.name) or EXAMPLES.get(c.kind) or "X" for c in columns}
    found = read(written(row))
    assert found.problems == []
    assert found.encounters[0].kind == kind


def test_an_institutional_file_needs_no_column_of_a_professional_one():
    row = {
        "kind": "institutional", "type_of_bill": "131", "statement_from": "2026-11-02",
        "statement_to": "2026-11-02", "occurrences": "11=2026-10-20;35=10/22/2026",
        "occurrence_spans": "70=2026-10-01..2026-10-05", "value_codes": "80=15.00;50=12",
        "principal_procedure": "0SR9019=2026-11-02", "attending_npi": "1999002011", "revenue_code": "0450",
        **{name: ROW[name] for name in ALWAYS},
    }  # fmt: skip
    found = read(written(row))
    assert found.problems == []
    facts = found.encounters[0].institutional
    assert [(o.code, o.day) for o in facts.occurrences] == [
        ("11", date(2026, 10, 20)),
        ("35", date(2026, 10, 22)),
    ]
    assert (facts.occurrence_spans[0].first, facts.occurrence_spans[0].last) == (
        date(2026, 10, 1),
        date(2026, 10, 5),
    )
    assert [(v.code, v.amount) for v in facts.values] == [("80", 1500), ("50", 1200)]
    assert facts.principal_procedure.code == "0SR9019"
    assert found.encounters[0].lines[0].revenue_code == "0450"


def test_teeth_and_their_surfaces_stand_in_one_cell():
    row = {"kind": "dental", "teeth": "3=MOD;14", **{name: ROW[name] for name in ALWAYS}}
    (encounter,) = read(written(row)).encounters
    teeth = encounter.lines[0].dental.teeth
    assert [(t.number, t.surfaces) for t in teeth] == [("3", ("M", "O", "D")), ("14", ())]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("occurrences", "11=2026-13-20"),
        ("occurrence_spans", "70=2026-10-01"),
        ("value_codes", "80"),
        ("principal_procedure", "0SR9019="),
    ],
)
def test_a_code_without_what_belongs_to_it_is_a_problem_of_its_cell(column, cell):
    row = {"kind": "institutional", column: cell, **{name: ROW[name] for name in ALWAYS}}
    assert places(read(written(row))) == [("INT-08", f"row 2, column {column}")]


def test_three_coverages_have_columns():
    row = {**ROW, "secondary_payer": "beacon", "tertiary_payer": "medigap", "tertiary_member_id": "M1"}
    (encounter,) = read(written(row)).encounters
    assert [(c.order, c.payer) for c in encounter.coverages] == [
        ("P", "harbor"),
        ("S", "beacon"),
        ("T", "medigap"),
    ]


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=300))
def test_no_text_behind_a_header_makes_the_reader_fail(text):
    found = read(written(ROW).splitlines()[0] + b"\n" + text.encode())
    assert "INT-99" not in [p.code for p in found.problems]
