"""A newborn's weight and weeks are codes of their own, beside what else is asked."""

import pytest

import coding
from coding.codes.newborn import newborn


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("premature baby 32 weeks", ("P0735",)),
        ("born at 22 weeks", ("P0721",)),
        ("baby born at 23 weeks", ("P0722",)),
        ("baby born at 27 weeks", ("P0726",)),
        ("baby born at 28 weeks", ("P0731",)),
        ("newborn 36 weeks", ("P0739",)),
        ("newborn 41 weeks", ("P0821",)),
        ("newborn 43 weeks", ("P0822",)),
        ("newborn 499 g", ("P0701",)),
        ("newborn weighing 2499 grams", ("P0718",)),
        ("newborn 1.5 kg", ("P0716",)),
        ("newborn 4.5 kg", ("P080",)),
        ("birth weight 3 lb 5 oz", ("P0716",)),
        ("newborn 33 weeks 1800 grams", ("P0717", "P0736")),
    ],
)
def test_the_weight_comes_first_then_the_weeks(asked: str, codes: tuple[str, ...]) -> None:
    assert newborn(asked) == (codes, "")


@pytest.mark.parametrize(
    "asked",
    [
        "newborn 39 weeks",
        "newborn 3000 g",
        "newborn jaundice",
        "preterm labor at 33 weeks",
        "premature rupture of membranes at 30 weeks",
        "baby 12 weeks old with cough",
        "newborn 20 weeks old",
        "weighs 2000 grams",
    ],
)
def test_a_child_at_term_one_that_is_older_and_a_mother_have_none(asked: str) -> None:
    assert newborn(asked) is None


def test_what_else_is_asked_comes_first() -> None:
    encoder = coding.codes.load().encoder
    assert encoder is not None
    found = [hit.code for hit in encoder.search("newborn 33 weeks 1800 g with jaundice", 3)]
    assert found[0] == "P599"
    assert set(found[1:]) == {"P0717", "P0736"}
