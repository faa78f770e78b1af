"""A month of the books: what was owed, what changed it, what is owed; how old; each cent in one place."""

import random
from datetime import date

import pytest
from sqlalchemy import select

from ledger.books import claim_acts, months
from ledger.books.acts import Signature
from ledger.payments import placements
from ledger.queries.month import aging, bank, held
from ledger.queries.month.facts import of_month
from ledger.queries.month.roll import roll, total
from ledger.schema import claim_payment
from tests.ledger.conftest import NIGHT
from tests.ledger.payments.test_remittances import back, payment, plb, remit
from tests.seeds import seed

ANN = Signature(who="ann", why="as the payer asked", limits={"*": 100_000_00})
MONTH = NIGHT[:7]


def rolled(office, month=MONTH):
    with office.ledger.read() as connection:
        return {row.payer: row for row in roll(connection, month)}


def facts(office, month=MONTH):
    with office.ledger.read() as connection:
        return of_month(connection, month)


def act(office, do, *arguments, night=NIGHT):
    with office.ledger.write() as connection:
        do(connection, night, ANN, *arguments)


def test_each_cause_of_a_change_has_its_column_and_the_equation_holds(office):
    office.sent("1", "2", "3")
    remit(
        office.ledger,
        payment(patient=10_00, paid=60_00, off=30_00),
        payment(2, number="C0002", paid=90_00, off=10_00),
    )
    remit(office.ledger, back(number="C0002", paid=90_00, off=10_00), trace="T2", content="d")
    act(office, claim_acts.pay, 1, 15_00)
    act(office, claim_acts.refund, 1, "", 5_00)
    act(office, claim_acts.write_off, 3, "harbor", 40_00)
    found = rolled(office)
    harbor, patients = found["harbor"], found[""]
    assert sum(row.opening + row.changed for row in found.values()) == sum(r.closing for r in found.values())
    assert (harbor.charges, harbor.payments, harbor.takebacks) == (300_00, -150_00, 90_00)
    assert (harbor.contractual, harbor.written_off, harbor.moved) == (-30_00, -40_00, -10_00)
    assert harbor.closing == 160_00
    assert (patients.moved, patients.payments, patients.refunds, patients.closing) == (10_00, -15_00, 5_00, 0)
    of_all = facts(office)
    assert of_all.faults == []
    assert [(w.claim_id, w.cents, w.actor) for w in of_all.written_off] == [(3, 40_00, "ann")]
    assert {(s.group, s.carc): (s.count, s.cents) for s in of_all.stated} == {
        ("CO", "45"): (3, 30_00),
        ("PR", "2"): (1, 10_00),
    }


def test_a_closed_month_says_the_same_whatever_comes_after_it(office):
    office.sent("1", "2")
    remit(office.ledger, payment())
    before = facts(office)
    months.close(office.ledger, "2026-12-01", MONTH, "jo", "done")
    remit(office.ledger, payment(number="C0002", paid=90_00, off=10_00), trace="T2")
    assert rolled(office) == {row.payer: row for row in before.rolls}
    december = rolled(office, "2026-12")["harbor"]
    assert (december.opening, december.payments, december.closing) == (100_00, -90_00, 0)
    assert facts(office, "2026-12").faults == []


def test_a_month_of_nothing_but_a_reversal_takes_back(office):
    office.sent("1")
    remit(office.ledger, payment())
    months.close(office.ledger, "2026-12-01", MONTH, "jo", "done")
    remit(office.ledger, back(), trace="T2", content="d")
    found = rolled(office, "2026-12")["harbor"]
    assert (found.opening, found.takebacks, found.contractual, found.closing) == (0, 80_00, 20_00, 100_00)
    assert found.opening + found.changed == found.closing


def test_an_empty_month_has_no_rows_and_its_checks_hold(office):
    found = facts(office, "2027-03")
    assert (found.rolls, found.aging, found.credits, found.cash, found.transit) == ((), (), (), (), ())
    assert found.faults == []
    assert [m.month for m in found.history] == ["2027-03"]


def test_money_that_finds_its_claim_a_month_later_counts_then(office):
    office.sent("1")
    remit(office.ledger, payment(number="STRANGER", member_id="X9", service_from="2026-01-01"))
    with office.ledger.read() as connection:
        assert [(h.account, h.closing) for h in held.held(connection, MONTH)] == [("suspense", 80_00)]
        number = connection.execute(select(claim_payment.c.id)).scalar_one()
    months.close(office.ledger, "2026-12-01", MONTH, "jo", "done")
    act(office, placements.match, number, 1, night="2026-12-02")
    found = facts(office, "2026-12")
    assert found.faults == []
    assert rolled(office, "2026-12")["harbor"].payments == -80_00
    [suspense] = found.held
    assert (suspense.opening, suspense.changed, suspense.closing) == (80_00, -80_00, 0)
    [cash] = found.cash
    assert (cash.on_claims, cash.suspense, cash.total) == (80_00, -80_00, 0)
    assert [(s.payer, s.count) for s in found.stated] == []


def test_the_cash_account_is_what_was_remitted_and_what_went_back(office):
    office.sent("1", "2")
    remit(office.ledger, payment(), plb=(plb("L6", -1_50), plb("WO", 10_00, "R1")))
    remit(office.ledger, back(), trace="T2", content="d")
    act(office, claim_acts.pay, 2, 25_00)
    with office.ledger.read() as connection:
        [found] = bank.cash(connection, MONTH)
    assert (found.on_claims, found.takebacks, found.provider_level) == (80_00, -80_00, -8_50)
    assert (found.patients, found.total) == (25_00, 16_50)


def test_payers_are_aged_from_the_service_and_patients_from_the_day_it_became_theirs(office):
    office.sent("1", "2")
    remit(office.ledger, payment(patient=40_00, paid=40_00))
    months.close(office.ledger, "2027-02-01", "2027-01", "jo", "done")
    with office.ledger.read() as connection:
        found = {one.payer: one.cents for one in aging.aging(connection, "2027-01")}
    assert found == {"harbor": (0, 0, 100_00, 0, 0), "": (0, 0, 40_00, 0, 0)}
    assert aging.last_day("2027-01") == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("days", "place"),
    [(-3, 0), (0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (120, 3), (121, 4)],
)
def test_the_bucket_of_an_age(days, place):
    assert aging.bucket(days) == place


def test_a_credit_is_listed_since_the_day_on_which_it_began_this_time(office):
    office.sent("1", "2")
    remit(office.ledger, payment(), payment(2, number="C0002"))
    act(office, claim_acts.pay, 1, 10_00, night="2026-11-18")
    act(office, claim_acts.refund, 1, "", 10_00, night="2026-11-19")
    act(office, claim_acts.pay, 1, 7_00, night="2026-11-23")
    act(office, claim_acts.pay, 2, 9_00, night="2026-11-18")
    act(office, claim_acts.pay, 2, 1_00, night="2026-11-25")
    with office.ledger.read() as connection:
        found = aging.credits(connection, MONTH)
    assert [(c.claim_id, c.payer, c.kind, c.cents, c.since_on) for c in found] == [
        (2, "", "credit", 10_00, "2026-11-18"),
        (1, "", "credit", 7_00, "2026-11-23"),
    ]


@pytest.mark.slow
def test_random_months_close_and_their_columns_come_to_what_is_owed(office):
    dice = random.Random(seed())
    office.sent(*map(str, range(1, 9)))
    for month in range(3):
        night = f"{('2026-11', '2026-12', '2027-01')[month]}-20"
        for n in range(1, 9):
            cut = dice.randrange(0, 100_00)
            owes = dice.randrange(0, 100_00 - cut + 1)
            made = payment(number=f"C000{n}", paid=100_00 - cut - owes, off=cut, patient=owes)
            remit(office.ledger, made, trace=f"{month}.{n}", content=f"{month}.{n}")
            if dice.random() < 0.4:
                taken = back(number=f"C000{n}", paid=100_00 - cut - owes, off=cut, patient=owes)
                remit(office.ledger, taken, trace=f"{month}.{n}r", content=f"{month}.{n}r")
            if dice.random() < 0.3:
                act(office, claim_acts.pay, n, dice.randrange(1, 60_00), night=night)
        found = facts(office, night[:7])
        assert found.faults == []
        whole = total(found.rolls)
        assert whole.closing == whole.opening + whole.changed
        assert whole.closing == sum(a.total for a in found.aging) - sum(c.cents for c in found.credits)
        assert sum(a.cents for a in found.adjusted) == -(
            whole.contractual + whole.other_adjusted + whole.written_off
        )
        assert found.history[-1].closing == whole.closing
        assert found.history[-1].paid == -(whole.payments + whole.refunds + whole.takebacks)
        assert [m.month for m in found.history] == ["2026-11", "2026-12", "2027-01"][: month + 1]
        months.close(office.ledger, f"{months.after(night[:7])}-01", night[:7], "jo", "done")
