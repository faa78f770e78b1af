"""What a patient paid in full and keeps from the plan is no part of a claim, nor is what points at it."""

import pytest
from pydantic import ValidationError

import intake
from coding.codes.store import load
from config import partners
from config.partners import DEMO
from intake.encounter import Encounter
from ledger.encounters.encounters import EncounterRow
from ledger.encounters.overrides import OverrideRow
from tasks.claims import restricted
from tasks.claims.claim_from_encounter import claim_from_encounter
from tasks.claims.edit_context import Contexts
from tasks.claims.encounter_claims import EncounterClaims
from tasks.claims.findings import judged
from tasks.claims.overrides import standing
from tests.conftest import CLEAN, MONDAY
from tests.tasks.claims.holding import holds

KNOWN = partners.load(DEMO)
VISIT = {"procedure": "99213", "charge": "135.00", "pointers": [1]}
SECRET = {"procedure": "87880", "modifiers": ["QW"], "charge": "61.00", "pointers": [2], "restricted": True}
MIXED = {
    **CLEAN,
    "diagnoses": ["J02.9", "R50.9", "R05.9"],
    "lines": [SECRET, {**VISIT, "pointers": [3, 1]}],
    "patient_paid": "81.00",
}


def made(facts):
    encounter = Encounter.model_validate(facts)
    practice, payer = KNOWN.practices["lakeside"], KNOWN.payers["harbor"]
    return claim_from_encounter(encounter, practice, payer, "C1", None, KNOWN.payer).claim


def findings(facts):
    row = EncounterRow(1, "lakeside", Encounter.model_validate(facts).model_dump_json(), "picked_up")
    [one] = EncounterClaims(KNOWN).of([row], {})
    context = Contexts(load(), KNOWN, MONDAY).of(one.encounter, one.practice, one.payer)
    return [(f.edit_id, f.line) for f in judged(KNOWN, one, context) if f.severity == "hold"]


def test_a_claim_has_the_other_lines_with_their_diagnoses_their_money_and_numbers_from_one():
    claim = made(MIXED)
    assert [(line.number, line.procedure, line.pointers) for line in claim.lines] == [(1, "99213", (2, 1))]
    assert (claim.charge, claim.patient_paid) == (135_00, 20_00)
    assert claim.diagnoses == ("J029", "R059")


def test_nothing_of_a_restricted_line_is_in_the_file_and_no_check_finds_a_gap():
    found, data = holds(MIXED)
    assert found == set()
    for canary in (b"87880", b"R509", b"6100", b"61.00", b"AMT*F5*81", b"*196"):
        assert canary not in data.partition(b"CLM*")[2]
    assert b"LX*1~" in data
    assert b"LX*2~" not in data


def test_a_diagnosis_that_another_line_points_at_stays():
    shared = {**SECRET, "pointers": [1, 2]}
    assert made({**MIXED, "lines": [shared, VISIT]}).diagnoses == ("J029", "R059")


def test_what_was_paid_for_restricted_services_alone_is_not_reported():
    assert made({**MIXED, "patient_paid": "61.00"}).patient_paid is None
    assert made({**MIXED, "patient_paid": "40.00"}).patient_paid is None


def test_a_stay_loses_the_diagnosis_wherever_it_stands():
    stay = {
        "type_of_bill": "131",
        "admitting_diagnosis": "R50.9",
        "reason_diagnoses": ["r50. 9", "J02.9"],
        "present_on_admission": ["Y", "N", "U"],
    }
    lines = [{**SECRET, "revenue_code": "0300"}, {"revenue_code": "0450", "charge": "135.00"}]
    claim = made({**MIXED, "kind": "institutional", "institutional": stay, "lines": lines})
    assert claim.diagnoses == ("J029", "R059")
    assert claim.institutional.admitting_diagnosis == ""
    assert claim.institutional.reason_diagnoses == ("J029",)
    assert claim.institutional.present_on_admission == ("Y", "U")


def test_findings_and_overrides_name_the_line_as_it_is_documented():
    lines = [SECRET, VISIT, {**VISIT, "procedure": "9921"}]
    assert ("PX-01", 3) in findings({**MIXED, "lines": lines})
    row = OverrideRow(
        encounter_id=1,
        edit_id="PX-01",
        line=3,
        who="ann",
        why="checked",
        until_on="2026-12-01",
        business_on="2026-11-16",
    )
    assert standing([row], (2, 3))[0].line == 2
    assert standing([row])[0].line == 3


def test_an_encounter_that_is_restricted_as_a_whole_is_held_by_no_edit_and_needs_no_plan():
    assert findings({**MIXED, "restricted": True, "coverages": [], "diagnoses": ["X"]}) == []
    assert made({**MIXED, "restricted": True}).lines == ()


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"lines": [VISIT, {**SECRET, "procedure": "86703", "charge": None}]}, 2),
        ({"lines": [], "restricted": True}, None),
    ],
    ids=["no charge", "no service"],
)
def test_a_restricted_service_that_nobody_could_ask_the_patient_for_is_held(changes, line):
    assert (restricted.ID, line) in findings({**MIXED, **changes})


def test_a_predetermination_is_not_restricted():
    facts = {**CLEAN, "kind": "dental", "dental": {"predetermination": True}, "restricted": True}
    with pytest.raises(ValidationError, match="say one of them"):
        Encounter.model_validate(facts)


def test_a_table_says_it_of_a_line_and_of_an_encounter():
    header = "source,encounter_id,patient_last,patient_first,patient_birth_date,patient_sex,payer,member_id,"
    header += (
        "diagnoses,rendering_npi,service_date,place_of_service,procedure,charge,restricted,line_restricted"
    )
    row = "notes,{},Zephyrine,Quill,1980-02-03,F,harbor,W17770001,J02.9,1999001013,2026-11-02,11,{},50,{},{}"
    said = (("1", "99213", "", ""), ("1", "87880", "", "yes"), ("2", "99213", "y", ""))
    rows = [row.format(*one) for one in said]
    read = intake.read("visits.csv", "\n".join([header, *rows, ""]).encode())
    assert read.problems == []
    first, second = read.encounters
    assert [line.restricted for line in first.lines] == [False, True]
    assert (first.restricted, second.restricted) == (False, True)
