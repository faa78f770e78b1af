"""Procedures of the user's own files are found by number and by the words of their texts."""

from datetime import date

import pytest

import coding
from coding.codes import Codes, library
from coding.codes.procedure_facts import facts_of
from coding.codes.procedure_search import numbers_in, search_procedures
from tests.coding.codes.test_loaders import SMALL, hcpcs

DAY = date(2027, 11, 9)
CPT = {
    "20000": "Invented emptying of a small joint",
    "20001": "Invented emptying of a large joint, such as the knee",
    "20002": "Invented filling of a large joint",
    "90001": "Invented visit of the evening",
    "90002": "Invented visit of the morning",
    **{f"{n}": f"Sample text {n}" for n in range(30000, 30020)},
}
HCPCS = (
    ("J0001", "Injection of an invented drug, triamexample, 10 mg"),
    ("J0002", "Injection of another invented drug, 5 mg"),
    ("A0001", "Invented transport"),
)


@pytest.fixture(scope="module")
def codes(tmp_path_factory: pytest.TempPathFactory) -> Codes:
    folder = tmp_path_factory.mktemp("files")
    cpt, quarter = folder / "CPT_2027.txt", folder / "HCPC2027_OCT_ANWEB.txt"
    cpt.write_text("".join(f"{code}\t{text}\n" for code, text in CPT.items()))
    rows = [hcpcs(code, "3", text, "20200101") for code, text in HCPCS]
    rows.append(hcpcs("   Q9", "7", "Invented foot of a stork", "20200101"))
    quarter.write_text("".join(f"{row}\r\n" for row in rows))
    home = folder / "codes"
    library.apply(library.prepare([cpt, quarter], SMALL), home)
    return coding.codes.load(home)


def found(codes: Codes, text: str, limit: int = 10, day: date = DAY) -> list[str]:
    return [hit.code for hit in search_procedures(codes, text, day, limit)]


@pytest.mark.parametrize("code", [*CPT, *(code for code, _ in HCPCS)])
def test_every_loaded_code_is_found_by_its_number(codes: Codes, code: str) -> None:
    assert found(codes, code) == [code]
    assert found(codes, f"a visit, ({code.lower()});")[0] == code


def test_words_find_the_text_that_says_most_of_them_and_little_else(codes: Codes) -> None:
    assert found(codes, "emptying of the knee joint")[0] == "20001"
    assert found(codes, "large joints")[:2] == ["20002", "20001"]
    assert found(codes, "morning visit")[0] == "90002"
    assert found(codes, "triamexample inject")[0] == "J0001"
    assert found(codes, "zebra") == []


def test_a_modifier_is_found_by_the_words_of_its_text(codes: Codes) -> None:
    (hit,) = search_procedures(codes, "stork foot", DAY, 10)
    assert (hit.code, hit.set) == ("Q9", "hcpcs_modifier")
    facts = facts_of(codes, hit.code, DAY)
    assert (facts.set, facts.validity) == ("hcpcs_modifier", "valid")
    assert facts_of(codes, "ZZ", DAY).validity == "invalid"


def test_a_number_comes_before_words_and_each_code_once(codes: Codes) -> None:
    answer = found(codes, "knee injection J0001")
    assert answer[0] == "J0001"
    assert len(answer) == len(set(answer))
    assert found(codes, "injection of an invented drug", limit=1) == ["J0001"]


def test_a_day_that_no_release_covers_finds_nothing(codes: Codes) -> None:
    assert found(codes, "20001", day=date(2031, 1, 1)) == []


def test_only_words_with_a_procedures_shape_are_numbers() -> None:
    assert numbers_in("J3301, knee 99213; 0001F D0120 12 123456 X1234") == ["J3301", "99213", "0001F"]
