"""A list is read by pages: together they are the list, in its order, and each name finds exactly its rows."""

import random
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, literal_column, update

from ledger.queries import suspense
from ledger.queries.claims import REJECTED, rejected_cents, rejections
from ledger.queries.listing import Page
from ledger.queries.work import ALERTS
from ledger.runs import alerts
from ledger.schema import alert, claim_version, submission
from tests.ledger.payments.test_remittances import payment, remit
from tests.seeds import seed

DAY = date(2026, 11, 18)


def paged(listing, ledger, number, **asked):
    found, after = [], 0
    while rows := listing.read(ledger, Page(after=after, limit=2, **asked)):
        assert len(rows) <= 2
        found += rows
        after = number(rows[-1])
    return found


@pytest.fixture
def refused(office):
    """Seven claims that were rejected, some of one price."""
    numbers = [str(n) for n in range(1, 8)]
    office.sent(*numbers)
    dice = random.Random(seed())
    with office.ledger.write() as connection:
        connection.execute(update(submission).values(state="rejected"))
        for n in range(1, 8):
            values = {"charge_cents": dice.choice((50_00, 100_00, 200_00))}
            connection.execute(update(claim_version).where(claim_version.c.id == n).values(values))
    return office


def test_pages_are_together_the_whole_list_in_its_order(refused):
    whole = rejections(refused.ledger)
    assert [(-r.charge_cents, r.submission_id) for r in whole] == sorted(
        (-r.charge_cents, r.submission_id) for r in whole
    )
    assert len(whole) == 7
    assert paged(REJECTED, refused.ledger, lambda r: r.submission_id) == whole
    assert rejected_cents(refused.ledger, Page(limit=2)) == sum(r.charge_cents for r in whole)


def test_a_list_goes_on_behind_a_row_that_left_it_meanwhile(refused):
    first, second, *others = rejections(refused.ledger)
    with refused.ledger.write() as connection:
        gone = submission.c.id == second.submission_id
        connection.execute(update(submission).where(gone).values(state="sent"))
    assert rejections(refused.ledger, Page(after=second.submission_id)) == others
    assert rejections(refused.ledger, Page(after=999_999)) == []
    assert rejections(refused.ledger, Page(limit=1)) == [first]


def test_a_name_finds_its_rows_and_no_name_none(refused):
    whole = rejections(refused.ledger)
    assert rejections(refused.ledger, Page(payers={"harbor"}, practices={"lakeside"}, codes={""})) == whole
    assert rejections(refused.ledger, Page(payers=())) == []
    assert rejections(refused.ledger, Page(practices={"nobody"})) == []
    assert REJECTED.names(refused.ledger, REJECTED.payer) == {"harbor"}


def test_a_list_without_a_property_has_no_row_of_any_name(office):
    with office.ledger.write() as connection:
        for n in range(5):
            alerts.add(connection, f"k{n}", "2026-11-17", "X" if n % 2 else "Y", f"alert {n}")
    assert [a.id for a in paged(ALERTS, office.ledger, lambda a: a.id)] == [5, 4, 3, 2, 1]
    assert [a.id for a in paged(ALERTS, office.ledger, lambda a: a.id, codes={"X"})] == [4, 2]
    assert ALERTS.read(office.ledger, Page(payers={"harbor"})) == []
    with office.ledger.write() as connection:
        connection.execute(delete(alert).where(alert.c.id == 3))
    assert [a.id for a in ALERTS.read(office.ledger, Page(after=3))] == [2, 1]


def test_a_listing_may_be_read_the_other_way_round(office):
    with office.ledger.write() as connection:
        for n in range(3):
            alerts.add(connection, f"k{n}", "2026-11-17", "X", f"alert {n}")
    oldest_first = replace(ALERTS, newest_first=False)
    assert [a.id for a in paged(oldest_first, office.ledger, lambda a: a.id)] == [1, 2, 3]
    assert ALERTS.total(office.ledger, literal_column("1"), Page(limit=1)) == 3


def left(payments):
    """What is left of (number, charge, paid) in their order when each reversal takes one payment with it."""
    kept = []
    for place, (number, charge, paid) in enumerate(payments):
        other = next((k for k in kept if k[1:] == (number, -charge, -paid)), None)
        if other is not None and (charge or paid):
            kept.remove(other)
        else:
            kept.append((place, number, charge, paid))
    return len(kept), sum(paid for *_, paid in kept)


@pytest.mark.slow
def test_what_reversals_took_back_is_out_of_suspense_whatever_the_order(office):
    dice = random.Random(seed())
    came = []
    for n in range(60):
        number, sign = f"X{dice.randint(1, 4)}", dice.choice((1, 1, -1))
        charge, paid = sign * dice.choice((100_00, 50_00)), sign * dice.choice((80_00, 0))
        came.append((number, charge, paid))
        remit(
            office.ledger,
            payment(number=number, paid=paid, off=charge - paid, status="22" if sign < 0 else "1"),
            trace=f"T{n}",
            content=str(n),
        )
    found = suspense.suspense(office.ledger, DAY)
    assert 0 < len(found) < 60
    assert (len(found), suspense.suspense_cents(office.ledger)) == left(came)
    pages = []
    while rows := suspense.suspense(office.ledger, DAY, Page(after=pages[-1].id if pages else 0, limit=7)):
        pages += rows
    assert pages == found
