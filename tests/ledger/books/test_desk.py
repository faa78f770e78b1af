"""What a person does about money: reversing entries, signatures, previews; the books close after each act."""

from datetime import date

import pytest
from sqlalchemy import func, select, update

from ledger.adjudication.facts import Terms
from ledger.books import acts, claim_acts, work_items
from ledger.books.acts import Signature
from ledger.errors import ActRefused, SecondNeeded
from ledger.payments import payer_refunds, placements
from ledger.queries import claim_story, money, proof
from ledger.queries.suspense import suspense
from ledger.schema import actor, money_act, posting, work_event, work_item
from tests.ledger.conftest import NIGHT
from tests.ledger.payments.test_remittances import back, denials, payment, plb, remit

LIMITS = {"*": 500_00, "Junior": 10_00}
PAT = Signature(who="Pat", why="the check says so", limits=LIMITS)


def did(ledger, do, *arguments, by=PAT, dry_run=False):
    """An act; the books close and the proof holds after it."""
    done = acts.perform(ledger, lambda c: do(c, NIGHT, by, *arguments), dry_run=dry_run)
    assert sum(p.cents for p in done.postings) == 0
    assert money.money(ledger).closes
    assert proof.of_all(ledger).holds
    return done


def claim_id(ledger, number):
    [found] = claim_story.find(ledger, number)
    return found


def story(ledger, number="C0001"):
    return claim_story.show(ledger, claim_id(ledger, number))


def in_suspense(ledger):
    return suspense(ledger, date(2026, 11, 18))


def lost(ledger, **more):
    """A payment in suspense for the claim C0001: its number is wrong."""
    remit(ledger, payment(number="LOST1", **more))
    [row] = in_suspense(ledger)
    return row.id


def test_money_in_suspense_goes_to_the_claim_that_a_person_names(office):
    office.sent("1")
    did(office.ledger, placements.match, lost(office.ledger), claim_id(office.ledger, "C0001"))
    assert in_suspense(office.ledger) == []
    now = story(office.ledger)
    assert (now.state, now.paid_cents, now.adjusted_cents) == ("paid", 80_00, 20_00)
    assert [p.matched_by for p in now.payments] == ["person"]


def test_the_lines_of_a_payment_that_a_person_matched_are_those_of_the_claim(office):
    office.sent("1")
    number = lost(office.ledger, paid=20_00, denied=60_00)
    did(office.ledger, placements.match, number, claim_id(office.ledger, "C0001"))
    [denial] = denials(office)
    assert (denial.line, denial.carc, denial.cents) == (1, "197", 60_00)


def test_money_that_another_practice_received_is_owed_between_them_until_it_is_unposted(office):
    office.sent("1")
    remit(office.ledger, payment(), practice="summit")
    [row] = in_suspense(office.ledger)
    did(office.ledger, placements.match, row.id, claim_id(office.ledger, "C0001"))
    assert [d.kind for d in denials(office)] == ["between_practices"]
    did(office.ledger, placements.unpost, row.id)
    assert denials(office) == []
    assert [s.id for s in in_suspense(office.ledger)] == [row.id]
    with office.ledger.read() as connection:
        due = select(func.sum(posting.c.cents)).where(posting.c.account.in_(("due_to", "due_from")))
        by_practice = connection.execute(due.group_by(posting.c.account, posting.c.practice)).scalars()
        assert set(by_practice) == {0}


def test_a_payment_that_is_unposted_leaves_its_claim_as_it_was(office):
    office.sent("1")
    before = story(office.ledger)
    remit(office.ledger, payment(icn="I1"))
    [paid] = story(office.ledger).payments
    did(office.ledger, placements.unpost, paid.id)
    now = story(office.ledger)
    assert (now.payers[0].receivable_cents, now.paid_cents, now.payments) == (100_00, 0, [])
    assert now.payers[0].payer_claim_control_number == ""
    assert now.submissions[0].payer_claim_control_number == ""
    assert now.payers[0].state == before.payers[0].state
    assert money.money(office.ledger).suspense == 80_00


def test_a_payment_is_reallocated_to_another_claim(office):
    office.sent("1", "2")
    remit(office.ledger, payment())
    [paid] = story(office.ledger).payments
    did(office.ledger, placements.reallocate, paid.id, claim_id(office.ledger, "C0002"))
    assert [story(office.ledger, n).paid_cents for n in ("C0001", "C0002")] == [0, 80_00]
    assert money.money(office.ledger).suspense == 0


def test_money_in_suspense_is_returned_to_its_payer_once(office):
    office.sent("1")
    number = lost(office.ledger)
    did(office.ledger, placements.give_back, number)
    assert in_suspense(office.ledger) == []
    assert money.money(office.ledger).cash == 0
    with pytest.raises(ActRefused):
        did(office.ledger, placements.give_back, number)
    with pytest.raises(ActRefused):
        did(office.ledger, placements.match, number, claim_id(office.ledger, "C0001"))


def test_a_patient_pays_what_is_theirs_and_gets_back_what_is_beyond_it(office):
    office.sent("1")
    remit(office.ledger, payment(paid=60_00, patient=20_00))
    number = claim_id(office.ledger, "C0001")
    did(office.ledger, claim_acts.pay, number, 25_00)
    now = story(office.ledger)
    assert (now.patient_receivable_cents, now.credit_cents) == (0, 5_00)
    assert [w.kind for w in now.work if w.state == "open"] == ["patient_credit"]
    with pytest.raises(ActRefused):
        did(office.ledger, claim_acts.refund, number, "", 5_01)
    did(office.ledger, claim_acts.refund, number, "", None)
    now = story(office.ledger)
    assert (now.patient_receivable_cents, now.credit_cents, denials(office)) == (0, 0, [])
    assert money.money(office.ledger).from_patients == 20_00


def test_a_payer_that_paid_twice_is_refunded_what_is_beyond_the_charge(office):
    office.sent("1")
    remit(office.ledger, payment())
    remit(office.ledger, payment(), trace="T2", content="again")
    number = claim_id(office.ledger, "C0001")
    beyond = story(office.ledger).credit_cents
    assert beyond > 0
    did(office.ledger, claim_acts.refund, number, "harbor", None)
    assert story(office.ledger).credit_cents == 0
    assert money.money(office.ledger).cash == 160_00 - beyond


def test_a_write_off_ends_the_work_and_is_never_more_than_is_owed(office):
    office.sent("1")
    remit(office.ledger, payment(paid=20_00, denied=60_00))
    number = claim_id(office.ledger, "C0001")
    with pytest.raises(ActRefused):
        did(office.ledger, claim_acts.write_off, number, "harbor", 60_01)
    did(office.ledger, claim_acts.write_off, number, "harbor", None)
    now = story(office.ledger)
    assert (now.state, now.payers[0].receivable_cents, now.adjusted_cents) == ("paid", 0, 80_00)
    assert denials(office) == []


def test_a_denial_becomes_the_patients_for_a_listed_reason_that_the_payer_gave(office):
    office.sent("1")
    remit(office.ledger, payment(paid=20_00, denied=60_00))
    number = claim_id(office.ledger, "C0001")
    for reason in ("27", "BECAUSE"):  # the payer denied with 197, not with 27
        with pytest.raises(ActRefused):
            did(office.ledger, claim_acts.to_patient, number, "harbor", reason, None)
    did(office.ledger, claim_acts.to_patient, number, "harbor", "GA", None)
    now = story(office.ledger)
    assert (now.patient_receivable_cents, now.payers[0].receivable_cents) == (60_00, 0)


def test_no_more_of_a_line_becomes_the_patients_than_is_denied_of_it(office):
    office.sent("1")
    remit(office.ledger, payment(paid=20_00, denied=60_00))
    number = claim_id(office.ledger, "C0001")
    for line, cents in ((2, None), (1, 60_01)):
        with pytest.raises(ActRefused, match=f"is denied on line {line}"):
            did(office.ledger, claim_acts.to_patient, number, "harbor", "GA", cents, line)
    did(office.ledger, claim_acts.to_patient, number, "harbor", "GA", 10_00, 1)
    assert [(d.line, d.cents) for d in denials(office)] == [(1, 50_00)]


def test_a_payment_whose_payers_number_becomes_known_later_leaves_suspense_by_itself(office):
    office.sent("1")
    number = lost(office.ledger, icn="I77", service_from="2026-11-02", member_id="W1")
    assert placements.again(office.ledger, NIGHT) == 0
    denial = payment(paid=0, off=0, denied=100_00, icn="I77")
    remit(office.ledger, denial, trace="T2", paid_on="2026-11-16")
    assert placements.again(office.ledger, NIGHT) == 1
    assert in_suspense(office.ledger) == []
    now = story(office.ledger)
    assert (now.state, now.paid_cents, now.payers[0].receivable_cents) == ("paid", 80_00, 0)
    assert [p.matched_by for p in now.payments if p.id == number] == ["CLP07"]
    with office.ledger.read() as connection:
        signed = select(actor.c.kind).join(money_act, money_act.c.actor == actor.c.name)
        assert list(connection.execute(signed).scalars()) == ["service"]
    assert money.money(office.ledger).closes
    assert proof.of_all(office.ledger).holds

    did(office.ledger, placements.unpost, number)
    assert placements.again(office.ledger, NIGHT) == 0, "a person put it there"
    assert [row.id for row in in_suspense(office.ledger)] == [number]


def test_nobody_acts_under_the_name_of_a_service(office):
    test_a_payment_whose_payers_number_becomes_known_later_leaves_suspense_by_itself(office)
    by, number = (
        Signature(who="nightly run", why="a check of it", limits=LIMITS),
        claim_id(office.ledger, "C0001"),
    )
    with pytest.raises(ActRefused, match="the name of a service"):
        did(office.ledger, claim_acts.pay, number, 5_00, by=by)


def test_a_denial_of_a_claim_that_is_not_found_is_in_the_list_until_a_person_is_done_with_it(office):
    office.sent("1")
    remit(office.ledger, payment(number="LOST1", paid=0, off=0, denied=100_00))
    [row] = in_suspense(office.ledger)
    assert (row.cents, row.charge_cents) == (0, 100_00)
    assert [c.patient_control_number for c in row.candidates] == ["C0001"]
    assert did(office.ledger, placements.give_back, row.id).postings == ()
    assert in_suspense(office.ledger) == []


def test_a_denial_of_nothing_known_and_its_reversal_are_no_work(office):
    nothing = {"number": "LOST1", "paid": 0, "off": 0, "denied": 100_00}
    remit(office.ledger, payment(**nothing))
    remit(office.ledger, payment(1, **{**nothing, "denied": -100_00}, status="22"), trace="T2")
    assert in_suspense(office.ledger) == []


def test_work_that_was_settled_though_the_payer_still_owes_it_is_opened_again(office):
    office.sent("1")
    remit(office.ledger, payment(paid=20_00, denied=60_00))
    with office.ledger.write() as connection:
        connection.execute(update(work_item).values(state="settled"))
    assert work_items.reopen_settled(office.ledger, NIGHT) == 1
    [item] = denials(office)
    with office.ledger.read() as connection:
        query = select(work_event.c.event, work_event.c.detail).order_by(work_event.c.id.desc()).limit(1)
        event = connection.execute(query).one()
    assert (item.cents, event.event) == (60_00, "reopened")
    assert "still owes $60.00" in event.detail
    assert work_items.reopen_settled(office.ledger, NIGHT) == 0
    assert proof.of_all(office.ledger).holds


@pytest.mark.parametrize("why", ["remark", "medicaid"])
def test_a_patient_who_is_protected_is_asked_for_nothing(office, why):
    office.sent("1")
    if why == "medicaid":
        office.ledger.terms = {"harbor": Terms(medicaid=True)}
    remit(office.ledger, payment(paid=20_00, denied=60_00, remarks="N782" if why == "remark" else ""))
    with pytest.raises(ActRefused, match="must not be asked"):
        did(office.ledger, claim_acts.to_patient, claim_id(office.ledger, "C0001"), "harbor", "GA", None)


def test_a_refund_ends_the_recoupment_that_a_payer_announced(office):
    office.sent("1")
    remit(office.ledger, payment(icn="I1"))
    remit(office.ledger, back(icn="I1"), trace="T2", content="back", plb=(plb("WO", -80_00, "I1"),))
    assert "provider_level" in [d.kind for d in denials(office)]
    did(office.ledger, payer_refunds.pay, "harbor", "lakeside", "I1", None)
    assert "provider_level" not in [d.kind for d in denials(office)]
    with pytest.raises(ActRefused):
        did(office.ledger, payer_refunds.pay, "harbor", "lakeside", "I1", None)
    both = (plb("WO", 80_00, "I1"), plb("72", -80_00, "I1"))
    remit(office.ledger, trace="T3", content="settled", plb=both)
    assert "provider_level" not in [d.kind for d in denials(office)]
    assert money.money(office.ledger).closes


def test_above_the_limit_another_actor_signs_too_and_both_are_recorded(office):
    office.sent("1")
    remit(office.ledger, payment(paid=60_00, patient=20_00))
    number = claim_id(office.ledger, "C0001")
    junior = {"who": "Junior", "why": "a check of the patient", "limits": LIMITS}
    with pytest.raises(SecondNeeded, match=r"\$20\.00 is above what Junior may decide alone \(\$10\.00\)"):
        did(office.ledger, claim_acts.pay, number, 20_00, by=Signature(**junior))
    with pytest.raises(SecondNeeded):
        did(office.ledger, claim_acts.pay, number, 20_00, by=Signature(**junior, second="junior "))
    did(office.ledger, claim_acts.pay, number, 20_00, by=Signature(**junior, second="Pat"))
    with office.ledger.read() as connection:
        signed = connection.execute(select(money_act.c.actor, money_act.c.second)).all()
        known = connection.execute(select(actor.c.name, actor.c.limit_cents).order_by(actor.c.name)).all()
    assert [tuple(row) for row in signed] == [("Junior", "Pat")]
    assert [tuple(row) for row in known] == [("Junior", 10_00), ("Pat", 500_00)]


def test_an_act_names_a_person_and_a_reason(office):
    office.sent("1")
    for who, why in (("", "a good reason"), ("Pat", "ok")):
        with pytest.raises(ActRefused):
            did(office.ledger, claim_acts.pay, 1, 5_00, by=Signature(who=who, why=why, limits=LIMITS))


def test_a_dry_run_shows_the_postings_and_writes_nothing(office):
    office.sent("1")
    number = lost(office.ledger)
    before = money.money(office.ledger)
    nobody = Signature(who="Junior", why="", limits=LIMITS, preview=True)
    claim = claim_id(office.ledger, "C0001")
    done = did(office.ledger, placements.match, number, claim, by=nobody, dry_run=True)
    assert ("match", "cash", "C0001", "harbor", 80_00) in [
        (p.entry, p.account, p.claim, p.payer, p.cents) for p in done.postings
    ]
    assert money.money(office.ledger) == before
    assert [s.id for s in in_suspense(office.ledger)] == [number]
    with office.ledger.read() as connection:
        assert connection.execute(select(func.count()).select_from(actor)).scalar_one() == 0


def test_an_act_for_a_payer_that_the_claim_does_not_have_names_those_that_it_has(office):
    office.sent("1")
    remit(office.ledger, payment(paid=0, off=0, denied=100_00))
    number = claim_id(office.ledger, "C0001")
    for do, more in (
        (claim_acts.write_off, (None,)),
        (claim_acts.refund, (None,)),
        (claim_acts.to_patient, ("GA", None)),
    ):
        with pytest.raises(ActRefused, match="nobody is no payer of this claim; its payers: harbor"):
            did(office.ledger, do, number, "nobody", *more)


def test_a_refund_that_a_payer_acknowledges_alone_is_not_said_to_be_a_recoupment(office):
    office.sent("1")
    remit(office.ledger, payment(icn="I1"), plb=(plb("72", -80_00, "I1"),))
    [row] = [d for d in denials(office) if d.kind == "provider_level"]
    assert row.action.startswith("The payer acknowledged a refund under I1 without recouping anything")
    remit(office.ledger, trace="T2", plb=(plb("WO", 80_00, "I1"),))
    assert [d for d in denials(office) if d.kind == "provider_level"] == []
