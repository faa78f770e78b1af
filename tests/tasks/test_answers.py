"""Wrong, strange or hostile answers: each ends in a queue with its reason, and the night goes on."""

from dataclasses import replace
from datetime import date

import pytest

import edi
from edi.records import Party, ProviderAdjustment
from ledger.queries.night import problems
from ledger.queries.work import denials
from tests.tasks.answering import TUESDAY, books, paid, remitted

pytestmark = pytest.mark.usefixtures("either_database")


def test_a_payment_is_posted_and_the_same_file_again_changes_nothing(partner):
    data = partner.pay("a.835", remitted(paid(partner.claim.patient_control_number)))
    partner.collect()
    found, rows, states = books(partner.home)
    assert (found.cash, found.adjusted, states) == (10000, 3500, ["paid"])
    partner.put("renamed.835", data)
    partner.collect()
    assert books(partner.home) == (found, rows, states)


def test_the_same_payment_in_a_new_interchange_is_known_and_not_posted(partner):
    one = remitted(paid(partner.claim.patient_control_number))
    partner.pay("a.835", one)
    partner.pay("b.835", replace(one, claims=[paid(partner.claim.patient_control_number)]))
    partner.collect()
    found, rows, _ = books(partner.home)
    assert (found.cash, len(rows)) == (10000, 1)


def test_a_remittance_out_of_balance_is_queued_with_the_difference_and_nothing_posted(partner):
    partner.pay("a.835", remitted(paid(partner.claim.patient_control_number), off=1))
    partner.collect()
    found, [row], states = books(partner.home)
    assert (found.cash, row.state, abs(row.difference_cents), states) == (0, "unbalanced", 1, ["sent"])


def test_a_line_out_of_balance_is_queued_too(partner):
    wrong = paid(partner.claim.patient_control_number)
    wrong.lines[0].adjustments[0].amount -= 5
    partner.pay("a.835", remitted(wrong))
    partner.collect()
    _, [row], _ = books(partner.home)
    assert row.state == "unbalanced"


def test_a_payment_for_a_claim_that_was_never_sent_goes_to_suspense_and_the_file_balances(partner):
    partner.pay("a.835", remitted(paid(partner.claim.patient_control_number), paid("STRANGER", 5000, 4000)))
    partner.collect()
    found, [row], _ = books(partner.home)
    assert (found.cash, found.suspense, row.state) == (14000, 4000, "posted")


def test_an_unknown_payee_is_queued(partner):
    stranger = Party(last="SOMEBODY ELSE", npi="1234567893")
    partner.pay("a.835", remitted(paid(partner.claim.patient_control_number), payee=stranger))
    partner.collect()
    found, [row], _ = books(partner.home)
    assert (found.cash, row.state) == (0, "unknown_payee")


def test_a_denial_is_queued_with_owner_action_and_days_left(partner):
    partner.pay("a.835", remitted(paid(partner.claim.patient_control_number, cents=0, reason="197")))
    partner.collect()
    _, _, states = books(partner.home)
    with partner.home.opened() as opened:
        [denial] = denials(opened.ledger, TUESDAY)
    assert states == ["denied"]
    assert (denial.carc, denial.owner, denial.cents, denial.external_id) == ("197", "AUTH", 13500, "T-1")
    assert denial.days_left is not None
    assert denial.action


def test_a_reversal_with_its_correction_leaves_the_correction(partner):
    number = partner.claim.patient_control_number
    partner.pay("a.835", remitted(paid(number)))
    partner.collect()
    back = paid(number, -13500, -10000, status="22")
    # what is taken back exceeds what is paid: the payer carries the difference forward
    forward = ProviderAdjustment(
        provider_id="1999000015", fiscal_period_end=date(2026, 12, 31), reason="FB", amount=-1000
    )
    partner.pay("b.835", remitted(back, paid(number, cents=9000), trace="T2", plb=(forward,)))
    partner.collect()
    found, rows, states = books(partner.home)
    assert [row.state for row in rows] == ["posted", "posted"]
    assert (found.applied, found.adjusted, found.cash, found.provider_level) == (9000, 4500, 10000, -1000)
    assert states == ["paid"]


def test_a_recoupment_at_provider_level_is_kept_apart_from_the_claim(partner):
    plb = ProviderAdjustment(
        provider_id="1999000015",
        fiscal_period_end=date(2026, 12, 31),
        reason="WO",
        amount=2500,
        reference="ICN1",
    )
    partner.pay("a.835", remitted(paid(partner.claim.patient_control_number), plb=(plb,)))
    partner.collect()
    found, _, _ = books(partner.home)
    assert (found.applied, found.provider_level, found.cash) == (10000, 2500, 7500)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"usage": "P"}, "RSP-USAGE"), ({"receiver_id": "SOMEBODY"}, "RSP-RECEIVER")],
)
def test_a_file_that_is_not_for_us_is_quarantined(partner, changes, code):
    partner.pay("a.835", remitted(paid(partner.claim.patient_control_number)), **changes)
    partner.collect()
    with partner.home.opened() as opened:
        assert [p.code for p in problems(opened.ledger)] == [code]
    assert books(partner.home)[0].cash == 0


def test_a_truncated_file_is_quarantined_and_taken_when_it_comes_whole(partner):
    whole = edi.write_remittances([remitted(paid(partner.claim.patient_control_number))], partner.envelope())
    partner.put("a.835", whole[: len(whole) // 2])
    partner.collect()
    with partner.home.opened() as opened:
        assert [p.code for p in problems(opened.ledger)] == ["RSP-DAMAGED"]
    partner.put("a.835", whole)
    partner.collect()
    assert books(partner.home)[0].cash == 10000


def test_names_from_outside_are_never_joined_to_a_path(partner):
    for name in ("-rf.835", ".hidden", "a\nb.835", "\x1b[2Jclear.835"):
        partner.put(name, b"ISA nonsense")
    partner.pay("a.835", remitted(paid(partner.claim.patient_control_number)))
    partner.collect()
    with partner.home.opened() as opened:
        found = problems(opened.ledger)
        assert found
        assert all(p.name.isprintable() for p in found)
        for path in opened.received.rglob("*"):
            assert path.name.isprintable()
            assert not path.name.startswith(("-", "."))
    assert books(partner.home)[0].cash == 10000


def test_what_is_no_x12_is_archived_and_shown_to_people(partner):
    partner.put("report.txt", b"Daily report: all is well\n")
    partner.collect()
    with partner.home.opened() as opened:
        assert problems(opened.ledger) == []
        assert [p.suffix for p in opened.received.rglob("*") if p.is_file()] == [".txt"]


def test_an_acknowledgment_for_a_file_that_was_never_sent_changes_nothing(partner):
    ack = edi.InterchangeAcknowledgment(control_number="000000777", created=TUESDAY, status="R", note="020")
    partner.put("a.ta1", edi.write_interchange_acknowledgment(ack, partner.envelope()))
    partner.collect()
    with partner.home.opened() as opened:
        assert [p.code for p in problems(opened.ledger)] == ["ACK-UNKNOWN"]
    assert books(partner.home)[2] == ["sent"]
