"""The mock says in a 271 what its scenario has of a member."""

from dataclasses import replace
from datetime import date

import pytest

from edi.records import EligibilityInquiry
from mock_clearinghouse.coverages import coverages
from mock_clearinghouse.scenario import ScenarioError, parse
from tests.edi.acknowledgments.test_eligibility_inquiries import CHILD, PAYER, PROVIDER, SUBSCRIBER

DAY = date(2026, 11, 16)
ASKED = EligibilityInquiry(
    trace="1", payer=PAYER, provider=PROVIDER, subscriber=SUBSCRIBER, service_from=date(2026, 11, 2)
)


def said(rule, asked=ASKED, day=DAY):
    return coverages([asked], parse(f"[[coverage]]\n{rule}\n" if rule else ""), day)


def test_without_a_rule_that_fits_the_coverage_is_active():
    for rule in ("", 'member_id = "X*"\nanswer = "inactive"', 'payer_id = "SNR04"\nanswer = "inactive"'):
        [answer] = said(rule)
        assert (answer.active, answer.traces) == (True, ("1",))


@pytest.mark.parametrize(
    ("rule", "active"),
    [
        ("end = 2026-11-02", True),
        ("end = 2026-11-01", False),
        ("start = 2026-11-02", True),
        ("start = 2026-11-03", False),
        ('answer = "inactive"', False),
    ],
)
def test_it_is_active_on_the_days_that_the_rule_has(rule, active):
    [answer] = said(rule)
    assert answer.active is active


def test_a_member_is_not_known_or_the_payer_is_not_there_or_silent():
    assert [r.reason for r in said('answer = "not_found"')[0].refusals] == ["75"]
    away = 'answer = "unavailable"\nuntil = 2026-11-16'
    assert [r.reason for r in said(away)[0].refusals] == ["42"]
    assert said(away, day=date(2026, 11, 17))[0].active
    assert said('answer = "silence"') == []


def test_a_dependent_is_answered_under_its_own_trace():
    [answer] = said("", replace(ASKED, patient=CHILD))
    assert (answer.patient, answer.active) == (CHILD, True)


@pytest.mark.parametrize("rule", ['answer = "maybe"', "colour = 1", "copay = 1.5"])
def test_a_rule_that_makes_no_sense_is_refused_with_its_place(rule):
    with pytest.raises(ScenarioError, match=r"\[\[coverage\]\] 1"):
        said(rule)
