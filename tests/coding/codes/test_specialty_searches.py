"""300 searches in lay and clinical words over 20 specialties, the codes a certified coder would take.

Written before any of their results was looked at. The encoder was worked on with the first half only (99.3 %
first, 100 % among three). The second was looked at once: 94.7 % first, 98.7 % among three, 99.3 % among ten;
the body mass index and `flare` were learned after that.
"""

from pathlib import Path

import pytest

import coding
from coding.codes.body_mass import body_mass
from coding.codes.encoder import Encoder
from coding.codes.gestation import gestation

HERE = Path(__file__).parent


def encoder() -> Encoder:
    found = coding.codes.load().encoder
    assert found is not None
    return found


def searches(name: str) -> list[tuple[str, set[str]]]:
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.rsplit(": ", 1) for line in lines if line and not line.startswith("#"))
    return [(asked, set(codes.split())) for asked, codes in pairs]


def fits(code: str, wanted: set[str]) -> bool:
    """Whether it is one of these, or begins as one of them does that ends in a hyphen."""
    return code in wanted or any(code.startswith(one[:-1]) for one in wanted if one.endswith("-"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "specialty_searches",
        "specialty_searches_aside",
        "textbook_searches",
        "textbook_searches_aside",
        "textbook_searches_fresh",
        "everyday_searches",
        "chapter_searches",
        "chapter_searches_aside",
        "chapter_searches_fresh",
        "held_searches",
        "held_searches_aside",
        "held_searches_fresh",
    ],
)
def test_of_the_searches_85_in_100_find_their_code_first_95_among_three_and_99_among_ten(name: str) -> None:
    of = encoder()
    places = []
    for asked, codes in searches(name):
        found = [hit.code for hit in of.search(asked, 10)]
        places.append(next((n for n, code in enumerate(found) if fits(code, codes)), len(found) + 10))
    shares = [sum(place < most for place in places) / len(places) for most in (1, 3, 10)]
    assert [share >= least for share, least in zip(shares, (0.85, 0.95, 0.99), strict=True)] == [True] * 3, (
        shares
    )


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("pink eye", "H109"),
        ("broken wrist", "S62109A"),
        ("morning sickness", "O210"),
        ("sugar diabetes with stage 4 kidney disease", "E1122"),
        ("high blood pressure", "I10"),
        ("shingles near the eye", "B0230"),
        ("persistent atrial fibrillation", "I4819"),
        ("35 weeks gestation", "Z3A35"),
        ("uti at 12 weeks pregnant", "O2341"),
        ("32w4d pregnant with preeclampsia", "O1493"),
        ("septic shock", "R6521"),
        ("multiple myeloma", "C9000"),
        ("headaches", "R519"),
        ("hepatitis a", "B159"),
        ("hepatitis", "K759"),
        ("ruptured ear drum left", "H7292"),
        ("hypothyroidism in pregnancy first trimester", "O99281"),
        ("hip dysplasia", "Q6589"),
        ("white coat hypertension", "R030"),
        ("congestive heart failure", "I509"),
        ("family hx of colon polyps", "Z83719"),
        ("migraine with aura not intractable", "G43109"),
        ("annual physical adult no abnormal findings", "Z0000"),
        ("bladder infection without blood", "N3090"),
        ("burn of hand from hot water", "T23009A"),
        ("fracture due to osteoporosis", "M8000XA"),
        ("acute pulmonary embolism", "I2699"),
        ("diabetes with kidney disease stage 4", "E1122"),
        ("hypertension with ckd stage 3", "I129"),
        ("abdominal aortic aneurysm no rupture", "I7140"),
        ("valley fever of the lungs", "B382"),
        ("acute gout left knee", "M10062"),
        ("stress fracture of right metatarsal", "M84374A"),
        ("concussion without loss of consciousness", "S060X0A"),
        ("pregnant, past due at 41 weeks", "O480"),
        ("had a stroke", "Z8673"),
        ("pregnancy past 43 weeks", "O481"),
        ("preterm labor at 33 weeks", "O6003"),
        ("patient had a stroke two years ago and still has weakness of right side", "I69351"),
    ],
)
def test_what_people_say_finds_the_code_that_a_coder_takes(asked: str, first: str) -> None:
    assert encoder().search(asked, 1)[0].code == first


def test_the_occasion_and_everyday_words_count_less_than_the_complaint() -> None:
    assert (
        encoder().search("neck hurts ever since my brother came to visit us last summer", 1)[0].code == "M542"
    )
    assert (
        encoder().search("my husband has had a toothache all week and could not go to work", 1)[0].code
        == "K0889"
    )


def test_a_family_that_itches_is_no_family_history() -> None:
    assert encoder().search("the whole family has itching", 1)[0].code[0] != "Z"


def test_of_several_conditions_in_one_question_each_is_found() -> None:
    found = {hit.code for hit in encoder().search("child with cough and fever for days no pneumonia", 3)}
    assert found >= {"R059", "R509"}


def test_weakness_after_a_stroke_offers_both_dominances_since_nothing_says_which() -> None:
    found = {hit.code for hit in encoder().search("left weakness after stroke", 2)}
    assert found == {"I69352", "I69354"}


@pytest.mark.parametrize(
    ("weeks", "code", "ordinal"),
    [(5, "Z3A01", "first"), (13, "Z3A13", "first"), (14, "Z3A14", "second"), (27, "Z3A27", "second"),
     (28, "Z3A28", "third"), (43, "Z3A49", "third")],
)  # fmt: skip
def test_weeks_of_pregnancy_are_a_trimester_and_a_code_of_their_own(
    weeks: int, code: str, ordinal: str
) -> None:
    alone = gestation(f"{weeks} weeks pregnant")
    assert alone is not None
    assert (alone.code, alone.questions) == (code, ())
    beside = gestation(f"anemia at {weeks} weeks of pregnancy")
    assert beside is not None
    assert all(question.endswith(f"{ordinal} trimester") for question in beside.questions)
    assert code in {hit.code for hit in encoder().search(f"anemia at {weeks} weeks of pregnancy", 10)}


def test_weeks_of_a_child_or_of_an_illness_are_no_pregnancy() -> None:
    assert gestation("premature baby 32 weeks") is None
    assert gestation("cough for 3 weeks") is None


@pytest.mark.parametrize(
    ("value", "code"),
    [("17.5", "Z681"), ("24", "Z6824"), ("39.9", "Z6839"), ("40", "Z6841"), ("47", "Z6842"), ("71", "Z6845")],
)
def test_a_body_mass_index_is_its_own_code_beside_the_condition(value: str, code: str) -> None:
    assert encoder().search(f"bmi {value}", 1)[0].code == code
    assert code in {hit.code for hit in encoder().search(f"obesity, BMI of {value}", 3)}
    assert body_mass(f"child with bmi {value}") is None
    assert body_mass(f"bmi {value[:2]}th percentile") is None
