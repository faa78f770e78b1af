"""A closed month takes no more entries: what comes for it later counts in the first open one."""

import pytest
from sqlalchemy import select

from ledger.books import months
from ledger.errors import LedgerRefused, MonthRefused
from ledger.queries import proof
from ledger.schema import entry
from tests.ledger.conftest import NIGHT
from tests.ledger.payments.test_remittances import payment, remit
from tests.ledger.trail.test_written import without_triggers


def periods(office):
    with office.ledger.read() as connection:
        return connection.execute(select(entry.c.kind, entry.c.period).order_by(entry.c.id)).all()


def test_an_entry_counts_in_the_month_of_its_business_date(office):
    office.sent("1")
    assert periods(office) == [("charge", "2026-11")]


def test_a_remittance_that_comes_after_its_month_was_closed_counts_in_the_open_month(office):
    office.sent("1")
    months.close(office.ledger, "2026-12-01", "2026-11", "jo", "all is reconciled")
    remit(office.ledger, payment())
    assert periods(office) == [("charge", "2026-11"), ("payment", "2026-12")]
    assert proof.of_all(office.ledger).holds
    assert [(m.month, m.entries, m.closed_on) for m in months.months(office.ledger)] == [
        ("2026-11", 1, "2026-12-01"),
        ("2026-12", 1, ""),
    ]


@pytest.mark.parametrize(("month", "after"), [("2026-11", "2026-12"), ("2026-12", "2027-01")])
def test_the_month_after_one(month, after):
    assert months.after(month) == after


def test_closing_a_month_closes_those_before_it(office):
    months.close(office.ledger, "2027-01-02", "2026-12", "jo", "the year is done")
    office.sent("1")
    assert NIGHT.startswith("2026-11")
    assert periods(office) == [("charge", "2027-01")]


@pytest.mark.parametrize("month", ["2026-11", "2026-10"])
def test_a_closed_month_is_not_closed_again(office, month):
    months.close(office.ledger, "2026-12-01", "2026-11", "jo", "done")
    with pytest.raises(MonthRefused, match="closed up to 2026-11"):
        months.close(office.ledger, "2026-12-02", month, "jo", "once more")


def test_a_month_that_is_not_over_is_not_closed(office):
    with pytest.raises(MonthRefused, match="not over"):
        months.close(office.ledger, "2026-11-30", "2026-11", "jo", "early")


def test_the_close_of_a_month_is_never_taken_back(office):
    months.close(office.ledger, "2026-12-01", "2026-11", "jo", "done")
    with pytest.raises(LedgerRefused, match="append-only"), office.ledger.write() as connection:
        connection.exec_driver_sql("DELETE FROM month_close")


def test_an_entry_that_was_slipped_into_a_closed_month_fails_the_proof(office):
    office.sent("1")
    months.close(office.ledger, "2026-12-01", "2026-11", "jo", "done")
    remit(office.ledger, payment())
    with office.ledger.write() as connection:
        without_triggers(connection, "entry")
        connection.exec_driver_sql("UPDATE entry SET period = '2026-11' WHERE kind = 'payment'")
    proven = proof.of_all(office.ledger)
    assert not proven.holds
    assert proven.faults == ["1 entries were added to a closed month"]
