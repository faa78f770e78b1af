"""Money that a payer paid too much goes back once: by a refund or by what the payer takes, in any order."""

import threading
from itertools import permutations

import pytest

from ledger import Ledger
from ledger.books import acts, claim_acts
from ledger.errors import ActRefused
from ledger.payments import payer_refunds, provider_level
from ledger.queries import claim_story, money, proof
from tests.ledger.books.test_desk import PAT, claim_id, did, story
from tests.ledger.conftest import NIGHT
from tests.ledger.payments.test_remittances import back, denials, payment, plb, remit

HAD = 80_00  # what was paid too much


def paid_twice(office, number="1"):
    """A claim that harbor paid twice: its credit is 80.00. Gives its id."""
    of = f"C{number:>04}"
    same = {"number": of, "icn": f"I{number}", "member_id": f"W{number}"}
    office.sent(number)
    remit(office.ledger, payment(**same), trace=f"A{number}")
    remit(office.ledger, payment(**same), trace=f"B{number}", content="again")
    return claim_id(office.ledger, of)


def taken(office, number="1", cents=HAD, trace="W"):
    """The payer takes money back of another payment, without a reversal."""
    remit(office.ledger, trace=f"{trace}{number}", content="taken", plb=(plb("WO", cents, f"I{number}"),))


def reversed_(office, number="1"):
    """The payer reverses one of the two payments."""
    same = {"number": f"C{number:>04}", "icn": f"I{number}", "member_id": f"W{number}"}
    remit(office.ledger, back(**same), trace=f"R{number}", content="back")


def kinds(office):
    return [d.kind for d in denials(office)]


def test_what_a_payer_took_back_itself_is_not_refunded_and_settles_its_credit(office):
    number = paid_twice(office)
    taken(office, cents=50_00)
    for cents in (None, 30_01):
        with pytest.raises(ActRefused, match=r"took \$50\.00 back itself"):
            did(office.ledger, claim_acts.refund, number, "harbor", cents)
    did(office.ledger, claim_acts.refund, number, "harbor", 30_00)  # it took no more than that
    assert story(office.ledger).credit_cents == 50_00
    before = money.money(office.ledger).cash
    preview = did(office.ledger, payer_refunds.offset, number, "harbor", dry_run=True)
    assert story(office.ledger).credit_cents == 50_00
    done = did(office.ledger, payer_refunds.offset, number, "harbor")
    assert (done.what, done.postings) == (preview.what, preview.postings)
    assert story(office.ledger).credit_cents == 0
    assert money.money(office.ledger).cash == before
    assert kinds(office) == []
    with pytest.raises(ActRefused):  # once
        did(office.ledger, payer_refunds.offset, number, "harbor")


def test_what_was_refunded_and_is_taken_back_too_is_work_to_dispute(office):
    number = paid_twice(office)
    did(office.ledger, claim_acts.refund, number, "harbor", None)
    reversed_(office)
    [work] = denials(office)
    assert (work.kind, work.cents, work.carc) == ("refunded_too", HAD, "REF")
    with pytest.raises(ActRefused):
        did(office.ledger, claim_acts.refund, number, "harbor", None)
    # and what it announces to take is not sent either
    remit(office.ledger, trace="T9", content="announced", plb=(plb("WO", -HAD, "I1"),))
    with pytest.raises(ActRefused, match="refunded on the claim already"):
        did(office.ledger, payer_refunds.pay, "harbor", "lakeside", "I1", None)
    # it pays the money back: nothing is left of it
    remit(office.ledger, payment(icn="I1"), trace="T10", content="paid back")
    assert "refunded_too" not in kinds(office)


def test_a_refund_under_a_claims_number_is_never_more_than_was_announced(office):
    paid_twice(office)
    with pytest.raises(ActRefused, match="cleanclaim claims refund"):
        did(office.ledger, payer_refunds.pay, "harbor", "lakeside", "I1", 10_00)
    reversed_(office)
    remit(office.ledger, trace="T9", content="announced", plb=(plb("WO", -HAD, "I1"),))
    with pytest.raises(ActRefused):
        did(office.ledger, payer_refunds.pay, "harbor", "lakeside", "I1", HAD + 1)
    did(office.ledger, payer_refunds.pay, "harbor", "lakeside", "I1", None)


@pytest.mark.slow
def test_a_refund_that_nobody_asked_for_names_a_reference(office):
    with pytest.raises(ActRefused, match="names the reference"):
        did(office.ledger, payer_refunds.pay, "harbor", "lakeside", " ", 5_00)


def test_in_any_order_no_act_of_ours_pays_what_went_back_already(office):
    """Every order of a refund, a recoupment, a reversal and an offset, each on a claim of its own."""

    def ours(act, *arguments):
        acts.perform(office.ledger, lambda c: act(c, NIGHT, PAT, *arguments), dry_run=False)

    ways = {
        "half": lambda number, claim: ours(claim_acts.refund, claim, "harbor", HAD // 2),
        "offset": lambda number, claim: ours(payer_refunds.offset, claim, "harbor"),
        "taken": lambda number, claim: taken(office, number),
        "reversed": lambda number, claim: reversed_(office, number),
    }
    orders = sorted({order[:3] for order in permutations(ways)})
    for n, order in enumerate(orders, 1):
        number = str(n)
        claim = paid_twice(office, number)
        for way in order:
            before = gone(office, claim)
            assert before == 0 or way != order[0]
            try:
                ways[way](number, claim)
            except ActRefused:
                assert gone(office, claim) == before
                continue
            after = gone(office, claim)
            if way in ("half", "offset"):
                assert after <= max(HAD, before), order
            assert after - HAD <= owed_back(office, claim), order
    assert proof.of_all(office.ledger).holds


def gone(office, claim):
    """What went back of a claim's two payments, by us and by the payer, cents."""
    with office.ledger.read() as connection:
        took = sum(provider_level.taken_of(connection, claim, "harbor", "lakeside").values())
    return 2 * HAD - claim_story.show(office.ledger, claim).paid_cents + took


def owed_back(office, claim):
    """What work says that the payer took too much, cents."""
    with office.ledger.read() as connection:
        took = sum(provider_level.taken_of(connection, claim, "harbor", "lakeside").values())
    mine = [d for d in denials(office) if d.claim_id == claim and d.kind == "refunded_too"]
    return sum(d.cents for d in mine) + took


def test_of_two_refunds_at_one_moment_one_goes(office):
    number = paid_twice(office)
    gate = threading.Barrier(2)
    came = []
    url = office.ledger.engine.url.render_as_string(hide_password=False)

    def refund():
        mine = Ledger(url)
        gate.wait(60)
        try:
            came.append(
                acts.perform(
                    mine,
                    lambda c: claim_acts.refund(c, NIGHT, PAT, number, "harbor", None),
                    dry_run=False,
                ).what
            )
        except ActRefused as refused:
            came.append(refused.code)
        finally:
            mine.close()

    people = [threading.Thread(target=refund) for _ in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join(120)
    assert sorted(came) == ["$80.00 refunded to harbor", "LED-14"]
    assert story(office.ledger).credit_cents == 0
    assert proof.of_all(office.ledger).holds
