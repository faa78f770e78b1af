"""TA1, 999 and 277CA: written, read, and made from a check."""

import re
from dataclasses import fields, replace
from datetime import date

import pytest

import edi
from edi.records import (
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    SegmentFault,
    TransactionAcknowledgment,
)
from tests.edi.samples import ENVELOPE, claim, claim_acknowledgment

TA1_ALONE = (
    b"ISA*00*          *00*          *ZZ*CLEARHOUSE     *ZZ*CLEANCLAIM     "
    b"*261117*0200*^*00501*000000033*0*T*:~"
    b"TA1*000000905*261116*0130*R*025~IEA*0*000000033~"
)


def envelopeless(ack):
    own = {"sender_id", "interchange_control_number", "transaction_control_number"}
    return replace(ack, **{f.name: "" for f in fields(ack) if f.name in own})


def test_a_claim_acknowledgment_is_read_back_with_totals_at_every_level():
    made = claim_acknowledgment()
    [read] = edi.read_acknowledgments(edi.write_acknowledgments([made], ENVELOPE))
    assert (read.accepted_count, read.rejected_count) == (1, 1)
    assert (read.accepted_amount, read.rejected_amount) == (12500, 14550)
    [provider] = read.providers
    assert (provider.accepted_count, provider.rejected_amount) == (1, 14550)
    assert provider.claims == made.providers[0].claims
    assert [c.rejected for c in provider.claims] == [False, True]
    assert read.batch_reference == "B905"


def test_what_is_written_checks_clean():
    made = claim_acknowledgment()
    assert edi.check(edi.write_acknowledgments([made, made], ENVELOPE)) == []
    assert edi.check(edi.acknowledge(edi.write_claims([claim()], ENVELOPE))) == []


def test_an_interchange_acknowledgment_stands_alone_without_a_group():
    ack = InterchangeAcknowledgment(
        control_number="000000905", created=date(2026, 11, 16), time="0130", status="R", note="025"
    )
    data = edi.write_interchange_acknowledgment(ack, ENVELOPE)
    assert b"TA1*000000905*261116*0130*R*025~" in data
    assert b"GS" not in data
    assert edi.check(data) == []
    assert [envelopeless(a) for a in edi.read_acknowledgments(data)] == [ack]


def test_a_lone_ta1_is_read():
    [ack] = edi.read_acknowledgments(TA1_ALONE)
    assert (ack.control_number, ack.status, ack.note, ack.sender_id) == (
        "000000905",
        "R",
        "025",
        "CLEARHOUSE",
    )


def test_a_999_is_read_back_with_its_faults():
    made = ImplementationAcknowledgment(
        functional_code="HC",
        group_control_number="905",
        status="P",
        version="005010X222A1",
        included=2,
        received=2,
        accepted=1,
        transactions=(
            TransactionAcknowledgment(transaction_set="837", control_number="0001", status="A"),
            TransactionAcknowledgment(
                transaction_set="837",
                control_number="0002",
                status="R",
                codes=("5",),
                faults=(
                    SegmentFault(
                        segment="SV1",
                        position=25,
                        loop="2400",
                        code="8",
                        elements=(("1-2", "1", ""), ("4", "6", "X")),
                    ),
                ),
            ),
        ),
    )
    data = edi.write_acknowledgments([made], ENVELOPE)
    assert edi.check(data) == []
    assert [envelopeless(a) for a in edi.read_acknowledgments(data)] == [made]


def test_a_clean_file_is_acknowledged_with_a_ta1_and_an_accepting_999():
    ta1, group = edi.read_acknowledgments(edi.acknowledge(edi.write_claims([claim()], ENVELOPE)))
    assert (ta1.control_number, ta1.status, ta1.note) == ("000000905", "A", "000")
    assert (group.status, group.included, group.received, group.accepted) == ("A", 1, 1, 1)
    assert group.transactions[0].status == "A"


def test_a_fault_is_acknowledged_right_to_the_element():
    data = edi.write_claims([claim()], ENVELOPE).replace(b"DMG*D8*19800229*F", b"DMG*D8*19810229*F")
    _, group = edi.read_acknowledgments(edi.acknowledge(data))
    [transaction] = group.transactions
    assert (group.status, group.accepted, transaction.status, transaction.codes) == ("R", 0, "R", ("5",))
    assert transaction.faults == (
        SegmentFault(segment="DMG", position=18, loop="2010", code="8", elements=(("2", "8", "19810229"),)),
    )


def test_a_rejected_interchange_gets_a_ta1_and_no_999():
    data = re.sub(rb"IEA\*1\*000000905", b"IEA*1*000000906", edi.write_claims([claim()], ENVELOPE))
    [ta1] = edi.read_acknowledgments(edi.acknowledge(data))
    assert (ta1.status, ta1.note) == ("R", "001")


def test_one_bad_transaction_set_of_two_accepts_the_group_in_part():
    envelope = replace(ENVELOPE, claims_per_transaction=1)
    data = edi.write_claims([claim(), claim(patient_control_number="P2")], envelope)
    data = data.replace(b"CLM*P2*125***11:B:1*Y*A*Y*Y", b"CLM*P2*125***11:B:1*Q*A*Y*Y")
    _, group = edi.read_acknowledgments(edi.acknowledge(data))
    assert (group.status, group.received, group.accepted) == ("P", 2, 1)
    assert [t.status for t in group.transactions] == ["A", "R"]


def test_a_balance_fault_is_left_to_the_277ca():
    data = edi.write_claims([claim(charge=12400)], ENVELOPE)
    assert [f.code for f in edi.check(data)] == ["BAL-01"]
    _, group = edi.read_acknowledgments(edi.acknowledge(data))
    assert group.status == "A"


def test_a_277ca_line_without_its_service_is_refused():
    made = claim_acknowledgment()
    rejected = replace(made.providers[0].claims[1], line_services=())
    provider = replace(made.providers[0], claims=(rejected,))
    with pytest.raises(edi.UnwritableError):
        edi.write_acknowledgments([replace(made, providers=(provider,))], ENVELOPE)
