"""What its source says of a document holds it: a test is no production claim."""

import pytest

from tasks.operations.override_edit import override
from tests.tasks.coding_night import MONDAY, TUESDAY, coded, held


def production(home):
    file = home.path / "partners" / "clearinghouses" / "northgate.toml"
    file.write_text(file.read_text().replace('usage = "T"', 'usage = "P"'))
    return home


def test_a_test_is_held_where_its_claim_would_be_a_production_claim_and_a_person_may_let_it_pass(home):
    production(home).drop("lakeside/one.json", home.encounter(id="T-1", test=True))
    home.drop("lakeside/two.json", home.encounter(id="T-2", patient={"last": "Vole", "member_id": "W1"}))
    with home.opened() as opened:
        assert coded(opened, MONDAY)["held"] == 1
        assert held(opened) == {"T-1": {"SRC-04"}}
        override(opened, "T-1", "SRC-04", who="ann", why="a real visit", until=TUESDAY, as_of=MONDAY)
        coded(opened, TUESDAY)
        assert held(opened) == {}


def test_a_test_becomes_a_test_claim(home):
    home.drop("lakeside/one.json", home.encounter(id="T-1", test=True))
    with home.opened() as opened:
        assert coded(opened, MONDAY)["held"] == 0


@pytest.mark.parametrize(("changes", "expected"), [({"test": False}, {}), ({}, {"T-1": {"SRC-04"}})])
def test_what_comes_again_without_the_mark_is_no_test(home, changes, expected):
    production(home).drop("lakeside/one.json", home.encounter(id="T-1", test=True))
    with home.opened() as opened:
        coded(opened, MONDAY)
        home.drop(
            "lakeside/again.json", home.encounter(**{"id": "T-1", "version": 2, "test": True} | changes)
        )
        coded(opened, TUESDAY)
        assert held(opened) == expected
