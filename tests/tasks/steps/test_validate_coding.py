"""What is held is judged again exactly where something may say otherwise now."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ledger.encounters import encounters
from ledger.schema import submission
from ledger.sending import submissions
from tasks.claims.findings import hold_failed
from tasks.home.home import Home
from tasks.operations.override_edit import override
from tasks.steps import pick_up, validate_coding
from tests.conftest import WorkingHome
from tests.tasks.coding_night import MONDAY, MUE, TUESDAY, WEDNESDAY, coded, held, judge, load_sets


def other(name: str) -> dict[str, object]:
    """Another person."""
    patient = {"last": name, "first": "Ann", "birth_date": "1970-05-06", "sex": "F"}
    address = {"line1": "9 Orchard Way", "city": "Springfield", "state": "IL", "zip": "627040007"}
    member = {"order": "P", "payer": "harbor", "member_id": f"W{len(name):08d}"}
    return {"patient": {**patient, "address": address}, "coverages": [member]}


@pytest.fixture
def waiting(home: WorkingHome) -> Iterator[Home]:
    """Held on Monday: T-1 for its diagnosis; L-1 of another person, for a service that is on Wednesday."""
    home.drop("lakeside/one.json", home.encounter("T-1", diagnoses=["J02.9", "Z99.999"]))
    home.drop("lakeside/two.json", home.encounter("L-1", service_date="2026-11-18", **other("Later")))
    with home.opened() as opened:
        coded(opened, MONDAY)
        assert held(opened) == {"T-1": {"DX-01"}, "L-1": {"DT-01"}}
        yield opened


def test_what_nothing_changed_of_is_judged_once_and_on_the_day_that_it_waits_for(waiting):
    assert [judge(waiting, day) for day in (MONDAY, TUESDAY)] == [0, 0]
    assert judge(waiting, WEDNESDAY) == 1
    assert held(waiting) == {"T-1": {"DX-01"}}
    assert judge(waiting, MONDAY - timedelta(days=1)) == 2, "of an earlier day nothing is known"


def test_what_a_person_lets_pass_is_judged_then_and_when_that_is_over(waiting, home):
    home.drop(
        "lakeside/three.json", home.encounter("T-2", **other("Three"), diagnoses=["Z99.999", "Z99.998"])
    )
    coded(waiting, MONDAY)
    word = {"who": "A. Coder", "why": "the payer asks for it", "line": None}
    for number in ("T-1", "T-2"):
        override(waiting, number, "DX-01", as_of=MONDAY, until=TUESDAY, **word)
    assert judge(waiting, TUESDAY) == 2
    assert held(waiting) == {"L-1": {"DT-01"}}


def test_a_partners_file_a_code_set_and_an_enrolment_have_all_judged_again(waiting, home):
    file = home.path / "partners" / "payers" / "harbor.toml"
    file.write_text(file.read_text("utf-8") + "\n# read by people alone\n", encoding="utf-8")
    with home.opened() as opened:
        assert judge(opened, TUESDAY) == 2
    load_sets(home, MUE)
    with home.opened() as opened:
        assert judge(opened, TUESDAY) == 2
        assert judge(opened, TUESDAY) == 0


def test_what_becomes_of_the_patients_other_claims_has_it_judged_again(waiting, home):
    home.drop("lakeside/three.json", home.encounter("T-2", service_date="2026-11-03"))
    coded(waiting, MONDAY)
    assert judge(waiting, MONDAY) == 1, "T-1, since a claim was made"
    assert judge(waiting, MONDAY) == 0
    with waiting.ledger.write() as connection:
        submissions.move(connection, "2026-11-16", "closed", "a test", submission.c.state == "ready")
    assert judge(waiting, MONDAY) == 1, "T-1, since that claim was given up"


def test_what_comes_before_and_becomes_clean_has_it_judged_again(home):
    home.drop("lakeside/one.json", home.encounter("T-1"))
    home.drop("lakeside/two.json", home.encounter("T-2", diagnoses=["Z99.999"]))
    with home.opened() as opened:
        for step in (pick_up, validate_coding):
            for piece in step.pieces(opened, MONDAY):
                step.do(opened, MONDAY, piece)
        assert "DUP-01" in held(opened)["T-2"]
        home.drop("lakeside/three.json", home.encounter("T-1", version=2, service_date="2026-11-03"))
        coded(opened, TUESDAY)
        assert held(opened) == {"T-2": {"DX-01"}}, "what T-1 said before is gone"


def test_one_that_the_program_failed_on_is_judged_each_time(waiting):
    hold_failed(waiting.ledger, MONDAY, encounters.load(waiting.ledger, 1, 1)[0], "ValueError")
    assert judge(waiting, MONDAY) == 1
    assert held(waiting)["T-1"] == {"DX-01"}
