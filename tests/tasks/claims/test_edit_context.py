"""What a payer's and a practice's file say reaches the edits, every fact of it."""

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

import coding
from config import partners
from config.partners import Payer
from intake.encounter import Encounter
from tasks.claims.edit_context import Contexts, payer_rules, practice_facts
from tasks.home.home import terms_of
from tests.conftest import CLEAN

DEMO = Path(__file__).parents[3] / "config" / "demo"
FULL = Payer.model_validate(
    {
        "key": "full",
        "payer_id": "FULL1",
        "name": "Full Rules",
        "filing_code": "MC",
        "clearinghouse": "northgate",
        "filing_limit_days": 90,
        "filing_limit_from": "through",
        "appeal_limit_days": 60,
        "member_id_pattern": r"W\d{8}",
        "medicare": True,
        "questionnaire_days": 60,
        "needs_taxonomy": True,
        "zero_charge_allowed": True,
        "largest_charge": "99999.99",
        "missing_tooth_clause": True,
        "ncci_table": "medicaid",
        "authorization_for": ["29881"],
        "referring_for": ["73721"],
        "ndc_for": ["J1885"],
        "clia_tests": ["G0480"],
        "clia_waived": ["87880"],
        "bilateral": "two_lines",
        "single_dose_for": ["J9355"],
        "prolonged": "99417",
        "anesthesia_units": "units",
        "anesthesia_roles": True,
        "fractional_units_for": ["J1885"],
        "therapy_modifiers": True,
        "telehealth": [{"places": ["02", "10"], "modifiers": ["95"], "since": "2026-01-01"}],
        "policies": [
            {
                "name": "L1",
                "procedures": ["93306"],
                "diagnoses": ["i50", "I34.0"],
                "since": "2026-01-01",
                "times": 1,
                "days": 365,
            }
        ],
        "denied_lines": [
            {
                "name": "tracings",
                "code": "CARC 96",
                "reason": "denied since spring",
                "procedure": "93000",
                "until": "2027-01-31",
            }
        ],
        "edits_off": [{"id": "TF-01", "reason": "counts otherwise", "until": "2027-01-31"}],
        "edits_raised": [{"id": "PX-04", "reason": "denied outright", "until": "2027-01-31"}],
    }
)


def test_no_rule_that_an_edit_reads_is_left_at_its_default():
    rules, empty = payer_rules(FULL), coding.PayerRules(key="")
    for field in fields(coding.PayerRules):
        if field.name != "plans":
            assert getattr(rules, field.name) != getattr(empty, field.name), field.name


def test_diagnoses_of_a_policy_may_be_written_with_dots_and_small_letters():
    (policy,) = payer_rules(FULL).policies
    assert policy.diagnoses == ("I50", "I340")
    assert (policy.since, policy.until) == (date(2026, 1, 1), None)
    assert (policy.times, policy.days) == (1, 365)


def test_a_raised_edit_holds_and_a_switched_off_one_says_until_when():
    rules = payer_rules(FULL)
    assert [(s.edit_id, s.severity) for s in rules.edits_raised] == [("PX-04", coding.Severity.HOLD)]
    assert [(s.edit_id, s.severity, s.until) for s in rules.edits_off] == [("TF-01", None, date(2027, 1, 31))]


def test_the_demos_partners_become_rules_and_facts():
    found = partners.load(DEMO)
    for payer in found.payers.values():
        assert payer_rules(payer).payer_id == payer.payer_id
    for practice in found.practices.values():
        facts = practice_facts(practice)
        assert {p.npi for p in facts.providers} == {p.npi for p in practice.providers}


def test_medicares_payment_window_is_three_days_where_its_file_says_nothing_and_none_with_others():
    assert payer_rules(FULL).payment_window_days == 3
    assert payer_rules(FULL.model_copy(update={"payment_window_days": 1})).payment_window_days == 1
    assert payer_rules(FULL.model_copy(update={"medicare": False})).payment_window_days == 0


@pytest.mark.parametrize(
    ("medicare", "first", "own", "starts"),
    [
        (False, "service", "", "remittance"),
        (False, "through", "", "remittance"),
        (True, "service", "", "service"),
        (True, "through", "", "through"),
        (False, "service", "through", "through"),
        (True, "through", "service", "service"),
        (True, "service", "remittance", "remittance"),
    ],
)
def test_the_edits_and_the_books_count_a_later_payers_limit_from_the_same_day(medicare, first, own, starts):
    payer = FULL.model_copy(
        update={"medicare": medicare, "filing_limit_from": first, "later_filing_limit_from": own}
    )
    assert terms_of(payer).later_filing.starts == starts
    assert payer_rules(payer, later=True).filing_limit_from_last_day is (starts == "through")
    found = partners.load(DEMO)
    contexts = Contexts(coding.codes.load(), found, date(2026, 11, 18))
    encounter = Encounter.model_validate(CLEAN)
    practice = found.practices["lakeside"]
    answered = date(2026, 11, 17)
    later = contexts.of(encounter, practice, payer, order="S", answered=answered)
    assert later.filing_from == (answered if starts == "remittance" else None)
    assert contexts.of(encounter, practice, payer, answered=answered).filing_from is None
