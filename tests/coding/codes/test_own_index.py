"""Our own index: names of conditions beside the titles."""

import pytest

import coding
from coding.codes.own_index import descriptions, own_index

CODES = coding.codes.load()


@pytest.mark.slow
def test_every_name_belongs_to_a_place_of_the_tabular() -> None:
    of = CODES.encoder
    assert of is not None
    places = {code for code, _ in (*own_index(), *descriptions())}
    lost = [code for code in sorted(places) if not of.show(code, CODES.tables[0].last)]
    assert lost == []


def test_no_name_is_empty_and_none_stands_twice_at_a_place() -> None:
    names = own_index()
    assert all(said for _, said in names)
    assert len(set(names)) == len(names)


@pytest.mark.slow
def test_a_name_that_is_said_whole_finds_its_place_among_the_first_ten() -> None:
    of = CODES.encoder
    assert of is not None
    missed = [
        (code, said)
        for code, said in own_index()[::25]
        if not any(hit.code.startswith(code[:3]) for hit in of.search(said, 10))
    ]
    assert missed == []


@pytest.mark.slow
def test_what_a_patient_once_had_is_found_by_each_of_its_names() -> None:
    of = CODES.encoder
    assert of is not None
    told = [(code, said) for code, said in own_index() if said.startswith("had ")]
    assert len(told) > 50
    assert [
        said for code, said in told if not any(hit.code.startswith(code[:3]) for hit in of.search(said, 3))
    ] == []
    assert of.search("had chest pain today", 1)[0].code == "R079"


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("the whole household is scratching at night, tiny tunnels between the fingers", "B86"),
        ("thick yellow crumbly toenails", "B351"),
        ("child that flaps his hands, lines up toys and makes no eye contact", "F840"),
    ],
)
def test_what_is_said_about_a_condition_finds_it(asked: str, first: str) -> None:
    assert CODES.encoder is not None
    assert CODES.encoder.search(asked, 1)[0].code == first
