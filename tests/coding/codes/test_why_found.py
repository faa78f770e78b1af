"""A search says why: the phrase that names what was asked, in the tabular's words."""

from datetime import date

import pytest

from coding.codes.look_up import look_up
from coding.codes.store import load
from coding.codes.why_found import WhyFound


@pytest.fixture(scope="module")
def codes():
    return load()


@pytest.mark.parametrize(
    ("words", "code", "kind", "marked"),
    [
        ("broken wrist", "S62109A", "title", {"Fracture", "wrist"}),
        ("high blood pressure", "I10", "includes", {"high", "blood", "pressure"}),
        ("pink eye", "H109", "title", {"conjunctivitis"}),
        ("T2DM with CKD", "E1122", "title", {"Type", "2", "diabetes", "chronic", "kidney", "disease"}),
    ],
)
def test_a_reason_names_the_phrase_and_marks_what_was_asked(codes, words, code, kind, marked):
    reasons = WhyFound(codes).of(code, codes.encoder.asked(words))
    [reason] = [r for r in reasons if marked <= {part for part, is_marked in r.parts if is_marked}]
    assert reason.kind == kind
    assert reason.text in (codes.tabular.title(code), *codes.tabular.get(code).includes)


def test_what_was_not_asked_is_not_marked_and_a_number_has_no_reason(codes):
    why = WhyFound(codes)
    [title] = why.of("S62109A", codes.encoder.asked("fracture of wrist"))
    assert {"unspecified", "initial", "encounter", "of"}.isdisjoint(
        {p for p, marked in title.parts if marked}
    )
    assert why.of("Z6841", codes.encoder.asked("")) == ()
    assert why.of("99213", codes.encoder.asked("visit")) == ()


def test_one_question_asks_every_set_and_says_what_it_could_not_search(codes):
    found = look_up(codes, "broken wrist 99213 E11.22", date(2026, 11, 2), 3, home="/srv/home")
    assert found.question == "broken wrist E11.22"
    assert found.unsearched == ("99213",)
    assert found.missing["cpt"].endswith("cleanclaim codes load CPT_2026.txt --home /srv/home")
    assert {validity for _, validity in found.diagnoses} == {"valid"}
    assert look_up(codes, "99213", date(2026, 11, 2)).diagnoses == ()
