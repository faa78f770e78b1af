"""Situations of payments that were looked for among the rules, half of which once went wrong.

All are played in one home, each on a claim of its own, and again with what came last coming first. The right
values were written down before either.
"""

import pytest

from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from tests.tasks.payment_variants import Variant, numbers, play, says
from tests.tasks.test_payment_cases import summary
from tests.tasks.test_payment_variants import (
    DENIED_1,
    DENIED_2,
    FULL,
    HM,
    ONE,
    SHARE,
    SMALL,
    TWO,
    H,
    paid,
)

SENIOR, SE, SBM = ("senior",), ("senior", "evergreen"), ("senior", "beacon", "meridian")
NOT_OURS = "0; OA 109 135.00"
AGAIN, AGAIN_2 = "0; OA 18 135.00", "0; OA 18 18.00"
HALF_PAID = "50.00; CO 45 15.00 | charge=65.00"
HALF_DENIED = "0; CO 222 65.00 | charge=65.00 line=1"
SITUATIONS = {
    # reversals
    "two corrections, each of them taken back but the last": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="A1A"), says(3, "harbor", FULL, icn="A1A", negative="22"),
         says(3, "harbor", SHARE, icn="A1B"), says(4, "harbor", SHARE, icn="A1B", negative="22"),
         says(5, "harbor", "90.00; CO 45 45.00", icn="A1C")),
        paid(paid=90_00, adjusted=45_00),
    ),
    "a correction whose reversal is of a payment that is not here": Variant(
        ONE, H, (says(2, "harbor", FULL, icn="A2A", negative="22"), says(2, "harbor", SHARE, icn="A2B")),
        paid(patient=20_00, paid=-20_00, adjusted=35_00, work=[("reversal_alone", "REV", 100_00)]),
    ),
    "a reversal of another amount": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="A3"), says(3, "harbor", "95.00; CO 45 40.00", icn="A3", negative="22")),
        paid(paid=5_00, adjusted=35_00, work=[("reversal_alone", "REV", 95_00)]),
    ),
    "the same reversal under two traces": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="A4"), says(3, "harbor", FULL, icn="A4", negative="22"),
         says(4, "harbor", FULL, icn="A4", negative="22")),
        paid(receivable=135_00, state="reversed", paid=-100_00, adjusted=0,
             work=[("takeback", "REV", 135_00), ("reversal_alone", "REV", 100_00)]),
    ),
    "paid by lines, taken back as a whole": Variant(
        TWO, H,
        (says(2, "harbor", FULL, SMALL, icn="A5"),
         says(3, "harbor", charge=153_00, claim="CO 45 43.00", icn="A5", negative="22"),
         says(4, "harbor", SHARE, SMALL, icn="A5B")),
        paid(patient=20_00, paid=90_00, adjusted=43_00),
    ),
    "a part taken back, whose other line nobody answered": Variant(
        TWO, H, (says(2, "harbor", FULL, icn="A6"), says(3, "harbor", FULL, icn="A6", negative="22")),
        paid(receivable=153_00, state="reversed", paid=0, adjusted=0, work=[("takeback", "REV", 135_00)]),
    ),
    "a part paid twice, once of it taken back": Variant(
        TWO, H,
        (says(2, "harbor", FULL, icn="A7A"), says(3, "harbor", FULL, icn="A7B"),
         says(4, "harbor", FULL, icn="A7B", negative="22")),
        paid(receivable=18_00, state="part_answered", paid=100_00, adjusted=35_00),
    ),
    "what the second payer paid, taken back": Variant(
        ONE, HM,
        (says(2, "harbor", SHARE), says(3, "meridian", "20.00; OA 23 115.00", status="2", icn="A8"),
         says(4, "meridian", "20.00; OA 23 115.00", status="2", icn="A8", negative="22")),
        paid(receivable={"harbor": 0, "meridian": 20_00}, state="reversed", paid=80_00, adjusted=35_00,
             work=[("takeback", "REV", 20_00)]),
    ),
    "what a payer paid that was never billed, taken back and paid otherwise": Variant(
        ONE, SENIOR,
        (says(2, "senior", SHARE),
         says(3, "beacon", "20.00; OA 23 115.00", status="2", member="B9", icn="A9"),
         says(4, "beacon", "20.00; OA 23 115.00", status="2", member="B9", icn="A9", negative="22"),
         says(4, "beacon", "15.00; OA 23 115.00, PR 3 5.00", status="2", member="B9", icn="A9B")),
        paid(receivable={"senior": 0, "beacon": 0}, patient=5_00, paid=95_00, adjusted=35_00),
    ),
    # split, split lines and lines that are not ours
    "one part taken back and corrected": Variant(
        TWO, H,
        (says(2, "harbor", FULL, icn="B1A"), says(2, "harbor", "", SMALL, icn="B1B"),
         says(3, "harbor", "", SMALL, icn="B1B", negative="22"),
         says(4, "harbor", "", "8.00; CO 45 8.00, PR 3 2.00", icn="B1C")),
        paid(patient=2_00, paid=108_00, adjusted=43_00),
    ),
    "two lines alike in two parts": Variant(
        ("85025", "85025-91"), H,
        (says(2, "harbor", "20.00; CO 45 15.00", icn="B2A"),
         says(3, "harbor", "", "20.00; CO 45 15.00", icn="B2B")),
        paid(paid=40_00, adjusted=30_00),
    ),
    "denied as a whole, then one line of it paid": Variant(
        TWO, H, (says(2, "harbor", charge=153_00, claim="CO 16 153.00", icn="B3A"), says(3, "harbor", FULL)),
        paid(receivable=18_00, state="part_paid", paid=100_00, adjusted=35_00,
             work=[("denial", "CO 16", 18_00)]),
    ),
    "a line of two units in two, half of it denied": Variant(
        ("99213", "93000/2"), H, (says(2, "harbor", FULL, HALF_PAID, HALF_DENIED),),
        paid(receivable=65_00, state="part_paid", paid=150_00, adjusted=50_00,
             work=[("denial", "CO 222", 65_00)]),
    ),
    "both halves of a line denied, then the claim paid without a reversal": Variant(
        ("99213", "93000/2"), H,
        (says(2, "harbor", FULL, "0; CO 222 65.00 | charge=65.00", HALF_DENIED),
         says(3, "harbor", FULL, "100.00; CO 45 30.00", icn="B5B")),
        paid(paid=300_00, adjusted=65_00, credit=100_00, work=[("payer_credit", "", 100_00)]),
    ),
    "three lines decided as one of another code": Variant(
        ("36415", "85025", "93000"), H,
        (says(2, "harbor", "40.00; CO 45 78.00 | charge=118.00 procedure=80050", numbered=False),),
        paid(paid=40_00, adjusted=78_00),
    ),
    "lines that the payer numbered anew": Variant(
        TWO, H,
        (says(2, "harbor", "0; CO 97 18.00 | line=1 control=1", "100.00; CO 45 35.00 | line=0 control=2"),
         says(3, "harbor", "", SMALL, icn="B7B")),
        paid(paid=110_00, adjusted=43_00),
    ),
    "two lines bundled into one above its charge": Variant(
        ("99213", "36415", "85025"), H,
        (says(2, "harbor", "120.00; OA 94 -53.00, CO 45 68.00", "0; OA 97 18.00", "0; OA 97 35.00"),),
        paid(paid=120_00, adjusted=68_00),
    ),
    # traces
    "paid again under another trace and number": Variant(
        ONE, H, (says(2, "harbor", FULL, icn="C1A"), says(4, "harbor", FULL, icn="C1B")),
        paid(paid=200_00, adjusted=35_00, credit=100_00, work=[("payer_credit", "", 100_00)]),
    ),
    "one trace of two payers": Variant(
        ONE, HM,
        (says(2, "harbor", SHARE, trace="CC2"),
         says(3, "meridian", "20.00; OA 23 115.00", status="2", trace="CC2")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=100_00, adjusted=35_00),
    ),
    # forwarded
    "forwarded twice": Variant(
        ONE, SBM,
        (says(2, "senior", SHARE, status="19", forwarded_to="beacon"),
         says(3, "beacon", "12.00; OA 23 115.00, PR 3 8.00", status="20", forwarded_to="meridian"),
         says(4, "meridian", "8.00; OA 23 127.00", status="3")),
        paid(receivable={"senior": 0, "beacon": 0, "meridian": 0}, paid=100_00, adjusted=35_00),
    ),
    "forwarded by a line's remark": Variant(
        ONE, SENIOR, (says(2, "senior", f"{SHARE} | remark=MA18"),),
        paid(receivable={"senior": 0, "?": 20_00}, state="forwarded", paid=80_00, adjusted=35_00),
    ),
    "forwarded, and decided again without that": Variant(
        ONE, H, (says(2, "harbor", "0; CO 16 135.00", status="19"), says(3, "harbor", SHARE)),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
    ),
    "not theirs, and denied after all": Variant(
        ONE, H, (says(2, "harbor", NOT_OURS, status="23"), says(3, "harbor", DENIED_1)),
        paid(receivable=135_00, state="denied", paid=0, adjusted=0, work=[("denial", "CO 197", 135_00)]),
    ),
    "not theirs, and paid after all": Variant(
        ONE, H, (says(2, "harbor", NOT_OURS, status="23"), says(3, "harbor", SHARE)),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
    ),
    "not theirs, and paid by the payer that they name": Variant(
        ONE, H,
        (says(2, "harbor", NOT_OURS, status="23", forwarded_to="meridian"),
         says(3, "meridian", SHARE, member="X77")),
        paid(receivable={"harbor": 0, "meridian": 0}, patient=20_00, paid=80_00, adjusted=35_00),
    ),
    "denied by the first payer, paid by the second as if it were first": Variant(
        ONE, HM, (says(2, "harbor", "0; CO 27 135.00"), says(3, "meridian", SHARE)),
        paid(receivable={"harbor": 0, "meridian": 0}, patient=20_00, paid=80_00, adjusted=35_00),
    ),
    "one line denied by the first payer, paid by the second with its own cut": Variant(
        TWO, HM,
        (says(2, "harbor", "0; CO 27 135.00", SMALL),
         says(3, "meridian", "90.00; CO 45 45.00", "0; OA 23 18.00", status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=100_00, adjusted=53_00),
    ),
    # who must not be asked
    "a QMB from whom a copay was taken": Variant(
        ONE, SENIOR, (says(2, "senior", f"{SHARE} | remark=N782"),),
        paid("senior", paid=100_00, adjusted=55_00, credit=20_00, work=[("patient_credit", "", 20_00)]),
        copay="20.00",
    ),
    "Medicaid's zero with the rest under 45": Variant(
        ONE, SE,
        (says(2, "senior", SHARE, status="19", forwarded_to="evergreen"),
         says(3, "evergreen", "0; OA 23 115.00, CO 45 20.00", status="2")),
        paid(receivable={"senior": 0, "evergreen": 0}, paid=80_00, adjusted=55_00),
    ),
    "209 of the only payer, a copay taken": Variant(
        ONE, H, (says(2, "harbor", "80.00; CO 45 35.00, OA 209 20.00"),),
        paid(paid=100_00, adjusted=55_00, credit=20_00, work=[("patient_credit", "", 20_00)]), copay="20.00",
    ),
    "a balance bill that the No Surprises Act forbids": Variant(
        ONE, H, (says(2, "harbor", "80.00; PR 45 35.00, PR 2 20.00 | remark=N862"),),
        paid(receivable=35_00, state="part_paid", patient=20_00, paid=80_00, adjusted=0,
             work=[("denial", "PR 45", 35_00)]),
    ),
    "paid to the patient, after the contract's cut": Variant(
        ONE, H, (says(2, "harbor", "0; CO 45 35.00, OA 100 100.00"),),
        paid(patient=100_00, paid=0, adjusted=35_00),
    ),
    # duplicates
    "a line that is a duplicate, of which no decision is here": Variant(
        TWO, H, (says(2, "harbor", FULL), says(3, "harbor", AGAIN, AGAIN_2, status="4")),
        paid(receivable=18_00, state="part_paid", paid=100_00, adjusted=35_00,
             work=[("missing_remittance", "OA 18", 18_00)]),
    ),
    "a duplicate by the payer, billed as repeated, whose modifier it dropped": Variant(
        ("85025-91",), H, (says(2, "harbor", "0; OA 18 35.00"),),
        paid(receivable=35_00, state="denied", paid=0, adjusted=0, work=[("denial", "OA 18", 35_00)]),
    ),
    "a line paid before is a duplicate beside one that is paid": Variant(
        TWO, H, (says(2, "harbor", "", SMALL), says(3, "harbor", FULL, AGAIN_2)),
        paid(paid=110_00, adjusted=43_00),
    ),
    "a duplicate after a denial": Variant(
        ONE, H, (says(2, "harbor", DENIED_1), says(3, "harbor", AGAIN, status="4")),
        paid(receivable=135_00, state="denied", paid=0, adjusted=0, work=[("denial", "CO 197", 135_00)]),
    ),
    "a duplicate between a payment and its takeback": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="F5"), says(3, "harbor", AGAIN),
         says(4, "harbor", FULL, icn="F5", negative="22")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[("takeback", "REV", 135_00)]),
    ),
    # what codes mean
    "five cuts by name": Variant(
        ONE, SENIOR,
        (says(2, "senior",
              "77.00; CO 45 35.00, CO 144 -2.00, CO 237 3.00, CO 104 1.00, CO 253 1.00, PR 2 20.00"),),
        paid("senior", patient=20_00, paid=77_00, adjusted=37_00),
    ),
    "pended, then decided": Variant(
        ONE, H,
        (says(2, "harbor", "0; OA 133 135.00", icn="G2"),
         says(3, "harbor", "0; OA 133 135.00", icn="G2", negative="22"), says(3, "harbor", SHARE, icn="G2B")),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
    ),
    "an estimate after the payment": Variant(
        ONE, H, (says(2, "harbor", FULL), says(3, "harbor", "0; OA 101 135.00", status="25")),
        paid(paid=100_00, adjusted=35_00),
    ),
    "paid under status 4": Variant(
        ONE, H, (says(2, "harbor", FULL, status="4"),), paid(paid=100_00, adjusted=35_00)
    ),
    "the only payer answers as the second": Variant(
        ONE, H, (says(2, "harbor", SHARE, status="2"),), paid(patient=20_00, paid=80_00, adjusted=35_00)
    ),
    # names and payers
    "the patient under another name": Variant(
        ONE, H, (says(2, "harbor", FULL, corrected="NM1*74*1*NEWNAME*QUILLA****C*W09990003"),),
        paid(paid=100_00, adjusted=35_00, work=[("corrected_patient", "", 0)]),
    ),
    "the patient under the same name, told again": Variant(
        TWO, H, (says(2, "harbor", DENIED_1, DENIED_2, corrected="NM1*74*1*****"),),
        paid(receivable=153_00, state="denied", paid=0, adjusted=0,
             work=[("denial", "CO 197", 135_00), ("denial", "CO 197", 18_00)]),
    ),
    "another payer comes first": Variant(
        ONE, H, (says(2, "harbor", "0; OA 22 135.00", corrected_payer="meridian"),),
        paid(receivable=135_00, state="denied", paid=0, adjusted=0,
             work=[("corrected_payer", "", 0), ("denial", "OA 22", 135_00)]),
    ),
    # provider level
    "recouped in two, then taken back with the recoupment deferred": Variant(
        ONE, H, (says(2, "harbor", FULL, icn="I1"), says(5, "harbor", FULL, icn="I1", negative="22")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[("takeback", "REV", 135_00)]),
        plb=((3, "WO", "I1", 60_00), (4, "WO", "I1", 40_00), (5, "WO", "I1", -100_00)),
    ),
    "recouped under the claim's number and the patient's": Variant(
        ONE, H, (says(2, "harbor", FULL, icn="I2ICN"),),
        paid(paid=100_00, adjusted=35_00, work=[("provider_level", "WO", 30_00)]),
        plb=((3, "WO", "I2ICN 1EG4TE5MK72", 30_00),),
    ),
}  # fmt: skip
NUMBERS = numbers(SITUATIONS)


@pytest.fixture(scope="module", params=[False, True], ids=["in order", "turned round"])
def played(make_home, request):
    return play(make_home("situations"), SITUATIONS, turned=request.param)


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_situation_comes_to_its_right_values_in_either_order(played, name):
    assert summary(played.claim(NUMBERS[name])) == SITUATIONS[name].right


def test_the_books_of_all_situations_close(played):
    with played.opened() as opened:
        assert money(opened.ledger).closes
        assert proof(opened.ledger).faults == []


def test_a_duplicate_never_gives_its_number_to_a_claim(played):
    name = "a duplicate after a denial"
    [first, _] = sorted(played.claim(NUMBERS[name])["payments"], key=lambda p: p["paid_on"])
    [sent] = played.claim(NUMBERS[name])["submissions"]
    assert sent["payer_claim_control_number"] == first["payer_claim_control_number"]
