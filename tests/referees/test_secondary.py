"""A bounded run of `tests.referees.secondary`; the module's command makes 2,000."""

from tests.referees import secondary
from tests.seeds import chance


def test_later_payers_are_billed_once_and_balanced_and_paid():
    seen = secondary.run(chance("later payers"), 100)
    assert secondary.faults(seen) == {}
    assert seen["written"] >= 100
    assert min(seen["way forwarded"], seen["way correctable"], seen["cents paid"]) > 0


def test_a_part_that_does_not_balance_is_seen():
    dice = chance("later payers")
    made = next(m for _ in range(99) if (m := secondary.make(dice)).way == "left")
    data = secondary.edi.write_claims([secondary.written(made.facts, "S", 1)], secondary.ENVELOPE)
    assert secondary.unbalanced(data) == []
    at = data.index(b"SVD*HRB01*") + len(b"SVD*HRB01*")
    assert secondary.unbalanced(data[:at] + b"1" + data[at:]) != []
