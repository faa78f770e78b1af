"""A payer that decides by rates: what a scenario may say of it, and that a claim is always decided alike."""

from datetime import date

import pytest

from edi.records import Claim, Party, Person, ServiceLine
from mock_clearinghouse.adjudicate import decide
from mock_clearinghouse.learned import Drawn, read_drawn
from mock_clearinghouse.scenario import PLAIN, Rule, ScenarioError, parse

RATES = """
[[learned]]
payer_id = ["HRB01"]
days = [[3, 0.5], [9, 0.5]]
[[learned.claims]]
rates = { "A7:164:IL" = 0.1 }
[[learned.lines]]
rates = { "CO-50" = 0.05 }
[[learned.lines]]
procedure = "99214"
modifiers = "25"
rates = { "CO-97" = 0.4, "other" = 0.1 }
[[learned.shares]]
share = 0.625
"""


def claim(number: int, payer="HRB01", procedure="99214", modifiers=("25",)) -> Claim:
    day = date(2026, 11, 2)
    return Claim(
        patient_control_number=f"C{number}",
        charge=21_501,
        billing=Party(npi="1999000015"),
        payer=Party(id=payer),
        subscriber=Person(last="QUILL"),
        diagnoses=("M545",),
        lines=[
            ServiceLine(number=1, procedure=procedure, modifiers=modifiers, charge=20_000, service_from=day),
            ServiceLine(number=2, procedure="36415", charge=1_501, service_from=day),
        ],
    )


def rule_for(scenario, one: Claim, nth=1) -> Rule:
    """The rule of a claim that is the `nth` that fits a rule."""
    return scenario.rule_for(one, lambda rule: nth)


def test_claims_are_decided_at_the_rates_of_the_closest_group_and_each_always_alike():
    scenario = parse(RATES)
    drawn = [read_drawn(rule_for(scenario, claim(n)).name) for n in range(2000)]
    assert drawn == [read_drawn(rule_for(scenario, claim(n)).name) for n in range(2000)]
    taken = [one for one in drawn if not one.rejected]
    assert len(taken) / 2000 == pytest.approx(0.9, abs=0.03)
    reasons = [dict(one.denied).get(1) for one in taken]
    assert reasons.count("CO-97") / len(taken) == pytest.approx(0.4, abs=0.04)
    assert reasons.count("CO-16") / len(taken) == pytest.approx(0.1, abs=0.03)
    of_the_rest = sum(dict(one.denied).get(2) == "CO-50" for one in taken)
    assert of_the_rest / len(taken) == pytest.approx(0.05, abs=0.02)
    assert {one.days for one in taken} == {3, 9}
    other = parse(RATES.replace("[[learned]]", "[[learned]]\nseed = 2"))
    assert drawn != [read_drawn(rule_for(other, claim(n)).name) for n in range(2000)]


def test_what_was_drawn_is_read_from_the_name_and_pays_to_the_cent():
    drawn = Drawn("", 5, ((2, "CO-50"),), ((1, 6250),))
    assert read_drawn(drawn.name) == drawn
    assert read_drawn("a rule") is None
    [remit] = parse("").rule(drawn.name).remit
    paid = decide(claim(1), remit, "1")
    assert [line.paid for line in paid.lines] == [12_500, 0]
    assert paid.charge - paid.paid == sum(a.amount for line in paid.lines for a in line.adjustments)
    assert (paid.status, remit.days) == ("1", 5)
    refused = parse("").rule(Drawn(rejected="A7:164:IL").name)
    assert (refused.acknowledge, refused.status, refused.remit) == ("reject", "A7:164:IL", ())


def test_rules_come_first_and_other_payers_are_not_learned():
    scenario = parse('[[rule]]\nname = "first"\nprocedure = "99214"\nnth = 2\n' + RATES)
    assert [rule_for(scenario, claim(1), nth).name == "first" for nth in (1, 2, 3)] == [False, True, False]
    assert read_drawn(rule_for(scenario, claim(1)).name)
    assert rule_for(scenario, claim(1, payer="MRD02")) is PLAIN


@pytest.mark.parametrize(
    ("was", "wrong", "said"),
    [
        ("seed", "sed", "known are"),
        ('"CO-50" = 0.05', '"CO-50" = 1.5', "no more than 1"),
        ('"CO-50" = 0.05', '"CO-50" = -0.1', "no more than 1"),
        ('procedure = "99214"', 'code = "99214"', "code is not known"),
        ("days = [[3, 0.5], [9, 0.5]]", "days = 3", "learned"),
    ],
)
def test_what_cannot_be_played_is_refused_with_its_place(was, wrong, said):
    text = RATES.replace("[[learned]]", "[[learned]]\nseed = 1", 1)
    with pytest.raises(ScenarioError, match=said):
        parse(text.replace(was, wrong, 1))
