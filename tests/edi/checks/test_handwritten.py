"""Answers written by hand from the rules, not by this package: each claim comes out in its right state.

The mock clearinghouse uses the same package, so a misreading could cancel out there.
"""

from datetime import date
from pathlib import Path

import pytest

import edi
from tests.edi.referees import oxedi_accepts, pyx12_accepts

FILES = Path(__file__).parent.parent / "handwritten"
EACH = sorted(FILES.glob("*.edi"))
# What pyx12 refuses although it is right.
REFUSED = {
    "batch_rejected.277ca.edi": "its map asks for 2000C even where 2200B rejects the whole transaction",
    "claims_mixed.277ca.edi": "its map knows no HL04 0 at 2000C, where 2200C rejects claims unlisted",
}


@pytest.mark.parametrize("path", EACH, ids=lambda p: p.name)
def test_it_is_right_by_our_own_check_and_by_the_referees(path):
    assert edi.check(path) == []
    assert pyx12_accepts(path.read_bytes()) == (path.name not in REFUSED)
    if ".835." in path.name:
        assert oxedi_accepts(path.read_bytes())


def test_a_277ca_says_of_each_claim_whether_it_goes_on():
    [ack] = edi.read_acknowledgments(FILES / "claims_mixed.277ca.edi")
    assert isinstance(ack, edi.ClaimAcknowledgment)
    assert ack.batch_reference == "BATCH501"
    assert not any(s.rejects for s in ack.statuses)
    assert (ack.accepted_count, ack.rejected_count) == (2, 3)
    assert (ack.accepted_amount, ack.rejected_amount) == (32550, 78000)
    clinic, hospital = ack.providers
    states = {c.patient_control_number: c.rejected for c in clinic.claims}
    assert states == {"PCN0001": False, "PCN0002": False, "PCN0003": True, "PCN0004": True}
    accepted, forwarded, conflicting, invalid = clinic.claims
    # the payer's own number is the proof of timely filing; a clearinghouse's A0 is not
    assert (accepted.payer_claim_control_number, accepted.statuses[0].category) == ("ICN900001", "A2")
    assert (forwarded.payer_claim_control_number, forwarded.statuses[0].category) == ("", "A0")
    assert (forwarded.service_from, forwarded.service_to) == (date(2026, 11, 2), date(2026, 11, 3))
    # A7 rejects although STC03 says WQ
    assert (conflicting.statuses[0].action, conflicting.statuses[0].rejects) == ("WQ", True)
    assert [(s.category, s.code, s.entity) for s in invalid.statuses] == [
        ("A6", "158", "QC"),
        ("A8", "187", ""),
    ]
    [(line, [status])] = invalid.lines
    assert (line, status.category, status.code, status.rejects) == ("L1", "A7", "454", True)
    # U at the billing provider rejects all its claims, though none is listed
    assert (hospital.provider.npi, hospital.claims) == ("1679576722", ())
    assert hospital.statuses[0].rejects
    assert (hospital.accepted_count, hospital.rejected_count) == (None, 1)


def test_a_277ca_that_rejects_the_whole_transaction_lists_nobody():
    [ack] = edi.read_acknowledgments(FILES / "batch_rejected.277ca.edi")
    assert isinstance(ack, edi.ClaimAcknowledgment)
    assert (ack.batch_reference, ack.providers, ack.rejected_count) == ("BATCH502", (), 2)
    assert [(s.category, s.code, s.entity, s.rejects) for s in ack.statuses] == [("A3", "24", "41", True)]


def test_a_999_after_its_ta1_accepts_by_transaction_set():
    acks = list(edi.read_acknowledgments(FILES / "part_accepted.999.edi"))
    taken, group = acks
    assert isinstance(taken, edi.InterchangeAcknowledgment)
    assert isinstance(group, edi.ImplementationAcknowledgment)
    assert (taken.control_number, taken.status, taken.note) == ("000000501", "A", "000")
    assert (group.status, group.group_control_number, group.received, group.accepted) == ("P", "501", 3, 2)
    assert [(t.control_number, t.status) for t in group.transactions] == [
        ("0001", "A"),
        ("0002", "R"),
        ("0003", "E"),
    ]
    wrong, absent, late = group.transactions[1].faults
    assert wrong.elements == (("5-3", "7", "X"), ("2", "6", "12S"))
    assert (absent.segment, absent.code, absent.cause) == ("REF", "I6", ("CLM", 26, "2300", "5-3"))
    assert (late.segment, late.position, late.code) == ("NM1", 33, "7")


def test_a_ta1_may_stand_alone():
    [twice] = edi.read_acknowledgments(FILES / "duplicate.ta1.edi")
    assert isinstance(twice, edi.InterchangeAcknowledgment)
    assert (twice.control_number, twice.status, twice.note) == ("000000502", "R", "025")
    assert twice.created == date(2026, 11, 16)


def test_an_835_with_a_reversal_its_correction_a_denial_and_a_forwarded_claim():
    remittance = next(iter(edi.read_remittances(FILES / "corrected.835.edi")))
    reversed_, corrected, denied, crossed, stranger = remittance.claims
    assert (remittance.payment, remittance.method, remittance.trace) == (5000, "CHK", "CHECK7001")
    assert (reversed_.status, reversed_.charge, reversed_.paid) == ("22", -13000, -8000)
    assert [(a.group, a.reason, a.amount) for a in reversed_.adjustments] == [("PR", "2", -2000)]
    assert (corrected.status, corrected.charge, corrected.paid, corrected.frequency) == (
        "1",
        13000,
        9000,
        "7",
    )
    assert reversed_.patient_control_number == corrected.patient_control_number
    # nothing is paid although it was processed as primary: the denial is in CAS and the remark
    assert (denied.status, denied.paid) == ("1", 0)
    [line] = denied.lines
    assert [(a.group, a.reason, a.amount) for a in line.adjustments] == [
        ("CO", "29", 15000),
        ("CO", "45", 5000),
    ]
    assert line.remarks == ("N30",)
    assert (crossed.status, crossed.remarks, crossed.patient_owes) == ("19", ("MA18",), 1500)
    assert (stranger.patient_control_number, stranger.status) == ("0", "23")
    assert [(a.reason, a.reference, a.amount) for a in remittance.provider_adjustments] == [
        ("FB", "CARRY1", -5000),
        ("WO", "ICN7", 7000),
        ("L6", "INT", -50),
        ("90", "", 50),
    ]
    assert remittance.findings == []
