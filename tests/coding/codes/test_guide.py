"""Guided choice: walks written before the guide first ran, and what it must never assume."""

from datetime import date
from pathlib import Path

import pytest

import coding
from coding.codes.guide import Guide, NoWalkError, Walk
from coding.codes.validity import Validity

CODES = coding.codes.load()
DAY = date(2026, 11, 9)
MOST_QUESTIONS = 6


@pytest.fixture(scope="module")
def guide() -> Guide:
    assert CODES.tabular is not None
    return Guide(CODES.tabular, CODES.diagnoses, DAY)


def walked(guide: Guide, phrase: str, *answers: str) -> Walk:
    assert CODES.encoder is not None
    start, said = CODES.encoder.begin(phrase)
    return guide.walk(start, answers, said)


def walks() -> list[tuple[str, tuple[str, ...], str]]:
    lines = (Path(__file__).parent / "guided_walks.txt").read_text(encoding="utf-8").splitlines()
    rows = [[part.strip() for part in line.split("|")] for line in lines if not line.startswith("#")]
    return [(phrase, tuple(a.strip() for a in said.split(";")), code) for phrase, said, code, _ in rows]


@pytest.mark.slow
def test_100_walks_lead_from_a_phrase_to_the_code_that_a_coder_takes_in_six_questions(guide: Guide) -> None:
    wrong = []
    for phrase, answers, code in walks():
        walk = walked(guide, phrase, *answers)
        if walk.code != code or len(walk.answered) > MOST_QUESTIONS:
            wrong.append((phrase, walk.code or walk.question))
        assert not walk.code or CODES.diagnosis(walk.code).valid_on(DAY) is Validity.VALID
    assert wrong == []


@pytest.mark.parametrize(
    ("phrase", "answers", "code"),
    [
        # an answer that is one option's whole label, though codes below another say it as well
        ("migraine with aura that does not respond to drugs", "with aura; intractable; without status "
         "migrainosus", "G43119"),
        ("fluid ear infection on the right, again", "acute serous; recurrent; right", "H6504"),
        # the first visit is no first vertebra, and who drives is not hit on foot
        ("osteoporosis with a broken vertebra, first visit", "age-related; vertebra; initial", "M8008XA"),
        ("driver of a car hit by a pick-up truck", "driver; traffic; pick-up truck; initial", "V4353XA"),
    ],
)  # fmt: skip
def test_walks_that_once_went_astray_arrive(guide: Guide, phrase: str, answers: str, code: str) -> None:
    walk = walked(guide, phrase, *(a.strip() for a in answers.split(";")))
    assert walk.code == code
    assert len(walk.answered) <= MOST_QUESTIONS


def test_what_nobody_said_is_asked(guide: Guide) -> None:
    side = walked(guide, "left weakness after stroke", "hemiplegia")
    assert side.question is not None
    assert (side.code, side.question.name) == ("", "dominance")
    assert [(a.name, a.key, a.by_words) for a in side.answered][-1] == ("side", "left", True)
    bone = walked(guide, "broken wrist")
    assert bone.question is not None
    assert (bone.place, bone.answered) == ("S62", ())
    stage = walked(guide, "N18", "kidney")
    assert stage.question is not None
    assert (stage.question.name, stage.unused) == ("stage", ("kidney",))


def test_an_answer_that_several_options_give_alike_is_asked_on(guide: Guide) -> None:
    """A laceration says one word beside the foreign body, a puncture wound two: neither was said."""
    wound = walked(guide, "S61.0", "with foreign body", "left", "initial")
    assert wound.question is not None
    assert (wound.code, wound.place) == ("", "S610")
    assert walked(guide, "S61.0", "puncture wound with foreign body", "left", "initial").code == "S61042A"


def test_an_answer_is_named_by_its_question_and_key(guide: Guide) -> None:
    walk = walked(
        guide, "S62.1", "which=S62.11", "displacement=nondisplaced", "side=left", "encounter=initial"
    )
    assert walk.question is not None
    assert [o.key for o in walk.question.options] == ["A", "B"]
    assert walked(guide, "S62.11", "displacement=nondisplaced", "left", "initial", "closed").code == "S62115A"
    assert walked(guide, "S62.11", "side=up").unused == ("side=up",)


def test_the_encounter_is_asked_before_how_a_fracture_heals(guide: Guide) -> None:
    walk = walked(guide, "S82.241")
    assert walk.question is not None
    assert [o.key for o in walk.question.options] == ["initial", "subsequent", "sequela"]
    later = walked(guide, "S82.241", "subsequent")
    assert later.question is not None
    assert later.question.name == "healing"
    assert len(later.question.options) > 5


def test_the_placeholder_and_the_7th_character_are_told(guide: Guide) -> None:
    reached = walked(guide, "T15.01", "initial")
    assert reached.code == "T1501XA"
    assert reached.instructions[-1].text == "the 7th character is A; placeholder X in position 6"
    open_still = walked(guide, "T15.01")
    assert open_still.instructions[-1].kind == "seventh"


def test_the_second_code_is_offered_the_one_that_the_words_speak_of_first(guide: Guide) -> None:
    walk = walked(guide, "type 2 diabetes with CKD stage 3a", "kidney")
    assert walk.code == "E1122"
    stages = next(i for i in walk.instructions if i.place == "E1122" and i.kind == "use_additional")
    assert stages.offers[0] == ("N1831", "Chronic kidney disease, stage 3a")
    assert {"N181", "N184", "N186"} <= {code for code, _ in stages.offers}
    cause = walked(guide, "N18.4")
    assert any(i.kind == "code_first" and "E1122" in dict(i.offers) for i in cause.instructions)


def test_a_shape_of_a_code_begins_at_the_nearest_place(guide: Guide) -> None:
    assert walked(guide, "Q99.99").start == "Q999"
    assert walked(guide, "T15.01A").start == "T1501"


def test_the_day_decides_which_codes_there_are(guide: Guide) -> None:
    assert CODES.tabular is not None
    assert Guide(CODES.tabular, CODES.diagnoses, date(2020, 1, 1)).walk("M545").code == "M545"
    later = guide.walk("M545").question
    assert later is not None
    assert [o.key for o in later.options] == ["M54.50", "M54.51", "M54.59"]


@pytest.mark.parametrize("start", ["", "zzz", "Q99999999", "é", "'; drop"])
def test_a_start_that_is_nowhere_is_refused(guide: Guide, start: str) -> None:
    with pytest.raises(NoWalkError):
        guide.walk(start)


def test_beyond_the_loaded_releases_nothing_is_valid() -> None:
    assert CODES.tabular is not None
    with pytest.raises(NoWalkError):
        Guide(CODES.tabular, CODES.diagnoses, date(2031, 1, 1)).walk("S621")
