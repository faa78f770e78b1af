"""The measurements do what they say, on a few claims and documents."""

import pytest

import coding
from bench import coding as bench_coding
from bench import intake as bench_intake


@pytest.mark.parametrize("name", bench_intake.FORMATS)
def test_every_document_of_the_bench_is_one_encounter_with_services(name):
    found = bench_intake.read_all(name, 3)
    assert (found["encounters"], found["problems"]) == (3, 0)
    assert found["services"] >= 3


def test_the_claims_of_the_bench_are_clean_and_every_set_is_looked_at():
    shipped, loaded = bench_coding.edits(20, "shipped", "two"), bench_coding.edits(20, "loaded", "two")
    assert shipped["holds"] == loaded["holds"] == 0
    assert loaded["unchecked"] < shipped["unchecked"]


def test_the_lifelike_claims_of_the_bench_went_out_and_some_patients_came_again():
    made = bench_coding.lifelike(120, coding.codes.load())
    assert 80 < len(made) < 120
    assert not any(f.holds for claim, context in made for f in coding.run(claim, context))
    assert any(context.history for _, context in made)


def test_a_small_ncci_release_in_four_files_is_loaded_as_one():
    assert bench_coding.ncci(4000)["rows"] == 4000
