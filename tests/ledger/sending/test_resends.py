"""A batch that was sent is sent once more by a person's decision: what the ledger keeps, what answers do."""

import pytest

from ledger import StateConflict
from ledger.queries import batches as batch_views
from ledger.queries import claims, money, work
from ledger.sending import batches, decisions
from tests.ledger.conftest import NIGHT
from tests.ledger.sending.test_acknowledge import ca, nine, say, status_of, ta1

__all__ = ["say"]

LATER = "2026-11-20"


def resent(office, *numbers):
    """A batch that went out, and once more."""
    batch_id = office.sent(*numbers)
    decisions.resend(office.ledger, batch_id, LATER, "they lost it")
    for was, becomes in (("built", "uploaded"), ("uploaded", "committing"), ("committing", "sent")):
        batches.move(office.ledger, batch_id, was, becomes, LATER)
    return batch_id


def test_a_resend_is_the_same_row_number_bytes_and_charge(office):
    batch_id = office.sent("1")
    before = batches.get(office.ledger, batch_id)
    decisions.resend(office.ledger, batch_id, LATER, "they lost it")
    row = batches.get(office.ledger, batch_id)
    assert (row.isa13, row.sha256, row.name) == (before.isa13, before.sha256, before.name)
    assert (row.state, row.resending) == ("built", True)
    assert [b.id for b in batches.to_send(office.ledger)] == [batch_id]
    assert claims.by_state(office.ledger) == {"sent": 1}
    assert money.money(office.ledger).charged == 100_00
    assert len(batch_views.all_batches(office.ledger)) == 1
    assert batch_views.show(office.ledger, batch_id).events[-1].detail == "they lost it"


def test_the_clock_for_answers_starts_again_with_a_resend(office):
    assert batches.get(office.ledger, resent(office, "1")).sent_on == LATER


@pytest.mark.parametrize("state", ["built", "uploaded", "committing"])
def test_what_was_not_sent_is_not_resent(office, state):
    office.take("1")
    office.build()
    batch_id = office.batch()
    for was, becomes in (("built", "uploaded"), ("uploaded", "committing")):
        if batches.get(office.ledger, batch_id).state != state:
            batches.move(office.ledger, batch_id, was, becomes, NIGHT)
    with pytest.raises(StateConflict):
        decisions.resend(office.ledger, batch_id, LATER, "why not")
    assert batches.get(office.ledger, batch_id).state == state


def test_what_the_partner_answered_is_not_resent(office, say):
    batch_id = office.sent("1", "2")
    say(ca(status_of("C0001")))
    assert batches.get(office.ledger, batch_id).state == "acknowledged", "one claim of it is not named"
    with pytest.raises(StateConflict):
        decisions.resend(office.ledger, batch_id, LATER, "the other one")


def test_an_acknowledged_batch_without_claim_answers_may_be_resent(office, say):
    batch_id = office.sent("1")
    say(ta1("A"), nine("A", "A"))
    decisions.resend(office.ledger, batch_id, LATER, "they lost it after the 999")
    assert batches.get(office.ledger, batch_id).resending


def test_a_duplicate_after_a_resend_reopens_nothing_and_the_answer_is_taken(office, say):
    batch_id = resent(office, "1")
    say(ta1("R", "025"))
    assert batches.get(office.ledger, batch_id).state == "sent"
    assert batches.ready(office.ledger) == []
    say(ca(status_of("C0001")))
    assert batches.get(office.ledger, batch_id).state == "accepted"
    assert claims.by_state(office.ledger) == {"accepted": 1}
    assert work.alerts(office.ledger) == [], "the answer settles what was told of the duplicate"
    say(ta1("R", "025"))
    assert work.alerts(office.ledger) == [], "and of an answered batch it is no news"


def test_both_answers_of_a_batch_sent_twice_are_taken(office, say):
    batch_id = resent(office, "1", "2")
    say(ta1("A"), nine("A", "A"), ca(status_of("C0001", payer_number="P1"), status_of("C0002")))
    say(ta1("R", "025"), nine("A", "A"), ca(status_of("C0001"), status_of("C0002")))
    assert batches.get(office.ledger, batch_id).state == "accepted"
    assert claims.by_state(office.ledger) == {"accepted": 2}


def test_a_claim_that_the_second_copy_has_rejected_as_a_duplicate_stays_accepted(office, say):
    batch_id = resent(office, "1", "2")
    duplicate = ca(*(_duplicate(n) for n in ("C0001", "C0002")))
    say(duplicate)
    assert claims.by_state(office.ledger) == {"sent": 2}, "the first one's answer is awaited"
    say(ca(status_of("C0001"), status_of("C0002", "A7", "U")))
    say(duplicate)
    assert claims.by_state(office.ledger) == {"accepted": 1, "rejected": 1}
    assert batches.get(office.ledger, batch_id).state == "part_accepted"


def test_a_claim_rejected_as_a_duplicate_without_a_resend_is_rejected(office, say):
    office.sent("1")
    say(ca(_duplicate("C0001")))
    assert claims.by_state(office.ledger) == {"rejected": 1}


def _duplicate(number):
    found = status_of(number, "A7", "U")
    [status] = found.statuses
    status.code = "54"
    return found


def test_of_two_copies_a_refused_one_reopens_nothing_until_the_other_is_refused_too(office, say):
    batch_id = resent(office, "1")
    say(ta1("R", "022"))
    assert batches.get(office.ledger, batch_id).state == "sent"
    assert batches.ready(office.ledger) == []
    assert [a.code for a in work.alerts(office.ledger)] == ["ACK-COPY"]
    assert say(ta1("R", "022")).again == 1
    assert batches.get(office.ledger, batch_id).state == "rejected"
    assert batches.get(office.ledger, office.batch()).isa13 == 2


def test_of_two_copies_an_accepted_one_counts_after_the_other_was_refused(office, say):
    batch_id = resent(office, "1")
    say(ta1("R", "022"))
    say(ta1("A"), ca(status_of("C0001")))
    assert batches.get(office.ledger, batch_id).state == "accepted"
    assert batches.ready(office.ledger) == []


def test_a_batch_of_which_one_copy_was_refused_is_given_up_by_a_persons_decision(office, say):
    batch_id = resent(office, "1")
    say(ta1("R", "022"))
    assert decisions.abandon(office.ledger, batch_id, LATER, "they hold none") == 1
    row = batches.get(office.ledger, office.batch())
    assert (row.isa13, row.claims) == (2, 1)
    assert money.money(office.ledger).charged == 100_00


def test_a_batch_that_is_out_and_not_refused_is_not_given_up(office, say):
    batch_id = resent(office, "1")
    say(ta1("R", "022"), ta1("R", "025"))
    with pytest.raises(StateConflict, match="may be at the partner"):
        decisions.abandon(office.ledger, batch_id, LATER, "why not")


def test_an_answer_that_comes_before_the_second_copy_is_out_drops_the_resend(office, say):
    batch_id = office.sent("1")
    decisions.resend(office.ledger, batch_id, LATER, "they lost it")
    batches.move(office.ledger, batch_id, "built", "uploaded", LATER)
    say(ca(status_of("C0001")))
    assert batches.get(office.ledger, batch_id).state == "accepted"
    assert batches.to_send(office.ledger) == []
    assert "resend dropped" in [e.event for e in batch_views.show(office.ledger, batch_id).events]


def test_a_refusal_that_comes_before_the_second_copy_is_out_is_of_the_only_one(office, say):
    batch_id = office.sent("1")
    decisions.resend(office.ledger, batch_id, LATER, "they lost it")
    assert say(ta1("R", "022")).again == 1
    assert batches.get(office.ledger, batch_id).state == "rejected"


def test_a_resend_that_is_taken_back_moves_no_claim(office):
    batch_id = office.sent("1")
    decisions.resend(office.ledger, batch_id, LATER, "they lost it")
    batches.hold(office.ledger, batch_id, LATER, "no space")
    assert decisions.abandon(office.ledger, batch_id, LATER, "they found it") == 0
    row = batches.get(office.ledger, batch_id)
    assert (row.state, row.hold, row.sent_on) == ("sent", "", NIGHT)
    assert claims.by_state(office.ledger) == {"sent": 1}
    assert batches.ready(office.ledger) == []


def test_a_resend_whose_rename_is_in_doubt_is_not_given_up(office):
    batch_id = office.sent("1")
    decisions.resend(office.ledger, batch_id, LATER, "they lost it")
    batches.move(office.ledger, batch_id, "built", "uploaded", LATER)
    batches.move(office.ledger, batch_id, "uploaded", "committing", LATER)
    with pytest.raises(StateConflict, match="may be at the partner"):
        decisions.abandon(office.ledger, batch_id, LATER, "why not")


def test_a_batch_in_doubt_counts_as_sent_before_it_is_sent_again(office, say):
    office.take("1")
    office.build()
    batch_id = office.batch()
    batches.move(office.ledger, batch_id, "built", "committing", NIGHT)
    batches.hold(office.ledger, batch_id, NIGHT, "ask the partner")
    decisions.resend(office.ledger, batch_id, LATER, "they have nothing")
    row = batches.get(office.ledger, batch_id)
    assert (row.state, row.hold, row.resending) == ("built", "", True)
    assert claims.by_state(office.ledger) == {"sent": 1}
    with pytest.raises(StateConflict):
        decisions.count_as_sent(office.ledger, batch_id, LATER, "again")
