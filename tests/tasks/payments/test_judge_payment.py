"""Which adjustment writes off, which passes to the patient, which is work."""

from edi.records import Adjustment, ClaimPayment, ServicePayment
from tasks.payments.judge_payment import Treatment, judge


def payment(charge, paid, *adjustments, remarks=(), claim_remarks=(), claim_level=()):
    made = tuple(Adjustment(group=g, reason=r, amount=a) for g, r, a in adjustments)
    above = tuple(Adjustment(group=g, reason=r, amount=a) for g, r, a in claim_level)
    line = ServicePayment(
        procedure="99213", charge=charge, paid=paid, adjustments=made, remarks=remarks, control_number="1"
    )
    return ClaimPayment(
        patient_control_number="C1",
        status="1",
        charge=charge,
        paid=paid,
        lines=(line,),
        adjustments=above,
        remarks=claim_remarks,
    )


def treatments(found):
    return [str(j.treatment) for j in judge(found).judged]


def test_a_contractual_cut_of_a_paid_line_is_written_off_and_is_no_work():
    found = payment(12500, 9000, ("CO", "45", 3500))
    assert treatments(found) == ["write_off"]
    assert judge(found).shortfalls == ()


def test_45_for_the_whole_charge_is_work():
    [short] = judge(payment(12500, 0, ("CO", "45", 12500))).shortfalls
    assert (short.carc, short.cents) == ("45", 12500)


def test_45_beside_a_denial_is_not_written_off_and_the_denial_alone_is_at_stake():
    found = payment(12500, 0, ("CO", "45", 3500), ("CO", "197", 9000))
    assert treatments(found) == ["open", "open"]
    [short] = judge(found).shortfalls
    assert (short.carc, short.cents, short.owner) == ("197", 9000, "AUTH")


def test_deductible_coinsurance_and_copay_pass_to_the_patient_and_are_no_denial():
    found = payment(10000, 0, ("CO", "45", 2000), ("PR", "1", 5000), ("PR", "2", 2000), ("PR", "3", 1000))
    assert treatments(found) == ["write_off", "patient", "patient", "patient"]
    assert judge(found).shortfalls == ()


def test_a_service_the_plan_does_not_cover_is_looked_at_before_the_patient_is_billed():
    [short] = judge(payment(10000, 0, ("PR", "204", 10000))).shortfalls
    assert (short.owner, short.cents) == ("PATIENT_AR", 10000)


def test_a_multiple_procedure_cut_leaves_a_short_paid_line():
    found = payment(10000, 4000, ("CO", "45", 2000), ("CO", "59", 4000))
    [short] = judge(found).shortfalls
    assert (short.carc, short.cents) == ("59", 4000)


def test_carc_16_means_what_its_remark_says():
    [short] = judge(payment(10000, 0, ("CO", "16", 10000), remarks=("N290",))).shortfalls
    assert (short.category, short.owner) == ("PROVIDER", "CREDENTIALING")
    [short] = judge(payment(10000, 0, ("CO", "16", 10000), claim_remarks=("MA130",))).shortfalls
    assert short.fix_path == "NEW_CLAIM"


def test_a_pended_claim_moves_nothing_and_is_no_denial():
    found = payment(10000, 0, ("OA", "133", 10000))
    assert judge(found).pending
    assert judge(found).shortfalls == ()
    assert judge(found).cents(Treatment.PENDING) == 10000


def test_an_unknown_code_is_looked_at():
    [short] = judge(payment(10000, 0, ("CO", "Q99", 10000))).shortfalls
    assert short.cents == 10000


def test_another_payers_part_is_in_the_books_already():
    assert treatments(payment(10000, 2000, ("OA", "23", 8000))) == ["known"]


def test_an_adjustment_at_claim_level_is_judged_against_the_whole_claim():
    found = payment(10000, 10000, claim_level=(("CO", "29", 10000),))
    found.paid = 0
    [short] = judge(found).shortfalls
    assert (short.line, short.carc, short.cents) == (0, "29", 10000)


def test_the_amounts_of_a_reversal_are_treated_like_those_they_take_back():
    found = payment(-12500, -9000, ("CO", "45", -3500))
    assert treatments(found) == ["write_off"]
    assert judge(found).shortfalls == ()
