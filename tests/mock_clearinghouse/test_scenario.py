"""Scenario files: what they may say, and how plainly they are refused."""

import pytest

from mock_clearinghouse.scenario import DEFAULT, ScenarioError, load, parse


def test_the_demo_scenario_is_read_and_each_rule_has_its_story():
    scenario = load(DEFAULT)
    assert scenario.usage == "T"
    assert len(scenario.rules) >= 20
    assert scenario.rule("deductible").remit[0].deductible == 10_000
    assert scenario.strangers[0].patient_control_number == "UNKNOWN77"


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ('member_id = "W41*"', True),
        ('member_id = "W410000001"', True),
        ('member_id = "W42*"', False),
        ('payer_id = ["MRD02", "HRB01"]', True),
        ('payer_id = "MRD02"', False),
        ('procedure = "87880"', True),
        ('procedure = "99999"', False),
        ('charge = "173.00"', True),
        ('charge = "173.01"', False),
        ('frequency = "1"', True),
        ('billing_npi = "1999000015"', True),
        ('member_id = "W41*"\npayer_id = "MRD02"', False),
    ],
)
def test_a_rule_fits_when_all_that_it_names_fits(claim, match, fits):
    rule = parse(f'[[rule]]\nname = "one"\n{match}').rules[0]
    assert rule.fits(claim(member="W410000001")) is fits


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", "not TOML"),
        ("rules = []", "the top: rules is not known"),
        ('[[rule]]\nname = "a"\nmember = "W1"', r"\[\[rule\]\] 1 \(a\): member is not known"),
        ('[[rule]]\nmember_id = "W1"', "needs a name"),
        ('[[rule]]\nname = "a"\n[[rule]]\nname = "a"', "a name of its own"),
        ('[[rule]]\nname = "a"\nacknowledge = "maybe"', "accept, reject or omit"),
        ('[[rule]]\nname = "a"\nacknowledge = "reject"', "needs status"),
        ('[[rule]]\nname = "a"\n[[rule.remit]]\ndeductible = 12.5', "dollars are written"),
        ('[[rule]]\nname = "a"\n[[rule.remit]]\ndeductible = "12.505"', "dollars are written"),
        ('[[rule]]\nname = "a"\n[[rule.remit]]\nreverse = 1', "name an earlier remit"),
        ('[[rule]]\nname = "a"\n[[rule.remit]]\ndeny = { group = "CO" }', "deny: missing .* 'reason'"),
        ('[[rule]]\nname = "a"\n[[rule.remit]]\npaid = 3', "paid is not known"),
        ('[[fault]]\nkind = "gremlins"', "kind 'gremlins' is not one of"),
        ('[[fault]]\nkind = "drop"\nbyte = 4', "byte is not known"),
        ('[[fault]]\nkind = "full_disk"\noperation = "read"', "full_disk can occur at write"),
        ('[[stranger]]\npayer_id = "HRB01"', "missing"),
    ],
)
def test_a_scenario_that_cannot_be_used_says_where_and_what(text, says):
    with pytest.raises(ScenarioError, match=says):
        parse(text)
