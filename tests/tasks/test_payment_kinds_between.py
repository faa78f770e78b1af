"""Situations of payments between the kinds that went wrong once, as a stranger would write them.

All are played in one home, each on a claim of its own and delivered twice, in order, with what came last
coming first and in any order, except where a person acts on what came. The right values were written down
before.
"""

import pytest
from sqlalchemy import select

from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.schema import work_item
from tests.tasks import payment_acts as act
from tests.tasks.payment_variants import Variant, numbers, play, says
from tests.tasks.test_payment_cases import summary
from tests.tasks.test_payment_combinations import (
    CORRECTED,
    M20,
    REV,
    VISIT,
    neg,
    partners,
)
from tests.tasks.test_payment_situations import SBM, SENIOR
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

THREE = ("99213", "36415", "85025")
REDUCED = "78.40; CO 45 35.00, CO 253 1.60, PR 2 20.00"
BETWEEN = {
    # reversed and corrected over files and days
    "reversed one day, corrected with a denied line the next": Variant(
        TWO, H,
        (says(2, "harbor", FULL, SMALL, icn="A1"), neg(3, "harbor", FULL, SMALL, icn="A1"),
         says(4, "harbor", FULL, DENIED_2, icn="A1B")),
        paid(receivable=18_00, state="part_paid", paid=100_00, adjusted=35_00,
             work=[("denial", "CO 197", 18_00)]),
    ),
    "corrected upward, the reversal two days after": Variant(
        ONE, H,
        (says(2, "harbor", "80.00; CO 45 35.00, CO 197 20.00", icn="A2"), says(3, "harbor", FULL, icn="A2B"),
         neg(5, "harbor", "80.00; CO 45 35.00, CO 197 20.00", icn="A2")),
        paid(paid=100_00, adjusted=35_00),
    ),
    "paid twice, both reversed, one correction": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="A3"), says(3, "harbor", FULL, icn="A3B"),
         neg(4, "harbor", FULL, icn="A3"), neg(4, "harbor", FULL, icn="A3B"),
         says(5, "harbor", SHARE, icn="A3C")),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
    ),
    "a denial taken back, and nothing said instead": Variant(
        ONE, H, (says(2, "harbor", DENIED_1, icn="A4"), neg(3, "harbor", DENIED_1, icn="A4")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[REV]),
    ),
    "taken back under the payer's number alone": Variant(
        ONE, H, (says(2, "harbor", FULL, icn="A5XY"), neg(3, "harbor", FULL, icn="A5XY", number="0")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[REV]),
    ),
    "status 22 with positive amounts": Variant(
        ONE, H, (says(2, "harbor", FULL, icn="A6"), says(3, "harbor", FULL, icn="A6", status="22")),
        paid(paid=200_00, adjusted=35_00, work=[("reversal_alone", "REV", 100_00)]),
    ),
    "the difference alone, with no charge": Variant(
        ONE, H,
        (says(2, "harbor", SHARE, icn="A7"),
         says(3, "harbor", "20.00; PR 2 -20.00 | charge=0", icn="A7")),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
    ),
    # split
    "three parts over three days, the last denied": Variant(
        THREE, H,
        (says(2, "harbor", SHARE, icn="B1A"), says(3, "harbor", "", SMALL, icn="B1B"),
         says(4, "harbor", "", "", "0; CO 50 35.00", icn="B1C")),
        paid(receivable=35_00, state="part_paid", patient=20_00, paid=90_00, adjusted=43_00,
             work=[("denial", "CO 50", 35_00)]),
    ),
    "a part taken back and denied": Variant(
        TWO, H,
        (says(2, "harbor", FULL, icn="B2A"), says(2, "harbor", "", SMALL, icn="B2B"),
         neg(3, "harbor", "", SMALL, icn="B2B"), says(4, "harbor", "", DENIED_2, icn="B2C")),
        paid(receivable=18_00, state="part_paid", paid=100_00, adjusted=35_00,
             work=[("denial", "CO 197", 18_00)]),
    ),
    "a part pended under the claim, then paid": Variant(
        TWO, H,
        (says(2, "harbor", FULL, icn="B3A", charge=18_00, claim="OA 133 18.00"),
         says(4, "harbor", "", SMALL, icn="B3B")),
        paid(paid=110_00, adjusted=43_00),
    ),
    "a denial taken back, then paid in two parts": Variant(
        TWO, H,
        (says(2, "harbor", DENIED_1, DENIED_2, icn="B4"), neg(3, "harbor", DENIED_1, DENIED_2, icn="B4"),
         says(3, "harbor", FULL, icn="B4A"), says(4, "harbor", "", SMALL, icn="B4B")),
        paid(paid=110_00, adjusted=43_00),
    ),
    # downcoded, bundled
    "downcoded with a share": Variant(
        ONE, H, (says(2, "harbor", "70.00; CO 45 35.00, CO 150 15.00, PR 2 15.00"),),
        paid(receivable=15_00, state="part_paid", patient=15_00, paid=70_00, adjusted=35_00,
             work=[("denial", "CO 150", 15_00)]),
    ),
    "one line bundled, another denied as bundled": Variant(
        THREE, H,
        (says(2, "harbor", "100.00; OA 94 -18.00, CO 45 53.00", "0; OA 97 18.00", "0; CO 97 35.00"),),
        paid(receivable=35_00, state="part_paid", paid=100_00, adjusted=53_00,
             work=[("denial", "CO 97", 35_00)]),
    ),
    "bundled, then paid one by one": Variant(
        TWO, H,
        (says(2, "harbor", "120.00; OA 94 -18.00, CO 45 33.00", "0; OA 97 18.00", icn="C3"),
         neg(3, "harbor", "120.00; OA 94 -18.00, CO 45 33.00", "0; OA 97 18.00", icn="C3"),
         says(3, "harbor", FULL, SMALL, icn="C3B")),
        paid(paid=110_00, adjusted=43_00),
    ),
    # later payers
    "the second allows less than the first paid": Variant(
        ONE, HM, (says(2, "harbor", SHARE), says(3, "meridian", "0; OA 23 80.00, CO 45 55.00", status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=80_00, adjusted=55_00),
    ),
    "the second counts too much as the first's": Variant(
        ONE, HM, (says(2, "harbor", SHARE), says(3, "meridian", "5.00; OA 23 130.00", status="2")),
        paid(receivable={"harbor": 0, "meridian": 15_00}, state="part_paid", paid=85_00, adjusted=35_00,
             work=[("unexplained", "", 15_00)]),
    ),
    "the second counts too little as the first's": Variant(
        ONE, HM, (says(2, "harbor", SHARE), says(3, "meridian", "40.00; OA 23 95.00", status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=120_00, adjusted=35_00, credit=20_00,
             work=[("payer_credit", "", 20_00)]),
    ),
    "the first's part under CO 23": Variant(
        ONE, HM, (says(2, "harbor", SHARE), says(3, "meridian", "20.00; CO 23 115.00", status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=100_00, adjusted=35_00),
    ),
    "the first's part under CO 22": Variant(
        ONE, HM, (says(2, "harbor", SHARE), says(3, "meridian", "20.00; CO 22 115.00", status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=100_00, adjusted=35_00),
    ),
    "the first's cut as the patient's": Variant(
        ONE, HM, (says(2, "harbor", SHARE), says(3, "meridian", "0; OA 23 80.00, PR 2 55.00", status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, patient=20_00, paid=80_00, adjusted=35_00),
    ),
    "the first's cut once more, the share paid": Variant(
        ONE, HM,
        (says(2, "harbor", SHARE), says(3, "meridian", "20.00; OA 23 80.00, CO 45 35.00", status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=100_00, adjusted=35_00),
    ),
    "a deductible, a coinsurance and a copay, of which the second pays the first": Variant(
        ONE, HM,
        (says(2, "harbor", "35.00; CO 45 35.00, PR 1 50.00, PR 2 10.00, PR 3 5.00"),
         says(3, "meridian", "50.00; OA 23 70.00, CO 45 5.00, PR 3 10.00", status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, patient=10_00, paid=85_00, adjusted=40_00),
    ),
    "a deductible with both": Variant(
        ONE, HM,
        (says(2, "harbor", "0; CO 45 35.00, PR 1 100.00"),
         says(3, "meridian", "0; OA 23 35.00, PR 1 100.00", status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, patient=100_00, paid=0, adjusted=35_00),
    ),
    "decided as a whole by the first, by lines by the second": Variant(
        TWO, HM,
        (says(2, "harbor", charge=153_00, claim="CO 45 43.00, PR 2 10.00"),
         says(3, "meridian", "8.00; OA 23 125.00, PR 3 2.00", "0; OA 23 18.00", status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, patient=2_00, paid=108_00, adjusted=43_00),
    ),
    "both pay as if first": Variant(
        ONE, HM, (says(2, "meridian", SHARE), says(3, "harbor", SHARE)),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=160_00, adjusted=35_00, credit=60_00,
             work=[("payer_credit", "", 60_00)]),
    ),
    "denied, paid by the second, and the denial overturned": Variant(
        ONE, HM,
        (says(2, "harbor", "0; CO 27 135.00"), says(3, "meridian", SHARE, status="2"),
         says(5, "harbor", FULL, icn="D12")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=180_00, adjusted=35_00, credit=80_00,
             work=[("payer_credit", "", 80_00), ("earlier_answer_changed", "", 80_00)]),
        ordered=True,
    ),
    "three payers, each leaving a part": Variant(
        ONE, SBM,
        (says(2, "senior", SHARE, status="19", forwarded_to="beacon"),
         says(3, "beacon", "10.00; OA 23 115.00, PR 2 10.00", status="2"),
         says(4, "meridian", "4.00; OA 23 125.00, PR 3 6.00", status="3")),
        paid(receivable={"senior": 0, "beacon": 0, "meridian": 0}, patient=6_00, paid=94_00, adjusted=35_00),
    ),
    "the second denies for good, the third pays": Variant(
        ONE, SBM,
        (says(2, "senior", SHARE, status="19", forwarded_to="beacon"),
         says(3, "beacon", "0; OA 23 115.00, CO 29 20.00", status="2"),
         says(4, "meridian", M20, status="3")),
        paid(receivable={"senior": 0, "beacon": 0, "meridian": 0}, paid=100_00, adjusted=35_00),
    ),
    "the second takes back what the third built on": Variant(
        ONE, SBM,
        (says(2, "senior", SHARE),
         says(4, "beacon", "12.00; OA 23 115.00, PR 3 8.00", status="2", icn="D15"),
         says(6, "meridian", "8.00; OA 23 127.00", status="3"),
         neg(8, "beacon", "12.00; OA 23 115.00, PR 3 8.00", icn="D15")),
        paid(receivable={"senior": 0, "beacon": 20_00, "meridian": 0}, state="reversed", paid=88_00,
             adjusted=35_00, credit=8_00,
             work=[("takeback", "REV", 20_00), ("secondary_first", "", 8_00),
                   ("earlier_answer_changed", "", 8_00)]),
        ordered=True,
    ),
    # crossover
    "crossed over, then decided again without that": Variant(
        ONE, SB,
        (says(2, "senior", SHARE, status="19", forwarded_to="beacon", icn="E1"),
         neg(3, "senior", SHARE, icn="E1"),
         says(3, "senior", "90.00; CO 45 35.00, PR 2 10.00", icn="E1B")),
        paid(receivable={"senior": 0, "beacon": 10_00}, state="unanswered", paid=90_00, adjusted=35_00),
    ),
    "crossed over to nobody named, a payer never billed answers": Variant(
        ONE, SENIOR,
        (says(2, "senior", SHARE, status="19"),
         says(3, "meridian", "15.00; OA 23 115.00, PR 3 5.00", status="2", member="B71")),
        paid(receivable={"senior": 0, "meridian": 0}, patient=5_00, paid=95_00, adjusted=35_00),
    ),
    "sequestered, crossed over, corrected by both": Variant(
        ONE, SB,
        (says(2, "senior", REDUCED, status="19", forwarded_to="beacon", icn="E3"),
         says(3, "beacon", M20, status="2", icn="E3S"),
         neg(4, "senior", REDUCED, icn="E3"),
         says(4, "senior", "58.80; CO 45 35.00, CO 253 1.20, PR 1 25.00, PR 2 15.00", status="19",
              forwarded_to="beacon", icn="E3B"),
         neg(5, "beacon", M20, icn="E3S"),
         says(5, "beacon", "40.00; OA 23 95.00", status="2", icn="E3T")),
        paid(receivable={"senior": 0, "beacon": 0}, paid=98_80, adjusted=36_20),
    ),
    "sequestered, crossed over, corrected by the first alone": Variant(
        ONE, SB,
        (says(2, "senior", REDUCED, status="19", forwarded_to="beacon", icn="E4"),
         says(3, "beacon", M20, status="2"),
         neg(4, "senior", REDUCED, icn="E4"),
         says(4, "senior", "58.80; CO 45 35.00, CO 253 1.20, PR 1 25.00, PR 2 15.00", status="19",
              forwarded_to="beacon", icn="E4B")),
        paid(receivable={"senior": 0, "beacon": 20_00}, state="part_paid", paid=78_80, adjusted=36_20,
             work=[("unexplained", "", 20_00)]),
    ),
    # provider level
    "announced, and recouped twice": Variant(
        ONE, H, (says(2, "harbor", FULL, icn="F1"), neg(3, "harbor", FULL, icn="F1")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0,
             work=[REV, ("provider_level", "WO", 100_00)]),
        plb=((3, "WO", "F1", -100_00), (4, "WO", "F1", 100_00), (5, "WO", "F1", 100_00)),
    ),
    "taken back beyond the payment, the rest carried forward": Variant(
        ONE, H, (says(2, "harbor", FULL, icn="F2"), neg(3, "harbor", FULL, icn="F2")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[REV]),
        plb=((3, "FB", "FBT3", -100_00), (4, "FB", "FBT3", 100_00)),
    ),
    "interest as an adjustment of the line": Variant(
        ONE, H, (says(2, "harbor", "102.00; CO 45 35.00, CO 225 -2.00"),),
        paid(paid=102_00, adjusted=33_00),
    ),
    "interest of a second payer": Variant(
        ONE, HM, (says(2, "harbor", SHARE), says(3, "meridian", M20, status="2", icn="F4", interest=1_00)),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=100_00, adjusted=35_00),
        plb=((3, "L6", "F4", -1_00, "meridian"),),
    ),
    "beside claims alone": Variant(
        ONE, H, (says(2, "harbor", FULL),), paid(paid=100_00, adjusted=35_00),
        plb=((3, "CS", "CSREF1", -25_00, "harbor", "summit"), (4, "L6", "L6REF", -1_00, "harbor", "summit"),
             (3, "FB", "FBOPEN", -30_00, "meridian", "summit"),
             (5, "CT", "CAPNOV", -500_00, "harbor", "bayview")),
    ),
    "paid twice, refunded in part, the rest recouped": Variant(
        ONE, H, (says(2, "harbor", FULL, icn="F6"), says(3, "harbor", FULL, icn="F6B")),
        paid(paid=140_00, adjusted=35_00, credit=40_00,
             work=[("payer_credit", "", 40_00), ("provider_level", "WO", 40_00)]),
        acts=((4, act.refund("harbor", 60_00)),), plb=((5, "WO", "F6B", 40_00),), ordered=True,
    ),
    # capitation, the desk's money, refunds
    "one line by the head with a copay, one by the service": Variant(
        TWO, H, (says(2, "harbor", "0; CO 24 115.00, PR 3 20.00", SMALL),),
        paid(patient=20_00, paid=10_00, adjusted=123_00),
    ),
    "the desk took more than the first share, less than the corrected one": Variant(
        ONE, H,
        (says(2, "harbor", SHARE, icn="G2"), neg(4, "harbor", SHARE, icn="G2"),
         says(4, "harbor", "60.00; CO 45 35.00, PR 1 40.00", icn="G2B")),
        paid(patient=10_00, paid=90_00, adjusted=35_00), copay="30.00",
    ),
    "the desk took a copay, the payer says not covered": Variant(
        ONE, H, (says(2, "harbor", "0; PR 27 135.00"),),
        paid(receivable=135_00, state="denied", paid=20_00, adjusted=0, credit=20_00,
             work=[("denial", "PR 27", 135_00)]),
        copay="20.00",
    ),
    "the desk took what the second payer paid": Variant(
        ONE, HM, (says(2, "harbor", SHARE), says(3, "meridian", M20, status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=120_00, adjusted=35_00, credit=20_00,
             work=[("patient_credit", "", 20_00)]), copay="20.00",
    ),
    "the desk took a copay, the second payer is silent": Variant(
        ONE, HM, (says(2, "harbor", SHARE),),
        paid(receivable={"harbor": 0, "meridian": 20_00}, state="unanswered", paid=100_00, adjusted=35_00,
             credit=20_00),
        copay="20.00",
    ),
    "the patient was refunded what a correction asks for": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="G6"), neg(4, "harbor", FULL, icn="G6"),
         says(4, "harbor", SHARE, icn="G6B")),
        paid(patient=20_00, paid=80_00, adjusted=35_00), copay="20.00",
        acts=((3, act.refund("")),), ordered=True,
    ),
    # again
    "paid again under the same number and another trace": Variant(
        ONE, H, (says(2, "harbor", FULL, icn="H1"), says(3, "harbor", FULL, icn="H1")),
        paid(paid=200_00, adjusted=35_00, credit=100_00, work=[("payer_credit", "", 100_00)]),
    ),
    "denied again under the same number and another trace": Variant(
        ONE, H, (says(2, "harbor", DENIED_1, icn="H2"), says(3, "harbor", DENIED_1, icn="H2")),
        paid(receivable=135_00, state="denied", paid=0, adjusted=0, work=[("denial", "CO 197", 135_00)]),
    ),
    # replaced and void
    "the replacement answered under the old number": Variant(
        ONE, H,
        (says(2, "harbor", SHARE, icn="J1"), neg(6, "harbor", SHARE, icn="J1"),
         says(6, "harbor", FULL, icn="J1")),
        paid(paid=100_00, adjusted=35_00),
        acts=((3, act.newer(**CORRECTED)), (4, act.correct)), ordered=True,
    ),
    "replaced with a line less": Variant(
        TWO, H,
        (says(2, "harbor", FULL, SMALL, icn="J2"), neg(6, "harbor", FULL, SMALL, icn="J2"),
         says(6, "harbor", SHARE, icn="J2B")),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
        acts=((3, act.newer(**CORRECTED, lines=[VISIT])), (4, act.correct)), ordered=True,
    ),
    "the replacement paid beside the original": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="J3"), says(6, "harbor", SHARE, icn="J3B")),
        paid(patient=20_00, paid=180_00, adjusted=35_00, credit=100_00,
             work=[("payer_credit", "", 100_00)]),
        acts=((3, act.newer(**CORRECTED)), (4, act.correct)), ordered=True,
    ),
    "void, the payer denies what it took back": Variant(
        ONE, H,
        (says(2, "harbor", SHARE, icn="J4"), neg(6, "harbor", SHARE, icn="J4"),
         says(6, "harbor", "0; CO B12 135.00", icn="J4B", status="4")),
        paid(receivable={}, state="voided", paid=0, adjusted=0),
        acts=((4, act.void),), ordered=True,
    ),
    # zero, negative, remarks, estimates, charges
    "all to the deductible, a copay taken": Variant(
        ONE, H, (says(2, "harbor", "0; CO 45 35.00, PR 1 100.00"),),
        paid(patient=80_00, paid=20_00, adjusted=35_00), copay="20.00",
    ),
    "paid in full with nothing but a remark": Variant(
        TWO, H, (says(2, "harbor", "135.00 | remark=N807", "18.00 | remark=N620"),),
        paid(paid=153_00, adjusted=0),
    ),
    "a line of no charge that the payer added": Variant(
        ONE, H, (says(2, "harbor", FULL, "0 | charge=0 line=0 procedure=99080 remark=N620"),),
        paid(paid=100_00, adjusted=35_00),
    ),
    "an estimate before and after a denial": Variant(
        ONE, H,
        (says(2, "harbor", "0; OA 101 135.00", status="25"), says(3, "harbor", DENIED_1),
         says(4, "harbor", "0; OA 101 100.00, CO 45 35.00", status="25")),
        paid(receivable=135_00, state="denied", paid=0, adjusted=0, work=[("denial", "CO 197", 135_00)]),
    ),
    "another charge than was billed": Variant(
        ONE, H, (says(2, "harbor", "95.00; CO 45 35.00 | charge=130.00"),),
        paid(receivable=135_00, state="sent", paid=0, adjusted=0),
    ),
    "a cut above the charge, set off by 94": Variant(
        ONE, H, (says(2, "harbor", "20.00; CO 45 150.00, OA 94 -35.00"),),
        paid(paid=20_00, adjusted=115_00),
    ),
    "the only payer names an earlier one's part": Variant(
        ONE, H, (says(2, "harbor", "60.00; CO 45 35.00, OA 23 40.00"),),
        paid(receivable=40_00, state="part_paid", paid=60_00, adjusted=35_00,
             work=[("unexplained", "", 40_00)]),
    ),
    # two practices of one tax id
    "a part paid to the other practice": Variant(
        TWO, H,
        (says(2, "harbor", FULL, icn="L1A"), says(3, "harbor", "", SMALL, icn="L1B", payee="bayview")),
        paid(paid=110_00, adjusted=43_00, work=[("between_practices", "", 10_00)]),
    ),
    "paid to the other practice, corrected there": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="L2", payee="bayview"),
         neg(3, "harbor", FULL, icn="L2", payee="bayview"),
         says(3, "harbor", SHARE, icn="L2B", payee="bayview")),
        paid(patient=20_00, paid=80_00, adjusted=35_00, work=[("between_practices", "", 80_00)]),
    ),
}  # fmt: skip
NUMBERS = numbers(BETWEEN)


@pytest.fixture(scope="module", params=["in order", "turned round", "any order"])
def played(make_home, request):
    home = make_home("between")
    partners(home)
    seed = 7 if request.param == "any order" else None
    return play(home, BETWEEN, turned=request.param == "turned round", seed=seed)


@pytest.mark.parametrize("name", BETWEEN)
def test_a_situation_between_the_kinds_comes_to_its_right_values_in_any_order(played, name):
    assert summary(played.claim(NUMBERS[name])) == BETWEEN[name].right


def test_the_books_of_all_of_them_close(played):
    with played.opened() as opened:
        assert money(opened.ledger).closes
        assert proof(opened.ledger).faults == []


def test_in_suspense_is_what_fits_no_claim_with_the_likeliest_claim_first(played):
    numbers = {
        name: played.claim(NUMBERS[name])["patient_control_number"]
        for name in ("the difference alone, with no charge", "another charge than was billed")
    }
    waiting = [row for row in played.suspense["suspense"] if row["patient_control_number"] != "LEGACY1"]
    assert {row["patient_control_number"] for row in waiting} == set(numbers.values())
    for row in waiting:
        assert row["candidates"][0]["patient_control_number"] == row["patient_control_number"]
        assert row["candidates"][0]["against"] == ["charge"]


def test_what_is_beside_claims_is_work_until_it_comes_back(played):
    w = work_item.c
    query = select(w.reference, w.cents).where(
        w.kind == "provider_level", w.claim_id.is_(None), w.state == "open"
    )
    with played.opened() as opened, opened.ledger.read() as connection:
        rows = connection.execute(query).all()
    assert sorted(rows) == [("CAPNOV", 500_00), ("CSREF1", 25_00), ("FBOPEN", 30_00)]
