"""What a reviewer says is checked before it is kept."""

import pytest

from coding.visit_families import FAMILIES, family_of, step
from coding.visits import LEVELS
from tasks.coding_audits.review import Billed, Checked, Said, checked

BILLED = Billed(procedure="99213", modifiers=("25",), diagnoses=("I10", "E785"))
WHY = "the note supports it"


def say(verdict="disagree", reason=WHY, **said):
    return checked(Said(verdict=verdict, reason=reason, **said), BILLED)


@pytest.mark.parametrize(
    ("said", "elements"),
    [
        ({"procedure": "99214"}, "level"),
        ({"procedure": "99203"}, "code"),
        ({"procedure": "none"}, "code"),
        ({"procedure": "g0439"}, "code"),
        ({"modifiers": "25 95"}, "modifiers"),
        ({"modifiers": "NONE"}, "modifiers"),
        ({"diagnoses": "E78.5, I10"}, "diagnoses"),
        ({"procedure": "99212", "modifiers": "none", "diagnoses": "i10"}, "level modifiers diagnoses"),
    ],
)
def test_what_is_wrong_follows_from_what_it_should_be(said, elements):
    assert say(**said).elements == elements


def test_it_is_kept_in_the_form_of_the_ledger():
    assert say(
        verdict=" Disagree ", procedure="99212", diagnoses="i10; e78.5 r05.9", reason=" a  b c "
    ) == Checked(elements="level diagnoses", procedure="99212", diagnoses="I10 E785 R059", reason="a b c")
    assert say(verdict="AGREE", reason="") == Checked()


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"verdict": "maybe"}, "agree or disagree"),
        ({"verdict": "agree", "procedure": "99214"}, "it agrees, and says"),
        ({}, "does not say what"),
        ({"procedure": "99214", "reason": "no"}, "without a reason"),
        ({"procedure": "99213"}, "is the one that was billed"),
        ({"procedure": "9921"}, "five letters or digits"),
        ({"modifiers": "25"}, "are those that were billed"),
        ({"modifiers": "25 25"}, "named twice"),
        ({"modifiers": "2"}, "two letters or digits"),
        ({"diagnoses": "I10 E78.5"}, "those that the line points at"),
        ({"diagnoses": "hypertension"}, "ICD-10-CM codes"),
        ({"diagnoses": "I10 I10"}, "named twice"),
        ({"procedure": "NONE", "modifiers": "59"}, "has no modifiers"),
        ({"procedure": "NONE", "diagnoses": "I10"}, "has no diagnoses"),
        ({"procedure": "99214", "reason": "x" * 501}, "500 letters"),
    ],
)
def test_what_contradicts_itself_or_says_nothing_is_refused(said, wrong):
    with pytest.raises(ValueError, match=wrong):
        say(**said)


def test_every_visit_with_levels_has_one_family_in_the_order_of_its_levels():
    timed_alone = {"99239", "99291", "99316"}
    assert set(LEVELS) - timed_alone <= {code for codes in FAMILIES.values() for code in codes}
    assert sum(map(len, FAMILIES.values())) == len({c for codes in FAMILIES.values() for c in codes})
    for codes in FAMILIES.values():
        assert list(codes) == sorted(codes)
    assert (step("99213", "99215"), step("99213", "99212"), step("99213", "99203")) == (2, -1, None)
    assert (family_of("20610"), step("20610", "20610")) == ("", None)
