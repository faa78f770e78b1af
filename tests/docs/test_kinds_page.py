"""The encounters of the page on kinds go out as they stand there."""

import json
import re

import pytest

from tests.conftest import CHECKOUT
from tests.tasks.claims.holding import holds

PAGE = (CHECKOUT / "docs" / "kinds.md").read_text("utf-8")
ENCOUNTERS = [json.loads(text) for text in re.findall(r"^```json\n(.*?)^```$", PAGE, re.M | re.S)]


def test_the_page_shows_one_of_each_kind():
    assert [facts.get("kind", "professional") for facts in ENCOUNTERS] == [
        "professional",
        "institutional",
        "dental",
    ]


@pytest.mark.parametrize("facts", ENCOUNTERS, ids=lambda facts: facts.get("kind", "professional"))
def test_an_encounter_of_the_page_is_held_by_nothing(facts):
    found, _ = holds(facts)
    assert found == set()
