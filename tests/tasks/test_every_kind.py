"""Professional, institutional and dental encounters from document to paid, over the mock clearinghouse."""

from datetime import date

import pytest

import edi
from ledger.queries import standing
from ledger.queries.claim_story import show
from ledger.queries.money import money
from ledger.queries.proof import of_all
from tasks import nightly_run

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
PAYS = """
[[rule]]
name = "a stay by its DRG, in this test"
member_id = "W91*"
[[rule.remit]]
drg = { "470" = "6200.00" }
deductible = "100.00"

[[rule]]
name = "a stay by the day, in this test"
member_id = "W92*"
[[rule.remit]]
per_diem = "700.00"

[[rule]]
name = "a dental plan with its maximum, in this test"
member_id = "W93*"
[[rule.remit]]
allowed = 80
coinsurance = 50
annual_maximum = "600.00"
"""


def covered(member: str) -> list[dict[str, str]]:
    return [{"order": "P", "payer": "harbor", "member_id": member}]


STAY = {
    "kind": "institutional",
    "admission": "2026-11-02",
    "rendering": None,
    "place_of_service": "",
    "institutional": {
        "type_of_bill": "111",
        "admission_type": "3",
        "admission_source": "1",
        "patient_status": "01",
        "statement_from": "2026-11-02",
        "statement_to": "2026-11-05",
        "admission_hour": "0830",
        "discharge_hour": "1100",
        "admitting_diagnosis": "M17.11",
        "present_on_admission": ["Y"],
        "drg": "470",
        "attending": {"npi": "1999001013"},
        "values": [{"code": "80", "amount": "3.00"}],
    },
    "diagnoses": ["M17.11"],
    "service_date": None,
    "lines": [
        {"revenue_code": "0120", "units": 3, "unit_code": "DA", "charge": "3000.00"},
        {"revenue_code": "0250", "charge": "2000.00"},
    ],
}
SURGERY = {
    **STAY,
    "admission": None,
    "institutional": {
        "type_of_bill": "131",
        "admission_type": "3",
        "admission_source": "1",
        "patient_status": "01",
        "statement_from": "2026-11-02",
        "statement_to": "2026-11-02",
        "attending": {"npi": "1999001013"},
        "operating": {"npi": "1999001013"},
    },
    "service_date": "2026-11-02",
    "lines": [{"revenue_code": "0360", "procedure": "29881", "charge": "4000.00"}],
}
CROWN = {
    "kind": "dental",
    "diagnoses": [],
    "lines": [
        {
            "procedure": "D2740",
            "charge": "1200.00",
            "dental": {"teeth": [{"number": "30"}], "prosthesis": "I"},
        }
    ],
}


def other_patient(home, number: str, first: str, **changes):
    made = home.encounter(number, **changes)
    return {**made, "patient": {**made["patient"], "first": first}}


def play(home):
    for day in (MONDAY, TUESDAY):
        with home.clearinghouse(day, PAYS), home.opened() as opened:
            nightly_run.walk(opened, day)


@pytest.fixture
def played(home):
    home.drop(
        "lakeside/day.json",
        [
            home.encounter("P-1"),
            other_patient(home, "I-DRG", "Ada", coverages=covered("W91000001"), **STAY),
            other_patient(home, "I-DAY", "Ben", coverages=covered("W92000001"), **STAY),
            other_patient(home, "I-OUT", "Cy", **SURGERY),
            other_patient(home, "D-1", "Dot", coverages=covered("W93000001"), **CROWN),
            other_patient(
                home,
                "D-2",
                "Dot",
                coverages=covered("W93000001"),
                **{
                    **CROWN,
                    "lines": [
                        {**CROWN["lines"][0], "dental": {"teeth": [{"number": "3"}], "prosthesis": "I"}}
                    ],
                },
            ),
            other_patient(
                home,
                "D-PRE",
                "Eve",
                coverages=covered("W93000002"),
                **{**CROWN, "dental": {"predetermination": True}},
            ),
        ],
    )
    play(home)
    return home


def test_every_kind_goes_out_in_a_file_of_its_own_and_is_paid(played):
    with played.opened() as opened:
        ledger = opened.ledger
        found = {c.external_id: c for c in standing.claims(ledger)}
        assert {name: c.state for name, c in found.items()} == {
            "P-1": "paid", "I-DRG": "paid", "I-DAY": "paid", "I-OUT": "paid", "D-1": "paid",
            "D-2": "part_paid", "D-PRE": "predetermined",
        }  # fmt: skip
        told = {name: show(ledger, c.claim_id) for name, c in found.items()}
        assert {name: story.paid_cents for name, story in told.items()} == {
            "P-1": 108_00,  # 80 % of 135.00
            "I-DRG": 6100_00,  # more than the 5000.00 charged, less the deductible
            "I-DAY": 2100_00,
            "I-OUT": 3200_00,
            "D-1": 480_00,
            "D-2": 120_00,  # what is left of the year; the rest is looked at (PR 119)
            "D-PRE": 0,
        }
        assert {name: story.patient_receivable_cents for name, story in told.items() if name[0] != "P"} == {
            "I-DRG": 100_00, "I-DAY": 0, "I-OUT": 0, "D-1": 480_00, "D-2": 480_00, "D-PRE": 0
        }  # fmt: skip
        assert money(ledger).closes
        assert of_all(ledger).holds
    sent = sorted((played.path / "edi" / "sent").rglob("*.837"))
    kinds = [{claim.kind for claim in edi.read_claims(file)} for file in sent]
    assert sorted(map(sorted, kinds)) == [["D"], ["I"], ["P"]]


def test_a_predetermination_asks_and_nothing_is_owed(played):
    with played.opened() as opened:
        [claim] = [c for c in standing.claims(opened.ledger) if c.external_id == "D-PRE"]
        told = show(opened.ledger, claim.claim_id)
        assert (told.state, told.submissions[-1].state) == ("predetermined", "predetermined")
        assert [(p.status, p.paid_cents) for p in told.payments] == [("25", 0)]
        assert told.payers[0].receivable_cents == 0
        assert told.work == []
