"""A claim to a later payer is judged beside the patient's other claims, by that payer's own rules."""

import json
from dataclasses import replace
from datetime import date

import pytest

import coding
from config import partners as files
from intake.encounter import Encounter
from ledger.encounters.history import PastClaim, PastLine
from ledger.sending.batches import Ready
from tasks.claims import later_findings
from tasks.claims.claim_from_encounter import claim_from_encounter
from tasks.claims.edit_context import Contexts
from tests.conftest import CHECKOUT, CLEAN
from tests.tasks.test_every_kind import SURGERY

DEMO = files.load(CHECKOUT / "config" / "demo")
CODES = coding.codes.load().having(ncci_medicaid=[("11042", "97597", 1)], mue_practitioner=[("93000", 1, 2)])
AS_OF = date(2026, 11, 18)
SECOND = {"order": "S", "payer": "beacon", "member_id": "W27770002", "active_from": "2026-07-01"}
TWO = [{"order": "P", "payer": "harbor", "member_id": "W17770001"}, SECOND]
BRIDGE = {
    "kind": "dental",
    "diagnoses": [],
    "rendering": {"npi": "1999071016"},
    "dental": {"missing_teeth": ["30"]},
    "lines": [
        {
            "procedure": "D6240",
            "charge": "900.00",
            "dental": {"teeth": [{"number": "30"}], "prosthesis": "I"},
        }
    ],
}
EXTRACTION = {
    "kind": "dental",
    "service_date": "2026-03-02",
    "lines": [{"procedure": "D7140", "dental": {"teeth": [{"number": "30"}]}}],
}
STAY = {
    "kind": "institutional",
    "admission": "2026-11-04",
    "institutional": {"type_of_bill": "111", "statement_from": "2026-11-04", "statement_to": "2026-11-09"},
    "lines": [{"revenue_code": "0120"}],
}


def lines(*procedures):
    return {"lines": [{"procedure": code, "charge": "90.00", "pointers": [1]} for code in procedures]}


def past(document, procedure, day="2026-11-02", payer="harbor"):
    line = PastLine(
        number=1, procedure=procedure, modifiers="", units="1", charge=90_00, service_from=day,
        place_of_service="11", rendering_npi="1999001013",
    )  # fmt: skip
    return PastClaim(
        claim_id=9, encounter_id=9, patient_control_number="CC9", practice="lakeside", payer=payer,
        payer_order="P", payer_claim_control_number="", billing_npi="1999000015",
        rendering_npi="1999001013", specialty="", diagnoses="", state="sent", status="",
        lines=(line,), payload=json.dumps({**CLEAN, **document}) if document else "",
    )  # fmt: skip


def holds(changes, rules, before):
    """The edits that hold the claim to beacon, whose file says `rules` besides."""
    payer = DEMO.payers["beacon"].model_copy(update=rules)
    partners = replace(DEMO, payers={**DEMO.payers, "beacon": payer})
    document = {**CLEAN, "coverages": TWO, **changes}
    encounter = Encounter.model_validate(document)
    practice = DEMO.practices["lakeside"]
    claim = claim_from_encounter(encounter, practice, payer, "CC1", order="S").claim
    ready = Ready(
        submission_id=1, claim_id=1, payer="beacon", practice="lakeside", patient_control_number="CC1",
        payer_order="S", frequency="1", replaces="", condition="", payload=json.dumps(document),
        encounter_id=1,
    )  # fmt: skip
    found = later_findings.of(Contexts(CODES, partners, AS_OF), ready, claim, (), (), before)
    return {one.edit_id for one in found if one.severity == "hold"}


@pytest.mark.parametrize(
    ("edit_id", "changes", "rules", "before"),
    [
        ("MTC-01", BRIDGE, {"missing_tooth_clause": True}, [past(EXTRACTION, "D7140", "2026-03-02")]),
        ("WIN-01", SURGERY, {"payment_window_days": 3}, [past(STAY, "")]),
        ("NCCI-01", lines("11042", "97597"), {"filing_code": "MC"}, []),
        ("MUE-01", lines("93000"), {}, [past({}, "93000", payer="beacon")]),
        ("DUP-01", lines("99213"), {}, [past({}, "99213", payer="beacon")]),
    ],
)
def test_the_later_payers_own_rule_holds_its_claim_and_without_it_the_claim_goes(
    edit_id, changes, rules, before
):
    changes = {**changes, "coverages": TWO}
    assert edit_id in holds(changes, rules, before)
    assert edit_id not in holds(changes, {}, before if rules else [])
