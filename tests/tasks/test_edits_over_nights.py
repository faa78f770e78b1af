"""Edits that look back, through the real ledger: several claims, several nights, and near misses."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.tasks.coding_night import (
    FEES,
    MONDAY,
    MUE,
    NCCI,
    TUESDAY,
    WEDNESDAY,
    coded,
    held,
    load_sets,
    warned,
)

KNEE, JOINT, ECG, VISIT, NEW = "29881", "29877", "93000", "99213", "99203"
OTHER_PATIENT = {"last": "Ashgrove", "first": "Ida", "birth_date": "1971-09-30", "sex": "F"}


def line(procedure: str, charge: str = "100.00", **more: Any) -> dict[str, Any]:
    return {"procedure": procedure, "charge": charge, "pointers": [1], **more}


@pytest.fixture
def nights(home: Any) -> Callable[..., Any]:
    """Drops encounters evening by evening and gives the opened home after the last night."""
    load_sets(home, NCCI, MUE, FEES)

    def play(*evenings: dict[str, dict[str, Any]]) -> Any:
        for day, evening in zip((MONDAY, TUESDAY, WEDNESDAY), evenings, strict=False):
            for number, facts in evening.items():
                home.drop(f"lakeside/{day}-{number}.json", home.encounter(number, **facts))
            with home.opened() as opened:
                coded(opened, day)
        return home.opened()

    return play


def test_a_service_billed_on_monday_is_a_duplicate_on_tuesday_and_near_misses_are_not(nights, home):
    base = home.encounter()["patient"]
    other = {**base, **OTHER_PATIENT}
    with nights(
        {"A": {}},
        {
            "SAME": {},
            "OTHER-DAY": {"service_date": "2026-11-03"},
            "OTHER-PATIENT": {"patient": other, "coverages": [{"payer": "harbor", "member_id": "W17770002"}]},
            "OTHER-CODE": {"lines": [line("99214")], "service_date": "2026-11-04"},
            "REPEATED": {"lines": [line(VISIT, modifiers=["76"])]},
        },
    ) as opened:
        found = held(opened)
    assert {n for n, edits in found.items() if "DUP-01" in edits} == {"SAME"}


def test_an_ncci_pair_over_two_claims_and_two_nights_is_held_and_other_days_are_not(nights):
    with nights(
        {"KNEE": {"lines": [line(KNEE)]}},
        {
            "JOINT": {"lines": [line(JOINT)]},
            "JOINT-59": {"lines": [line(JOINT, modifiers=["59"])], "diagnoses": ["M17.11"]},
            "NEXT-DAY": {"lines": [line(JOINT)], "service_date": "2026-11-03"},
            "NO-PAIR": {"lines": [line("73560")]},
        },
    ) as opened:
        found = held(opened)
    assert {n for n, edits in found.items() if "NCCI-01" in edits} == {"JOINT", "JOINT-59"}


def test_a_pair_of_indicator_one_passes_with_its_modifier_on_the_second_night(nights):
    with nights(
        {"INJECTION": {"lines": [line("20610")]}},
        {"VISIT": {"lines": [line(VISIT)]}, "VISIT-25": {"lines": [line(VISIT, "90.00", modifiers=["25"])]}},
    ) as opened:
        found = held(opened)
    assert {n for n, edits in found.items() if "NCCI-01" in edits} == {"VISIT"}


def test_units_of_a_day_are_summed_over_claims_of_three_nights(nights):
    with nights(
        {"ONE": {"lines": [line(ECG)]}},
        {"NEXT-DAY": {"lines": [line(ECG)], "service_date": "2026-11-03"}},
        {"TWO": {"lines": [line(ECG, modifiers=["76"])]}},
    ) as opened:
        found = held(opened)
    assert {n for n, edits in found.items() if "MUE-01" in edits} == {"TWO"}


def test_a_visit_in_the_ninety_days_of_a_surgery_billed_last_night_is_warned_of(nights):
    with nights(
        {"KNEE": {"lines": [line(KNEE)], "service_date": "2026-08-10"}},
        {
            "IN-90": {"service_date": "2026-11-08"},
            "DAY-91": {"service_date": "2026-11-09"},
            "UNRELATED": {"service_date": "2026-11-07", "lines": [line(VISIT, modifiers=["24"])]},
        },
    ) as opened:
        assert warned(opened, "GLB-01") == {"IN-90"}
        assert "IN-90" not in held(opened)


def test_a_new_patient_visit_after_a_visit_of_the_same_group_is_warned_of(nights, home):
    other = {**home.encounter()["patient"], **OTHER_PATIENT}
    with nights(
        {"FIRST": {"service_date": "2026-10-27"}},
        {
            "NEW": {"lines": [line(NEW)]},
            "NEW-TO-US": {
                "lines": [line(NEW)],
                "patient": other,
                "coverages": [{"payer": "harbor", "member_id": "W17770002"}],
            },
        },
    ) as opened:
        assert warned(opened, "PX-04") == {"NEW"}


def test_the_filing_limit_passes_between_two_nights(nights):
    # Harbor's limit is 180 days: 2026-05-21 is 180 days before the Tuesday, 181 before the Wednesday.
    wrong = {"service_date": "2026-05-21", "diagnoses": []}
    with nights({}, {"LATE": wrong, "EARLY": {"service_date": "2026-05-22", "diagnoses": []}}) as opened:
        assert "TF-01" not in held(opened)["LATE"]
        assert warned(opened, "TF-01") == {"LATE", "EARLY"}
        coded(opened, WEDNESDAY)
        assert "TF-01" in held(opened)["LATE"]
        assert "TF-01" not in held(opened)["EARLY"]


def test_coverage_that_ended_holds_the_services_after_it_only(nights):
    def covered(day: str) -> dict[str, Any]:
        coverage = {"payer": "harbor", "member_id": "W17770001", "active_from": "2026-01-01"}
        return {"coverages": [{**coverage, "active_to": "2026-10-31"}], "service_date": day}

    with nights({"LAST-DAY": covered("2026-10-31")}, {"DAY-AFTER": covered("2026-11-01")}) as opened:
        assert held(opened) == {"DAY-AFTER": {"ELIG-01"}}


def test_two_encounters_of_one_night_are_seen_in_the_order_they_came(nights):
    with nights({"1-KNEE": {"lines": [line(KNEE)]}, "2-JOINT": {"lines": [line(JOINT)]}}) as opened:
        assert held(opened) == {"2-JOINT": {"NCCI-01"}}
