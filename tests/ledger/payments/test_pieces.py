"""A remittance of many claims is posted piece by piece in one transaction: as if whole, or not at all."""

import gc
import os
import signal
from itertools import count

import pytest
from sqlalchemy import func, select

from ledger import Ledger
from ledger.queries import money, proof
from ledger.schema import claim_payment, entry, posting, remittance, submission, work_item
from ledger.sending.billed import BilledClaim
from ledger.trail import audit, written
from ledger.trail.audit import Trail
from tests.ledger.payments.test_remittances import back, payment, plb, remit
from tests.ledger.trail.test_audit import KEY, KEYS


def in_pieces(*pieces):
    """As a large remittance is handed over: its payments lie elsewhere."""
    every = [one for piece in pieces for one in piece]
    return {
        "elsewhere": len(every),
        "again": lambda: iter(pieces),
        "amount": sum(one.paid for one in every),
    }


def of(first):
    """Payments of five claims from a number on: paid, denied, paid and reversed at the other end, of a claim
    that is not here, and part of it denied."""
    a, b, c, _, e = ({"number": f"C{n:04d}", "member_id": f"W{n}"} for n in range(first, first + 5))
    return [
        payment(1, icn=f"I{first}", **a),
        payment(2, paid=0, off=0, denied=100_00, status="4", **b),
        payment(3, **c),
        payment(4, number="NOBODYS", member_id="X", service_from="2026-01-01"),
        payment(5, paid=50_00, off=20_00, denied=30_00, **e),
        back(6, **c),
    ]


def books(ledger, first, last):
    """What is posted and open of claims, and where they stand; the first is number 0."""
    p, w, s = posting.c, work_item.c, submission.c
    with ledger.read() as connection:
        sums = select(p.claim_id, p.account, p.payer, func.sum(p.cents)).group_by(
            p.claim_id, p.account, p.payer
        )
        posted = {
            (i - first, a, b, int(cents))
            for i, a, b, cents in connection.execute(sums.where(p.claim_id.between(first, last)))
            if cents
        }
        work = {
            (row[0] - first, *row[1:])
            for row in connection.execute(
                select(w.claim_id, w.kind, w.cents, w.carc, w.state)
                .where(w.claim_id.between(first, last))
                .where(w.state == "open")
            )
        }
        states = {
            (i - first, state)
            for i, state in connection.execute(
                select(s.claim_id, s.state).where(s.claim_id.between(first, last))
            )
        }
    return posted, work, states


def test_in_pieces_it_comes_to_what_it_comes_to_whole(ledger, office):
    seconds = count()
    audit.keep(ledger, Trail(KEY, "jo@office", lambda: f"{next(seconds)}"))
    office.sent(*map(str, range(1, 11)))
    whole = remit(ledger, *of(1), trace="T1", content="c1", plb=(plb("L6", -5_00),))
    payments = of(6)
    said = in_pieces(payments[:2], payments[2:4], payments[4:])
    parts = remit(
        ledger, trace="T2", content="c2", plb=(plb("L6", -5_00),), **{**said, "amount": said["amount"] + 5_00}
    )
    assert (parts.state, parts.claims, parts.suspense, parts.denials) == (
        whole.state, whole.claims, whole.suspense, whole.denials,
    )  # fmt: skip
    assert books(ledger, 1, 5) == books(ledger, 6, 10)
    assert money.money(ledger).closes
    assert proof.of_all(ledger).holds
    again = remit(ledger, trace="T2", content="c2", **{**said, "amount": said["amount"] + 5_00})
    assert (again.state, again.remittance_id) == ("known", parts.remittance_id)
    # what was noted for the trail was given to it piece by piece, and all of it is found again
    links = audit.rows(ledger, act=written.WRITTEN)
    assert sum("payments" in link.detail for link in links) == 1 + 3
    assert not audit.verify(ledger, KEYS, {}).faults


def rows_of_money(ledger):
    with ledger.read() as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (remittance, claim_payment, entry, posting, work_item)
        ]


def test_a_process_killed_between_two_pieces_has_posted_nothing_and_once_it_goes_on_all_of_it_once(
    ledger, office
):
    office.sent(*map(str, range(1, 6)))
    before = rows_of_money(ledger)
    payments = of(1)

    def dies():
        yield payments[:3]
        os.kill(os.getpid(), signal.SIGKILL)

    said = in_pieces(payments[:3], payments[3:])
    ledger.close()
    pid = os.fork()
    if pid == 0:
        try:
            remit(Ledger(ledger.url), content="c", **{**said, "again": dies})
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    assert rows_of_money(ledger) == before
    assert remit(ledger, content="c", **said).state == "posted"
    once = rows_of_money(ledger)
    assert remit(ledger, content="c", **said).state == "known"
    assert rows_of_money(ledger) == once
    assert money.money(ledger).cash == said["amount"]
    assert proof.of_all(ledger).holds


@pytest.mark.slow
def test_nothing_of_a_piece_stays_in_memory_though_the_collector_is_off(ledger, office):
    office.sent(*map(str, range(1, 6)))
    gc.collect()
    gc.disable()
    try:
        remit(ledger, *of(1))
        kept = [one for one in gc.get_objects() if isinstance(one, BilledClaim)]
    finally:
        gc.enable()
    assert kept == []
