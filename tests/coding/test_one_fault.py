"""500 drawn claims of each kind: clean ones pass, and one fault is held by its own edit, with its place."""

import pytest

import coding
from coding.finding import Severity
from tests.coding.one_fault import CLEAN_ONES, FAULTS
from tests.seeds import chance

CODES = coding.codes.load()
CLAIMS = 500


@pytest.mark.parametrize("kind", FAULTS)
def test_a_claim_with_one_fault_is_held_by_that_edit_alone_at_its_place_with_a_remedy(kind: str) -> None:
    draw = chance("one fault", kind)
    faults = FAULTS[kind]
    for n in range(CLAIMS):
        made = faults[n % len(faults)](draw)
        found = coding.run(made.example.claim, made.example.context(CODES))
        held = [(f.edit_id, f.place, f.line) for f in found if f.severity is not Severity.UNCHECKED]
        assert held == [(made.edit_id, made.place, made.line)], (n, n % len(faults))
        assert [f.edit_id for f in found if f.holds] == [made.edit_id], (n, n % len(faults))
        assert coding.EDITS[made.edit_id].fix


@pytest.mark.parametrize("kind", CLEAN_ONES)
def test_a_clean_claim_has_no_finding(kind: str) -> None:
    draw = chance("clean", kind)
    for n in range(CLAIMS):
        example = CLEAN_ONES[kind][n % len(CLEAN_ONES[kind])](draw)
        found = coding.run(example.claim, example.context(CODES))
        assert [f for f in found if f.severity is not Severity.UNCHECKED] == [], n


def test_every_edit_of_these_kinds_has_a_fault_that_it_holds() -> None:
    draw = chance("edits")
    held = {fault(draw).edit_id for faults in FAULTS.values() for fault in faults}
    of_kind = {edit.id for edit in coding.EDITS.values() if len(edit.kinds) == 1 and edit.kinds != "P"}
    assert of_kind <= held
    assert {"COB-01", "COB-02", "COB-08"} <= held
