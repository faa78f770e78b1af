"""The coverages beside the one that is billed first are judged with it, before anything goes out."""

from coding import EDITS
from tests.conftest import CLEAN
from tests.tasks.claims.holding import holds

FIRST = CLEAN["coverages"][0]


def with_second(**second):
    second = {"order": "S", "payer": "beacon", "member_id": "W27770002", **second}
    found, _ = holds({**CLEAN, "coverages": [FIRST, second]})
    return {(code, place) for code, place in found if code in EDITS}


def test_a_second_coverage_that_is_whole_holds_nothing():
    assert with_second() == set()


def test_a_later_payer_without_a_file_is_held_with_a_remedy():
    assert with_second(payer="nobody") == {("ELIG-02", "2330B NM109")}
    assert "partners/payers" in EDITS["ELIG-02"].fix


def test_a_later_coverage_without_a_member_id_is_held():
    assert with_second(member_id="") == {("ELIG-02", "2330A NM109")}


def test_two_coverages_of_one_order_are_held():
    assert with_second(order="P") == {("COB-01", "2320 SBR01")}
