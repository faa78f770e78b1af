"""Situations of payments that combine two or three things: takebacks of a part, payers that change places, a
payer that takes back what another built on, money of two practices, what a person did before or between.

All are played in one home, each on a claim of its own, and again with what came last coming first, except
where a person acts on what came. The right values were written down before either.
"""

import pytest

from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from tests.conftest import WorkingHome
from tests.tasks import payment_acts as act
from tests.tasks.payment_variants import Says, Variant, numbers, play, says
from tests.tasks.test_every_kind import STAY
from tests.tasks.test_payment_cases import summary
from tests.tasks.test_payment_variants import DENIED_1, FULL, HM, ONE, SB, SHARE, SMALL, TWO, H, paid


def neg(night: int, payer: str, *lines: str, **more: object) -> Says:
    """What takes an answer back (CLP02 22)."""
    return says(night, payer, *lines, negative="22", **more)


HH = ("harbor", "harbor")
REV = ("takeback", "REV", 135_00)
M20 = "20.00; OA 23 115.00"
C24 = "0; CO 24 135.00"
VISIT = {"procedure": "99213", "charge": 135, "pointers": [1], "units": 1, "modifiers": []}
DRAW = {"procedure": "36415", "charge": 18, "pointers": [1], "units": 1, "modifiers": []}
RESTRICTED = {"lines": [VISIT, {**DRAW, "restricted": True}]}
CORRECTED = {"diagnoses": ["J02.0"]}
WITH_A_LINE_MORE = {**CORRECTED, "lines": [VISIT, DRAW]}
PAPER = """payer = "harbor"
practice = "lakeside"
trace = "PAP77"
date = 2026-11-17
amount = 100.00
[[claims]]
number = "{number}"
charge = 135.00
paid = 100.00
member_id = "{member}"
adjustments = "CO 45 35.00"
"""
POLICY = """
[[adjustment_policies]]
carc = "24"
meaning = "capitation"
reason = "the contract pays by the head"
"""
COMBINATIONS = {
    # taken back in part
    "one line taken back": Variant(
        TWO, H,
        (says(2, "harbor", FULL, SMALL, icn="K4A"),
         neg(3, "harbor", "", SMALL, icn="K4A")),
        paid(receivable=18_00, state="part_paid", paid=100_00, adjusted=35_00,
             work=[("takeback", "REV", 18_00)]),
    ),
    "one line taken back and paid lower": Variant(
        TWO, H,
        (says(2, "harbor", FULL, SMALL, icn="K3A"),
         neg(3, "harbor", "", SMALL, icn="K3A"),
         says(4, "harbor", "", "8.00; CO 45 10.00", icn="K3B")),
        paid(paid=108_00, adjusted=45_00),
    ),
    "each line taken back by itself": Variant(
        TWO, H,
        (says(2, "harbor", FULL, SMALL, icn="K4C"),
         neg(3, "harbor", "", SMALL, icn="K4C"),
         neg(4, "harbor", FULL, icn="K4C")),
        paid(receivable=153_00, state="reversed", paid=0, adjusted=0, work=[("takeback", "REV", 153_00)]),
    ),
    "one part taken back as a whole claim": Variant(
        TWO, H,
        (says(2, "harbor", FULL, icn="K5A"),
         says(2, "harbor", "", SMALL, icn="K5B"),
         neg(3, "harbor", charge=18_00, claim="CO 45 8.00", icn="K5B")),
        paid(receivable=18_00, state="part_paid", paid=100_00, adjusted=35_00,
             work=[("takeback", "REV", 18_00)]),
    ),
    "half of a line taken back": Variant(
        ("99213", "93000/2"), H,
        (says(2, "harbor", FULL, "50.00; CO 45 15.00 | charge=65.00",
              "50.00; CO 45 15.00 | charge=65.00 line=1", icn="E23"),
         neg(3, "harbor", "", "50.00; CO 45 15.00 | charge=65.00", icn="E23")),
        paid(receivable=65_00, state="part_paid", paid=150_00, adjusted=50_00,
             work=[("takeback", "REV", 65_00)]),
    ),
    "one line taken back by the first, the second paid": Variant(
        TWO, HM,
        (says(2, "harbor", SHARE, SMALL, icn="F15"),
         says(3, "meridian", M20, "0; OA 23 18.00", status="2"),
         neg(4, "harbor", "", SMALL, icn="F15")),
        paid(receivable={"harbor": 18_00, "meridian": 0}, state="part_paid", paid=100_00, adjusted=35_00,
             work=[("takeback", "REV", 18_00)]),
        ordered=True,
    ),
    "one line of the second's answer taken back": Variant(
        TWO, HM,
        (says(2, "harbor", SHARE, "8.00; CO 45 6.00, PR 2 4.00"),
         says(3, "meridian", M20, "4.00; OA 23 14.00", status="2", icn="E27"),
         neg(4, "meridian", "", "4.00; OA 23 14.00", icn="E27")),
        paid(receivable={"harbor": 0, "meridian": 4_00}, state="part_paid", paid=108_00, adjusted=41_00,
             work=[("takeback", "REV", 4_00)]),
    ),
    # corrected
    "a line denied by the correction, and corrected again": Variant(
        TWO, H,
        (says(2, "harbor", FULL, SMALL, icn="K2A"),
         neg(3, "harbor", FULL, SMALL, icn="K2A"),
         says(3, "harbor", DENIED_1, SMALL, icn="K2B"),
         neg(4, "harbor", DENIED_1, SMALL, icn="K2B"),
         says(5, "harbor", FULL, SMALL, icn="K2C")),
        paid(paid=110_00, adjusted=43_00),
    ),
    "corrected under the same number, the takeback under status 1": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="K6"),
         says(3, "harbor", SHARE, icn="K6"),
         says(4, "harbor", FULL, icn="K6", negative="1")),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
    ),
    # who decides first, and who after
    "the other comes first, and ours pays after it": Variant(
        ONE, HM,
        (says(2, "harbor", "0; OA 22 135.00"),
         says(3, "meridian", SHARE),
         says(4, "harbor", M20, status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=100_00, adjusted=35_00),
    ),
    "the second decides as first, and the first as second": Variant(
        ONE, HM,
        (says(2, "meridian", SHARE),
         says(3, "harbor", "12.00; OA 23 115.00, PR 2 8.00", status="2")),
        paid(receivable={"harbor": 0, "meridian": 0}, patient=8_00, paid=92_00, adjusted=35_00),
    ),
    "ours takes its payment back as not first, and pays after the other": Variant(
        ONE, HM,
        (says(2, "harbor", SHARE, icn="E20"),
         neg(3, "harbor", SHARE, icn="E20"),
         says(3, "harbor", "0; OA 22 135.00", icn="E20B"),
         says(4, "meridian", "70.00; CO 45 45.00, PR 1 20.00"),
         says(5, "harbor", "20.00; OA 23 115.00", status="2", icn="E20C")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=90_00, adjusted=45_00),
    ),
    "one payer twice, its second answer taken back": Variant(
        ONE, HH,
        (says(2, "harbor", SHARE),
         says(3, "harbor", M20, status="2", icn="E15", second=True),
         neg(4, "harbor", M20, icn="E15", second=True)),
        paid(receivable={"harbor": 20_00}, state="reversed", paid=80_00, adjusted=35_00,
             work=[("takeback", "REV", 20_00)]),
    ),
    "one payer twice, both taken back and decided anew": Variant(
        ONE, HH,
        (says(2, "harbor", SHARE, icn="E16"),
         says(3, "harbor", M20, status="2", icn="E16S", second=True),
         neg(4, "harbor", SHARE, icn="E16"),
         neg(4, "harbor", M20, icn="E16S", second=True),
         says(5, "harbor", "90.00; CO 45 35.00, PR 2 10.00", icn="E16B"),
         says(5, "harbor", "6.00; OA 23 125.00, PR 2 4.00", status="2", icn="E16T", second=True)),
        paid(patient=4_00, paid=96_00, adjusted=35_00),
    ),
    "not theirs, then the right payer pays and takes back": Variant(
        ONE, H,
        (says(2, "harbor", "0; OA 109 135.00", status="23", forwarded_to="meridian"),
         says(3, "meridian", SHARE, member="X78", icn="E28"),
         neg(4, "meridian", SHARE, member="X78", icn="E28")),
        paid(receivable={"harbor": 0, "meridian": 135_00}, state="reversed", paid=0, adjusted=0,
             work=[REV]),
    ),
    # one payer takes back what another built on
    "the first takes back after the second paid": Variant(
        ONE, HM,
        (says(2, "harbor", SHARE, icn="F10"),
         says(3, "meridian", M20, status="2", icn="M10"),
         neg(4, "harbor", SHARE, icn="F10")),
        paid(receivable={"harbor": 135_00, "meridian": 0}, state="reversed", paid=20_00, adjusted=0,
             credit=20_00,
             work=[REV, ("secondary_first", "", 20_00), ("earlier_answer_changed", "", 20_00)]),
        ordered=True,
    ),
    "the first takes back after the second paid, and the second too": Variant(
        ONE, HM,
        (says(2, "harbor", SHARE, icn="F11"),
         says(3, "meridian", M20, status="2", icn="M11"),
         neg(4, "harbor", SHARE, icn="F11"),
         neg(5, "meridian", M20, icn="M11")),
        paid(receivable={"harbor": 135_00}, state="reversed", paid=0, adjusted=0, work=[REV]),
        ordered=True,
    ),
    "both take back, and both decide again": Variant(
        ONE, HM,
        (says(2, "harbor", SHARE, icn="F12"),
         says(3, "meridian", M20, status="2", icn="M12"),
         neg(4, "harbor", SHARE, icn="F12"),
         neg(5, "meridian", M20, icn="M12"),
         says(6, "harbor", "70.00; CO 45 35.00, PR 2 30.00", icn="F12B"),
         says(7, "meridian", "30.00; OA 23 105.00", status="2", icn="M12B")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=100_00, adjusted=35_00),
        ordered=True,
    ),
    "the second denied what the first then pays": Variant(
        ONE, HM,
        (says(2, "harbor", SHARE, icn="F13"),
         says(3, "meridian", "0; OA 23 115.00, CO 197 20.00", status="2"),
         neg(4, "harbor", SHARE, icn="F13"),
         says(4, "harbor", FULL, icn="F13B")),
        paid(receivable={"harbor": 0, "meridian": 0}, paid=100_00, adjusted=35_00),
        ordered=True,
    ),
    "forwarded and paid, then paid in full by the first": Variant(
        ONE, SB,
        (says(2, "senior", SHARE, status="19", forwarded_to="beacon", icn="F14"),
         says(3, "beacon", M20, status="2"),
         neg(4, "senior", SHARE, icn="F14"),
         says(4, "senior", FULL, icn="F14B")),
        paid(receivable={"senior": 0, "beacon": 0}, paid=120_00, adjusted=35_00, credit=20_00,
             work=[("payer_credit", "", 20_00)]),
    ),
    "a second payer corrects itself to a denial": Variant(
        ONE, HM,
        (says(2, "harbor", SHARE),
         says(3, "meridian", M20, status="2", icn="M9"),
         neg(4, "meridian", M20, icn="M9"),
         says(4, "meridian", "0; OA 23 115.00, CO 197 20.00", status="2", icn="M9B")),
        paid(receivable={"harbor": 0, "meridian": 20_00}, state="denied", paid=80_00, adjusted=35_00,
             work=[("denial", "CO 197", 20_00)]),
    ),
    # the patient's money
    "the patient paid, was refunded, and owes again": Variant(
        ONE, H,
        (says(2, "harbor", SHARE, icn="D15"),
         neg(4, "harbor", SHARE, icn="D15"),
         says(4, "harbor", FULL, icn="D15B"),
         neg(6, "harbor", FULL, icn="D15B"),
         says(6, "harbor", SHARE, icn="D15C")),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
        acts=((3, act.desk(20_00)), (5, act.refund(""))), ordered=True,
    ),
    "denied as not covered, the patient paid all, then the payer pays": Variant(
        ONE, H,
        (says(2, "harbor", "0; PR 27 135.00", icn="D16"),
         neg(6, "harbor", "0; PR 27 135.00", icn="D16"),
         says(6, "harbor", FULL, icn="D16B")),
        paid(paid=235_00, adjusted=35_00, credit=135_00, work=[("patient_credit", "", 135_00)]),
        acts=((3, act.to_patient("harbor", "27")), (4, act.desk(135_00))), ordered=True,
    ),
    "overpaid by the patient and by the payer, which takes it back": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="D18"),
         says(3, "harbor", FULL, icn="D18B"),
         neg(4, "harbor", FULL, icn="D18B")),
        paid(paid=120_00, adjusted=35_00, credit=20_00, work=[("patient_credit", "", 20_00)]),
        copay="20.00",
    ),
    "a restricted line, paid for at the desk, and the rest taken back": Variant(
        ONE, H,
        (says(2, "harbor", SHARE, icn="E2"),
         neg(3, "harbor", SHARE, icn="E2")),
        paid(receivable=135_00, state="reversed", paid=18_00, adjusted=0, work=[REV]),
        more=RESTRICTED, copay="18.00",
    ),
    # two practices of one tax id
    "paid to the other practice, taken back from this one": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="G18", payee="bayview"),
         neg(3, "harbor", FULL, icn="G18")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0,
             work=[REV, ("between_practices", "", 100_00)]),
    ),
    "paid to the other practice, corrected to this one": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="G20", payee="bayview"),
         neg(3, "harbor", FULL, icn="G20", payee="bayview"),
         says(3, "harbor", SHARE, icn="G20B")),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
    ),
    "recouped from the other practice": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="P52"),
         neg(3, "harbor", FULL, icn="P52")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0,
             work=[REV, ("provider_level", "WO", 100_00), ("provider_level", "WO", 100_00)]),
        plb=((3, "WO", "P52", -100_00), (4, "WO", "P52", 100_00, "harbor", "bayview")),
    ),
    # replaced, or taken back by us
    "paid, and the replacement a duplicate": Variant(
        ONE, H,
        (says(2, "harbor", SHARE, icn="R24"),
         says(6, "harbor", "0; OA 18 135.00", status="4")),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
        acts=((3, act.newer(**CORRECTED)), (4, act.correct)), ordered=True,
    ),
    "replaced with a line more, taken back and paid": Variant(
        ONE, H,
        (says(2, "harbor", SHARE, icn="E5"),
         neg(6, "harbor", SHARE, icn="E5"),
         says(6, "harbor", SHARE, SMALL, icn="E5B", extra=(("36415", 18_00),))),
        paid(patient=20_00, paid=90_00, adjusted=43_00),
        acts=((3, act.newer(**WITH_A_LINE_MORE)), (4, act.correct)), ordered=True,
    ),
    "paid, taken back by us and by the payer": Variant(
        ONE, H,
        (says(2, "harbor", SHARE, icn="R26"),
         neg(6, "harbor", SHARE, icn="R26")),
        paid(receivable={}, state="voided", paid=20_00, adjusted=0, credit=20_00,
             work=[("patient_credit", "", 20_00)]),
        acts=((4, act.void),), ordered=True, copay="20.00",
    ),
    "taken back by us, the second had paid": Variant(
        ONE, HM,
        (says(2, "harbor", SHARE, icn="E8"),
         says(4, "meridian", M20, status="2"),
         neg(7, "harbor", SHARE, icn="E8")),
        paid(receivable={"meridian": 0}, state="paid", paid=20_00, adjusted=0, credit=20_00,
             work=[("payer_credit", "", 20_00)]),
        acts=((5, act.void),), ordered=True,
    ),
    # a hospital's
    "a hospital's by its claim, then by its lines": Variant(
        (), H,
        (says(2, "harbor", charge=5000_00, claim="CO 45 1400.00, PR 1 600.00", icn="I31"),
         neg(3, "harbor", charge=5000_00, claim="CO 45 1400.00, PR 1 600.00", icn="I31"),
         says(4, "harbor", "2400.00; CO 45 600.00", "1500.00; CO 45 500.00", icn="I31B")),
        paid(paid=3900_00, adjusted=1100_00),
        more=STAY,
    ),
    "a hospital's denied by its claim, then one line paid": Variant(
        (), H,
        (says(2, "harbor", charge=5000_00, claim="CO 197 5000.00", icn="I33"),
         says(3, "harbor", "2000.00; CO 45 1000.00", icn="I33B")),
        paid(receivable=2000_00, state="part_paid", paid=2000_00, adjusted=1000_00,
             work=[("denial", "CO 197", 2000_00)]),
        more=STAY,
    ),
    # provider level
    "interest, taken back with the payment and paid anew": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="P48", interest=2_00),
         neg(4, "harbor", FULL, icn="P48", interest=-2_00),
         says(4, "harbor", SHARE, icn="P48B", interest=1_60)),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
        plb=((2, "L6", "P48", -2_00), (4, "L6", "P48", 2_00), (4, "L6", "P48B", -1_60)),
    ),
    "paid twice, refunded by check, and taken back too": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="P49"),
         says(3, "harbor", FULL, icn="P49B"),
         neg(5, "harbor", FULL, icn="P49B")),
        paid(receivable=100_00, state="part_paid", paid=0, adjusted=35_00,
             work=[("refunded_too", "REF", 100_00)]),
        acts=((4, act.refund("harbor")),), ordered=True,
    ),
    "announced, refunded by check, and acknowledged": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="P55"),
         neg(3, "harbor", FULL, icn="P55")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[REV]),
        acts=((4, act.payer_refund("harbor", "P55", 100_00)),),
        plb=((3, "WO", "P55", -100_00), (5, "72", "P55", -100_00), (5, "WO", "P55", 100_00)), ordered=True,
    ),
    "announced under the payer's number, taken under ours": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="E24"),
         neg(3, "harbor", FULL, icn="E24")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[REV]),
        plb=((3, "WO", "E24", -100_00), (4, "WO", "{number}", 60_00), (5, "WO", "E24 1EG4TE5", 40_00)),
    ),
    # payment numbers
    "taken back under another name and TRN03": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="P53"),
         neg(3, "harbor", FULL, icn="P53", originator="1888888888", payer_name="HARBOR OF NEW ENGLAND")),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[REV]),
    ),
    "entered by hand, then electronic": Variant(
        ONE, H,
        (says(4, "harbor", FULL, icn="T56", trace="PAP77"),),
        paid(paid=100_00, adjusted=35_00),
        acts=((3, act.on_paper(PAPER)),), ordered=True,
    ),
    "under another's number, refused and sent again": Variant(
        ONE, H,
        (says(2, "harbor", "5.00; CO 45 130.00", icn="Y", trace="REL2", number="NOBODY2", member="Q2",
              stranger=True),
         says(3, "harbor", FULL, icn="T58", trace="REL2"),
         says(5, "harbor", FULL, icn="T58", trace="REL2")),
        paid(receivable=135_00, state="sent", paid=0, adjusted=0),
        acts=((4, act.refuse("REL2")),), ordered=True,
    ),
    "the released part of a remittance": Variant(
        ONE, H,
        (says(2, "harbor", "1.00; CO 45 134.00", icn="Z", trace="REL3", number="NOBODY3", member="Q3",
              stranger=True),
         says(3, "harbor", FULL, icn="E10", trace="REL3"),
         says(6, "harbor", FULL, icn="E10", trace="REL3")),
        paid(paid=100_00, adjusted=35_00),
        acts=((4, act.release("REL3", 1)), (5, act.refuse("REL3"))), ordered=True,
    ),
    "the refused part of a remittance": Variant(
        ONE, H,
        (says(3, "harbor", SHARE, icn="E11", trace="REL3"),
         says(6, "harbor", SHARE, icn="E11", trace="REL3")),
        paid(receivable=135_00, state="sent", paid=0, adjusted=0),
        ordered=True,
    ),
    # decided by a person before
    "placed by a person, then taken back": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="E12", member="W99999999", stranger=True),
         neg(4, "harbor", FULL, icn="E12", member="W99999999", stranger=True)),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[REV]),
        acts=((3, act.match("E12")),), ordered=True,
    ),
    "its payment was moved to another claim, then taken back": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="E13"),
         neg(4, "harbor", FULL, icn="E13")),
        paid(receivable=135_00, state="accepted", paid=0, adjusted=0),
        ordered=True,
    ),
    "another claim's payment was moved here, then taken back": Variant(
        ONE, H,
        (),
        paid(receivable=135_00, state="reversed", paid=0, adjusted=0, work=[REV]),
        acts=((3, act.reallocate("E13")),), ordered=True,
    ),
    "appealed and paid in part": Variant(
        ONE, H,
        (says(2, "harbor", DENIED_1, icn="U60"),
         says(5, "harbor", "50.00; CO 45 35.00, CO 197 50.00", icn="U60B")),
        paid(receivable=50_00, state="part_paid", paid=50_00, adjusted=35_00,
             work=[("denial", "CO 197", 50_00)]),
        acts=((3, act.appeal),), ordered=True,
    ),
    "corrected after the month was closed": Variant(
        ONE, H,
        (says(2, "harbor", FULL, icn="M1"),
         neg(18, "harbor", FULL, icn="M1"),
         says(18, "harbor", SHARE, icn="M1B")),
        paid(patient=20_00, paid=80_00, adjusted=35_00),
        acts=((17, act.close("2026-11")),), ordered=True,
    ),
    # capitation, workers' compensation, a rejection
    "capitated, then paid by the service": Variant(
        ONE, H,
        (says(2, "harbor", C24, icn="C1"),
         neg(3, "harbor", C24, icn="C1"),
         says(3, "harbor", FULL, icn="C1B")),
        paid(paid=100_00, adjusted=35_00),
    ),
    "workers' compensation takes back, and the plan pays": Variant(
        ONE, ("evergreen", "harbor"),
        (says(2, "evergreen", FULL, icn="W1"),
         neg(3, "evergreen", FULL, icn="W1"),
         says(3, "evergreen", "0; CO P4 135.00", icn="W1B"),
         says(4, "harbor", SHARE)),
        paid(receivable={"evergreen": 0, "harbor": 0}, patient=20_00, paid=80_00, adjusted=35_00),
    ),
    "accepted, rejected, and paid after all": Variant(
        ONE, ("evergreen",),
        (says(4, "evergreen", FULL),),
        paid("evergreen", paid=100_00, adjusted=35_00),
        acts=((2, act.acknowledged("A2", "20")), (3, act.acknowledged("A3", "562"))), ordered=True,
    ),
}  # fmt: skip
NUMBERS = numbers(COMBINATIONS)


def partners(home: WorkingHome) -> None:
    """Bayview has Lakeside's tax id, Evergreen pays for injuries at work, Harbor for some by the head."""
    for name, before, after in (
        ("practices/bayview", 'tax_id = "001230303"', 'tax_id = "001230101"'),
        ("payers/evergreen", 'filing_code = "MC"', 'filing_code = "WC"'),
        ("payers/harbor", "\n[address]", f"{POLICY}\n[address]"),
    ):
        file = home.path / "partners" / f"{name}.toml"
        text = file.read_text("utf-8")
        assert before in text
        file.write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture(scope="module", params=[False, True], ids=["in order", "turned round"])
def played(make_home, request):
    home = make_home("combinations")
    partners(home)
    return play(home, COMBINATIONS, turned=request.param)


@pytest.mark.parametrize("name", COMBINATIONS)
def test_a_combination_comes_to_its_right_values_in_either_order(played, name):
    assert summary(played.claim(NUMBERS[name])) == COMBINATIONS[name].right


def test_the_books_of_all_combinations_close(played):
    with played.opened() as opened:
        assert money(opened.ledger).closes
        assert proof(opened.ledger).faults == []


def test_nothing_of_them_is_in_suspense_but_what_is_of_no_claim_here(played):
    waiting = {row["patient_control_number"] for row in played.suspense["suspense"]}
    assert waiting == {"LEGACY1", "NOBODY2", "NOBODY3"}
