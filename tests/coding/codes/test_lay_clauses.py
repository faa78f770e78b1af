"""A clause of lay speech is read as the word that titles have for it."""

import pytest

from coding.codes.encoder import Encoder
from coding.codes.lay_clauses import conditions, in_titles_words


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("too little potassium in the blood", "E876"),
        ("too much calcium in the blood", "E8352"),
        ("not enough magnesium", "E8342"),
        ("inflammation of the gallbladder", "K819"),
        ("pancreas inflammation", "K8590"),
        ("bead in the right ear", "T161XXA"),
        ("pea up the nose", "T171XXA"),
        ("splinter in left index finger", "S60451A"),
        ("fish hook in left thumb", "S61042A"),
        ("frostbite of the toes of the left foot", "T33832A"),
        ("diabetic with kidney disease", "E1122"),
        ("her mother and sister both had breast cancer, she is well", "Z803"),
        ("my dad died of a heart attack", "Z8249"),
    ],
)
def test_what_people_say_in_a_clause_finds_its_code(encoder: Encoder, asked: str, first: str) -> None:
    assert encoder.search(asked, 1)[0].code == first


@pytest.mark.parametrize(
    "asked",
    [
        "pins and needles in the hands",
        "ingrown nail in the toe",
        "allergy to peanuts",
        "family history of diabetes",
        "diabetes insipidus",
        "gestational diabetes",
        "type 1 diabetes",
        "broken finger",
    ],
)
def test_what_has_no_such_clause_stays_as_it_was_said(asked: str) -> None:
    assert in_titles_words(asked) == asked


def test_a_cancer_that_has_spread_is_asked_for_where_it_began_and_where_it_went(encoder: Encoder) -> None:
    assert list(conditions("prostate cancer that has spread to bone and the liver")) == [
        "prostate cancer ",
        "secondary malignant neoplasm of bone",
        "secondary malignant neoplasm of the liver",
    ]
    assert {hit.code for hit in encoder.search("prostate cancer spread to bone and liver", 3)} == {
        "C61",
        "C7951",
        "C787",
    }
    assert list(conditions("cancer spread to the brain")) == ["secondary malignant neoplasm of brain"]
    assert list(conditions("colon cancer")) == []
