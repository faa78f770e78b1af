"""Variants of the scenarios of payments: other amounts, orders and payers, two lines, split, resent.

All are played in one home, each on a claim of its own; the right values were written down by the rules.
"""

import pytest

from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from tests.tasks.payment_variants import Variant, numbers, play, says
from tests.tasks.test_payment_cases import summary, works


def paid(payer="harbor", receivable=0, *, state="paid", patient=0, paid, adjusted, credit=0, work=()):
    payers = receivable if isinstance(receivable, dict) else {payer: receivable}
    return (state, payers, patient, paid, adjusted, credit, works(*work))


ONE, TWO = ("99213",), ("99213", "36415")
H, SB, HM = ("harbor",), ("senior", "beacon"), ("harbor", "meridian")
FULL = "100.00; CO 45 35.00"
SHARE = "80.00; CO 45 35.00, PR 2 20.00"
SMALL = "10.00; CO 45 8.00"
DENIED_1, DENIED_2 = "0; CO 197 135.00", "0; CO 197 18.00"
VARIANTS = {
    "s10 two lines": Variant(
        TWO, H, (says(2, "harbor", FULL, SMALL, icn="V10A"),),
        paid(paid=110_00, adjusted=43_00, work=[("provider_level", "WO", 60_00)]),
        plb=((3, "WO", "V10A", 60_00),),
    ),
    "s10 in two halves": Variant(
        ONE, H, (says(2, "harbor", FULL, icn="V10B"),),
        paid(paid=100_00, adjusted=35_00, work=[("provider_level", "WO", 60_00)]),
        plb=((3, "WO", "V10B", 30_00), (4, "WO", "V10B", 30_00)),
    ),
    "s12 on both lines": Variant(
        TWO, ("senior",),
        (says(2, "senior", "98.00; CO 45 35.00, CO 253 2.00", "9.80; CO 45 8.00, CO 253 0.20"),),
        paid("senior", paid=107_80, adjusted=45_20),
    ),
    "s12 with a later payer": Variant(
        ONE, SB, (says(2, "senior", "78.40; CO 45 35.00, CO 253 1.60, PR 2 20.00"),),
        paid(receivable={"senior": 0, "beacon": 20_00}, state="unanswered", paid=78_40, adjusted=36_60),
    ),
    "s14 two lines": Variant(
        TWO, H, (says(2, "harbor", FULL, SMALL, payee="summit"),),
        paid(receivable=153_00, state="sent", paid=0, adjusted=0),
    ),
    "s14 resent after it was paid right": Variant(
        ONE, H, (says(2, "harbor", FULL), says(3, "harbor", FULL, payee="bayview")),
        paid(paid=100_00, adjusted=35_00),
    ),
    "s15 other amounts": Variant(
        TWO, H, (says(2, "harbor", "100.00; OA 94 -18.00, CO 45 53.00", "0; OA 97 18.00"),),
        paid(paid=100_00, adjusted=53_00),
    ),
    "s15 another amount under 94": Variant(
        TWO, H, (says(2, "harbor", "100.00; OA 94 -10.00, CO 45 45.00", "0; CO 97 18.00"),),
        paid(receivable=18_00, state="part_paid", paid=100_00, adjusted=35_00,
             work=[("denial", "CO 97", 18_00)]),
    ),
    "s17b on the second line": Variant(
        TWO, H, (says(2, "harbor", FULL, "8.00; CO 45 4.00, CO 150 6.00"),),
        paid(receivable=6_00, state="part_paid", paid=108_00, adjusted=39_00,
             work=[("denial", "CO 150", 6_00)]),
    ),
    "s17b another reason": Variant(
        ONE, H, (says(2, "harbor", "80.00; CO 45 35.00, CO 59 20.00"),),
        paid(receivable=20_00, state="part_paid", paid=80_00, adjusted=35_00,
             work=[("denial", "CO 59", 20_00)]),
    ),
    "s20b one line": Variant(
        ONE, H, (says(2, "harbor", "135.00;", claim="CO 45 30.00, PR 1 5.00"),),
        paid(patient=5_00, paid=100_00, adjusted=30_00),
    ),
    "s20b with a later payer": Variant(
        TWO, HM, (says(2, "harbor", "135.00;", "18.00;", claim="CO 45 30.00, PR 1 5.00"),),
        paid(receivable={"harbor": 0, "meridian": 5_00}, state="unanswered", paid=118_00, adjusted=30_00),
    ),
    "s22 two lines, all paid": Variant(
        TWO, SB,
        (says(2, "senior", SHARE, SMALL, status="19", forwarded_to="beacon"),
         says(3, "beacon", "20.00; OA 23 115.00", "0; OA 23 18.00", status="2")),
        paid(receivable={"senior": 0, "beacon": 0}, paid=110_00, adjusted=43_00),
    ),
    "s22 the later answer first": Variant(
        ONE, SB,
        (says(2, "beacon", "15.00; OA 23 115.00, PR 3 5.00", status="2"),
         says(3, "senior", SHARE, status="19", forwarded_to="beacon")),
        paid(receivable={"senior": 0, "beacon": 0}, patient=5_00, paid=95_00, adjusted=35_00),
    ),
    "s22b the later payer denies": Variant(
        ONE, HM, (says(2, "harbor", SHARE), says(3, "meridian", "0; OA 23 115.00, CO 197 20.00", status="2")),
        paid(receivable={"harbor": 0, "meridian": 20_00}, state="denied", paid=80_00, adjusted=35_00,
             work=[("denial", "CO 197", 20_00)]),
    ),
    "s22b the later payer leaves a share": Variant(
        TWO, HM,
        (says(2, "harbor", SHARE, SMALL),
         says(3, "meridian", "12.00; OA 23 115.00, PR 3 8.00", "0; OA 23 18.00", status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, patient=8_00, paid=102_00, adjusted=43_00),
    ),
    "s26 two lines under CO": Variant(
        TWO, H,
        (says(2, "harbor", FULL, SMALL), says(3, "harbor", "0; CO 18 135.00", "0; CO 18 18.00", status="4")),
        paid(paid=110_00, adjusted=43_00),
    ),
    "s26 the duplicate first": Variant(
        ONE, H, (says(2, "harbor", "0; OA 18 135.00", status="4"), says(3, "harbor", SHARE)),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
    ),
    "s29b two lines": Variant(
        TWO, H,
        (says(2, "harbor", FULL, SMALL, member="Z777", stranger=True),),
        paid(receivable=153_00, state="sent", paid=0, adjusted=0),
    ),
    "s29b a stranger beside the right one": Variant(
        ONE, H, (says(2, "harbor", FULL, member="Z778", stranger=True), says(3, "harbor", FULL)),
        paid(paid=100_00, adjusted=35_00),
    ),
    "s30 with a share": Variant(
        ONE, H, (says(2, "harbor", SHARE, icn="V30A"), says(3, "harbor", SHARE, icn="V30A", negative="1")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[("takeback", "REV", 135_00)]),
    ),
    "s30 two lines in one file": Variant(
        TWO, H,
        (says(2, "harbor", FULL, SMALL, icn="V30B"),
         says(2, "harbor", FULL, SMALL, icn="V30B", negative="1")),
        paid(receivable=153_00, state="reversed", paid=0, adjusted=0, work=[("takeback", "REV", 153_00)]),
    ),
    "s30c the original comes later": Variant(
        ONE, H, (says(2, "harbor", FULL, icn="V30C", negative="22"), says(3, "harbor", FULL, icn="V30C")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[("takeback", "REV", 135_00)]),
    ),
    "s30c two lines": Variant(
        TWO, H, (says(2, "harbor", FULL, SMALL, negative="22"),),
        paid(receivable=153_00, state="unanswered", paid=-110_00, adjusted=0,
             work=[("reversal_alone", "REV", 110_00)]),
    ),
    "s31 deferred and recouped": Variant(
        ONE, H, (says(2, "harbor", FULL, icn="V31A"), says(3, "harbor", FULL, icn="V31A", negative="22")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[("takeback", "REV", 135_00)]),
        plb=((3, "WO", "V31A", -100_00), (4, "WO", "V31A", 100_00)),
    ),
    "s31 deferred and half recouped": Variant(
        TWO, H,
        (says(2, "harbor", FULL, SMALL, icn="V31B"),
         says(3, "harbor", FULL, SMALL, icn="V31B", negative="22")),
        paid(receivable=153_00, state="reversed", paid=0, adjusted=0,
             work=[("takeback", "REV", 153_00), ("provider_level", "WO", 60_00)]),
        plb=((3, "WO", "V31B", -110_00), (4, "WO", "V31B", 50_00)),
    ),
    "s32 23 of two lines": Variant(
        TWO, H, (says(2, "harbor", "0; OA 109 135.00", "0; OA 109 18.00", status="23"),),
        paid(receivable=153_00, state="forwarded", paid=0, adjusted=0,
             work=[("verify_forwarding", "109", 153_00)]),
    ),
    "s32 25 before the answer": Variant(
        ONE, H,
        (says(2, "harbor", "0; OA 101 80.00, CO 45 35.00, PR 2 20.00", status="25"), says(3, "harbor", FULL)),
        paid(paid=100_00, adjusted=35_00),
    ),
    "s32 25 of two lines": Variant(
        TWO, H, (says(2, "harbor", "0; OA 101 135.00", "0; OA 101 18.00", status="25"),),
        paid(receivable=153_00, state="unanswered", paid=0, adjusted=0),
    ),
    "s33 a bonus on the second line": Variant(
        TWO, ("senior",), (says(2, "senior", FULL, "11.00; CO 45 8.00, CO 144 -1.00"),),
        paid("senior", paid=111_00, adjusted=42_00),
    ),
    "s33 a penalty": Variant(
        ONE, ("senior",), (says(2, "senior", "78.65; CO 45 35.00, CO 237 1.35, PR 2 20.00"),),
        paid("senior", patient=20_00, paid=78_65, adjusted=36_35),
    ),
    "s34 the paid part first": Variant(
        TWO, H, (says(2, "harbor", "", SMALL, icn="V34A"), says(3, "harbor", DENIED_1, icn="V34B")),
        paid(receivable=135_00, state="part_paid", paid=10_00, adjusted=8_00,
             work=[("denial", "CO 197", 135_00)]),
    ),
    "s34 both parts denied, then one paid": Variant(
        TWO, H,
        (says(2, "harbor", DENIED_1, icn="V34C"), says(2, "harbor", "", DENIED_2, icn="V34D"),
         says(3, "harbor", FULL, icn="V34E")),
        paid(receivable=18_00, state="part_paid", paid=100_00, adjusted=35_00,
             work=[("denial", "CO 197", 18_00)]),
    ),
    "s38 one of them": Variant(
        ONE, H, (says(2, "harbor", DENIED_1, status="4", trace="V38"),),
        paid(receivable=135_00, state="denied", paid=0, adjusted=0, work=[("denial", "CO 197", 135_00)]),
    ),
    "s38 the other": Variant(
        TWO, H, (says(3, "harbor", DENIED_1, DENIED_2, status="4", trace="V38"),),
        paid(receivable=153_00, state="denied", paid=0, adjusted=0,
             work=[("denial", "CO 197", 135_00), ("denial", "CO 197", 18_00)]),
    ),
    "s39 more than the share": Variant(
        ONE, H, (says(2, "harbor", "85.00; CO 45 35.00, PR 3 15.00"),),
        paid(paid=105_00, adjusted=35_00, credit=5_00, work=[("patient_credit", "", 5_00)]), copay="20.00",
    ),
    "s39 less than the share": Variant(
        TWO, H, (says(2, "harbor", "70.00; CO 45 35.00, PR 1 30.00", SMALL),),
        paid(patient=10_00, paid=100_00, adjusted=43_00), copay="20.00",
    ),
    "s44 an unknown code": Variant(
        ONE, H, (says(2, "harbor", "90.00; CO 45 35.00, CO 999 10.00"),),
        paid(receivable=10_00, state="part_paid", paid=90_00, adjusted=35_00,
             work=[("denial", "CO 999", 10_00)]),
    ),
    "s44 withheld of the claim": Variant(
        TWO, H, (says(2, "harbor", FULL, SMALL, claim="CO 104 5.00"),),
        paid(paid=105_00, adjusted=43_00),
    ),
    "s45 MA07, two lines": Variant(
        TWO, ("senior",), (says(2, "senior", SHARE, SMALL, remarks=("MA07",)),),
        paid(receivable={"senior": 0, "?": 20_00}, state="forwarded", paid=90_00, adjusted=43_00),
    ),
    "s45 N89": Variant(
        ONE, H, (says(2, "harbor", SHARE, remarks=("N89",)),),
        paid(receivable={"harbor": 0, "?": 20_00}, state="forwarded", paid=80_00, adjusted=35_00),
    ),
    "s12 again after its reversal, in one file": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="V12C"), says(3, "harbor", SHARE, icn="V12D"),
         says(3, "harbor", FULL, icn="V12C", negative="22")),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
    ),
}  # fmt: skip
NUMBERS = numbers(VARIANTS)


@pytest.fixture(scope="module")
def played(make_home):
    return play(make_home("variants"), VARIANTS)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_comes_to_its_right_values(played, name):
    assert summary(played.claim(NUMBERS[name])) == VARIANTS[name].right


def test_the_books_of_all_variants_close(played):
    with played.opened() as opened:
        assert money(opened.ledger).closes
        assert proof(opened.ledger).faults == []
