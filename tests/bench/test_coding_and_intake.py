"""The measurements do what they say, on a few claims and documents."""

import pytest

from bench import coding as bench_coding
from bench import intake as bench_intake


@pytest.mark.parametrize("name", bench_intake.FORMATS)
def test_every_document_of_the_bench_is_one_encounter_with_services(name):
    found = bench_intake.read_all(name, 3)
    assert (found["encounters"], found["problems"]) == (3, 0)
    assert found["services"] >= 3


def test_the_claims_of_the_bench_are_clean_and_every_set_is_looked_at():
    shipped, loaded = bench_coding.edits(20, False), bench_coding.edits(20, True)
    assert shipped["holds"] == loaded["holds"] == 0
    assert loaded["unchecked"] < shipped["unchecked"]


def test_a_small_ncci_release_in_four_files_is_loaded_as_one():
    assert bench_coding.ncci(4000)["rows"] == 4000
