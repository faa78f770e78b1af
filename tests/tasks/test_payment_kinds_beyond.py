"""More situations of payments between the kinds: what was taken back by us, three payers that change their
minds, denials without a reversal, orders of payers that are wrong.

All are played in one home, each on a claim of its own and delivered twice, in order and in any order, except
where a person acts on what came. The right values were written down before.
"""

import pytest

from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from tasks.operations import claim_money
from tests.tasks import payment_acts as act
from tests.tasks.payment_variants import Act, Variant, numbers, play, says
from tests.tasks.test_every_kind import STAY
from tests.tasks.test_payment_cases import summary
from tests.tasks.test_payment_combinations import DRAW, M20, REV, VISIT, neg, partners
from tests.tasks.test_payment_kinds_between import REDUCED
from tests.tasks.test_payment_situations import SBM, SE
from tests.tasks.test_payment_variants import (
    DENIED_1,
    DENIED_2,
    FULL,
    HM,
    ONE,
    SB,
    SHARE,
    SMALL,
    TWO,
    H,
    paid,
)

B12 = "12.00; OA 23 115.00, PR 3 8.00"
M8 = "8.00; OA 23 127.00"
GY = {"lines": [VISIT, {**DRAW, "modifiers": ["GY"]}]}


def write_off(payer: str, cents: int) -> Act:
    return lambda at: claim_money.write_off(
        at.opened, at.day, act.PAT, at.encounter, payer, cents, dry_run=False
    )


BEYOND = {
    "void, both payers take back": Variant(
        ONE,
        HM,
        (
            says(2, "harbor", SHARE, icn="a1"),
            says(3, "meridian", M20, status="2", icn="a1m"),
            neg(7, "harbor", SHARE, icn="a1"),
            neg(8, "meridian", M20, icn="a1m"),
        ),
        paid(receivable={}, state="voided", paid=0, adjusted=0),
        acts=((5, act.void),),
        ordered=True,
    ),
    "void, denied, then taken back": Variant(
        ONE,
        H,
        (
            says(2, "harbor", SHARE, icn="a2"),
            says(6, "harbor", "0; CO B12 135.00", icn="a2b", status="4"),
            neg(7, "harbor", SHARE, icn="a2"),
        ),
        paid(receivable={}, state="voided", paid=0, adjusted=0),
        acts=((4, act.void),),
        ordered=True,
    ),
    "void, taken back, paid again": Variant(
        ONE,
        H,
        (
            says(2, "harbor", SHARE, icn="a3"),
            neg(6, "harbor", SHARE, icn="a3"),
            says(7, "harbor", FULL, icn="a3b"),
        ),
        paid(paid=100_00, adjusted=0, credit=100_00, work=[("payer_credit", "", 100_00)]),
        acts=((4, act.void),),
        ordered=True,
    ),
    "the second corrects what the third built on": Variant(
        ONE,
        SBM,
        (
            says(2, "senior", SHARE),
            says(4, "beacon", B12, status="2", icn="a4"),
            says(6, "meridian", M8, status="3"),
            neg(8, "beacon", B12, icn="a4"),
            says(8, "beacon", "15.00; OA 23 115.00, PR 3 5.00", status="2", icn="a4b"),
        ),
        paid(
            receivable={"senior": 0, "beacon": 0, "meridian": 0},
            paid=103_00,
            adjusted=35_00,
            credit=3_00,
            work=[("payer_credit", "", 3_00), ("earlier_answer_changed", "", 8_00)],
        ),
        ordered=True,
    ),
    "the first pays all after three": Variant(
        ONE,
        SBM,
        (
            says(2, "senior", SHARE, icn="a5"),
            says(4, "beacon", B12, status="2"),
            says(6, "meridian", M8, status="3"),
            neg(8, "senior", SHARE, icn="a5"),
            says(8, "senior", FULL, icn="a5b"),
        ),
        paid(
            receivable={"senior": 0, "beacon": 0, "meridian": 0},
            paid=120_00,
            adjusted=35_00,
            credit=20_00,
            work=[
                ("payer_credit", "", 12_00),
                ("payer_credit", "", 8_00),
                ("earlier_answer_changed", "", 12_00),
                ("earlier_answer_changed", "", 8_00),
            ],
        ),
        ordered=True,
    ),
    "QMB, Medicaid pays a part and cuts": Variant(
        ONE,
        SE,
        (
            says(2, "senior", f"{SHARE} | remark=N782"),
            says(4, "evergreen", "5.00; OA 23 115.00, CO 45 15.00", status="2"),
        ),
        paid(receivable={"senior": 0, "evergreen": 0}, paid=85_00, adjusted=50_00),
    ),
    "a GY line paid at the desk, denied by the payer": Variant(
        (),
        H,
        (says(2, "harbor", SHARE, "0; PR 96 18.00"),),
        paid(patient=20_00, paid=98_00, adjusted=35_00),
        more=GY,
        copay="18.00",
    ),
    "by the head, the second pays the copay": Variant(
        TWO,
        HM,
        (
            says(2, "harbor", "0; CO 24 115.00, PR 3 20.00", SMALL),
            says(3, "meridian", M20, "0; OA 23 18.00", status="2"),
        ),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=30_00, adjusted=123_00),
    ),
    "the first pays as if second, the second as first": Variant(
        ONE,
        HM,
        (says(2, "harbor", "60.00; CO 45 35.00, OA 23 40.00"), says(3, "meridian", "40.00; CO 45 95.00")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=100_00, adjusted=35_00),
    ),
    "a stay above its charge with a deductible": Variant(
        (),
        H,
        (says(2, "harbor", "3000.00;", "2000.00;", claim="CO 45 -1200.00, PR 1 1676.00"),),
        paid(patient=1676_00, paid=4524_00, adjusted=-1200_00),
        more=STAY,
    ),
    "the second pays the line that the first does not cover": Variant(
        TWO,
        HM,
        (says(2, "harbor", SHARE, "0; CO 96 18.00"), says(3, "meridian", M20, "18.00;", status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=118_00, adjusted=35_00),
    ),
    "the second cuts the line that the first does not cover": Variant(
        TWO,
        HM,
        (says(2, "harbor", SHARE, "0; CO 96 18.00"), says(3, "meridian", M20, SMALL, status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=110_00, adjusted=43_00),
    ),
    "desk twice": Variant(
        ONE,
        H,
        (says(2, "harbor", SHARE),),
        paid(paid=110_00, adjusted=35_00, credit=10_00, work=[("patient_credit", "", 10_00)]),
        copay="20.00",
        acts=((3, act.desk(10_00)),),
        ordered=True,
    ),
    "the patient paid, the payer takes all back": Variant(
        ONE,
        H,
        (says(2, "harbor", SHARE, icn="b1"), neg(4, "harbor", SHARE, icn="b1")),
        paid(receivable=135_00, state="reversed", paid=20_00, adjusted=0, credit=20_00, work=[REV]),
        acts=((3, act.desk(20_00)),),
        ordered=True,
    ),
    "corrected: it was paid to the patient": Variant(
        ONE,
        H,
        (
            says(2, "harbor", FULL, icn="b2"),
            neg(3, "harbor", FULL, icn="b2"),
            says(3, "harbor", "0; CO 45 35.00, OA 100 100.00", icn="b2b"),
        ),
        paid(patient=100_00, paid=0, adjusted=35_00),
    ),
    "interest kept, payment taken back": Variant(
        ONE,
        H,
        (says(2, "harbor", FULL, icn="b3", interest=2_00), neg(3, "harbor", FULL, icn="b3")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[REV]),
        plb=((2, "L6", "b3", -2_00),),
    ),
    "parts with a deductible of the claim": Variant(
        TWO,
        H,
        (
            says(2, "harbor", FULL, icn="b4a", claim="PR 1 10.00"),
            says(3, "harbor", "", SMALL, icn="b4b", claim="PR 1 5.00"),
        ),
        paid(patient=15_00, paid=95_00, adjusted=43_00),
    ),
    "one of them taken back": Variant(
        TWO,
        H,
        (
            says(2, "harbor", FULL, icn="b5a", claim="PR 1 10.00"),
            says(3, "harbor", "", SMALL, icn="b5b", claim="PR 1 5.00"),
            neg(4, "harbor", FULL, icn="b5a", claim="PR 1 10.00"),
        ),
        paid(receivable=135_00, state="part_paid", patient=5_00, paid=5_00, adjusted=8_00, work=[REV]),
    ),
    "denied whole, then by lines": Variant(
        TWO,
        H,
        (
            says(2, "harbor", charge=153_00, claim="CO 16 153.00", icn="b6"),
            says(3, "harbor", FULL, DENIED_2, icn="b6b"),
        ),
        paid(
            receivable=18_00,
            state="part_paid",
            paid=100_00,
            adjusted=35_00,
            work=[("denial", "CO 197", 18_00)],
        ),
    ),
    "paid by lines, denied whole without a reversal": Variant(
        TWO,
        H,
        (
            says(2, "harbor", FULL, SMALL, icn="b7"),
            says(3, "harbor", charge=153_00, claim="CO 16 153.00", icn="b7b"),
        ),
        paid(paid=110_00, adjusted=43_00, work=[("denied_after_payment", "CO 16", 0)]),
    ),
    "paid whole, denied whole without a reversal": Variant(
        TWO,
        H,
        (
            says(2, "harbor", charge=153_00, claim="CO 45 43.00", icn="b8"),
            says(3, "harbor", charge=153_00, claim="CO 16 153.00", icn="b8b"),
        ),
        paid(paid=110_00, adjusted=43_00, work=[("denied_after_payment", "CO 16", 0)]),
    ),
    "paid whole, denied by lines without a reversal": Variant(
        TWO,
        H,
        (
            says(2, "harbor", charge=153_00, claim="CO 45 43.00", icn="b9"),
            says(3, "harbor", DENIED_1, DENIED_2, icn="b9b"),
        ),
        paid(
            paid=110_00,
            adjusted=43_00,
            work=[("denied_after_payment", "CO 197", 0), ("denied_after_payment", "CO 197", 0)],
        ),
    ),
    "paid one by one, corrected to bundled": Variant(
        TWO,
        H,
        (
            says(2, "harbor", FULL, SMALL, icn="c1"),
            neg(3, "harbor", FULL, SMALL, icn="c1"),
            says(3, "harbor", "120.00; OA 94 -18.00, CO 45 33.00", "0; OA 97 18.00", icn="c1b"),
        ),
        paid(paid=120_00, adjusted=33_00),
    ),
    "the second's own cut and a share": Variant(
        ONE,
        HM,
        (
            says(2, "harbor", SHARE),
            says(3, "meridian", "0; OA 23 80.00, CO 45 45.00, PR 2 10.00", status="2"),
        ),
        paid(receivable={"harbor": 0, "meridian": 0}, patient=10_00, paid=80_00, adjusted=45_00),
    ),
    "not covered by the second": Variant(
        ONE,
        HM,
        (says(2, "harbor", SHARE), says(3, "meridian", "0; OA 23 115.00, PR 204 20.00", status="2")),
        paid(
            receivable={"harbor": 0, "meridian": 20_00},
            state="denied",
            paid=80_00,
            adjusted=35_00,
            work=[("denial", "PR 204", 20_00)],
        ),
    ),
    "a number that is none": Variant(
        ONE,
        H,
        (says(2, "harbor", FULL, icn="NONE"), neg(3, "harbor", FULL, icn="NONE")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[REV]),
    ),
    "reversed under the correction's number": Variant(
        ONE,
        H,
        (
            says(2, "harbor", FULL, icn="c3"),
            neg(3, "harbor", FULL, icn="c3b"),
            says(3, "harbor", SHARE, icn="c3b"),
        ),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
    ),
    "a reversal with other reasons": Variant(
        ONE,
        H,
        (
            says(2, "harbor", SHARE, icn="c4"),
            neg(3, "harbor", "80.00; CO 45 55.00", icn="c4"),
            says(3, "harbor", FULL, icn="c4b"),
        ),
        paid(paid=100_00, adjusted=35_00),
    ),
    "nothing paid, corrected to nothing paid": Variant(
        ONE,
        H,
        (
            says(2, "harbor", "0; CO 45 35.00, PR 1 100.00", icn="c5"),
            neg(3, "harbor", "0; CO 45 35.00, PR 1 100.00", icn="c5"),
            says(3, "harbor", "0; CO 45 45.00, PR 1 90.00", icn="c5b"),
        ),
        paid(patient=90_00, paid=0, adjusted=45_00),
    ),
    "the patient paid the deductible that the payer then pays": Variant(
        ONE,
        H,
        (
            says(2, "harbor", "0; CO 45 35.00, PR 1 100.00", icn="c6"),
            neg(4, "harbor", "0; CO 45 35.00, PR 1 100.00", icn="c6"),
            says(4, "harbor", FULL, icn="c6b"),
        ),
        paid(paid=200_00, adjusted=35_00, credit=100_00, work=[("patient_credit", "", 100_00)]),
        acts=((3, act.desk(100_00)),),
        ordered=True,
    ),
    "forwarded, and a duplicate to the next": Variant(
        ONE,
        HM,
        (
            says(2, "harbor", SHARE, status="19", forwarded_to="meridian"),
            says(3, "meridian", M20, status="2"),
            says(4, "meridian", "0; OA 18 135.00", status="2"),
        ),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=100_00, adjusted=35_00),
    ),
    "both deny for good": Variant(
        ONE,
        SB,
        (says(2, "senior", "0; CO 50 135.00"), says(3, "beacon", "0; CO 50 135.00", status="2")),
        paid(
            receivable={"senior": 135_00, "beacon": 0},
            state="denied",
            paid=0,
            adjusted=0,
            work=[("denial", "CO 50", 135_00)],
        ),
    ),
    "the second names one line of two": Variant(
        TWO,
        HM,
        (
            says(2, "harbor", "80.00; CO 45 35.00, PR 3 20.00", "8.00; CO 45 6.00, PR 3 4.00"),
            says(3, "meridian", M20, status="2"),
        ),
        paid(
            receivable={"harbor": 0, "meridian": 4_00},
            state="part_paid",
            paid=108_00,
            adjusted=41_00,
            work=[("unexplained", "", 4_00)],
        ),
    ),
    "the second in two parts": Variant(
        TWO,
        HM,
        (
            says(2, "harbor", "80.00; CO 45 35.00, PR 3 20.00", "8.00; CO 45 6.00, PR 3 4.00"),
            says(3, "meridian", M20, status="2", icn="d1"),
            says(4, "meridian", "", "4.00; OA 23 14.00", status="2", icn="d2"),
        ),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=112_00, adjusted=41_00),
    ),
    "the second leaves the sequestered part": Variant(
        ONE,
        SB,
        (says(2, "senior", REDUCED), says(4, "beacon", "18.40; OA 23 116.60", status="2")),
        paid(
            receivable={"senior": 0, "beacon": 1_60},
            state="part_paid",
            paid=96_80,
            adjusted=36_60,
            work=[("unexplained", "", 1_60)],
        ),
    ),
    "one line of two paid again": Variant(
        TWO,
        H,
        (says(2, "harbor", FULL, SMALL, icn="d3"), says(3, "harbor", FULL, icn="d3b")),
        paid(paid=210_00, adjusted=43_00, credit=100_00, work=[("payer_credit", "", 100_00)]),
    ),
    "three payers, the second crosses over to the third": Variant(
        ONE,
        SBM,
        (
            says(2, "senior", SHARE, status="19", forwarded_to="beacon"),
            says(3, "beacon", "0; OA 23 115.00, PR 1 20.00", status="20", forwarded_to="meridian"),
            says(5, "meridian", "0; OA 23 115.00, PR 3 20.00", status="3"),
        ),
        paid(receivable={"senior": 0, "beacon": 0, "meridian": 0}, patient=20_00, paid=80_00, adjusted=35_00),
    ),
    "three payers, all deny": Variant(
        ONE,
        SBM,
        (
            says(2, "senior", "0; CO 50 135.00"),
            says(3, "beacon", "0; CO 50 135.00", status="2"),
            says(4, "meridian", "0; CO 50 135.00", status="3"),
        ),
        paid(
            receivable={"senior": 135_00, "beacon": 0, "meridian": 0},
            state="denied",
            paid=0,
            adjusted=0,
            work=[("denial", "CO 50", 135_00)],
        ),
    ),
    "three payers, only the third pays": Variant(
        ONE,
        SBM,
        (
            says(2, "senior", "0; CO 50 135.00"),
            says(3, "beacon", "0; CO 50 135.00", status="2"),
            says(4, "meridian", "90.00; CO 45 35.00, PR 3 10.00", status="3"),
        ),
        paid(receivable={"senior": 0, "beacon": 0, "meridian": 0}, patient=10_00, paid=90_00, adjusted=35_00),
    ),
    "written off, then corrected to paid": Variant(
        ONE,
        H,
        (
            says(2, "harbor", "80.00; CO 45 35.00, CO 197 20.00", icn="d8"),
            neg(4, "harbor", "80.00; CO 45 35.00, CO 197 20.00", icn="d8"),
            says(4, "harbor", FULL, icn="d8b"),
        ),
        paid(paid=100_00, adjusted=35_00),
        acts=((3, write_off("harbor", 20_00)),),
        ordered=True,
    ),
    "the patient was refunded, the payer takes back, decides less": Variant(
        ONE,
        HM,
        (
            says(2, "harbor", SHARE, icn="d9"),
            says(3, "meridian", M20, status="2", icn="d9m"),
            neg(5, "meridian", M20, icn="d9m"),
            says(5, "meridian", "5.00; OA 23 115.00, PR 3 15.00", status="2", icn="d9n"),
        ),
        paid(receivable={"harbor": 0, "meridian": 0}, patient=15_00, paid=85_00, adjusted=35_00),
        copay="20.00",
        acts=((4, act.refund("")),),
        ordered=True,
    ),
    "taken back by the first, which is then not the first": Variant(
        ONE,
        HM,
        (
            says(2, "harbor", SHARE, icn="e1"),
            says(3, "meridian", M20, status="2", icn="e1m"),
            neg(4, "harbor", SHARE, icn="e1"),
            says(4, "harbor", "0; OA 22 135.00", icn="e1b"),
            neg(5, "meridian", M20, icn="e1m"),
            says(5, "meridian", SHARE, icn="e1n"),
            says(6, "harbor", M20, status="2", icn="e1c"),
        ),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=100_00, adjusted=35_00),
        ordered=True,
    ),
    "paid to the other practice in two, one taken back here": Variant(
        TWO,
        H,
        (
            says(2, "harbor", FULL, SMALL, icn="e2", payee="bayview"),
            neg(3, "harbor", "", SMALL, icn="e2", payee="bayview"),
        ),
        paid(
            receivable=18_00,
            state="part_paid",
            paid=100_00,
            adjusted=35_00,
            work=[("takeback", "REV", 18_00), ("between_practices", "", 100_00)],
        ),
    ),
    "a denial to the other practice, paid here": Variant(
        ONE,
        H,
        (says(2, "harbor", DENIED_1, icn="e3", payee="bayview"), says(3, "harbor", SHARE, icn="e3b")),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
    ),
}
NUMBERS = numbers(BEYOND)


@pytest.fixture(scope="module", params=[None, 11], ids=["in order", "any order"])
def played(make_home, request):
    home = make_home("beyond")
    partners(home)
    return play(home, BEYOND, seed=request.param)


@pytest.mark.parametrize("name", BEYOND)
def test_a_situation_beyond_the_kinds_comes_to_its_right_values_in_any_order(played, name):
    assert summary(played.claim(NUMBERS[name])) == BEYOND[name].right


def test_the_books_of_all_of_them_close_with_nothing_in_suspense(played):
    with played.opened() as opened:
        assert money(opened.ledger).closes
        assert proof(opened.ledger).faults == []
    assert {row["patient_control_number"] for row in played.suspense["suspense"]} == {"LEGACY1"}


def test_a_first_payer_that_counts_an_earlier_ones_part_is_about_the_order_of_payers(make_home):
    only = Variant(ONE, H, (says(2, "harbor", "60.00; CO 45 35.00, OA 23 40.00"),), ())
    [work] = play(make_home("only"), {"only": only}).claim("V-1")["work"]
    assert (work["kind"], work["owner"]) == ("unexplained", "ELIGIBILITY")
    assert "verify the order of the payers" in work["action"]
