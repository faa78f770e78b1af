"""The encounters of the page on kinds go out as they stand there."""

import json
import re
from datetime import date

import pytest

import coding
import edi
import intake
from coding.codes.store import load
from config import partners
from config.partners import DEMO
from tasks.batches import check
from tasks.batches.plan import envelope
from tasks.claims.claim_from_encounter import claim_from_encounter, primary_coverage
from tasks.claims.edit_context import Contexts
from tests.conftest import CHECKOUT

AS_OF = date(2026, 11, 16)
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
    known, codes = partners.load(DEMO), load()
    read = intake.read("visit.json", json.dumps(facts).encode())
    assert read.problems == []
    [encounter] = read.encounters
    practice = known.practices[encounter.practice]
    payer = known.payer(primary_coverage(encounter).payer)
    claim = claim_from_encounter(encounter, practice, payer, "C00000018", None, known.payer).claim
    context = Contexts(codes, known, AS_OF).of(encounter, practice, payer)
    assert [f for f in coding.run(claim, context) if f.holds] == []
    data = edi.write_claims([claim], envelope(known.clearinghouses["northgate"], 1, AS_OF))
    assert not check.check(data, codes)
