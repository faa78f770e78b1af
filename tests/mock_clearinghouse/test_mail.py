"""Letters about claims: read with the next business date, answered by an 835 or by a letter."""

from datetime import date

import pytest

from mock_clearinghouse.scenario import ScenarioError, parse

DAYS = [date(2026, 11, day) for day in range(16, 25)]
DENIED = """
[[rule]]
name = "denied"
member_id = "W1*"
[[rule.remit]]
deny = { group = "CO", reason = "50" }
[[rule.appeal]]
after = 2
lost = "The records do not show it."
[[rule.appeal]]
won = { allowed = 75 }
"""
NUMBER = "HRB0100000001"


@pytest.fixture
def denied(clearinghouse, claim, batch):
    """A claim that was denied on Tuesday."""
    now = clearinghouse(DENIED)
    now.send(batch(claim("CC1", charges=(100_00,))))
    next_day(now, 1)
    return now


def next_day(now, number):
    now.take()
    now.next(DAYS[number])


def letter(now, name):
    (now.root / "mail/in" / name).write_bytes(b"%PDF")


def paid(now):
    return [(c.status, c.paid) for r in now.remittances() for c in r.claims]


def answers(now):
    return {path.name: path.read_text() for path in (now.root / "mail/out").iterdir()}


def test_the_first_letter_is_refused_by_a_letter_and_the_second_is_paid(denied):
    letter(denied, f"{NUMBER}.pdf")
    next_day(denied, 2)
    next_day(denied, 3)
    assert answers(denied) == {}
    next_day(denied, 4)
    assert answers(denied) == {f"{NUMBER}.txt": f"{DAYS[4]}\n\nThe records do not show it.\n"}
    assert paid(denied) == []
    letter(denied, f"{NUMBER}-2.pdf")
    next_day(denied, 5)
    next_day(denied, 6)
    assert paid(denied) == [("22", 0), ("1", 75_00)]
    next_day(denied, 7)
    assert paid(denied) == [], "a letter is answered once"
    assert len(answers(denied)) == 1


def test_a_replacement_takes_back_what_the_appeal_won(denied, claim, batch):
    for name in ("a", "b"):
        letter(denied, f"{NUMBER}-{name}.pdf")
    next_day(denied, 2)
    next_day(denied, 3)
    assert paid(denied) == [("22", 0), ("1", 75_00)]
    again = claim("CC1", charges=(80_00,), frequency="7", payer_claim_control_number=NUMBER)
    denied.send(batch(again, isa13=2))
    next_day(denied, 4)
    assert ("22", -75_00) in paid(denied)


def test_a_letter_about_no_claim_is_answered_at_once(denied):
    letter(denied, "HRB0199999999.pdf")
    next_day(denied, 2)
    assert "no claim of this number" in answers(denied)["HRB0199999999.txt"]


def test_a_letter_that_comes_before_the_decision_changes_nothing(clearinghouse, claim, batch):
    now = clearinghouse(
        DENIED.replace("[[rule.remit]]", "[[rule.remit]]\nafter = 9").replace("after = 2\nlost", "lost")
    )
    now.send(batch(claim("CC1")))
    letter(now, f"{NUMBER}.pdf")
    next_day(now, 1)
    next_day(now, 2)
    assert "The decision stands." in answers(now)[f"{NUMBER}.txt"]


def test_what_is_carried_forward_comes_back_under_the_trace_of_where_it_began(clearinghouse, claim, batch):
    now = clearinghouse()
    now.send(batch(claim("CC1", "W620000001")))
    next_day(now, 1)
    next_day(now, 2)
    [began] = now.remittances()
    now.send(batch(claim("CC2", charges=(1_000_00,)), isa13=2))
    next_day(now, 3)
    [later] = now.remittances()
    [back] = [a for a in later.provider_adjustments if a.reason == "FB"]
    assert back.reference == began.trace
    assert back.amount > 0


@pytest.mark.parametrize("appeal", ["after = 1", 'lost = "No."\nwon = { allowed = 75 }'])
def test_an_appeal_of_a_scenario_is_either_won_or_lost(appeal):
    with pytest.raises(ScenarioError, match="either won or lost"):
        parse(f'[[rule]]\nname = "one"\n[[rule.appeal]]\n{appeal}\n')
