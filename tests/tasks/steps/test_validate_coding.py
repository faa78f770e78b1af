"""What is held is judged again exactly where something may say otherwise now."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.lifelike.answers import Partner
from bench.lifelike.inbox import day_of, write_night
from bench.night import make_home
from ledger.encounters import encounters, judged
from ledger.schema import submission
from ledger.sending import submissions
from tasks import nightly_run
from tasks.claims.findings import hold_failed
from tasks.home.home import Home, open_home
from tasks.operations.override_edit import override
from tasks.steps import pick_up, validate_coding
from tests.conftest import WorkingHome
from tests.tasks.coding_night import MONDAY, MUE, TUESDAY, WEDNESDAY, coded, held, load_sets

NIGHTS, ENCOUNTERS = 6, 60


def judge(home: Home, day: date) -> int:
    """Validates as the night does. How many encounters were judged."""
    return sum(
        validate_coding.do(home, day, piece)["encounters"] for piece in validate_coding.pieces(home, day)
    )


def judge_all(home: Home, day: date) -> None:
    with home.ledger.write() as connection:
        judged.all_again(connection)
    judge(home, day)


def said(home: Home) -> list[tuple[Any, ...]]:
    with home.ledger.read() as connection:
        return connection.exec_driver_sql(
            "SELECT e.external_id, e.version, e.state, f.edit_id, f.severity, f.line, f.place, f.detail "
            "FROM encounter e LEFT JOIN finding f ON f.encounter_id = e.id "
            "ORDER BY e.id, f.edit_id, f.line, f.place, f.detail"
        ).all()


@pytest.mark.usefixtures("either_database")
def test_over_nights_the_findings_are_those_of_judging_everything_anew(tmp_path: Path) -> None:
    settings = make_home(tmp_path / "home")
    partner = Partner(settings.home / "site")
    judged_again = 0
    for night in range(1, NIGHTS + 1):
        day = day_of(night)
        write_night(settings.inbox, ENCOUNTERS, night=night, before=(night - 1) * ENCOUNTERS)
        partner.answer(day)
        with open_home(settings) as home:
            for step in nightly_run.NIGHT:
                for piece in step.pieces(home, day):
                    counts = step.do(home, day, piece)
                    judged_again += counts["encounters"] if step.name == "validate_coding" else 0
                if step.name == "validate_coding":
                    before = said(home)
                    judge_all(home, day)
                    assert said(home) == before
    with open_home(settings) as home:
        waiting = encounters.load(home.ledger, 1, 10**9, ("held",))
    assert waiting
    assert judged_again < NIGHTS * ENCOUNTERS + NIGHTS * len(waiting) // 2, "most were not judged again"


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
