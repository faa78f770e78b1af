"""The queues of a night, and books that follow a payer's file that was changed by day."""

from datetime import date

import pytest

from ledger.queries import work
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from tasks import nightly_run
from tests.tasks.answering import TUESDAY
from tests.tasks.patients.answered import Answer, Desk, visit

NEXT = date(2026, 11, 18)
DENIED = Answer(paid=0, shares=(), rest=("CO", "197"))
CONTRACT = '\n[[adjustment_policies]]\ncarc = "197"\nmeaning = "contractual"\nreason = "clause 7"\n'


@pytest.fixture
def desk(home, either_database):
    made = Desk(home)
    made.see(*(visit(n) for n in range(1, 5)))
    made.answer({"V-1": DENIED, "V-2": DENIED, "V-3": Answer()})
    night(home, TUESDAY)
    return made


def night(home, day):
    """A whole one, which fails where the books do not close."""
    with home.opened() as opened:
        return nightly_run.walk(opened, day)


def found(home):
    with home.opened() as opened:
        alerts = [a for a in work.alerts(opened.ledger) if a.code == "PAY-ANEW"]
        return money(opened.ledger).receivable_payers, alerts, proof(opened.ledger).holds


def test_what_a_payers_file_says_now_holds_for_what_it_answered_before_and_the_books_close(home, desk):
    owed, alerts, holds = found(home)
    assert (owed, alerts, holds) == (3 * 135_00, [], True), "two are denied, one is not answered"
    file = home.path / "partners" / "payers" / "harbor.toml"
    before = file.read_text("utf-8")
    file.write_text(before + CONTRACT, "utf-8")
    assert not found(home)[2], "until the next run the books are those of yesterday's file"
    night(home, NEXT)
    owed, [alert], holds = found(home)
    assert (owed, holds) == (135_00, True)
    assert alert.message == (
        "other terms of harbor: 2 claims of 4 came to other amounts (owed by payers -$270.00)"
    )
    night(home, NEXT)
    assert found(home) == (135_00, [alert], True)
    file.write_text(before, "utf-8")
    night(home, date(2026, 11, 19))
    owed, alerts, holds = found(home)
    assert (owed, len(alerts), holds) == (3 * 135_00, 2, True), "and back, where it was not meant"
