"""Edits of institutional and dental claims that look back, through the real ledger."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.tasks.coding_night import MONDAY, TUESDAY, coded, held


@pytest.fixture
def two_nights(home: Any) -> Callable[[dict[str, Any], dict[str, Any]], dict[str, set[str]]]:
    """Takes in one encounter on Monday and one on Tuesday; what holds each of them."""

    def play(first: dict[str, Any], second: dict[str, Any]) -> dict[str, set[str]]:
        for day, number, facts in ((MONDAY, "1", first), (TUESDAY, "2", second)):
            home.drop(f"lakeside/{number}.json", home.encounter(number, **facts))
            with home.opened() as opened:
                coded(opened, day)
        with home.opened() as opened:
            return held(opened)

    return play


def filling(tooth: str, procedure: str = "D2392") -> dict[str, Any]:
    surfaces = ["M", "O"] if procedure == "D2392" else []
    line = {
        "procedure": procedure,
        "charge": "150.00",
        "dental": {"teeth": [{"number": tooth, "surfaces": surfaces}]},
    }
    return {"kind": "dental", "diagnoses": [], "lines": [line]}


def test_the_same_filling_of_a_tooth_is_a_duplicate(two_nights) -> None:
    assert two_nights(filling("30"), filling("30")) == {"2": {"DUP-01"}}


def test_a_filling_of_the_next_tooth_is_no_duplicate(two_nights) -> None:
    assert two_nights(filling("30"), filling("31")) == {}


def stay(bill: str, first: str, last: str, days: int, status: str = "30") -> dict[str, Any]:
    return {
        "kind": "institutional",
        "place_of_service": "",
        "rendering": None,
        "diagnoses": ["J18.9"],
        "service_date": first,
        "admission": "2026-10-01",
        "institutional": {
            "type_of_bill": bill,
            "admission_type": "1",
            "admission_source": "1",
            "patient_status": status,
            "statement_from": first,
            "statement_to": last,
            "admission_hour": "0930",
            "discharge_hour": "1400",
            "admitting_diagnosis": "J18.9",
            "present_on_admission": ["Y"],
            "values": [{"code": "80", "amount": f"{days}.00"}],
            "attending": {"npi": "1999001013"},
        },
        "lines": [{"revenue_code": "0120", "charge": f"{900 * days}.00", "units": days}],
    }


FIRST = stay("112", "2026-10-01", "2026-10-20", 20)


def test_an_interim_bill_continues_the_one_of_the_night_before(two_nights) -> None:
    assert two_nights(FIRST, stay("113", "2026-10-21", "2026-11-05", 16)) == {}


def test_an_interim_bill_that_leaves_days_out_is_held(two_nights) -> None:
    assert two_nights(FIRST, stay("113", "2026-10-23", "2026-11-05", 14)) == {"2": {"INT-01"}}


def test_a_second_bill_of_the_whole_stay_is_held(two_nights) -> None:
    whole = stay("111", "2026-10-01", "2026-10-25", 24, status="01")
    assert two_nights(FIRST, whole) == {"2": {"INT-01"}}
