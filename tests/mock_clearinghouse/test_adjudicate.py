"""Decisions on a claim: whatever the scenario says, the payment balances."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi.records import Adjustment as Adj
from edi.records import (
    Claim,
    ClaimPayment,
    Dental,
    Institutional,
    LineAdjudication,
    OtherPayer,
    Party,
    Person,
    ServiceLine,
)
from mock_clearinghouse.adjudicate import decide, reversal
from mock_clearinghouse.scenario import Cut, Denial, Remit


def made_claim(charges: list[int], order: str = "P") -> Claim:
    return Claim(
        patient_control_number="CC1",
        charge=sum(charges),
        billing=Party(),
        payer=Party(id="HRB01"),
        subscriber=Person(),
        payer_order=order,
        lines=tuple(
            ServiceLine(number=place, procedure="99213", charge=charge)
            for place, charge in enumerate(charges, 1)
        ),
    )


def balances(payment: ClaimPayment) -> bool:
    """Every line and the claim close."""
    lines = [a.amount for line in payment.lines for a in line.adjustments]
    return (
        all(line.charge - sum(a.amount for a in line.adjustments) == line.paid for line in payment.lines)
        and payment.charge - sum(a.amount for a in payment.adjustments) - sum(lines) == payment.paid
    )


cents = st.integers(0, 500_000)
percents = st.integers(0, 100)
remits = st.builds(
    Remit,
    allowed=percents,
    deductible=cents,
    coinsurance=percents,
    copay=cents,
    claim_level=st.booleans(),
    interest=cents,
    cuts=st.lists(
        st.builds(
            Cut,
            group=st.just("CO"),
            reason=st.just("59"),
            line=st.none() | st.integers(1, 4),
            percent=percents,
            amount=st.none() | cents,
        ),
        max_size=2,
    ).map(tuple),
    denials=st.lists(
        st.builds(
            Denial, group=st.just("CO"), reason=st.just("97"), lines=st.lists(st.integers(1, 4)).map(tuple)
        ),
        max_size=2,
    ).map(tuple),
)


@pytest.mark.slow
@given(st.lists(cents, min_size=1, max_size=4), remits)
@settings(max_examples=150)
def test_every_decision_balances_and_nobody_pays_more_than_was_charged(charges, remit):
    payment = decide(made_claim(charges), remit, "HRB0100000001")
    assert balances(payment)
    assert 0 <= payment.paid <= payment.charge
    assert (payment.patient_owes or 0) + payment.paid <= payment.charge
    assert all(a.amount > 0 for line in payment.lines for a in line.adjustments)


@given(st.lists(cents, min_size=1, max_size=4), remits)
def test_a_reversal_is_the_payment_negated_to_the_cent(charges, remit):
    payment = decide(made_claim(charges), remit, "HRB0100000001")
    back = reversal(payment)
    assert balances(back)
    assert back.status == "22"
    assert (back.charge, back.paid) == (-payment.charge, -payment.paid)
    for taken, given_ in zip(back.lines, payment.lines, strict=True):
        assert [(a.group, a.reason, -a.amount) for a in taken.adjustments] == [
            (a.group, a.reason, a.amount) for a in given_.adjustments
        ]


def test_the_deductible_is_taken_once_over_the_lines():
    payment = decide(made_claim([10_000, 10_000]), Remit(allowed=80, deductible=9_000), "N")
    assert [[(a.group, a.reason, a.amount) for a in line.adjustments] for line in payment.lines] == [
        [("CO", "45", 2_000), ("PR", "1", 8_000)],
        [("CO", "45", 2_000), ("PR", "1", 1_000)],
    ]
    assert (payment.paid, payment.patient_owes) == (7_000, 9_000)


def test_copay_then_coinsurance_of_what_is_left():
    payment = decide(made_claim([10_000]), Remit(allowed=80, copay=2_500, coinsurance=20), "N")
    assert [(a.reason, a.amount) for a in payment.lines[0].adjustments] == [
        ("45", 2_000),
        ("3", 2_500),
        ("2", 1_100),
    ]
    assert payment.paid == 4_400


def test_one_line_is_denied_and_the_others_are_paid():
    denial = Denial(group="CO", reason="97", remarks=("M15",), lines=(2,))
    payment = decide(made_claim([10_000, 5_000]), Remit(denials=(denial,)), "N")
    assert [line.paid for line in payment.lines] == [8_000, 0]
    assert payment.lines[1].remarks == ("M15",)
    assert payment.status == "1"


def test_a_secondary_payer_pays_what_the_first_left_to_the_patient():
    claim = made_claim([10_000], "S")
    claim.other_payers = (OtherPayer(order="P", payer=Party(id="HRB01"), subscriber=Person(), paid=6_400),)
    claim.lines[0].adjudications = (
        LineAdjudication(
            payer_id="HRB01",
            paid=6_400,
            adjustments=(
                Adj(group="CO", reason="45", amount=2_000),
                Adj(group="PR", reason="2", amount=1_600),
            ),
        ),
    )
    payment = decide(claim, Remit(), "N")
    assert balances(payment)
    assert (payment.status, payment.paid) == ("2", 1_600)
    assert [(a.group, a.reason, a.amount) for a in payment.lines[0].adjustments] == [("OA", "23", 8_400)]


def test_at_claim_level_the_adjustments_are_summed_and_there_are_no_lines():
    payment = decide(made_claim([10_000, 10_000]), Remit(claim_level=True), "N")
    assert payment.lines == ()
    assert [(a.reason, a.amount) for a in payment.adjustments] == [("45", 4_000)]


def stay(*lines: ServiceLine, drg: str = "") -> Claim:
    """An institutional claim with these lines."""
    claim = made_claim([])
    claim.kind, claim.lines, claim.charge = "I", lines, sum(line.charge for line in lines)
    claim.institutional = Institutional(type_of_bill="11", drg=drg)
    return claim


ROOM = ServiceLine(number=1, revenue_code="0120", charge=300_000, units="3", unit_code="DA")
DRUGS = ServiceLine(number=2, revenue_code="0250", charge=200_000)


def test_a_drg_pays_its_amount_even_above_the_charge():
    payment = decide(stay(ROOM, DRUGS, drg="470"), Remit(drg=(("470", 620_000),)), "X1")
    assert (payment.paid, payment.lines) == (620_000, ())
    assert [(a.group, a.reason, a.amount) for a in payment.adjustments] == [("OA", "94", -120_000)]
    assert balances(payment)


def test_a_per_diem_pays_for_days_of_room_and_board_whatever_else_is_charged():
    payment = decide(stay(ROOM, DRUGS), Remit(per_diem=70_000, copay=10_000), "X1")
    assert (payment.paid, payment.patient_owes) == (200_000, 10_000)
    assert balances(payment)


def test_a_stay_without_its_drg_in_the_table_is_paid_by_line_under_its_revenue_codes():
    payment = decide(stay(ROOM, drg="999"), Remit(drg=(("470", 620_000),)), "X1")
    [line] = payment.lines
    assert (line.procedure_qualifier, line.procedure, line.paid) == ("NU", "0120", 240_000)


def test_a_predetermination_pays_nothing_and_says_what_it_would():
    claim = made_claim([100_000])
    claim.kind, claim.dental = "D", Dental(predetermines=True)
    payment = decide(claim, Remit(allowed=80, coinsurance=50), "X1")
    assert (payment.status, payment.paid) == ("25", 0)
    assert ("OA", "101", 40_000) in [(a.group, a.reason, a.amount) for a in payment.lines[0].adjustments]
    assert balances(payment)


def test_what_goes_beyond_the_annual_maximum_is_the_patients():
    payment = decide(made_claim([100_000, 50_000]), Remit(allowed=100), "X1", room=120_000)
    assert [line.paid for line in payment.lines] == [100_000, 20_000]
    assert [(a.group, a.reason, a.amount) for a in payment.lines[1].adjustments] == [("PR", "119", 30_000)]
    assert balances(payment)
