"""A 276 is acknowledged like any file, and answered from what the clearinghouse knows."""

from dataclasses import replace

import edi
from edi.records import ClaimStatusAnswer, Envelope, Party, StatusInquiry
from tests.mock_clearinghouse.conftest import MONDAY, TUESDAY, WEDNESDAY

RULES = """
[[rule]]
name = "never decided"
member_id = "W91*"
remit = []
[[rule]]
name = "denied"
member_id = "W92*"
[[rule.remit]]
deny = { group = "CO", reason = "50" }
[[rule]]
name = "not on file, though it came"
member_id = "W93*"
asked = "not_found"
[[rule]]
name = "cannot say"
member_id = "W94*"
asked = "error"
[[rule]]
name = "says nothing"
member_id = "W95*"
asked = "silence"
"""
HEAD = Envelope(
    sender_id="CLEANCLAIM",
    receiver_id="NORTHGATE",
    control_number=50,
    created=MONDAY,
    usage="T",
    submitter=Party(last="CLEANCLAIM DEMO BILLING", id="CCDEMO01"),
    receiver=Party(last="NORTHGATE CLEARING", id="NORTHGATE"),
)


def about(claim, **changes) -> StatusInquiry:
    made = StatusInquiry(
        trace=f"T{claim.patient_control_number}",
        payer=claim.payer,
        provider=claim.billing,
        subscriber=claim.subscriber,
        patient_control_number=claim.patient_control_number,
        charge=claim.charge,
    )
    return replace(made, **changes)


def ask(now, *inquiries: StatusInquiry, isa13: int = 50, **changes) -> list[ClaimStatusAnswer]:
    """Sends a 276; what the files say that came of it."""
    before = set(now.files("277.x12"))
    now.send(
        edi.write_status_inquiries(inquiries, replace(HEAD, control_number=isa13, **changes)), f"{isa13}.276"
    )
    found = [path for path in now.files("277.x12") if path not in before]
    for path in found:
        assert [f for f in edi.check(path) if f.severity == "error"] == []
    return [one for path in found for one in edi.read_claim_statuses(path)]


def test_a_276_has_its_ta1_and_999_and_a_277_that_echoes_each_trace(clearinghouse, claim, batch):
    now = clearinghouse(RULES)
    several = [claim(f"CC{n}", f"W91{n:06d}") for n in (1, 2)]
    now.send(batch(*several))
    answers = ask(now, *map(about, several))
    assert [(one.trace, one.statuses[0].category) for one in answers] == [("TCC1", "P1"), ("TCC2", "P1")]
    assert [one.payer_claim_control_number for one in answers] == ["HRB0100000001", "HRB0100000002"]
    assert [(a.control_number, a.status) for a in now.ta1()][-1] == ("000000050", "A")
    assert [(a.functional_code, a.status) for a in now.syntax()][-1] == ("HR", "A")
    assert len(now.claims()) == 1  # none for the 276


def test_what_was_paid_is_said_with_its_check_day_and_amount(clearinghouse, claim, batch):
    now = clearinghouse(RULES)
    paid, denied = claim("CC1", "W100000001"), claim("CC2", "W92000001")
    now.send(batch(paid, denied))
    assert [one.statuses[0].category for one in ask(now, about(paid))] == ["P1"]
    now.next(TUESDAY)
    (remittance,) = now.remittances()
    now.next(WEDNESDAY)
    first, second = ask(now, about(paid), about(denied), isa13=51)
    assert (first.statuses[0].category, first.paid, first.paid_on, first.check_number) == (
        "F1",
        13_840,
        TUESDAY,
        remittance.trace,
    )
    assert (second.statuses[0].category, second.paid, second.check_number) == ("F2", 0, "")


def test_what_never_came_or_came_from_another_is_not_on_file(clearinghouse, claim, batch):
    now = clearinghouse(RULES)
    here = claim("CC1", "W91000001")
    now.send(batch(here))
    (answer,) = ask(now, about(claim("CC9", "W91000001")))
    assert (answer.statuses[0].category, answer.payer_claim_control_number) == ("A4", "")
    (answer,) = ask(now, about(here), isa13=51, sender_id="STRANGER")
    assert answer.statuses[0].category == "A4"
    (answer,) = ask(
        now, about(here, patient_control_number="", payer_claim_control_number="HRB0100000001"), isa13=52
    )
    assert answer.statuses[0].category == "P1"


def test_a_rule_says_otherwise_or_nothing(clearinghouse, claim, batch):
    now = clearinghouse(RULES)
    several = [claim(f"CC{n}", f"W9{n}000001") for n in (3, 4, 5)]
    now.send(batch(*several))
    answers = ask(now, *map(about, several))
    assert [(one.trace, one.statuses[0].category) for one in answers] == [("TCC3", "A4"), ("TCC4", "E0")]
    assert ask(now, about(several[2]), isa13=51) == []
    assert len(now.files("277.x12")) == 1


def test_a_refused_276_is_not_answered(clearinghouse, claim, batch):
    now = clearinghouse(RULES + '[[interchange]]\nisa13 = "000000050"\nnote = "022"\n')
    here = claim("CC1", "W91000001")
    now.send(batch(here))
    assert ask(now, about(here)) == []
    assert [(a.status, a.note) for a in now.ta1()][-1] == ("R", "022")
