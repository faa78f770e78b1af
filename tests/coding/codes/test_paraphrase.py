"""Words that stand apart in a question mean together what a title says in one."""

import pytest

from coding.codes.encoder import Encoder
from coding.codes.paraphrase import in_fewer_words, rules


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("whole room spins when I turn over in bed", "H8110"),
        ("cannot see the board at school, far away is blurry", "H5210"),
        ("keeps getting up at night to pee, four times", "R351"),
        ("my little boy put a bead up in his left nostril", "T171XXA"),
        ("pain low down on the right side of the belly", "R1031"),
        ("heart was racing and pounding all morning", "R002"),
    ],
)
def test_a_long_sentence_finds_what_its_words_mean_together(encoder: Encoder, asked: str, first: str) -> None:
    assert encoder.search(asked, 1)[0].code == first


def test_words_may_stand_in_any_order_but_not_far_from_each_other() -> None:
    assert in_fewer_words("swallow cannot") == in_fewer_words("cannot swallow") == "dysphagia"
    assert (
        in_fewer_words("cannot pay for the room that she has rented near there, painful swallow")
        != "dysphagia"
    )


def test_what_no_rule_knows_is_not_reworded() -> None:
    assert in_fewer_words("hyperlipidemia") == ""


def test_a_word_counts_once_and_for_the_rule_with_the_most_words() -> None:
    assert in_fewer_words("chest pain when walking") == "angina pectoris"
    assert in_fewer_words("chest pain") == "chest pain"


def test_a_rule_does_not_hold_beside_the_words_that_it_excludes() -> None:
    assert "alcoholic" in in_fewer_words("fat in the liver from alcohol")
    assert "alcoholic" not in in_fewer_words("fat in the liver but not from alcohol")


def test_every_rule_has_words_for_each_slot_and_a_meaning() -> None:
    assert all(rule.slots and all(rule.slots) and rule.meaning for rule in rules())


@pytest.mark.slow
def test_what_every_rule_means_finds_a_code(encoder: Encoder) -> None:
    assert [rule.meaning for rule in rules() if not encoder.search(rule.meaning, 1)] == []
