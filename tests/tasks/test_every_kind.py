"""Professional, institutional and dental encounters from document to paid, over the mock clearinghouse."""

import re
from dataclasses import replace
from datetime import date

import pytest

import edi
from ledger.queries import standing
from ledger.queries.batches import all_batches
from ledger.queries.claim_story import show
from ledger.queries.money import money
from ledger.queries.night import problems
from ledger.queries.proof import of_all
from tasks import nightly_run
from tasks.batches.plan import envelope
from tasks.operations import correct_claim
from tasks.operations.money_acts import By

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 11, day) for day in (16, 17, 18))
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
        stories = {name: show(ledger, c.claim_id) for name, c in found.items()}
        assert {name: story.paid_cents for name, story in stories.items()} == {
            "P-1": 108_00,  # 80 % of 135.00
            "I-DRG": 6100_00,  # more than the 5000.00 charged, less the deductible
            "I-DAY": 2100_00,
            "I-OUT": 3200_00,
            "D-1": 480_00,
            "D-2": 120_00,  # what is left of the year; the rest is looked at (PR 119)
            "D-PRE": 0,
        }
        assert {name: one.patient_receivable_cents for name, one in stories.items() if name[0] != "P"} == {
            "I-DRG": 100_00, "I-DAY": 0, "I-OUT": 0, "D-1": 480_00, "D-2": 480_00, "D-PRE": 0
        }  # fmt: skip
        assert money(ledger).closes
        assert of_all(ledger).holds
    sent = sorted((played.path / "edi" / "sent").rglob("*.837"))
    kinds = [{claim.kind for claim in edi.read_claims(file)} for file in sent]
    assert sorted(map(sorted, kinds)) == [["D"], ["I"], ["P"]]


def test_a_claim_that_went_out_is_written_the_same_from_its_fields_alone(played):
    """A void says what went out, in a file with claims that were never read."""
    for file in (played.path / "edi" / "sent").rglob("*.837"):
        data = file.read_bytes()
        claims = [replace(claim, loops=None) for claim in edi.read_claims(data)]
        with played.opened() as opened:
            clearinghouse = opened.partners.clearinghouses["northgate"]
            written = edi.write_claims(claims, envelope(clearinghouse, int(data[90:99]), MONDAY))
        assert written == data


def test_a_void_goes_in_one_transaction_set_with_its_neighbours_and_every_answer_is_taken(home):
    """It opened a functional group of its own: what was answered to the second one named no batch of ours."""
    home.drop("lakeside/one.json", home.encounter("P-1"))
    play(home)
    home.drop("lakeside/two.json", other_patient(home, "P-2", "Ada"))
    with home.clearinghouse(WEDNESDAY, PAYS), home.opened() as opened:
        by = By("ann", "billed by mistake")
        correct_claim.void(opened, WEDNESDAY, by, "P-1", dry_run=False)
        nightly_run.walk(opened, WEDNESDAY)
        assert problems(opened.ledger) == []
        assert all_batches(opened.ledger)[-1].state == "accepted"
    file = max((home.path / "edi" / "sent").rglob("*.837"), key=lambda f: f.read_bytes()[90:99])
    assert sorted(claim.frequency for claim in edi.read_claims(file)) == ["1", "8"]
    assert re.findall(rb"(?m)^(?:GS|ST)\*", file.read_bytes()) == [b"GS*", b"ST*"]


def test_a_predetermination_asks_and_nothing_is_owed(played):
    with played.opened() as opened:
        [claim] = [c for c in standing.claims(opened.ledger) if c.external_id == "D-PRE"]
        story = show(opened.ledger, claim.claim_id)
        assert (story.state, story.submissions[-1].state) == ("predetermined", "predetermined")
        assert [(p.status, p.paid_cents) for p in story.payments] == [("25", 0)]
        assert story.payers[0].receivable_cents == 0
        assert story.work == []
