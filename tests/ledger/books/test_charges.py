"""What is charged is what stands with the first payer, whatever becomes of a claim and its answers."""

import pytest

from ledger.books import acts, claim_acts
from ledger.books.acts import Signature
from ledger.queries import money, proof
from ledger.sending import corrections, decisions, later_payers
from ledger.sending.claims import ClaimCoverage
from ledger.sending.corrections import Decision
from tests.ledger.conftest import NIGHT
from tests.ledger.payments.test_remittances import back, payment, reject, remit

ANN = Signature(who="ann", why="the coder corrected it", limits={"ann": 500_00})
BEACON = (ClaimCoverage("S", "beacon", "B1"),)


def go(office, *payers):
    """What is ready, of these payers or of all, goes out in a batch."""
    office.send(office.batch(payers=payers))


def books(office):
    now = money.money(office.ledger)
    assert now.closes
    assert proof.of_all(office.ledger).faults == []
    return now


@pytest.mark.parametrize("prepaid", [(0, 20_00), (20_00, 0), (20_00, 15_00), (20_00, 120_00)])
@pytest.mark.parametrize("charge", [100_00, 120_00])
def test_the_desks_money_of_a_corrected_encounter_is_the_claims(office, prepaid, charge):
    office.take("1")
    office.build(prepaid=prepaid[0])
    go(office)
    reject(office)
    office.take("1", version=2)
    office.build(charge=charge, prepaid=prepaid[1])
    go(office)
    now = books(office)
    assert (now.charged, now.from_patients, now.held) == (charge, prepaid[1], prepaid[1])


def test_a_later_payers_claim_that_goes_after_a_replacement_leaves_the_charge(office):
    office.take("1")
    office.build(later=BEACON)
    go(office)
    remit(office.ledger, payment(paid=70_00, off=20_00, patient=10_00, icn="I1"))
    assert later_payers.bill(office.ledger, "2026-11-17", [1], {"beacon": 45}).claims == 1
    office.take("1", version=2)
    correct(office, "replacement")
    office.build(120_00, later=BEACON)
    go(office, "harbor")
    assert books(office).charged == 120_00
    go(office, "beacon")
    assert books(office).charged == 120_00


def correct(office, method):
    with office.ledger.write() as connection:
        corrections.decide(connection, NIGHT, ANN, corrections.load(connection, 1), Decision(method=method))


@pytest.mark.parametrize("apart", [False, True])
def test_a_claim_that_is_taken_back_charges_nothing_though_its_later_payer_goes_after_it(office, apart):
    office.take("1")
    office.build(later=BEACON)
    go(office)
    remit(office.ledger, payment(paid=70_00, off=20_00, patient=10_00, icn="I1"))
    later_payers.bill(office.ledger, "2026-11-17", [1], {"beacon": 45})
    correct(office, "void")
    go(office, *(("harbor",) if apart else ()))
    assert books(office).charged == 0
    if apart:
        go(office, "beacon")
    assert books(office).charged == 0
    remit(office.ledger, back(paid=70_00, off=20_00, patient=10_00, icn="I1"), trace="T2")
    assert books(office).charged == 0


def test_a_new_version_of_a_claim_that_is_not_out_leaves_no_money_unexplained(office):
    office.take("1")
    office.build()
    acts.perform(
        office.ledger, lambda c: claim_acts.pay(c, NIGHT, ANN, 1, 20_00), dry_run=False
    )  # before anything is charged
    office.take("1", version=2)
    office.build(patients=15_00)
    assert (books(office).charged, books(office).receivable_patients) == (0, 0)
    go(office)
    assert (books(office).charged, books(office).receivable_patients) == (115_00, 0)


def test_a_new_version_after_its_batch_was_given_up_leaves_no_money_unexplained(office):
    office.take("1")
    office.build()
    decisions.abandon(office.ledger, office.batch(), NIGHT, "it was wrong")
    office.take("1", version=2)
    office.build(charge=50_00, patients=150_00)
    assert books(office).charged == 100_00
    go(office)
    assert (books(office).charged, books(office).receivable_patients) == (200_00, 150_00)
