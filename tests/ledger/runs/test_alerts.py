"""An alert is reported once while its cause lasts, and again when the cause comes again."""

from ledger.queries import work
from ledger.runs import alerts

NIGHT, LATER = "2026-11-16", "2026-11-20"


def reported(ledger, night=NIGHT, **how):
    return alerts.report(ledger, "cause", night, "RSP-LEFT", "it stays there", **how)


def open_ones(ledger):
    return [(a.id, a.business_on) for a in work.alerts(ledger)]


def test_a_cause_is_reported_once_while_it_lasts(ledger):
    assert reported(ledger)
    assert not reported(ledger, LATER)
    assert open_ones(ledger) == [(1, NIGHT)]


def test_a_cause_that_was_gone_is_reported_again_when_it_returns(ledger):
    reported(ledger)
    assert alerts.settle(ledger, "cause")
    assert open_ones(ledger) == []
    assert reported(ledger, LATER)
    assert open_ones(ledger) == [(1, LATER)]


def test_what_a_person_dealt_with_is_reported_again_when_it_happens_again(ledger):
    reported(ledger)
    assert alerts.settle_by_hand(ledger, 1, NIGHT, "spoke to them")
    assert reported(ledger, LATER)
    assert open_ones(ledger) == [(1, LATER)]


def test_a_lasting_cause_that_a_person_dealt_with_is_quiet_until_it_was_gone_once(ledger):
    reported(ledger, lasting=True)
    alerts.settle_by_hand(ledger, 1, NIGHT, "they know of it")
    assert not reported(ledger, LATER, lasting=True)
    assert open_ones(ledger) == []
    assert alerts.settle(ledger, "cause"), "it is gone"
    assert reported(ledger, LATER, lasting=True)
    assert open_ones(ledger) == [(1, LATER)]


def test_causes_that_are_gone_are_settled_by_their_code_and_reported_again(ledger):
    reported(ledger, lasting=True)
    alerts.settle_by_hand(ledger, 1, NIGHT, "they know of it")
    assert alerts.settle_but(ledger, "RSP-LEFT", {"cause"}) == 0
    assert alerts.settle_but(ledger, "RSP-LEFT", set()) == 1
    assert reported(ledger, LATER, lasting=True)
