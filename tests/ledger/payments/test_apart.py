"""Remittances that have nothing to do with one another are posted together, as if one came after another."""

from dataclasses import replace

import pytest

from ledger.errors import ValueRefused
from ledger.payments import remittances
from ledger.payments.apart import apart
from ledger.payments.remittance_facts import PIECE
from ledger.queries import money, proof
from tests.ledger.conftest import NIGHT
from tests.ledger.payments.test_pieces import books, in_pieces, rows_of_money
from tests.ledger.payments.test_remittances import back, payment, plb, said


def traces(groups):
    return [[facts.trace for facts in group] for group in groups]


def test_remittances_of_different_payments_and_claims_are_one_group(ledger):
    several = [said(ledger, payment(number=f"C{n}"), trace=f"T{n}") for n in range(3)]
    assert traces(apart(several)) == [["T0", "T1", "T2"]]


@pytest.mark.parametrize(
    ("trace", "second"),
    [("T1", {"number": "C2"}), ("T2", {"number": "c1 "}), ("T2", {"number": "C2", "icn": "I1"})],
    ids=["payment", "claim", "payer's number"],
)
def test_what_is_named_again_begins_another_group(ledger, trace, second):
    several = [
        said(ledger, payment(number="C1", icn="I1"), trace="T1"),
        said(ledger, payment(**second), trace=trace),
    ]
    assert traces(apart(several)) == [["T1"], [trace]]


def test_numbers_that_payers_write_where_they_have_none_name_nothing(ledger):
    several = [said(ledger, payment(number="NONE", icn="0"), trace=f"T{n}") for n in range(2)]
    assert traces(apart(several)) == [["T0", "T1"]]


@pytest.mark.parametrize(
    "alone",
    [
        lambda ledger: said(ledger, back(number="C9"), trace="T1"),
        lambda ledger: said(ledger, payment(number="C9", paid=-1_00), trace="T1"),
        lambda ledger: said(ledger, payment(number="C9"), practice="", trace="T1"),
        lambda ledger: said(ledger, trace="T1", **in_pieces([payment(number="C9")])),
    ],
    ids=["reversal", "negative", "payee of several", "large"],
)
def test_what_may_change_how_others_are_matched_is_alone(ledger, alone):
    before, after = (said(ledger, payment(number=f"C{n}"), trace=f"T{n}") for n in (0, 2))
    assert traces(apart([before, alone(ledger), after])) == [["T0"], ["T1"], ["T2"]]


def test_provider_level_adjustments_end_a_group(ledger):
    several = [
        said(ledger, payment(number=f"C{n}"), trace=f"T{n}", plb=(plb("WO", 1_00),) if n == 1 else ())
        for n in range(3)
    ]
    assert traces(apart(several)) == [["T0", "T1"], ["T2"]]


def test_a_group_has_a_piece_of_payments_at_most(ledger):
    many = [payment(n, number=f"C{n}") for n in range(PIECE - 1)]
    several = [said(ledger, trace=f"T{n}") for n in range(3)]
    each = [many, [payment(number="D1")], [payment(number="D2")]]
    several = [replace(facts, payments=of) for facts, of in zip(several, each, strict=True)]
    assert traces(apart(several)) == [["T0", "T1"], ["T2"]]


def of(ledger, first):
    """Remittances of five claims from a number on, with all that ends a group, and what is not posted."""
    a, b, c, d, e = ({"number": f"C{n:04d}", "member_id": f"W{n}"} for n in range(first, first + 5))

    refused = {"status": "4", "paid": 0, "off": 0, "denied": 100_00}

    def remittance(name, *payments, **more):
        return said(ledger, *payments, trace=f"{name}{first}", content=f"{name}{first}", **more)

    paid = remittance(
        "A", payment(1, icn=f"I{first}", **a), payment(2, paid=0, denied=80_00, status="4", **b)
    )
    return [
        paid,
        remittance("B", payment(1, icn=f"J{first}", **c), payment(2, number="NOBODYS", member_id="X")),
        remittance("C", payment(1, paid=50_00, denied=30_00, **d), plb=(plb("WO", 9_00, f"I{first}"),)),
        remittance("D", payment(1, icn=f"K{first}", **e)),
        paid,  # known
        replace(paid, content=f"other{first}"),  # a conflict
        remittance("E", payment(1, number="0", member_id=a["member_id"], icn=f"I{first}", **refused)),
        remittance("F", back(1, icn=f"J{first}", **c)),
        remittance("G", payment(1, icn=f"L{first}", paid=70_00, off=30_00, **c)),
        remittance("H", payment(1, **d), difference=5),
        remittance("I", payment(1, **d), practice=""),
        remittance("J", payment(1, paid=0, denied=80_00, status="4", icn=f"M{first}", **b)),
    ]  # fmt: skip


def test_posted_together_they_come_to_what_they_come_to_one_after_another(ledger, office):
    office.sent(*map(str, range(1, 11)))
    alone = [remittances.post(ledger, NIGHT, facts) for facts in of(ledger, 1)]
    together = remittances.post_each(ledger, NIGHT, of(ledger, 6))
    assert [(p.state, p.claims, p.suspense, p.denials) for p in together] == [
        (p.state, p.claims, p.suspense, p.denials) for p in alone
    ]
    assert books(ledger, 1, 5) == books(ledger, 6, 10)
    assert money.money(ledger).closes
    assert proof.of_all(ledger).holds


def test_two_that_name_one_claim_in_two_ways_are_posted_one_after_another(ledger, office):
    office.sent("1", "2")
    several = [
        said(ledger, payment(number="C0001", icn="I1"), trace="T1", content="1"),
        said(ledger, payment(number="C0002"), trace="T2", content="2"),
    ]
    remittances.post_each(ledger, NIGHT, several)
    by_theirs = payment(number="NONE", icn="I1", member_id="W1", paid=0, off=0, denied=100_00, status="4")
    again = [
        said(ledger, payment(number="C0001", paid=5_00, off=95_00), trace="T3", content="3"),
        said(ledger, by_theirs, trace="T4", content="4"),
    ]
    assert traces(apart(again)) == [["T3", "T4"]]
    assert [done.suspense for done in remittances.post_each(ledger, NIGHT, again)] == [0, 0]
    assert proof.of_all(ledger).holds


def test_where_one_of_them_cannot_be_written_none_is(ledger, office):
    office.sent("1", "2")
    before = rows_of_money(ledger)
    good = said(ledger, payment(number="C0001"), trace="T1", content="1")
    large = replace(payment(number="C0002"), patient_owes=2**70)
    with pytest.raises(ValueRefused):
        remittances.post_each(ledger, NIGHT, [good, said(ledger, large, trace="T2", content="2")])
    assert rows_of_money(ledger) == before
    assert remittances.post(ledger, NIGHT, good).state == "posted"
