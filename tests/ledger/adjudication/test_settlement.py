"""What a claim comes to: the same from the same answers in any order, and explained to the cent."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.adjudication.claim_line import ClaimLine
from ledger.adjudication.facts import (
    Adjustment,
    Answer,
    ClaimFacts,
    Coverage,
    FilingLimit,
    LineAnswer,
    Policy,
    Terms,
)
from ledger.adjudication.settlement import settle

DAY = date(2026, 11, 17)
LINES = (ClaimLine(1, "99213", 100_00), ClaimLine(2, "87880", 35_00))
CLAIM = ClaimFacts(
    charge=135_00,
    lines=LINES,
    service_from=date(2026, 11, 2),
    coverages=(Coverage("P", "harbor"), Coverage("S", "beacon")),
    billed={("P", "harbor"): date(2026, 11, 16)},
)
ONE_PAYER = replace(CLAIM, coverages=CLAIM.coverages[:1])


def cas(text):
    """Adjustments as `CO 45 20.00, PR 2 5.00`."""
    return tuple(
        Adjustment(group, carc, round(float(amount) * 100))
        for group, carc, amount in (part.split() for part in text.split(",") if part.strip())
    )


def line(number, paid, adjustments, *, remarks="", modifiers=(), negative=False):
    charge = LINES[number - 1].charge * (-1 if negative else 1)
    return LineAnswer(
        line=number,
        procedure=LINES[number - 1].procedure,
        modifiers=modifiers,
        charge=charge,
        paid=paid,
        adjustments=cas(adjustments),
        remarks=tuple(remarks.split()),
    )


def answer(number, *lines, payer="harbor", status="1", day=0, claim="", icn="", remarks="", **more):
    return Answer(
        id=number,
        payer=payer,
        status=status,
        charge=more.pop("charge", sum(one.charge for one in lines)),
        paid=more.pop("paid", sum(one.paid for one in lines)),
        paid_on=DAY + timedelta(days=day),
        trace=f"T{number}",
        payer_claim_control_number=icn,
        adjustments=cas(claim),
        lines=lines,
        remarks=tuple(remarks.split()),
        **more,
    )


def come(claim, *answers, **more):
    return settle(replace(claim, answers=answers, **more))


def owed(made):
    return {side.payer: side.receivable for side in made.sides}


def work(made):
    return sorted((w.kind, w.payer, w.line, w.carc, w.cents) for w in made.work)


PAID_1 = line(1, 60_00, "CO 45 25.00, PR 2 15.00")
PAID_2 = line(2, 30_00, "CO 45 5.00")


def test_without_an_answer_the_first_payer_owes_the_charge_and_it_waits():
    made = come(CLAIM)
    assert owed(made) == {"harbor": 135_00, "beacon": 0}
    assert (made.sides[0].waiting, made.sides[0].waiting_until) == (135_00, date(2026, 12, 31))
    assert made.state == "unanswered"


def test_what_a_replacement_adds_waits_from_the_day_on_which_it_went():
    paid, went = answer(1, PAID_1), date(2027, 3, 1)
    made = come(ONE_PAYER, paid, billed={("P", "harbor"): went})
    assert (made.sides[0].waiting, made.sides[0].waiting_until) == (35_00, went + timedelta(days=45))
    assert come(ONE_PAYER, paid).sides[0].waiting_until == DAY + timedelta(days=45)


def test_the_patients_share_waits_for_a_known_secondary_payer():
    made = come(CLAIM, answer(1, PAID_1, PAID_2))
    assert owed(made) == {"harbor": 0, "beacon": 15_00}
    assert (made.patient, made.paid, made.adjusted, work(made)) == (0, 90_00, 30_00, [])
    assert made.sides[1].waiting == 15_00


def test_a_duplicate_denial_does_not_prolong_the_wait_for_the_next_payer():
    again = answer(2, line(1, 0, "OA 18 100.00"), line(2, 0, "OA 18 35.00"), status="4", day=7)
    first = answer(1, PAID_1, PAID_2)
    assert come(CLAIM, first, again).sides[1].waiting_until == come(CLAIM, first).sides[1].waiting_until


def test_the_patient_owes_what_the_last_payer_leaves():
    second = answer(2, line(1, 10_00, "OA 23 85.00, PR 3 5.00"), payer="beacon", status="2", day=1)
    made = come(CLAIM, answer(1, PAID_1, PAID_2), second)
    assert (owed(made), made.patient, made.state) == ({"harbor": 0, "beacon": 0}, 5_00, "paid")


THREE = replace(
    CLAIM,
    coverages=(*CLAIM.coverages, Coverage("T", "meridian")),
    billed={**CLAIM.billed, ("S", "beacon"): DAY},
)
DENIED = answer(1, line(1, 0, "PR 204 100.00"), line(2, 0, "PR 204 35.00"), status="4")


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("carc", ["16", "197", "252"])
def test_what_a_later_payer_may_still_pay_is_its_own_work_though_the_first_one_denied_it(carc, turned):
    asked = answer(2, line(1, 0, f"CO {carc} 100.00"), line(2, 0, f"CO {carc} 35.00"), payer="beacon", day=2)
    made = come(THREE, *((asked, DENIED) if turned else (DENIED, asked)))
    assert owed(made) == {"harbor": 0, "beacon": 135_00, "meridian": 0}
    assert work(made) == [
        ("denial", "beacon", 1, carc, 100_00),
        ("denial", "beacon", 2, carc, 35_00),
    ]
    assert [side.state for side in made.sides] == ["paid", "denied", "not_due"]


def test_what_a_later_payer_has_not_decided_waits_for_it_though_the_first_one_denied_it():
    pends = answer(2, line(1, 0, "OA 133 100.00"), line(2, 0, "OA 133 35.00"), payer="beacon", day=2)
    made = come(THREE, DENIED, pends)
    assert [(side.state, side.receivable, side.waiting) for side in made.sides] == [
        ("paid", 0, 0),
        ("pended", 135_00, 135_00),
        ("not_due", 0, 0),
    ]
    assert work(made) == []


def test_of_a_later_payers_lines_the_one_that_it_has_not_decided_is_its_own():
    left = answer(1, line(1, 0, "PR 204 100.00"), line(2, 0, "CO 45 10.00, PR 1 25.00"))
    both = answer(
        2, line(1, 0, "PR 96 100.00"), line(2, 0, "OA 23 10.00, OA 133 25.00"), payer="beacon", day=2
    )
    made = come(THREE, left, both)
    assert work(made) == [("denial", "harbor", 1, "204", 100_00)]
    assert (made.sides[1].state, made.sides[1].waiting, made.sides[2].state) == ("pended", 25_00, "not_due")


def test_of_a_later_payers_denials_the_one_that_it_may_still_pay_is_its_own():
    both = answer(2, line(1, 0, "PR 96 100.00"), line(2, 0, "CO 252 35.00"), payer="beacon", day=2)
    made = come(THREE, DENIED, both)
    assert work(made) == [("denial", "beacon", 2, "252", 35_00), ("denial", "harbor", 1, "204", 100_00)]
    assert made.sides[2].state == "not_due"


FIRST_SAYS = {
    "share": ("CO 45 {cut}, PR 2 {share}", "share"),
    "full": ("CO 45 {cut}", ""),
    "deductible": ("CO 45 {cut}, PR 1 {rest}", "rest"),
    "denied": ("PR 204 {charge}", "charge"),
}
"""The adjustments of a line, and which amount is left to the next payer."""
SECOND_SAYS = {"all": 1, "half": 0.5, "PR 96": 0, "CO 252": 0, "OA 133": 0}
"""What part of that the second payer pays; what it gives for the rest."""


def two_decisions(number, first, second):
    """A line as two payers decide it, and what of it is left to a third."""
    charge = LINES[number - 1].charge
    cut, share = charge // 5, charge // 10
    amounts = {"charge": charge, "cut": cut, "share": share, "rest": charge - cut}
    words, left = FIRST_SAYS[first]
    said = words.format(**{name: cents / 100 for name, cents in amounts.items()})
    came = amounts.get(left, 0)
    paid = round(came * SECOND_SAYS[second])
    code = "PR 2" if second == "half" else second
    rest = f", {code} {(came - paid) / 100}" if came > paid else ""
    one = line(number, charge - sum(a.cents for a in cas(said)), said)
    return one, line(number, paid, f"OA 23 {(charge - came) / 100}{rest}"), came - paid


@pytest.mark.parametrize("firsts", list(itertools.product(FIRST_SAYS, repeat=2)), ids=" and ".join)
def test_a_third_payer_is_billed_what_two_left_unless_the_second_may_still_pay(firsts):
    for seconds in itertools.product(SECOND_SAYS, repeat=2):
        decisions = [two_decisions(n, *both) for n, both in enumerate(zip(firsts, seconds, strict=True), 1)]
        one, two = (tuple(lines) for lines in list(zip(*decisions, strict=True))[:2])
        answers = (answer(1, *one), answer(2, *two, payer="beacon", status="2", day=2))
        made = come(THREE, *answers)
        left = [(rest, code) for (_, _, rest), code in zip(decisions, seconds, strict=True) if rest]
        still = any(code in ("CO 252", "OA 133") for _, code in left)
        assert (made.sides[2].state == "to_bill") == (bool(left) and not still), seconds
        assert {s.receivable for s in come(THREE, *answers[::-1]).sides} == {s.receivable for s in made.sides}
        in_books = sum(side.receivable for side in made.sides) + made.patient + made.paid + made.adjusted
        assert in_books - made.credit == CLAIM.charge
        with_second = sum(rest for rest, code in left if code in ("CO 252", "OA 133"))
        assert made.sides[1].receivable >= with_second


def test_what_every_payer_denied_for_good_stays_with_the_first_and_goes_to_the_next():
    denied = answer(2, line(1, 0, "PR 96 100.00"), line(2, 0, "PR 96 35.00"), payer="beacon", day=2)
    made = come(THREE, DENIED, denied)
    assert owed(made) == {"harbor": 135_00, "beacon": 0, "meridian": 0}
    assert made.sides[2].state == "to_bill"


def test_a_secondary_payer_that_repeats_the_first_ones_cut_writes_nothing_off_twice():
    second = answer(2, line(1, 15_00, "CO 45 85.00"), payer="beacon", status="2", day=1)
    made = come(CLAIM, answer(1, PAID_1, PAID_2), second)
    assert (owed(made), made.adjusted, made.credit) == ({"harbor": 0, "beacon": 0}, 30_00, 0)


def test_a_secondary_payer_that_pays_before_the_first_one_answers_moves_no_receivable():
    second = answer(2, line(1, 10_00, "OA 23 85.00, PR 3 5.00"), payer="beacon", status="2")
    made = come(CLAIM, second)
    assert owed(made) == {"harbor": 135_00, "beacon": 0}
    assert work(made) == [("secondary_first", "beacon", 0, "", 10_00)]


def test_a_line_that_was_not_answered_yet_still_waits():
    made = come(ONE_PAYER, answer(1, PAID_2))
    assert (owed(made), made.sides[0].waiting, made.state) == ({"harbor": 100_00}, 100_00, "part_answered")


def test_two_parts_of_a_split_claim_add_up():
    made = come(ONE_PAYER, answer(1, line(1, 0, "CO 197 100.00")), answer(2, PAID_2, day=1))
    assert work(made) == [("denial", "harbor", 1, "197", 100_00)]
    assert (owed(made), made.state) == ({"harbor": 100_00}, "part_paid")


def test_a_line_that_was_denied_and_then_paid_without_a_reversal_is_paid():
    denied = answer(1, line(1, 0, "CO 197 100.00"), PAID_2)
    made = come(ONE_PAYER, denied, answer(2, PAID_1, day=3))
    assert (work(made), made.patient, made.state) == ([], 15_00, "paid")


def test_a_denial_after_a_payment_that_stands_is_asked_about_and_changes_no_money():
    paid = answer(1, PAID_1, PAID_2)
    made = come(ONE_PAYER, paid, answer(2, line(1, 0, "CO 197 100.00"), day=3))
    assert work(made) == [("denied_after_payment", "harbor", 1, "197", 0)]
    assert (owed(made), made.patient, made.state) == ({"harbor": 0}, 15_00, "paid")


def test_a_duplicate_denial_without_an_earlier_answer_means_a_missing_remittance():
    made = come(ONE_PAYER, answer(1, line(1, 0, "OA 18 100.00"), line(2, 0, "OA 18 35.00")))
    assert work(made) == [("missing_remittance", "harbor", 0, "18", 135_00)]


def test_a_duplicate_denial_of_a_service_that_was_repeated_on_purpose_is_a_denial():
    made = come(ONE_PAYER, answer(1, line(1, 0, "OA 18 100.00", modifiers=("76",)), PAID_2))
    assert work(made) == [("denial", "harbor", 1, "18", 100_00)]


def test_a_reversal_opens_the_claim_again_as_work():
    paid = answer(1, PAID_1, PAID_2)
    back = answer(
        2,
        line(1, -60_00, "CO 45 -25.00, PR 2 -15.00", negative=True),
        line(2, -30_00, "CO 45 -5.00", negative=True),
        status="22",
        day=5,
    )
    made = come(ONE_PAYER, paid, back)
    assert (owed(made), made.patient, made.state) == ({"harbor": 135_00}, 0, "reversed")
    assert work(made) == [("takeback", "harbor", 0, "REV", 135_00)]


def test_one_reversal_of_a_claim_that_was_split_takes_back_all_its_parts():
    back = answer(3, status="22", charge=-135_00, paid=-90_00, day=5)
    made = come(ONE_PAYER, answer(1, PAID_1), answer(2, PAID_2, day=1), back)
    assert (owed(made), made.state) == ({"harbor": 135_00}, "reversed")


def test_a_bundled_line_answered_by_an_equal_negative_94_leaves_nothing_open():
    made = come(ONE_PAYER, answer(1, line(1, 90_00, "OA 94 -35.00, CO 45 45.00"), line(2, 0, "OA 97 35.00")))
    assert (owed(made), work(made), made.adjusted) == ({"harbor": 0}, [], 45_00)


def test_a_cut_of_a_bundled_line_may_come_to_that_lines_own_charge():
    """It stands for the charges of both."""
    both = line(1, 35_00, "OA 94 -35.00, CO 45 100.00"), line(2, 0, "OA 97 35.00")
    made = come(ONE_PAYER, answer(1, *both))
    assert (owed(made), work(made), made.adjusted) == ({"harbor": 0}, [], 100_00)


def test_a_bundled_line_without_its_counterpart_is_a_denial():
    made = come(ONE_PAYER, answer(1, PAID_1, line(2, 0, "CO 97 35.00")))
    assert work(made) == [("denial", "harbor", 2, "97", 35_00)]


def test_a_payment_above_the_charge_is_a_negative_cut():
    made = come(ONE_PAYER, answer(1, claim="CO 45 -65.00", charge=135_00, paid=200_00))
    assert (owed(made), made.adjusted, work(made)) == ({"harbor": 0}, -65_00, [])


def test_the_whole_charge_under_45_is_work():
    made = come(ONE_PAYER, answer(1, line(1, 0, "CO 45 100.00"), PAID_2))
    assert work(made) == [("denial", "harbor", 1, "45", 100_00)]


def test_an_unknown_code_blocks_no_recognised_cut_on_a_paid_line():
    made = come(ONE_PAYER, answer(1, line(1, 60_00, "CO 45 25.00, CO Z99 15.00"), PAID_2))
    assert (made.adjusted, work(made)) == (30_00, [("denial", "harbor", 1, "Z99", 15_00)])


def test_what_is_withheld_is_kept_apart_and_owed_by_nobody():
    made = come(ONE_PAYER, answer(1, line(1, 60_00, "CO 45 25.00, CO 104 15.00"), PAID_2))
    assert made.balances["withholding", "harbor"] == 15_00
    assert (owed(made), work(made)) == ({"harbor": 0}, [])


def test_capitation_is_a_denial_unless_the_contract_says_so():
    of_line = answer(1, line(1, 0, "CO 24 100.00"), PAID_2)
    assert work(come(ONE_PAYER, of_line)) == [("denial", "harbor", 1, "24", 100_00)]
    contract = {"harbor": Terms(policies=(Policy("24", "capitation", "CO", since=date(2026, 1, 1)),))}
    made = come(ONE_PAYER, of_line, terms=contract)
    assert (work(made), made.balances["capitation", "harbor"]) == ([], 100_00)
    over = {"harbor": Terms(policies=(Policy("24", "capitation", until=date(2026, 1, 1)),))}
    assert work(come(ONE_PAYER, of_line, terms=over)) == [("denial", "harbor", 1, "24", 100_00)]


def test_a_predetermination_posts_nothing_and_leaves_the_claim_unanswered():
    made = come(ONE_PAYER, answer(1, line(1, 0, "OA 101 80.00, CO 45 20.00"), status="25"))
    assert (owed(made), made.state, work(made)) == ({"harbor": 135_00}, "unanswered", [])


def test_a_predetermination_that_asked_without_a_charge_is_predetermined_by_its_answer():
    asked = replace(ONE_PAYER, charge=0)
    made = come(asked, answer(1, line(1, 0, "OA 101 80.00, CO 45 20.00"), status="25"))
    assert (made.state, made.sides[0].state, made.work) == ("predetermined", "predetermined", [])
    assert come(asked).state == "unanswered"


def test_a_claim_that_is_not_this_payers_is_verified():
    elsewhere = answer(1, line(1, 0, "OA 109 100.00"), line(2, 0, "OA 109 35.00"), status="23")
    made = come(ONE_PAYER, elsewhere)
    assert work(made) == [("verify_forwarding", "harbor", 0, "109", 135_00)]


@pytest.mark.parametrize("how", ["forwarded_to", "corrected_payer"])
def test_what_another_payer_is_to_get_has_that_payers_deadline(how):
    said = line(1, 0, "OA 22 100.00"), line(2, 0, "OA 22 35.00")
    terms = {"harbor": Terms(correction_limit_days=90), "meridian": Terms(correction_limit_days=365)}
    status = "23" if how == "forwarded_to" else "1"
    made = come(ONE_PAYER, answer(1, *said, status=status, **{how: "meridian"}), terms=terms)
    [item] = [w for w in made.work if w.kind in ("verify_forwarding", "corrected_payer")]
    assert item.until == date(2026, 11, 2) + timedelta(days=365)
    unnamed = come(ONE_PAYER, answer(1, *said, status="23"), terms=terms)
    assert [w.until for w in unnamed.work] == [date(2026, 11, 2) + timedelta(days=90)]


def test_a_claim_that_was_forwarded_is_the_next_payers_once_it_answers():
    elsewhere = answer(
        1, line(1, 0, "OA B11 100.00"), line(2, 0, "OA B11 35.00"), status="23", forwarded_to="summa"
    )
    made = come(ONE_PAYER, elsewhere, answer(2, PAID_1, PAID_2, payer="summa", status="1", day=9))
    assert owed(made)["summa"] == 0
    assert made.paid == 90_00


def test_a_pending_amount_waits_for_the_payer():
    made = come(ONE_PAYER, answer(1, line(1, 0, "OA 133 100.00"), PAID_2))
    assert (made.sides[0].waiting, made.state, work(made)) == (100_00, "pended", [])


def test_money_taken_at_the_desk_pays_the_patients_share_and_the_rest_is_a_credit():
    made = come(ONE_PAYER, answer(1, PAID_1, PAID_2), prepaid=20_00)
    assert (made.patient, made.credit) == (0, 5_00)
    assert work(made) == [("patient_credit", "", 0, "", 5_00)]
    waiting = come(ONE_PAYER, prepaid=20_00)
    assert (waiting.patient, waiting.credit, waiting.balances["prepayment", ""]) == (0, 0, -20_00)


def test_what_a_patient_pays_while_a_payer_is_waited_for_is_a_prepayment_and_no_credit():
    made = come(CLAIM, answer(1, PAID_1, PAID_2), patient_paid=5_00)
    assert (made.balances["prepayment", ""], made.credit, work(made)) == (-5_00, 0, [])
    second = answer(2, line(1, 15_00, "OA 23 85.00"), payer="beacon", status="2", day=1)
    made = come(CLAIM, answer(1, PAID_1, PAID_2), second, patient_paid=5_00)
    assert (made.balances["prepayment", ""], made.credit) == (0, 5_00)
    assert work(made) == [("patient_credit", "", 0, "", 5_00)]


def test_a_qualified_medicare_beneficiary_owes_nothing():
    shared = line(1, 60_00, "CO 45 25.00, PR 2 15.00", remarks="N781")
    made = come(ONE_PAYER, answer(1, shared, PAID_2))
    assert (made.patient, made.adjusted) == (0, 45_00)


def test_what_the_payer_paid_to_the_patient_is_the_patients_to_pay():
    made = come(ONE_PAYER, answer(1, line(1, 0, "OA 100 100.00"), PAID_2))
    assert (made.patient, owed(made)) == (100_00, {"harbor": 0})


def test_a_line_that_is_the_patients_is_never_asked_of_a_payer():
    lines = (LINES[0], replace(LINES[1], patients=True))
    made = come(replace(ONE_PAYER, lines=lines))
    assert (owed(made), made.patient) == ({"harbor": 100_00}, 35_00)


def test_a_payment_beyond_what_is_owed_is_a_credit_and_work():
    made = come(ONE_PAYER, answer(1, PAID_1, PAID_2), answer(2, PAID_1, PAID_2, day=4))
    assert (owed(made), made.credit) == ({"harbor": 0}, 90_00)
    assert work(made) == [("payer_credit", "harbor", 0, "", 90_00)]


def test_a_person_may_move_a_denied_amount_to_the_patient_or_write_it_off():
    denied = answer(1, line(1, 0, "CO 27 100.00"), PAID_2)
    moved = come(ONE_PAYER, denied, moved_to_patient={"harbor": 100_00})
    assert (moved.patient, owed(moved), work(moved)) == (100_00, {"harbor": 0}, [])
    off = come(ONE_PAYER, denied, written_off={"harbor": 100_00})
    assert (off.patient, off.balances["write_off", "harbor"], work(off)) == (0, 100_00, [])


@pytest.mark.parametrize(("chosen", "left"), [(1, (2, 35_00)), (2, (1, 100_00))])
def test_what_a_person_moves_of_one_line_leaves_the_denial_of_the_other(chosen, left):
    denied = answer(1, line(1, 0, "CO 197 100.00"), line(2, 0, "CO 197 35.00"))
    cents = 135_00 - left[1]
    moved = {"moved_to_patient": {"harbor": cents}, "moved_lines": {("harbor", chosen): cents}}
    made = come(ONE_PAYER, denied, **moved)
    assert work(made) == [("denial", "harbor", left[0], "197", left[1])]
    assert (owed(made), made.patient) == ({"harbor": left[1]}, cents)


def test_an_act_about_a_payer_that_stands_in_two_places_counts_once():
    twice = replace(CLAIM, coverages=(Coverage("P", "harbor", "A"), Coverage("S", "harbor", "B")))
    first = answer(1, line(1, 60_00, "CO 197 25.00, PR 2 15.00"), PAID_2)
    second = answer(2, line(1, 0, "OA 23 85.00, CO 197 15.00"), status="2", day=1)
    off = come(twice, first, second, written_off={"harbor": 20_00})
    assert [side.receivable for side in off.sides] == [5_00, 15_00]
    assert off.balances["write_off", "harbor"] == 20_00
    over = answer(3, line(1, 25_00, "OA 23 85.00"), status="2", day=1)
    paid = answer(1, PAID_1, PAID_2)
    assert come(twice, paid, over).credit == 10_00
    back = come(twice, paid, over, refunded={"harbor": 10_00})
    assert (back.credit, [side.receivable for side in back.sides]) == (0, [0, 0])


amounts = st.integers(0, 140_00)


@st.composite
def histories(draw):
    """Answers of two payers to one claim: payments, denials, reversals of some, in content order or not."""
    made = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        lines = []
        for n, billed in enumerate(LINES, 1):
            if draw(st.booleans()):
                continue
            paid = draw(st.integers(0, billed.charge))
            left = billed.charge - paid
            first = draw(st.integers(0, left))
            codes = draw(
                st.lists(
                    st.sampled_from(
                        ["CO 45", "PR 2", "CO 197", "OA 23", "OA 133", "CO 97", "CO 104", "OA 18", "CO Z9"]
                    ),
                    min_size=2,
                    max_size=2,
                    unique=True,
                )
            )
            parts = [
                f"{code} {cents / 100:.2f}" for code, cents in zip(codes, (first, left - first), strict=True)
            ]
            lines.append(line(n, paid, ", ".join(parts)))
        if not lines:
            lines = [PAID_2]
        one = answer(
            number,
            *lines,
            payer=draw(st.sampled_from(["harbor", "beacon"])),
            status=draw(st.sampled_from(["1", "2", "19", "4", "25", "23"])),
            day=draw(st.integers(0, 9)),
            icn=draw(st.sampled_from(["", "A", "B"])),
            remarks=draw(st.sampled_from(["", "MA18", "N781"])),
        )
        made.append(one)
        if draw(st.booleans()):
            made.append(reversal_of(one, number + 100, draw(st.integers(0, 9))))
    if draw(st.booleans()):
        made.append(answer(300, status="22", charge=-135_00, paid=-draw(amounts), day=3))
    return made


def reversal_of(one, number, day):
    return replace(
        one,
        id=number,
        status="22",
        charge=-one.charge,
        paid=-one.paid,
        paid_on=DAY + timedelta(days=day),
        trace=f"R{number}",
        lines=tuple(
            replace(
                part,
                charge=-part.charge,
                paid=-part.paid,
                adjustments=tuple(Adjustment(a.group, a.carc, -a.cents) for a in part.adjustments),
            )
            for part in one.lines
        ),
    )


@pytest.mark.slow
@given(histories(), st.randoms(use_true_random=False), st.sampled_from([0, 15_00, 60_00]))
def test_whatever_comes_in_any_order_the_books_are_the_same_and_explained(answers, random, prepaid):
    claim = replace(CLAIM, prepaid=prepaid)
    made = come(claim, *answers)
    cash = prepaid + sum(a.paid for a in answers if a.status != "25")
    assert sum(made.balances.values()) + cash == claim.charge
    for side in made.sides:
        assert 0 <= side.receivable <= claim.charge
        of_payer = [w for w in made.work if w.owed and w.payer == side.payer]
        assert side.receivable == side.waiting + sum(w.cents for w in of_payer)
        assert all(w.cents > 0 for w in of_payer)
    assert 0 <= made.patient <= claim.charge
    shuffled = list(answers)
    random.shuffle(shuffled)
    again = come(claim, *(replace(a, id=1000 - a.id) for a in shuffled))
    assert (again.balances, again.sides, again.state) == (made.balances, made.sides, made.state)
    assert [replace(w, answer=None) for w in again.work] == [replace(w, answer=None) for w in made.work]


def test_a_later_payers_filing_limit_names_the_day_that_it_starts_from():
    paid = answer(1, line(1, 80_00, "PR 2 20.00"), line(2, 35_00, ""))
    for starts, day in (
        ("service", date(2026, 11, 2)),
        ("through", date(2026, 11, 5)),
        ("remittance", DAY),
    ):
        terms = {"beacon": Terms(later_filing=FilingLimit(90, starts))}
        made = come(CLAIM, paid, terms=terms, service_to=date(2026, 11, 5))
        assert (made.sides[1].state, made.sides[1].file_by) == ("to_bill", day + timedelta(days=90))
        short = {"beacon": Terms(later_filing=FilingLimit(10, starts))}
        late = come(CLAIM, paid, terms=short, service_to=date(2026, 11, 5)).sides[1]
        assert late.waiting_until == late.file_by


def paying(number, cents, adjustments, *, charge=100_00, status="1", icn="A", day=0):
    """An answer about all of a claim of 100.00 that names no lines."""
    sign = -1 if status == "22" else 1
    return Answer(
        id=number,
        payer="harbor",
        status=status,
        charge=sign * charge,
        paid=cents,
        paid_on=DAY + timedelta(days=day),
        payer_claim_control_number=icn,
        adjustments=cas(adjustments),
    )


OPENING = ClaimFacts(
    charge=40_00,
    opening=True,
    coverages=(Coverage("P", "harbor"),),
    billed={("P", "harbor"): date(2026, 11, 1)},
)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("facts", "corrected", "receivable", "patient", "credit"),
    [
        (OPENING, paying(2, 80_00, "PR 2 20.00", icn="B"), 0, 20_00, 0),
        (OPENING, paying(2, 100_00, "", icn="B"), 0, 0, 0),
        (OPENING, paying(2, 110_00, "", icn="B", charge=100_00), 0, 0, 10_00),
        (replace(OPENING, moved_to_patient={"harbor": 30_00}), paying(2, 80_00, "PR 2 20.00"), 0, 20_00, 0),
    ],
)
def test_an_older_systems_payment_that_is_reversed_and_corrected_changes_what_is_open_by_the_difference(
    facts, corrected, receivable, patient, credit, turned
):
    both = (paying(1, -60_00, "PR 2 -40.00", status="22"), corrected)
    made = settle(replace(facts, answers=both[::-1] if turned else both))
    assert (made.sides[0].receivable, made.patient, made.credit) == (receivable, patient, credit)
    assert [work.kind for work in made.work] == ["payer_credit"] * bool(credit)


@pytest.mark.parametrize("turned", [False, True])
def test_a_reversal_of_another_amount_counts_for_what_it_corrects(turned):
    facts = ClaimFacts(charge=100_00, coverages=(Coverage("P", "harbor"),), billed=OPENING.billed)
    answers = (
        paying(1, 80_00, "CO 45 20.00"),
        paying(2, -78_00, "CO 45 -22.00", status="22", day=3),
        paying(3, 90_00, "CO 45 10.00", icn="B", day=3),
    )
    made = settle(replace(facts, answers=answers[::-1] if turned else answers))
    assert (made.paid, made.sides[0].receivable, made.credit) == (92_00, 0, 2_00)
    assert [(work.kind, work.cents) for work in made.work] == [("payer_credit", 2_00)]


def test_a_reversal_of_another_amount_that_nothing_corrects_stays_alone():
    facts = ClaimFacts(charge=100_00, coverages=(Coverage("P", "harbor"),), billed=OPENING.billed)
    answers = (paying(1, 80_00, "CO 45 20.00"), paying(2, -78_00, "CO 45 -22.00", status="22", day=3))
    made = settle(replace(facts, answers=answers))
    assert "reversal_alone" in {work.kind for work in made.work}


def test_a_reversal_of_an_older_systems_payment_that_nothing_corrects_stays_alone():
    made = settle(replace(OPENING, answers=(paying(1, -60_00, "PR 2 -40.00", status="22"),)))
    assert [work.kind for work in made.work] == ["reversal_alone"]


ALIKE = ClaimFacts(
    charge=70_00,
    lines=(ClaimLine(1, "97110", 35_00), ClaimLine(2, "97110", 35_00)),
    coverages=(Coverage("P", "harbor"),),
    billed={("P", "harbor"): date(2026, 11, 1)},
)


def part(number, cents, adjustments, *, icn, named=False, day=0):
    """An answer to one of two lines alike, each of which was matched to the first."""
    said = LineAnswer(
        line=1, procedure="97110", charge=35_00, paid=cents, adjustments=cas(adjustments), named=named
    )
    return replace(paying(number, cents, "", charge=35_00, icn=icn, day=day), adjustments=(), lines=(said,))


@pytest.mark.parametrize("turned", [False, True])
def test_lines_alike_that_are_answered_one_by_one_are_both_decided(turned):
    both = (part(1, 20_00, "CO 45 15.00", icn="A"), part(2, 20_00, "CO 45 15.00", icn="B"))
    made = settle(replace(ALIKE, answers=both[::-1] if turned else both))
    assert (made.paid, made.sides[0].receivable, made.work) == (40_00, 0, [])
    denied = (both[0], part(2, 0, "CO 197 35.00", icn="B"))
    made = settle(replace(ALIKE, answers=denied[::-1] if turned else denied))
    assert [(work.kind, work.line, work.cents) for work in made.work] == [("denial", 1, 35_00)]


@pytest.mark.parametrize(
    "second",
    [
        part(2, 25_00, "CO 45 10.00", icn="A", day=2),
        part(2, 25_00, "CO 45 10.00", icn="B", named=True, day=2),
        part(2, 25_00, "CO 45 10.00", icn="", day=2),
    ],
    ids=["under the same number", "by control number", "under no number"],
)
def test_a_line_that_is_decided_again_is_not_taken_for_one_alike(second):
    made = settle(replace(ALIKE, answers=(part(1, 20_00, "CO 45 15.00", icn="A"), second)))
    assert made.sides[0].receivable > 0 or made.credit > 0
