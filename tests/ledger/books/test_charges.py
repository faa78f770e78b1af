"""What is charged is what stands with the first payer, whatever becomes of a claim and its answers."""

from dataclasses import replace

import pytest

from ledger.books import acts, claim_acts
from ledger.books.acts import Signature
from ledger.encounters import encounters
from ledger.encounters.encounters import Validated
from ledger.queries import money, proof
from ledger.sending import batches, claims, corrections, decisions, later_payers
from ledger.sending.claims import ClaimCoverage, ClaimLine, NewClaim
from ledger.sending.corrections import Decision
from tests.ledger.conftest import NIGHT, NPI
from tests.ledger.payments.test_remittances import back, payment, reject, remit

ANN = Signature(who="ann", why="the coder corrected it", limits={"ann": 500_00})
TWO_PAYERS = (ClaimCoverage("P", "harbor", "W1"), ClaimCoverage("S", "beacon", "B1"))


def build(office, *, charge=100_00, prepaid=0, coverages=TWO_PAYERS[:1], patients=0):
    """Claims of the encounters that wait, each with one line, and one of the patient's where `patients`."""
    ledger = office.ledger
    waiting = encounters.load(ledger, 1, 10**9, ("picked_up", "held"))
    encounters.record(ledger, NIGHT, [Validated(encounter_id=r.id, held=False, findings=()) for r in waiting])
    clean = encounters.load(ledger, 1, 10**9, ("clean",))
    known = claims.numbers(ledger, [r.id for r in clean])
    line = ClaimLine(
        number=1, procedure="99213", modifiers="", units="1", charge=charge, service_from="2026-11-02"
    )
    lines = (line, replace(line, number=2, charge=patients, patients=True)) if patients else (line,)
    made = [
        NewClaim(
            encounter_id=r.id,
            patient_control_number=known.get(r.id, f"C{r.id:04d}"),
            payer=coverages[0].payer,
            payer_order=coverages[0].payer_order,
            patient="digest",
            member_id=coverages[0].member_id,
            billing_npi=NPI,
            rendering_npi="",
            specialty="",
            diagnoses="J020",
            service_from="2026-11-02",
            service_to="",
            charge=charge + patients,
            lines=lines,
            coverages=coverages,
            prepaid_cents=prepaid,
        )
        for r in clean
    ]
    return claims.build(ledger, NIGHT, made)


def go(office, *payers):
    """A batch with all that is ready, or what is ready of these payers, and it is sent."""
    found = [i for i, payer, _ in batches.ready(office.ledger) if not payers or payer in payers]
    number = batches.next_control_number(office.ledger, "ZZNORTHGATE")
    made = batches.NewBatch(
        clearinghouse="northgate",
        receiver="ZZNORTHGATE",
        payer="",
        isa13=number,
        name=f"T{number:09d}.837",
        data=f"ISA {number}".encode(),
        submissions=found,
    )
    batch_id = batches.store(office.ledger, NIGHT, made)
    office.send(batch_id)
    return batch_id


def books(office):
    now = money.money(office.ledger)
    assert now.closes
    assert proof.of_all(office.ledger).faults == []
    return now


@pytest.mark.parametrize("prepaid", [(0, 20_00), (20_00, 0), (20_00, 15_00), (20_00, 120_00)])
@pytest.mark.parametrize("charge", [100_00, 120_00])
def test_the_desks_money_of_a_corrected_encounter_is_the_claims(office, prepaid, charge):
    office.take("1")
    build(office, prepaid=prepaid[0])
    go(office)
    reject(office)
    office.take("1", version=2)
    build(office, charge=charge, prepaid=prepaid[1])
    go(office)
    now = books(office)
    assert (now.charged, now.from_patients, now.held) == (charge, prepaid[1], prepaid[1])


def test_a_later_payers_claim_that_goes_after_a_replacement_leaves_the_charge(office):
    office.take("1")
    build(office, coverages=TWO_PAYERS)
    go(office)
    remit(office.ledger, payment(paid=70_00, off=20_00, patient=10_00, icn="I1"))
    assert later_payers.bill(office.ledger, "2026-11-17", [1], {"beacon"}).claims == 1
    office.take("1", version=2)
    correct(office, "replacement")
    build(office, charge=120_00, coverages=TWO_PAYERS)
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
    build(office, coverages=TWO_PAYERS)
    go(office)
    remit(office.ledger, payment(paid=70_00, off=20_00, patient=10_00, icn="I1"))
    later_payers.bill(office.ledger, "2026-11-17", [1], {"beacon"})
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
    build(office)
    acts.perform(
        office.ledger, lambda c: claim_acts.pay(c, NIGHT, ANN, 1, 20_00), dry_run=False
    )  # before anything is charged
    office.take("1", version=2)
    build(office, patients=15_00)
    assert (books(office).charged, books(office).receivable_patients) == (0, 0)
    go(office)
    assert (books(office).charged, books(office).receivable_patients) == (115_00, 0)


def test_a_new_version_after_its_batch_was_given_up_leaves_no_money_unexplained(office):
    office.take("1")
    build(office)
    decisions.abandon(office.ledger, office.batch(), NIGHT, "it was wrong")
    office.take("1", version=2)
    build(office, charge=50_00, patients=150_00)
    assert books(office).charged == 100_00
    go(office)
    assert (books(office).charged, books(office).receivable_patients) == (200_00, 150_00)
