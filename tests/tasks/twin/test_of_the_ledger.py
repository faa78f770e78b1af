"""What the ledger says of a claim becomes what the twin learns from, on either database."""

from dataclasses import replace
from datetime import date

import pytest

from edi.records import Adjustment, Person
from ledger.queries import payer_answers
from tasks.operations import correct_claim
from tasks.operations.kept_rehearsal import facts
from tasks.operations.money_acts import By
from tasks.operations.rehearse_night import rehearse
from tasks.twin.answered import PAID, Service
from tasks.twin.from_ledger import claims_of
from tests.tasks.answering import MONDAY, TUESDAY, Partner, paid, remitted

pytestmark = pytest.mark.usefixtures("either_database")
LATER, WEDNESDAY = date(2026, 12, 1), date(2026, 11, 18)


def learned(home, until=LATER):
    with home.opened() as opened:
        lines = payer_answers.answered_lines(opened.ledger, "harbor", "2026-11-01", until.isoformat())
    return {claim.number: claim for claim in claims_of(lines, until)}


def test_paid_denied_and_unanswered_claims_are_told_apart(home):
    partner = Partner(home)
    for n, member in enumerate(("W17770001", "W17770002", "W17770003", "W17770004")):
        patient = {**home.encounter()["patient"], "last": "Quill" + "abcd"[n]}
        coverages = [{"order": "P", "payer": "harbor", "member_id": member}]
        home.drop(f"lakeside/{n}.json", home.encounter(f"T-{n}", patient=patient, coverages=coverages))
    partner.collect(MONDAY)
    with home.opened() as opened:
        assert payer_answers.ready_lines(opened.ledger) == []
        assert payer_answers.ready_others(opened.ledger) == []
    first, second, third, _ = sorted(learned(home))
    whose = Person(last="QUILLB", first="QUILL", member_id="W17770002")
    denial = paid(second, cents=0, reason="50", payer_claim_control_number="ICN2", patient=whose)
    shared = (
        Adjustment(group="CO", reason="45", amount=25_00),
        Adjustment(group="PR", reason="2", amount=10_00),
    )
    line = replace(paid(first).lines[0], adjustments=shared)
    partner.pay("pay.835", remitted(paid(first, lines=(line,), patient_owes=10_00), denial))
    partner.collect(TUESDAY)
    found = learned(home)
    assert found[first].lines[0] == (Service("99213", "", "11", "J02"), 13500, PAID, 10000, 1000)
    assert (found[second].lines[0].outcome, found[second].paid_cents) == ("CO-50", 0)
    assert (found[first].days, found[third].days) == (1, None)
    before = learned(home, TUESDAY)
    assert not before[first].answered
    what_no_twin_is_asked_about_is_named(home, first)


def what_no_twin_is_asked_about_is_named(home, paid_one):
    """A claim taken back and a correction of another one, each with its dollars."""
    again = home.encounter("T-2", lines=[{"procedure": "99213", "charge": "140.00", "pointers": [1]}])
    home.drop("lakeside/again.json", again)
    with home.opened() as opened:
        correct_claim.void(opened, TUESDAY, By("ann", "billed twice"), paid_one, dry_run=False)
        found = rehearse(opened, WEDNESDAY)
    said = facts(found)["left_out"]
    assert [one["in_words"] for one in said] == [
        "1 claim that takes another one back, $135.00 charged",
        "1 correction of a claim that went out, $140.00 charged",
    ]
    assert [one for one in found.payers if one.claims] == []
